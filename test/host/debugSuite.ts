/** Prepares what the "Editor tests" debug configuration starts: the bundled tests, and a fresh copy of the sample in `out/workspace`. */

import { cpSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { suiteBundle } from './suiteBundle';

const root = resolve(__dirname, '..', '..');
const workspace = join(root, 'out', 'workspace');

rmSync(workspace, { recursive: true, force: true });
cpSync(join(root, 'templates', 'sample'), workspace, { recursive: true });
suiteBundle(join(root, 'test', 'editor')).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
