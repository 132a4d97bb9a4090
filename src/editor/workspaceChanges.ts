import * as vscode from 'vscode';
import type { Files } from '../ports';
import type { FileChange } from '../reference/treeChanges';
import { toPath } from './convert';

export interface Change {
  /** Absolute. */
  path: string;
  how: FileChange;
}

/** What happens inside these tells nothing of the project; that `.git` itself comes or goes does, and that there is a new commit. */
const noise = /\/(?:\.git\/(?!logs\/HEAD$)|(?:\.hg|\.svn|node_modules)\/)|\/\.haiku\/(?:runs|recordings)\//;

/**
 * Tells of every file or folder of the workspace that was made, changed or deleted, in the editor or outside of it, and of every open document whose
 * text changed. Some are told of twice, by the editor at once and by the watcher later.
 */
export class WorkspaceChanges implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Change>();
  readonly onDidChange = this.changed.event;
  private readonly disposables: vscode.Disposable[];

  constructor(disk: Pick<Files, 'stat'>) {
    const watcher = vscode.workspace.createFileSystemWatcher('**/*');
    const tell = (how: FileChange) => (uri: vscode.Uri) => this.tell(uri, how);
    this.disposables = [
      this.changed,
      watcher,
      watcher.onDidCreate(tell('created')),
      // A folder that was replaced by another of its name is told of as changed.
      watcher.onDidChange((uri) => void disk.stat(toPath(uri)).then((stat) => this.tell(uri, stat?.kind === 'folder' ? 'created' : 'changed'))),
      watcher.onDidDelete(tell('deleted')),
      vscode.workspace.onDidCreateFiles(({ files }) => files.forEach(tell('created'))),
      vscode.workspace.onDidDeleteFiles(({ files }) => files.forEach(tell('deleted'))),
      vscode.workspace.onDidRenameFiles(({ files }) => {
        for (const { oldUri, newUri } of files) {
          this.tell(oldUri, 'deleted');
          this.tell(newUri, 'created');
        }
      }),
      // A saved document may be a new file.
      vscode.workspace.onDidSaveTextDocument(({ uri }) => this.tell(uri, 'created')),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length) this.tell(document.uri, 'changed');
      }),
      // What was typed and not saved is gone with it.
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.tell(uri, 'changed')),
    ];
  }

  private tell(uri: vscode.Uri, how: FileChange): void {
    if (uri.scheme !== 'file') return;
    const path = toPath(uri);
    if (!noise.test(path)) this.changed.fire({ path, how });
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }
}
