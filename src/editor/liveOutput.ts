import * as vscode from 'vscode';
import type { ReadOnlyDocuments } from './readOnlyDocuments';
import { failureText } from './stageDiagnostics';
import type { TaskSession } from './taskSession';

const pauseMs = 80;

/** A run as it comes: one read-only document with a section for each stage, growing while the models write. */
export class LiveOutput {
  constructor(private readonly documents: ReadOnlyDocuments) {}

  /** Show the document beside the editor, without taking the cursor, and keep it up to date until disposed. */
  async follow(session: TaskSession, reveal: boolean): Promise<vscode.Disposable> {
    const path = `/run/${vscode.workspace.asRelativePath(session.uri).replace(/\.md$/, '')} output.md`;
    const write = () => this.documents.set(path, textOf(session).text);
    const uri = write();
    let pending: NodeJS.Timeout | undefined;
    const listening = session.onDidChange(() => {
      pending ??= setTimeout(() => {
        pending = undefined;
        write();
        keepInView(uri, textOf(session).streaming);
      }, pauseMs);
    });
    if (reveal) await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: true });
    return new vscode.Disposable(() => {
      clearTimeout(pending);
      listening.dispose();
      void session.whenFresh().then(() => {
        write();
        // Back to the verdict on what was written last.
        keepInView(uri, textOf(session).ended, vscode.TextEditorRevealType.AtTop);
      });
    });
  }
}

/** Scroll to where the models write, in editors that show it. */
function keepInView(uri: vscode.Uri, line: number | undefined, type = vscode.TextEditorRevealType.Default): void {
  if (line === undefined) return;
  for (const editor of vscode.window.visibleTextEditors) {
    if (editor.document.uri.toString() === uri.toString()) editor.revealRange(new vscode.Range(line, 0, line, 0), type);
  }
}

/** The text; the last line of the stage that is being written, and the first of the one written last, from 0. */
function textOf(session: TaskSession): { text: string; streaming?: number; ended?: number } {
  let streaming: string | undefined;
  let ended: string | undefined;
  const sections = session.stages.flatMap((view) => {
    const live = session.live.outputs.get(view.planned.stage.slug);
    const status = session.statusOf(view);
    if (!live && status === 'never run') return [];
    const { stage } = view.planned;
    // Something came, but no verdict: the run was broken off.
    const shown = status === 'never run' ? 'cancelled' : status;
    const head = `## Stage ${stage.number}: ${stage.title} — ${shown}${live ? ` on ${live.model}, attempt ${live.attempt}` : ''}`;
    const failed = status === 'failed' ? `\n\n> ${failureText(view).replace(/\n/g, '\n> ')}` : '';
    const section = `${head}${failed}${live?.text ? `\n\n${live.text.trim()}` : ''}`;
    if (status === 'running') streaming = section;
    if (live) ended = section;
    return [section];
  });
  const text = `# Run of ${session.plan?.task.document.title ?? ''}\n\n${sections.join('\n\n')}\n`;
  const lineAt = (offset: number) => text.slice(0, offset).split('\n').length - 1;
  return {
    text,
    streaming: streaming === undefined ? undefined : lineAt(text.indexOf(streaming) + streaming.length),
    ended: ended === undefined ? undefined : lineAt(text.indexOf(ended)),
  };
}
