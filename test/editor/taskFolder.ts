/** A folder of its own below the workspace for each file of tests, so that none depends on another. */

import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { until } from './until';

export const extensionId = 'haiku-first.haiku-first';

/** The extension under test, started. */
export async function startedExtension(): Promise<vscode.Extension<unknown>> {
  const extension = vscode.extensions.getExtension(extensionId);
  assert.ok(extension, 'VS Code does not know the extension.');
  await extension.activate();
  return extension;
}

let made = 0;

export class TaskFolder {
  readonly path: string;

  /**
   * VS Code remembers documents of a path for minutes after they were closed and deleted, so no path is used twice.
   * @param from A folder to copy; the sample where nothing is said, an empty folder for `null`.
   */
  constructor(name: string, from?: string | null) {
    const workspace = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    const extension = vscode.extensions.getExtension(extensionId)?.extensionPath;
    assert.ok(workspace && extension);
    this.path = join(workspace, `${name}-${++made}`);
    if (from === null) mkdirSync(this.path);
    else cpSync(from ?? join(extension, 'templates', 'sample'), this.path, { recursive: true });
  }

  at(path: string): string {
    return join(this.path, path);
  }

  uri(path: string): vscode.Uri {
    return vscode.Uri.file(this.at(path));
  }

  has(path: string): boolean {
    return existsSync(this.at(path));
  }

  read(path: string): string {
    return readFileSync(this.at(path), 'utf8');
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(this.at(path)), { recursive: true });
    writeFileSync(this.at(path), text);
  }

  /** The folders of the task's runs, oldest first; none where nothing ran. */
  runs(): string[] {
    const folder = this.at('.haiku/runs/context');
    return existsSync(folder) ? readdirSync(folder).sort() : [];
  }

  async open(path = 'CONTEXT.md'): Promise<vscode.TextDocument> {
    const document = await vscode.workspace.openTextDocument(this.uri(path));
    await vscode.window.showTextDocument(document);
    return document;
  }

  /** Saves what is open of it, closes all editors and deletes the folder. */
  async remove(): Promise<void> {
    await closeEditors();
    rmSync(this.path, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Closes all editors; what was not saved is saved, so that nobody is asked. */
export async function closeEditors(): Promise<void> {
  await vscode.workspace.saveAll(false);
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

/** Replaces the first place where `old` stands by `text`, as typing does. */
export async function replace(document: vscode.TextDocument, old: string, text: string): Promise<void> {
  const at = document.getText().indexOf(old);
  assert.ok(at >= 0, `The document does not hold ${JSON.stringify(old)}.`);
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(document.positionAt(at), document.positionAt(at + old.length)), text);
  assert.equal(await vscode.workspace.applyEdit(edit), true);
}

/** The line on which a text stands first. */
export function lineOf(document: vscode.TextDocument, text: string): number {
  const at = document.getText().indexOf(text);
  assert.ok(at >= 0, `The document does not hold ${JSON.stringify(text)}.`);
  return document.positionAt(at).line;
}

export function codeOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : (code ?? ''));
}

/** The problems of a document that carry this code. */
export function problems(uri: vscode.Uri, code: string): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter((diagnostic) => codeOf(diagnostic) === code);
}

export function problem(uri: vscode.Uri, code: string): Promise<vscode.Diagnostic> {
  return until(`a problem ${code}`, () => problems(uri, code)[0]);
}

export function noProblem(uri: vscode.Uri, code: string): Promise<boolean> {
  return until(`no problem ${code} any more`, () => problems(uri, code).length === 0);
}

/** The quick fixes offered where a problem stands, with their edits; the first answer of VS Code is sometimes empty. */
export function fixesOf(uri: vscode.Uri, diagnostic: vscode.Diagnostic): Promise<vscode.CodeAction[]> {
  return until(`quick fixes for ${codeOf(diagnostic)}`, async () => {
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', uri, diagnostic.range, undefined, 50);
    return actions.length > 0 && actions;
  });
}

/** The titles above a document's stages, each with its line and what it does, once they hold what is waited for. */
export async function lenses(uri: vscode.Uri, ready: (found: vscode.CodeLens[]) => boolean = (found) => found.length > 0): Promise<vscode.CodeLens[]> {
  return until('the titles above the stages', async () => {
    const found = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 100);
    return ready(found) && found;
  });
}
