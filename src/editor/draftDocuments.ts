import * as vscode from 'vscode';
import { draftScheme } from './ids';

interface Draft {
  bytes: Uint8Array;
  changed: number;
}

/** Documents that a person may edit before they are kept anywhere: in memory, gone once it is decided what becomes of them. */
export class DraftDocuments implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly drafts = new Map<string, Draft>();
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.changed.event;
  private readonly registered = vscode.workspace.registerFileSystemProvider(draftScheme, this, { isCaseSensitive: true });
  private made = 0;

  /** A new document under this name. No path is used twice: VS Code remembers what was open. */
  create(name: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: draftScheme, path: `/${++this.made}/${name}` });
    this.drafts.set(uri.path, { bytes: new TextEncoder().encode(text), changed: Date.now() });
    return uri;
  }

  /** What stands there now, saved or not; undefined once it is gone. */
  text(uri: vscode.Uri): string | undefined {
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString() && !document.isClosed);
    if (open) return open.getText();
    const draft = this.drafts.get(uri.path);
    return draft && new TextDecoder().decode(draft.bytes);
  }

  /** Close its editors without a question about changes, and forget it. */
  async remove(uri: vscode.Uri): Promise<void> {
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
    if (open?.isDirty) await open.save();
    const tabs = vscode.window.tabGroups.all.flatMap(({ tabs: all }) => all).filter((tab) => shows(tab, uri));
    if (tabs.length) await vscode.window.tabGroups.close(tabs);
    this.drafts.delete(uri.path);
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const { bytes, changed } = this.draft(uri);
    return { type: vscode.FileType.File, ctime: changed, mtime: changed, size: bytes.length };
  }

  readFile(uri: vscode.Uri): Uint8Array {
    return this.draft(uri).bytes;
  }

  writeFile(uri: vscode.Uri, bytes: Uint8Array): void {
    this.draft(uri);
    this.drafts.set(uri.path, { bytes, changed: Date.now() });
    this.changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    this.registered.dispose();
    this.changed.dispose();
  }

  private draft(uri: vscode.Uri): Draft {
    const draft = this.drafts.get(uri.path);
    if (!draft) throw vscode.FileSystemError.FileNotFound(uri);
    return draft;
  }
}

/** True for a tab that shows a document, alone or as the new side of a comparison. */
export function shows({ input }: vscode.Tab, uri: vscode.Uri): boolean {
  const shown = input instanceof vscode.TabInputTextDiff ? input.modified : input instanceof vscode.TabInputText ? input.uri : undefined;
  return shown?.toString() === uri.toString();
}
