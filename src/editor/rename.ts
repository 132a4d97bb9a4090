import * as vscode from 'vscode';
import { toRange, toTextEdit } from './convert';
import { type Language, toPosition } from './language';

/**
 * Renames a stage's title, an output or a declared input wherever the document names it. A refusal is thrown with its reason, which VS Code shows; a
 * provider of the editor's own (headings and links of Markdown) may then still rename.
 */
export class Renames implements vscode.RenameProvider {
  constructor(private readonly language: Language) {}

  async prepareRename(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<{ range: vscode.Range; placeholder: string } | undefined> {
    const found = await this.language.ask(document, token, (service, text) => service.renamable(text, toPosition(position)));
    if (!found) return undefined;
    if ('refusal' in found) throw new Error(found.refusal);
    return { range: toRange(found.range), placeholder: found.name };
  }

  async provideRenameEdits(
    document: vscode.TextDocument,
    position: vscode.Position,
    newName: string,
    token: vscode.CancellationToken,
  ): Promise<vscode.WorkspaceEdit | undefined> {
    const found = await this.language.ask(document, token, (service, text) => service.rename(text, toPosition(position), newName));
    if (!found) return undefined;
    if ('refusal' in found) throw new Error(found.refusal);
    const edit = new vscode.WorkspaceEdit();
    const { note } = found;
    for (const change of found.edits) {
      const textEdit = toTextEdit(change);
      // Shown in the preview of the renaming; nobody is asked.
      if (note) edit.replace(document.uri, textEdit.range, textEdit.newText, { label: 'Stage title', description: note, needsConfirmation: false });
      else edit.replace(document.uri, textEdit.range, textEdit.newText);
    }
    return edit;
  }
}
