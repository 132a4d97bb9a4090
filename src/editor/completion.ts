import * as vscode from 'vscode';
import type { Completion, CompletionKind } from '../language/completion/item';
import { toRange } from './convert';
import { type Language, toMarkdown, toPosition } from './language';

const icons: Record<CompletionKind, vscode.CompletionItemKind> = {
  runner: vscode.CompletionItemKind.EnumMember,
  effort: vscode.CompletionItemKind.EnumMember,
  field: vscode.CompletionItemKind.Field,
  check: vscode.CompletionItemKind.Function,
  output: vscode.CompletionItemKind.Variable,
  stage: vscode.CompletionItemKind.Module,
  input: vscode.CompletionItemKind.Constant,
  part: vscode.CompletionItemKind.Reference,
  file: vscode.CompletionItemKind.File,
  folder: vscode.CompletionItemKind.Folder,
  heading: vscode.CompletionItemKind.Reference,
  command: vscode.CompletionItemKind.Event,
  format: vscode.CompletionItemKind.EnumMember,
  key: vscode.CompletionItemKind.Property,
  model: vscode.CompletionItemKind.Value,
  rule: vscode.CompletionItemKind.Value,
};

/** What can stand where one types in a steering document. */
export class Completions implements vscode.CompletionItemProvider {
  /** A space asks only where something new begins: the core tells by what stands before it. */
  static readonly triggers = ['(', ':', '@', '/', '#', '-', ',', ' '];

  constructor(private readonly language: Language) {}

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
    context: vscode.CompletionContext,
  ): Promise<vscode.CompletionList> {
    const found = await this.language.ask(document, token, (service, text) => service.completions(text, toPosition(position), context.triggerCharacter));
    return new vscode.CompletionList(found?.items.map(toItem) ?? [], found?.incomplete ?? false);
  }
}

function toItem(completion: Completion): vscode.CompletionItem {
  // Beside every row, not only the chosen one: prices are there to be compared.
  const item = new vscode.CompletionItem({ label: completion.label, description: completion.detail }, icons[completion.kind]);
  item.range = toRange(completion.range);
  item.insertText = completion.snippet ? new vscode.SnippetString(completion.insert) : completion.insert;
  if (completion.documentation) item.documentation = toMarkdown(completion.documentation);
  item.sortText = String(completion.rank).padStart(5, '0');
  item.filterText = completion.filter;
  if (completion.retrigger) item.command = { command: 'editor.action.triggerSuggest', title: 'Suggest' };
  return item;
}
