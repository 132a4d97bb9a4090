import * as vscode from 'vscode';
import { toRange } from './convert';
import { type Language, toMarkdown, toPosition } from './language';

/** What stands at the mouse: the model and price of a runner, what an input resolves to, what a check measures. */
export class Hovers implements vscode.HoverProvider {
  constructor(private readonly language: Language) {}

  async provideHover(document: vscode.TextDocument, position: vscode.Position, token: vscode.CancellationToken): Promise<vscode.Hover | undefined> {
    const found = await this.language.ask(document, token, (service, text) => service.hover(text, toPosition(position)));
    return found && new vscode.Hover(toMarkdown(found.markdown), toRange(found.range));
  }
}
