/** What a workspace's own settings file changes. */

import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { until } from './until';

const wanted = {
  'haikuFirst.baseUrl': 'http://127.0.0.1:9/elsewhere',
  'haikuFirst.model': 'anthropic',
  'haikuFirst.models': { haiku: 'claude-opus-5-5' },
  'haikuFirst.maxCostPerRun': 1000,
  'haikuFirst.concurrency': 7,
  'haikuFirst.showLiveOutput': false,
};

/** What holds once a `.vscode/settings.json` that sets all of these was read; it is deleted again. */
export async function spendingSettings(): Promise<Record<string, unknown>> {
  const workspace = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  assert.ok(workspace);
  const folder = join(workspace, '.vscode');
  const value = (name: string) => vscode.workspace.getConfiguration('haikuFirst').get<unknown>(name);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'settings.json'), JSON.stringify(wanted));
    // A setting that any workspace may make tells that the file was read.
    await until('the settings of the workspace', () => value('showLiveOutput') === false);
    return Object.fromEntries(Object.keys(wanted).map((id) => [id.slice('haikuFirst.'.length), value(id.slice('haikuFirst.'.length))]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await until('the settings as they were', () => value('showLiveOutput') === true);
  }
}
