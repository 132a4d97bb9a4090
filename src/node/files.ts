import { randomBytes } from 'node:crypto';
import { createReadStream, type Dirent, renameSync, statSync } from 'node:fs';
import { chmod, link, mkdir, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Files, UserError } from '../ports';
import { readMany } from './manyFiles';
import { readPersonKey } from './personKey';
import { writeThrough } from './throughToDisk';

const usualMaxBytes = 512 * 1024;

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

/** The file system as the core sees it: paths with `/`, on every platform. */
export function createNodeFiles(): Files {
  let personKey: ReturnType<typeof readPersonKey> | undefined;
  return {
    async read(path, maxBytes = usualMaxBytes) {
      let bytes: Buffer;
      try {
        const found = await stat(path);
        // A pipe or a device would be waited for, or read without end.
        if (!found.isFile() && !found.isDirectory()) throw new UserError(`${path} is no regular file.`, { path, todo: 'Name a text file.', exitCode: 2 });
        const { size } = found;
        if (size > maxBytes) throw tooLarge(path, size, maxBytes);
        bytes = await readFile(path);
      } catch (cause) {
        throw cause instanceof UserError ? cause : unreadable(path, cause);
      }
      return decode(path, bytes);
    },
    readMany,
    async stat(path) {
      try {
        const found = await stat(path);
        return found.isDirectory() ? { kind: 'folder', size: 0 } : { kind: 'file', size: found.size };
      } catch {
        // Whatever the reason, there is nothing here that could be read.
        return undefined;
      }
    },
    async list(folder) {
      let entries: Dirent[];
      try {
        entries = await readdir(folder, { withFileTypes: true });
      } catch {
        return [];
      }
      const named = await Promise.all(
        entries.map(async (entry) => {
          if (entry.isDirectory()) return { name: entry.name, kind: 'folder' as const };
          if (entry.isFile()) return { name: entry.name, kind: 'file' as const };
          // Links to folders are not followed: they can lead out of the workspace or round in a circle.
          const target = entry.isSymbolicLink() ? await stat(join(folder, entry.name)).catch(() => undefined) : undefined;
          return target?.isFile() ? { name: entry.name, kind: 'file' as const, link: true as const } : undefined;
        }),
      );
      return named.filter((entry) => entry !== undefined).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    },
    async realPath(path) {
      let existing = path;
      const missing: string[] = [];
      for (;;) {
        try {
          return toSlashes(join(await realpath(existing), ...missing));
        } catch (error) {
          if (codeOf(error) !== 'ENOENT' || dirname(existing) === existing) throw unreadable(path, error);
          missing.unshift(basename(existing));
          existing = dirname(existing);
        }
      }
    },
    async write(path, text, over) {
      const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
      try {
        const found = statSync(path, { throwIfNoEntry: false });
        // Whoever took the right to write away, from an administrator too, meant the file to stay; renaming over it would not ask.
        if (found?.isFile() && !(found.mode & 0o222)) throw new UserError(`${path} is read-only.`, { path, todo: 'Allow writing it first.', exitCode: 2 });
        await inFolder(path, () => writeThrough(temporary, 'wx', text, found?.mode));
        // A mask takes bits off what is made, not off what is set.
        if (found) await chmod(temporary, found.mode & 0o7777);
        if (over !== undefined && decode(path, await readFile(path)) !== over) throw changed(path);
        // Its other names would go on with the old text: those of one file are written as one, after the copy has shown that there is room.
        if (found && found.nlink > 1 && found.isFile()) {
          await writeFile(path, text);
          await rm(temporary, { force: true });
        } else renameSync(temporary, path);
      } catch (cause) {
        await rm(temporary, { force: true }).catch(() => undefined);
        if (cause instanceof UserError) throw cause;
        throw unwritable(path, cause);
      }
    },
    async append(path, text) {
      try {
        await inFolder(path, () => writeThrough(path, 'a', text));
      } catch (cause) {
        throw unwritable(path, cause);
      }
    },
    async readLines(path, maxBytes, from = 0) {
      try {
        const { size } = await stat(path);
        if (size - from > maxBytes) throw tooLarge(path, size, maxBytes);
        const bytes = from ? await readFrom(path, from) : await readFile(path);
        return decode(path, bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1));
      } catch (cause) {
        throw cause instanceof UserError ? cause : unreadable(path, cause);
      }
    },
    async createNew(path, text) {
      const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
      try {
        await inFolder(path, () => writeThrough(temporary, 'wx', text));
        // A second name for what is whole: unlike renaming, this is refused where something stands.
        await link(temporary, path);
        return true;
      } catch (cause) {
        if (codeOf(cause) === 'EEXIST') return false;
        // File systems without second names.
        if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(codeOf(cause) ?? '')) return createDirectly(path, text);
        throw unwritable(path, cause);
      } finally {
        await rm(temporary, { force: true }).catch(() => undefined);
      }
    },
    async remove(path) {
      await rm(path, { recursive: true, force: true });
    },
    personKey: () => (personKey ??= readPersonKey()),
  };
}

