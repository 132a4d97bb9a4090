import * as vscode from 'vscode';
import { documentScheme } from './ids';

/** Documents that are made, not kept: bundle previews, the ledger, the live output of a run. A path has one text at a time. */
export class ReadOnlyDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly registered = [
    vscode.workspace.registerTextDocumentContentProvider(documentScheme, this),
    vscode.workspace.onDidCloseTextDocument((document) => {
      if (document.uri.scheme === documentScheme) this.texts.delete(document.uri.path);
    }),
  ];

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.path) ?? '';
  }

  /** Set the text of a path such as `/bundle/stage 2.md`; shown documents follow. */
  set(path: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: documentScheme, path });
    if (this.texts.get(uri.path) === text) return uri;
    this.texts.set(uri.path, text);
    this.changed.fire(uri);
    return uri;
  }

  dispose(): void {
    for (const each of this.registered) each.dispose();
    this.changed.dispose();
  }
}
