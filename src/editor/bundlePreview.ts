import { posix } from 'node:path';
import * as vscode from 'vscode';
import { type Files, type Log, UserError } from '../ports';
import type { Engine } from '../stage/engine';
import { previewStage } from '../stage/preview';
import { indexOf } from '../stage/scope';
import { planTask } from '../steering/plan';
import { taskOf } from '../steering/task';
import { visible } from '../text';
import { bundleDocument, comparedDocument, type Mark } from './bundleDocument';
import { type BundleRow, bundleRows } from './bundleRows';
import { toPath } from './convert';
import { currentCatalog } from './engine';
import { commandIds, documentScheme, previewCommandIds } from './ids';
import { linksOf } from './markLinks';
import { notedFiles } from './notedFiles';
import type { ReadOnlyDocuments } from './readOnlyDocuments';
import { engineSettings } from './settings';
import type { TaskSessions } from './taskSessions';
import type { Change } from './workspaceChanges';

/** Changes come in heaps: one refresh for each, this many milliseconds after the first. */
const heapMs = 200;

/** With tables and what can be done, or as lines that a diff can match. */
export type Form = 'preview' | 'compared';

/** The bundle of one stage as a document shows it. */
export interface Preview {
  task: vscode.Uri;
  stage: number;
  uri: vscode.Uri;
  rows: BundleRow[];
  /** What the bundle takes, and what it may take. */
  tokens: number;
  budget: number;
  /** False for a Code stage, whose pieces are files for its command. */
  sent: boolean;
}

interface Kept extends Preview {
  form: Form;
  marks: Mark[];
  /** What was read for it; undefined where any file of the project may be. */
  reads: Set<string> | undefined;
  generation: number;
  timer?: NodeJS.Timeout;
}

interface Parts {
  documents: ReadOnlyDocuments;
  files: Files;
  /** For stages that ask for relevant code. */
  project: NonNullable<Engine['project']>;
  sessions: TaskSessions;
  log: Log;
  /** Heaps of changes of the workspace's files. */
  onDidChangeFiles: vscode.Event<readonly Change[]>;
}

/**
 * The bundles of stages as read-only documents, one for each stage, kept as they are now while they are open: exactly what would be sent, with a table
 * of every piece whose rows lead to their files and can be pinned, left out and taken back.
 */
export class BundlePreviews implements vscode.DocumentLinkProvider, vscode.CodeLensProvider, vscode.Disposable {
  private readonly kept = new Map<string, Kept>();
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changed.event;
  private readonly disposables: vscode.Disposable[];

