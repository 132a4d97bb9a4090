import * as vscode from 'vscode';
import { toRange, toUri } from './convert';
import { type Language, toPosition } from './language';

/** From an input to what makes it, and from what is made to all that reads it; the same places are highlighted around the cursor. */
export class Navigation implements vscode.DefinitionProvider, vscode.ReferenceProvider, vscode.DocumentHighlightProvider {
  constructor(private readonly language: Language) {}

  async provideDefinition(document: vscode.TextDocument, position: vscode.Position, token: vscode.CancellationToken): Promise<vscode.LocationLink[]> {
    const found = await this.language.ask(document, token, (service, text) => service.definitions(text, toPosition(position)));
    return (found ?? []).map(({ path, range, origin }) => ({
      targetUri: toUri(path),
      targetRange: toRange(range),
      targetSelectionRange: toRange(range),
      originSelectionRange: toRange(origin),
    }));
  }

  async provideReferences(
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.ReferenceContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.Location[]> {
    const found = await this.language.ask(document, token, (service, text) => service.references(text, toPosition(position), context.includeDeclaration));
    return (found ?? []).map(({ range }) => new vscode.Location(document.uri, toRange(range)));
  }

  async provideDocumentHighlights(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.DocumentHighlight[] | undefined> {
    const found = await this.language.ask(document, token, (service, text) => service.references(text, toPosition(position), true));
    // Where nothing is named, VS Code highlights the word.
    if (!found?.length) return undefined;
    return found.map(
      ({ range, declaration }) =>
        new vscode.DocumentHighlight(toRange(range), declaration ? vscode.DocumentHighlightKind.Write : vscode.DocumentHighlightKind.Read),
    );
  }
}
