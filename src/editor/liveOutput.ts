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
    const write = () => this.documents.set(path, textOf(session));
    const uri = write();
    let pending: NodeJS.Timeout | undefined;
    const listening = session.onDidChange(() => {
      pending ??= setTimeout(() => {
        pending = undefined;
        write();
      }, pauseMs);
    });
    if (reveal) await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: true });
    return new vscode.Disposable(() => {
      clearTimeout(pending);
      listening.dispose();
      void session.whenFresh().then(write);
    });
  }
}

function textOf(session: TaskSession): string {
  const sections = session.stages.flatMap((view) => {
    const live = session.live.get(view.planned.stage.slug);
    const status = session.statusOf(view);
    if (!live && status === 'never run') return [];
    const { stage } = view.planned;
    // Something came, but no verdict: the run was broken off.
    const shown = status === 'never run' ? 'cancelled' : status;
    const head = `## Stage ${stage.number}: ${stage.title} — ${shown}${live ? ` on ${live.model}, attempt ${live.attempt}` : ''}`;
    const failed = status === 'failed' ? `\n\n> ${failureText(view).replace(/\n/g, '\n> ')}` : '';
    return [`${head}${failed}${live?.text ? `\n\n${live.text.trim()}` : ''}`];
  });
  return `# Run of ${session.plan?.task.document.title ?? ''}\n\n${sections.join('\n\n')}\n`;
}
