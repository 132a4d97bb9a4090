import { posix } from 'node:path';
import * as vscode from 'vscode';
import type { Files, History } from '../ports';
import { WorkspaceFacts } from '../reference/workspaceFacts';
import { isWithin } from '../steering/task';
import { toPath } from './convert';
import { notedFiles } from './notedFiles';
import { WatchedFiles } from './watchedFiles';
import { type Change, WorkspaceChanges } from './workspaceChanges';

/** Changes come in heaps: a checkout, an installation. What follows from them is done once for each heap, this many milliseconds after its first. */
const heapMs = 100;

/** What the lint of one document may look at. */
export interface LintView {
  files: Files;
  workspace: WorkspaceFacts;
  /** Paths of the files that were read for this document alone. */
  reads: Set<string>;
}

/** The files as the linter of the editor sees them: unsaved texts included, everything read once, and kept as changes come in. */
export class LintWorld implements vscode.Disposable {
  readonly files: WatchedFiles;
  private facts: WorkspaceFacts;
  /** Of what lies out of the workspace nobody tells: facts of it are dropped whenever something may have happened. */
  private outside: WorkspaceFacts;
  /** What `facts` has read, for all documents. */
  private readonly shared = new Set<string>();
  private heap: Change[] = [];
  private timer: NodeJS.Timeout | undefined;
  private readonly changed = new vscode.EventEmitter<readonly Change[]>();
  /** Heaps of changes, after they were taken in. */
  readonly onDidChange = this.changed.event;
  private readonly disposables: vscode.Disposable[];

  constructor(
    /** What is saved. */
    readonly disk: Files,
    /** Asked only while the workspace is trusted: it starts git. */
    private readonly history: History,
  ) {
    this.files = new WatchedFiles(disk, isInWorkspace, openText);
    this.facts = this.newFacts();
    this.outside = new WorkspaceFacts(this.files);
    const changes = new WorkspaceChanges(disk);
    this.disposables = [
      changes,
      this.changed,
      changes.onDidChange((change) => this.take(change)),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.lookAgain()),
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused) this.outside = new WorkspaceFacts(this.files);
      }),
    ];
  }

  async view(path: string): Promise<LintView> {
    const reads = new Set<string>();
    const root = await this.facts.root(posix.dirname(path));
    return { files: notedFiles(this.files, reads), workspace: isInWorkspace(root) ? this.facts : this.outside, reads };
  }

  /** Believe nothing that is known, and have all documents linted. Watchers miss files in folders that are made many at a time, as by a checkout. */
  lookAgain(): void {
    this.files.clear();
    this.facts = this.newFacts();
    this.outside = new WorkspaceFacts(this.files);
    this.changed.fire((vscode.workspace.workspaceFolders ?? []).map(({ uri }) => ({ path: toPath(uri), how: 'created' })));
  }

  /** True where a change can matter to a document for which these files were read. */
  matters({ path, how }: Change, reads: ReadonlySet<string> | undefined): boolean {
    return how !== 'changed' || this.shared.has(path) || !reads || reads.has(path);
  }

  private newFacts(): WorkspaceFacts {
    return new WorkspaceFacts(notedFiles(this.files, this.shared), vscode.workspace.isTrusted ? this.history : undefined);
  }

  private take(change: Change): void {
    this.files.fileChanged(change.path, change.how);
    this.facts.fileChanged(change.path, change.how);
    if (change.how === 'changed') this.outside.fileChanged(change.path, change.how);
    else this.outside = new WorkspaceFacts(this.files);
    this.heap.push(change);
    this.timer ??= setTimeout(() => {
      const heap = this.heap;
      this.heap = [];
      this.timer = undefined;
      if (heap.some(({ path }) => path.endsWith('/.git/logs/HEAD'))) this.lookAgain();
      this.changed.fire(heap);
    }, heapMs);
  }

  dispose(): void {
    clearTimeout(this.timer);
    vscode.Disposable.from(...this.disposables).dispose();
  }
}

function isInWorkspace(path: string): boolean {
  return (vscode.workspace.workspaceFolders ?? []).some(({ uri }) => uri.scheme === 'file' && isWithin(toPath(uri), path));
}

function openText(path: string): string | undefined {
  return vscode.workspace.textDocuments.find((document) => document.uri.scheme === 'file' && !document.isClosed && toPath(document.uri) === path)?.getText();
}
