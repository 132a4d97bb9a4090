import * as vscode from 'vscode';
import { toRange, toUri } from './convert';
import type { Language } from './language';

/** The inputs, imports, check files and code spans that lead to a file. Markdown's own links are VS Code's. */
export class DocumentLinks implements vscode.DocumentLinkProvider {
  constructor(private readonly language: Language) {}

  async provideDocumentLinks(document: vscode.TextDocument, token: vscode.CancellationToken): Promise<vscode.DocumentLink[]> {
    const found = await this.language.ask(document, token, (service, text) => service.links(text));
    return (found ?? []).map(({ range, path, position }) => {
      const uri = toUri(path);
      const target = position ? uri.with({ fragment: `L${position.line + 1},${position.character + 1}` }) : uri;
      return new vscode.DocumentLink(toRange(range), target);
    });
  }
}