/** The bytes of a file behind the first so many. */
async function readFrom(path: string, from: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(path, { start: from })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function createDirectly(path: string, text: string): Promise<boolean> {
  try {
    await writeThrough(path, 'wx', text);
    return true;
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') return false;
    throw unwritable(path, cause);
  }
}

function unwritable(path: string, cause: unknown): UserError {
  return new UserError(`${path} could not be written (${codeOf(cause) ?? String(cause)}).`, {
    path,
    todo: 'Make room, or check who may write there.',
    exitCode: 2,
    cause,
  });
}

/** Write a file, making its folder only where that turns out to be missing: it seldom is, and asking each time costs as much as the writing. */
async function inFolder<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    await makeFolders(dirname(path));
    return write();
  }
}

/** The folder and those it stands in. Node's own recursion asks for ever where a file system takes no folders, such as `/proc`. */
async function makeFolders(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' && dirname(folder) !== folder) {
      // Another process may make the one it stands in between two looks.
      if (!(await stat(dirname(folder)).catch(() => undefined))) await makeFolders(dirname(folder));
      await mkdir(folder).catch((again: unknown) => {
        // Somebody else has made it meanwhile.
        if (codeOf(again) !== 'EEXIST') throw again;
      });
    } else if (!(await stat(folder).catch(() => undefined))?.isDirectory()) throw error;
  }
}

function changed(path: string): UserError {
  return new UserError(`${path} has changed meanwhile.`, { path, todo: 'Run it again.', exitCode: 2 });
}

/** Bytes as text. @throws UserError where they are none. */
export function decode(path: string, bytes: Uint8Array): string {
  if (bytes.subarray(0, 8192).includes(0)) throw new UserError(`${path} is binary.`, { path, todo: 'Name a text file.', exitCode: 2 });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UserError(`${path} is not UTF-8.`, { path, todo: 'Save it as UTF-8.', exitCode: 2, cause });
  }
}

function tooLarge(path: string, size: number, maxBytes: number): UserError {
  const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MB`;
  return new UserError(`${path} has ${megabytes(size)}; files of at most ${megabytes(maxBytes)} are read.`, {
    path,
    todo: 'Split it, or name a smaller part.',
    exitCode: 2,
  });
}

function unreadable(path: string, cause: unknown): UserError {
  const code = codeOf(cause);
  const why = code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a folder' : `could not be read (${code ?? String(cause)})`;
  return new UserError(`${path} ${why}.`, {
    path,
    todo: code === 'ENOENT' ? 'Check the path.' : code === 'EISDIR' ? 'Name a file in it.' : 'Check its permissions.',
    exitCode: 2,
    cause,
  });
}

/** A path of this platform with `/` between its parts. */
export function toSlashes(path: string): string {
  return process.platform === 'win32' ? path.replace(/\\/g, '/') : path;
}
