/** Folders for one run, deleted with it. */

import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new empty folder. Its path is short, since sockets in it may have 104 characters at most; macOS's own is too long for that. */
export function newRunFolder(purpose: string): string {
  const base = process.platform === 'darwin' ? '/tmp' : tmpdir();
  return realpathSync(mkdtempSync(join(base, `haiku-first-${purpose}-`)));
}

/** Deletes it, also where a process that was just ended still holds a file for a moment. */
export function removeRunFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
