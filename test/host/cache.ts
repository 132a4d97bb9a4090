/** What the tests download, kept outside the checkout so that a fresh clone does not pay again. */

import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const marker = 'complete.json';

/** The folder for everything cached: `HAIKU_FIRST_TEST_CACHE`, or a folder of our own in the user's cache folder. */
export function cacheFolder(): string {
  const chosen = process.env.HAIKU_FIRST_TEST_CACHE;
  if (chosen) return chosen;
  if (process.platform === 'win32') return join(process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'haiku-first-test');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'haiku-first-test');
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'haiku-first-test');
}

/**
 * The cached folder of this name, filled by `fill` where there is none yet.
 * It is filled under another name and renamed when complete, so that neither an interrupted nor a second process leaves half an installation.
 */
export async function cached(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const root = cacheFolder();
  const target = join(root, name);
  if (existsSync(join(target, marker))) return target;
  mkdirSync(root, { recursive: true });
  removeLeftovers(root);
  const draft = mkdtempSync(join(root, `${name}.draft-`));
  try {
    await fill(draft);
    writeFileSync(join(draft, marker), `${JSON.stringify({ name, installed: new Date().toISOString() })}\n`);
    publish(draft, target);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return target;
}

/** Another process may have published the same folder meanwhile: then that one stays. */
function publish(draft: string, target: string): void {
  try {
    renameSync(draft, target);
  } catch (error) {
    if (existsSync(join(target, marker))) return;
    if (!existsSync(target)) throw error;
    rmSync(target, { recursive: true, force: true });
    renameSync(draft, target);
  }
}

/** Drafts that an ended process left; one that is being filled now is younger than an hour. */
function removeLeftovers(root: string): void {
  for (const name of readdirSync(root)) {
    const path = join(root, name);
    if (/\.draft-\w+$/.test(name) && Date.now() - statSync(path).mtimeMs > 3_600_000) rmSync(path, { recursive: true, force: true });
  }
}
