import * as vscode from 'vscode';
import { ProjectTexts } from '../bundle/projectTexts';
import type { Files, KeptIndexes } from '../ports';
import { isWithin } from '../steering/task';
import { toPath } from './convert';
import { keepsIndex } from './settings';
import type { Change } from './workspaceChanges';

/**
 * What the files of each workspace folder hold, for stages that ask for relevant code and for queries: read at the first ask, and kept as files change.
 * All previews, estimates and runs ask the same, so that they agree.
 */
export class Projects implements vscode.Disposable {
  private readonly texts = new Map<string, ProjectTexts>();
  private readonly disposables: vscode.Disposable[];

  constructor(
    private readonly files: Files,
    onDidChangeFiles: vscode.Event<readonly Change[]>,
    private readonly kept?: KeptIndexes,
  ) {
    this.disposables = [
      onDidChangeFiles((changes) => {
        for (const texts of this.texts.values()) for (const { path } of changes) texts.fileChanged(path);
      }),
      // Nobody tells what happens out of the workspace, as in a repository of which a folder is open: it is read anew after one was elsewhere.
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused) for (const folder of this.texts.keys()) if (!isOpen(folder)) this.texts.delete(folder);
      }),
    ];
  }

  /** @param folder absolute, with `/` */
  of(folder: string): ProjectTexts {
    const known = this.texts.get(folder) ?? new ProjectTexts(folder, this.files, keepsIndex() ? this.kept : undefined);
    this.texts.set(folder, known);
    return known;
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }
}

function isOpen(folder: string): boolean {
  return (vscode.workspace.workspaceFolders ?? []).some(({ uri }) => uri.scheme === 'file' && isWithin(toPath(uri), folder));
}
