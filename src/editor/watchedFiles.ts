import { posix } from 'node:path';
import type { FileStat, Files } from '../ports';
import type { FileChange } from '../reference/treeChanges';

/** What lies in these is not watched, as VS Code has it by default, so nothing is kept of it. */
const unwatched = /\/(?:node_modules|\.git|\.hg|\.svn)\//;

/**
 * Files with the unsaved texts of open documents over them. What lies in watched folders is read once, and again when it is said to have changed:
 * so that a keystroke reads nothing but its own document.
 */
export class WatchedFiles implements Files {
  private readonly texts = new Map<string, Promise<string>>();
  private readonly stats = new Map<string, Promise<FileStat | undefined>>();
  private readonly lists = new Map<string, ReturnType<Files['list']>>();
  readonly realPath: Files['realPath'];

  constructor(
    private readonly disk: Files,
    /** True for what lies in a folder whose changes are told of. */
    private readonly isWatched: (path: string) => boolean,
    /** The text of an open document; undefined where none is open at this path. */
    private readonly openText: (path: string) => string | undefined,
  ) {
    this.realPath = (path) => disk.realPath(path);
  }

  /** A file or folder was made, changed or deleted: what is known of it, of what is below it and of the folders above is forgotten. */
  fileChanged(path: string, how: FileChange): void {
    const wasFile = this.texts.delete(path);
    this.stats.delete(path);
    if (how === 'changed') return;
    for (let at = path; at !== posix.dirname(at); at = posix.dirname(at)) {
      this.stats.delete(at);
      this.lists.delete(at);
    }
    if (wasFile) return;
    for (const known of [this.texts, this.stats, this.lists]) for (const key of known.keys()) if (key.startsWith(`${path}/`)) known.delete(key);
  }

  /** Forget everything. */
  clear(): void {
    for (const known of [this.texts, this.stats, this.lists]) known.clear();
  }

  read(path: string, maxBytes?: number): Promise<string> {
    const open = this.openText(path);
    if (open !== undefined) return Promise.resolve(open);
    return maxBytes === undefined ? this.kept(this.texts, path, () => this.disk.read(path)) : this.disk.read(path, maxBytes);
  }

  /** Texts of many files at once: nothing of them is kept, as a search reads far more than will be asked for again. */
  async readMany(paths: readonly string[], maxBytes: number): Promise<(string | undefined)[]> {
    const open = paths.map((path) => this.openText(path));
    const closed = paths.filter((_, i) => open[i] === undefined);
    const read = await (this.disk.readMany?.(closed, maxBytes) ?? Promise.all(closed.map((path) => this.disk.read(path, maxBytes).catch(() => undefined))));
    const texts = read[Symbol.iterator]();
    return open.map((text) => text ?? texts.next().value);
  }

  stat(path: string): Promise<FileStat | undefined> {
    return this.kept(this.stats, path, () => this.disk.stat(path));
  }

  list(folder: string): ReturnType<Files['list']> {
    return this.kept(this.lists, folder, () => this.disk.list(folder));
  }

  async write(path: string, text: string, over?: string): Promise<void> {
    await this.disk.write(path, text, over);
    this.fileChanged(path, 'created');
  }

  async append(path: string, text: string): Promise<void> {
    await this.disk.append(path, text);
    this.fileChanged(path, 'created');
  }

  async remove(path: string): Promise<void> {
    await this.disk.remove(path);
    this.fileChanged(path, 'deleted');
  }

  private kept<T>(map: Map<string, Promise<T>>, path: string, make: () => Promise<T>): Promise<T> {
    if (!this.isWatched(path) || unwatched.test(path)) return make();
    const known = map.get(path);
    if (known) return known;
    const made = make();
    map.set(path, made);
    // What could not be read may be readable in a moment, and nobody would tell.
    made.catch(() => map.get(path) === made && map.delete(path));
    return made;
  }
}