  constructor(private readonly parts: Parts) {
    const own: vscode.DocumentSelector = { scheme: documentScheme, pattern: '/bundle/**' };
    this.disposables = [
      this.changed,
      vscode.languages.registerDocumentLinkProvider(own, this),
      vscode.languages.registerCodeLensProvider(own, this),
      parts.sessions.onDidChange((session) => {
        // While it runs it changes with every word that comes; when it ends it is read anew.
        if (!session.isRunning) for (const each of this.kept.values()) if (each.task.toString() === session.uri.toString()) this.later(each);
      }),
      parts.onDidChangeFiles((changes) => {
        for (const each of this.kept.values()) if (changes.some(({ path, how }) => how !== 'changed' || !each.reads || each.reads.has(path))) this.later(each);
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.forget(uri)),
    ];
  }

  /** Show the bundle of a stage beside its document. @throws UserError where it can't be put together. */
  async show(task: vscode.Uri, stage: number): Promise<void> {
    const { uri } = await this.make(task, stage);
    const shown = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
    await vscode.window.showTextDocument(uri, { preview: true, viewColumn: shown?.viewColumn ?? vscode.ViewColumn.Beside });
  }

  /** The bundle of a stage as it is now, as a document that can be shown. @throws UserError where it can't be put together. */
  async make(task: vscode.Uri, stage: number, form: Form = 'preview'): Promise<Preview> {
    const path = posix.join('/bundle', toPath(task), ...(form === 'compared' ? ['compared'] : []), `Bundle of stage ${stage}.md`);
    const uri = vscode.Uri.from({ scheme: documentScheme, path });
    const known = this.kept.get(uri.path);
    const kept: Kept = known ?? { task, stage, form, uri, rows: [], marks: [], tokens: 0, budget: 0, sent: true, reads: new Set<string>(), generation: 0 };
    await this.read(kept);
    this.kept.set(uri.path, kept);
    return kept;
  }

  /** The preview that a document is; undefined for any other. */
  of(uri: vscode.Uri | undefined): Preview | undefined {
    return uri?.scheme === documentScheme ? this.kept.get(uri.path) : undefined;
  }

  /** The preview at a path of our own scheme. */
  at(path: string): Preview | undefined {
    return this.kept.get(path);
  }

  /** Show a stage's bundle as it is now, where it is open. */
  async refresh(preview: Preview): Promise<void> {
    const kept = this.kept.get(preview.uri.path);
    if (!kept) return;
    clearTimeout(kept.timer);
    kept.timer = undefined;
    try {
      await this.read(kept);
    } catch (error) {
      if (!(error instanceof UserError)) {
        this.parts.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
        return;
      }
      kept.rows = [];
      kept.marks = [];
      this.parts.documents.set(
        kept.uri.path,
        `# Bundle of stage ${kept.stage}\n\nIt can’t be put together as things are:\n\n    ${visible(error.message).replace(/\s+/g, ' ')}\n`,
      );
      this.changed.fire();
    }
  }

  provideDocumentLinks(document: vscode.TextDocument): vscode.DocumentLink[] {
    return linksOf(document.uri, this.kept.get(document.uri.path)?.marks ?? []);
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const kept = this.kept.get(document.uri.path);
    if (kept?.form !== 'preview') return [];
    const line = new vscode.Range(0, 0, 0, 0);
    const lens = (title: string, command: string, tooltip: string) =>
      new vscode.CodeLens(line, { title, command, tooltip, arguments: [toPath(kept.task), kept.stage] });
    return [
      ...(kept.sent ? [lens('$(edit) Budget…', commandIds.setBundleBudget, 'Write Budget of the stage')] : []),
      lens('$(diff) Compare…', commandIds.compareBundles, 'See how the bundles of two stages differ'),
      lens('$(history) Since last run', commandIds.compareWithLastRun, 'See what has changed since the stage last ran'),
      lens('$(go-to-file) Open stage', previewCommandIds.openStage, 'Open the document at this stage'),
    ];
  }

  /** @throws UserError where it can't be put together. What a newer reading overtook is dropped. */
  private async read(kept: Kept): Promise<void> {
    const generation = ++kept.generation;
    const reads = new Set<string>();
    let asked = false;
    const files = notedFiles(this.parts.files, reads);
    const document = await vscode.workspace.openTextDocument(kept.task);
    try {
      const plan = await planTask(await taskOf(toPath(kept.task), document.getText(), files), files);
      const index = indexOf(plan, kept.stage);
      const project = (folder: string) => {
        asked = true;
        return this.parts.project(folder);
      };
      const preview = await previewStage({ files, catalog: currentCatalog(), settings: engineSettings(), project }, plan, index);
      const { bundle } = preview;
      const rows = await Promise.all(
        bundleRows(plan, index, bundle).map(async (row) => (row.place && !(await files.stat(row.place.path)) ? { ...row, place: undefined } : row)),
      );
      if (generation !== kept.generation) return;
      const title = `${kept.stage}: ${plan.stages[index]?.stage.title ?? ''}`;
      const view = { ...preview, title, rows, prompt: preview.prompt.text };
      const { text, marks } = kept.form === 'compared' ? comparedDocument(view) : bundleDocument(view);
      Object.assign(kept, { rows, marks, tokens: bundle.tokens, budget: bundle.budget, sent: preview.sent });
      this.parts.documents.set(kept.uri.path, text);
      this.changed.fire();
    } catch (error) {
      if (generation === kept.generation) throw error;
    } finally {
      // What was read before it failed may be what mends it.
      if (generation === kept.generation) kept.reads = asked ? undefined : reads;
    }
  }

  private later(kept: Kept): void {
    kept.timer ??= setTimeout(() => void this.refresh(kept), heapMs);
  }

  private forget(uri: vscode.Uri): void {
    const kept = this.of(uri) && this.kept.get(uri.path);
    if (!kept) return;
    kept.generation++;
    clearTimeout(kept.timer);
    this.kept.delete(uri.path);
  }

  dispose(): void {
    for (const { timer } of this.kept.values()) clearTimeout(timer);
    vscode.Disposable.from(...this.disposables).dispose();
  }
}
