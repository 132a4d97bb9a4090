import { createHash, randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { KeptIndexes } from '../ports';

/** A larger index is not kept. Bytes. */
const largest = 64 * 1024 * 1024;
/** So many folders have theirs kept: those that were not asked for longest go first. */
const mostFolders = 20;
/** A file that changed so short a time ago may change again without its time telling. Milliseconds. */
const settlesAfter = 2000;
/** So long others wait, in milliseconds. */
const sliceMs = 10;

/** Where this person's programs keep what can be made again, by the habit of the platform. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform, home = homedir()): string {
  const own = (path: string | undefined, ...otherwise: string[]) => (path && isAbsolute(path) ? path : join(home, ...otherwise));
  if (platform === 'win32') return join(own(env.LOCALAPPDATA, 'AppData', 'Local'), 'haiku-first', 'cache');
  return platform === 'darwin' ? join(home, 'Library', 'Caches', 'haiku-first') : join(own(env.XDG_CACHE_HOME, '.cache'), 'haiku-first');
}

/** Keeps indexes as files of a folder that nobody else may read. What can't be read or written is as if it were not there. */
export function createKeptIndexes(folder: string): KeptIndexes {
  const fileOf = (of: string) => join(folder, `${createHash('sha256').update(of).digest('hex').slice(0, 32)}.index`);
  return {
    async read(of) {
      const path = fileOf(of);
      try {
        if ((await stat(path)).size > largest) return undefined;
        const bytes = await readFile(path);
        // The last use, by which the oldest are found.
        await utimes(path, new Date(), new Date());
        return bytes;
      } catch {
        return undefined;
      }
    },
    async write(of, bytes) {
      if (bytes.byteLength > largest) return;
      const path = fileOf(of);
      const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeFile(temporary, bytes, { flag: 'wx', mode: 0o600 });
        await rename(temporary, path);
        await prune(folder);
      } catch {
        await rm(temporary, { force: true }).catch(() => undefined);
      }
    },
    async stamps(paths) {
      const stamps: (string | undefined)[] = [];
      let until = performance.now() + sliceMs;
      for (const path of paths) {
        stamps.push(stampOf(path));
        if (performance.now() < until) continue;
        await new Promise((resume) => setImmediate(resume));
        until = performance.now() + sliceMs;
      }
      return stamps;
    },
  };
}

/** Size and times: the one of the last change of anything about a file can't be set back. */
function stampOf(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isFile() || Date.now() - Math.max(found.mtimeMs, found.ctimeMs) < settlesAfter) return undefined;
  return `${found.size} ${found.mtimeMs} ${found.ctimeMs}`;
}

async function prune(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.index') || name.endsWith('.tmp'));
  const found = await Promise.all(names.map(async (name) => ({ name, at: (await stat(join(folder, name)).catch(() => undefined))?.mtimeMs ?? 0 })));
  // What was cut off while it was written is left by a process that is long gone.
  const old = found.filter(({ name, at }) => name.endsWith('.tmp') && Date.now() - at > 3_600_000);
  const most = found.filter(({ name }) => name.endsWith('.index')).sort((a, b) => b.at - a.at);
  for (const { name } of [...old, ...most.slice(mostFolders)]) await rm(join(folder, name), { force: true });
}
