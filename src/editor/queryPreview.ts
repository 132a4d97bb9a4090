import { posix } from 'node:path';
import * as vscode from 'vscode';
import type { Omitted, Piece } from '../bundle/bundleTypes';
import { assembleWithoutSecrets } from '../bundle/querySecrets';
import { estimateTokens } from '../catalog/tokens';
import { UserError } from '../ports';
import { type Mark, queryDocument } from './bundleDocument';
import type { BundleRow } from './bundleRows';
import { toPath } from './convert';
import { currentCatalog } from './engine';
import { commandIds, documentScheme } from './ids';
import { linksOf } from './markLinks';
import type { Projects } from './projects';
import type { ReadOnlyDocuments } from './readOnlyDocuments';

/** A good handful of functions with their tests; as on the command line. Tokens. */
const usualBudget = 16_000;

/** The parts of a project's files that fit a query, as a document whose rows lead to their lines. One document for each folder. */
export class QueryPreviews implements vscode.DocumentLinkProvider, vscode.CodeLensProvider, vscode.Disposable {
  private readonly marks = new Map<string, Mark[]>();
  private readonly registered: vscode.Disposable[];
  private last = '';

  constructor(
    private readonly documents: ReadOnlyDocuments,
    private readonly projects: Projects,
  ) {
    const own: vscode.DocumentSelector = { scheme: documentScheme, pattern: '/query/**' };
    this.registered = [
      vscode.languages.registerDocumentLinkProvider(own, this),
      vscode.languages.registerCodeLensProvider(own, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => uri.scheme === documentScheme && this.marks.delete(uri.path)),
    ];
  }

  /** Ask what to look for and show what fits it. @throws UserError where no folder is open */
  async ask(): Promise<void> {
    const folder = await chooseFolder();
    const query = await vscode.window.showInputBox({
      title: 'Find relevant code',
      prompt: 'What is it about? An issue’s text, a commit’s message, names in the code.',
      value: this.last,
      ignoreFocusOut: true,
      validateInput: (text) => (text.trim() ? undefined : 'Say what to look for.'),
    });
    if (!query?.trim()) return;
    this.last = query;
    const uri = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: 'Looking for relevant code' }, () =>
      this.find(folder, query.trim()),
    );
    await vscode.window.showTextDocument(uri, { preview: true });
  }

  private async find(folder: string, query: string): Promise<vscode.Uri> {
    const model = currentCatalog().modelFor('haiku', {});
    const found = await assembleWithoutSecrets(await this.projects.of(folder).find(query), usualBudget, (text) => estimateTokens(text, model));
    const rows = [...found.pieces.map((piece) => rowOf('piece', folder, piece)), ...found.omitted.map((omitted) => rowOf('omitted', folder, omitted))];
    const { text, marks } = queryDocument(found, rows);
    const path = posix.join('/query', folder, 'Relevant code.md');
    this.marks.set(path, marks);
    return this.documents.set(path, text);
  }

  provideDocumentLinks({ uri }: vscode.TextDocument): vscode.DocumentLink[] {
    return linksOf(uri, this.marks.get(uri.path) ?? []);
  }

  provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    if (!this.marks.has(uri.path)) return [];
    return [new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), { title: '$(search) Look for something else…', command: commandIds.findRelevantCode })];
  }

  dispose(): void {
    vscode.Disposable.from(...this.registered).dispose();
  }
}

function rowOf(kind: 'piece' | 'omitted', folder: string, each: Piece | Omitted): BundleRow {
  // All of a file needs no heading and no lines.
  const lines = 'lines' in each && !each.whole ? each.lines : null;
  return {
    id: JSON.stringify([kind, each.source, lines]),
    kind,
    source: each.source,
    heading: 'whole' in each && each.whole ? null : each.heading,
    lines,
    outline: false,
    tokens: each.tokens,
    reason: each.reason,
    place: { path: posix.join(folder, each.source), lines },
    offers: [],
  };
}

/** The folder of the active editor, the only one there is, or the one the person picks. @throws CancellationError where they don't */
async function chooseFolder(): Promise<string> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  if (!folders.length) throw new UserError('No folder is open.', { todo: 'Open the folder of a project.' });
  const active = vscode.window.activeTextEditor?.document.uri;
  const own = folders.length === 1 ? folders[0] : active && vscode.workspace.getWorkspaceFolder(active);
  const folder = own ?? (await vscode.window.showWorkspaceFolderPick({ placeHolder: 'Look in which folder?' }));
  if (!folder) throw new vscode.CancellationError();
  return toPath(folder.uri);
}
