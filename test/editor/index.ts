/** What VS Code runs in its extension host: the test files that were bundled beside this one. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { runMocha } from '../host/mochaRun';

/** @throws Error when a test failed, as VS Code expects it. */
export async function run(): Promise<void> {
  const files = readdirSync(__dirname)
    .filter((name) => name.endsWith('.test.js'))
    .sort()
    .map((name) => join(__dirname, name));
  const host = `${vscode.env.appName} ${vscode.version} (${vscode.env.appHost}${vscode.workspace.isTrusted ? '' : ', untrusted workspace'})`;
  const failures = await runMocha({ files, report: process.env.HAIKU_FIRST_TEST_REPORT, timeout: 20_000, host, grep: process.env.HAIKU_FIRST_TEST_GREP });
  if (failures > 0) throw new Error(`${failures} tests failed.`);
}
