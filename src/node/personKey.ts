import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Where this person's programs keep what is theirs and this machine's alone, by the habit of the platform. */
export function stateFolder(env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform, home = homedir()): string {
  if (platform === 'win32') return join(env.LOCALAPPDATA && isAbsolute(env.LOCALAPPDATA) ? env.LOCALAPPDATA : join(home, 'AppData', 'Local'), 'haiku-first');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'haiku-first');
  return join(env.XDG_STATE_HOME && isAbsolute(env.XDG_STATE_HOME) ? env.XDG_STATE_HOME : join(home, '.local', 'state'), 'haiku-first');
}

const form = /^[0-9a-f]{64}$/;

/**
 * The key by which this person's runs on this machine are told from those that came with a folder: made at its first use, readable by the person alone.
 * It opens nothing and never leaves. undefined where it can't be kept, as in a home that nobody may write: then all runs look alike.
 */
export async function readPersonKey(folder = stateFolder()): Promise<string | undefined> {
  const path = join(folder, 'runs.key');
  const known = await readFile(path, 'utf8').catch(() => undefined);
  if (known !== undefined && form.test(known.trim())) return known.trim();
  const made = randomBytes(32).toString('hex');
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // What is no key would make every run look foreign for ever.
    if (known !== undefined) await rm(path, { force: true });
    await writeFile(temporary, `${made}\n`, { flag: 'wx', mode: 0o600 });
    // Whole or not at all, and never over the key of another process that was faster.
    await link(temporary, path).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
    const kept = (await readFile(path, 'utf8')).trim();
    return form.test(kept) ? kept : undefined;
  } catch {
    // Without a place to keep it there is no telling runs apart; that is no reason not to run.
    return undefined;
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}
