import { execFileSync, spawnSync } from 'node:child_process';
import { posix } from 'node:path';
import { type FileStat, type Files, UserError } from '../../src/ports';

const largest = 256 * 1024;

/** Run git on a repository without a work tree. @returns what it prints */
export function git(repository: string, args: readonly string[]): string {
  return execFileSync('git', [`--git-dir=${repository}`, ...args], { maxBuffer: 1 << 30, encoding: 'utf8' });
}

/** One commit's tree as `Files`, below `/tree`. Blobs that several trees share are read once where `kept` is handed in. */
export function treeFiles(repository: string, commit: string, kept = new Map<string, string | undefined>()): { files: Files; texts: Map<string, string> } {
  const rows = git(repository, ['ls-tree', '-r', '-l', '-z', commit])
    .split('\0')
    .flatMap((row) => {
      const match = /^(\d+) blob (\w+) +(\d+)\t(.+)$/s.exec(row);
      return match && match[1] !== '120000' && Number(match[3]) < largest ? [{ blob: match[2] as string, path: match[4] as string }] : [];
    });
  readBlobs(
    repository,
    [...new Set(rows.map(({ blob }) => blob))].filter((blob) => !kept.has(blob)),
    kept,
  );
  const texts = new Map<string, string>();
  for (const { blob, path } of rows) {
    const text = kept.get(blob);
    if (text !== undefined) texts.set(path, text);
  }
  return { files: new TreeFiles(texts), texts };
}

function readBlobs(repository: string, blobs: readonly string[], into: Map<string, string | undefined>): void {
  if (!blobs.length) return;
  const { stdout } = spawnSync('git', [`--git-dir=${repository}`, 'cat-file', '--batch'], { input: `${blobs.join('\n')}\n`, maxBuffer: 2 ** 31 - 1 });
  for (let at = 0; at < stdout.length; ) {
    const end = stdout.indexOf(10, at);
    const [blob = '', , size] = stdout.toString('latin1', at, end).split(' ');
    at = end + 1;
    if (size === undefined) continue;
    const bytes = stdout.subarray(at, at + Number(size));
    at += Number(size) + 1;
    into.set(blob, bytes.subarray(0, 8000).includes(0) ? undefined : bytes.toString('utf8'));
  }
}

/** Only for reading. */
class TreeFiles implements Files {
  private readonly folders = new Map<string, Map<string, 'file' | 'folder'>>([['/tree', new Map([['.git', 'folder']])]]);

  constructor(private readonly texts: ReadonlyMap<string, string>) {
    for (const path of texts.keys()) {
      let kind: 'file' | 'folder' = 'file';
      for (let at = posix.join('/tree', path); at !== '/tree'; at = posix.dirname(at)) {
        const folder = posix.dirname(at);
        const names = this.folders.get(folder) ?? new Map<string, 'file' | 'folder'>();
        names.set(posix.basename(at), kind);
        this.folders.set(folder, names);
        kind = 'folder';
      }
    }
  }

  async read(path: string): Promise<string> {
    const text = this.texts.get(posix.relative('/tree', path));
    if (text === undefined) throw new UserError(`There is no file ${path}.`, { path, exitCode: 2 });
    return text;
  }

  async stat(path: string): Promise<FileStat | undefined> {
    const text = this.texts.get(posix.relative('/tree', path));
    if (text !== undefined) return { kind: 'file', size: text.length };
    return this.folders.has(path) || path === '/tree/.git' ? { kind: 'folder', size: 0 } : undefined;
  }

  async list(folder: string): Promise<{ name: string; kind: 'file' | 'folder' }[]> {
    return [...(this.folders.get(folder) ?? [])].map(([name, kind]) => ({ name, kind })).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async realPath(path: string): Promise<string> {
    return path;
  }

  async write(): Promise<void> {
    throw new Error('A commit is not written to.');
  }

  append = this.write;
  remove = this.write;
}
