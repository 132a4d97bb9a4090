import { posix } from 'node:path';
import { type FileStat, type Files, UserError } from '../../src/ports';

/** `Files` over a record of absolute path → text. Counts what is written, and can refuse to. A path may be a link to another. */
export class MemoryFiles implements Files {
  readonly texts = new Map<string, string>();
  /** Paths in the order they were written, appended to or removed. */
  readonly writes: string[] = [];
  /** Paths in the order they were read. */
  readonly reads: string[] = [];
  private readonly folders = new Set<string>(['/']);
  /** Set to let every write fail, as a full disk or a read-only folder would. */
  forbidWrites = false;
  /** Set where runs are to be told from those that came with a folder. */
  personKey?: Files['personKey'];

  constructor(
    texts: Record<string, string> = {},
    /** Link → target, absolute. */
    private readonly links: Record<string, string> = {},
  ) {
    for (const [path, text] of Object.entries(texts)) this.put(path, text);
  }

  get writeCount(): number {
    return this.writes.length;
  }

  /** Make an empty folder, such as `.git`. */
  makeFolder(path: string): void {
    for (let at = posix.normalize(path); !this.folders.has(at); at = posix.dirname(at)) this.folders.add(at);
  }

  /** Fill in a file from the outside: counts as no write. */
  put(path: string, text: string): void {
    const at = posix.normalize(path);
    this.makeFolder(posix.dirname(at));
    this.texts.set(at, text);
  }

  async read(path: string, maxBytes = 512 * 1024): Promise<string> {
    const at = this.resolve(path);
    this.reads.push(at);
    const text = this.texts.get(at);
    if (text === undefined) throw new UserError(`There is no file ${path}.`, { path, exitCode: 2 });
    if (text.includes('\0')) throw new UserError(`${path} is binary.`, { path, exitCode: 2 });
    if (Buffer.byteLength(text) > maxBytes) throw new UserError(`${path} is over ${maxBytes} bytes.`, { path, exitCode: 2 });
    return text.replace(/^\uFEFF/, '');
  }

  async stat(path: string): Promise<FileStat | undefined> {
    const at = this.resolve(path);
    const text = this.texts.get(at);
    if (text !== undefined) return { kind: 'file', size: Buffer.byteLength(text) };
    return this.folders.has(at) ? { kind: 'folder', size: 0 } : undefined;
  }

  async list(folder: string): Promise<{ name: string; kind: 'file' | 'folder' }[]> {
    const at = this.resolve(folder);
    const below = (paths: Iterable<string>, kind: 'file' | 'folder') =>
      [...paths].filter((path) => path !== at && posix.dirname(path) === at).map((path) => ({ name: posix.basename(path), kind }));
    return [...below(this.texts.keys(), 'file'), ...below(this.folders, 'folder')].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async realPath(path: string): Promise<string> {
    return this.resolve(path);
  }

  async write(path: string, text: string, over?: string): Promise<void> {
    if (over !== undefined && (await this.read(path)) !== over) throw new UserError(`${path} has changed meanwhile.`, { path, exitCode: 2 });
    this.note(path);
    this.put(this.resolve(path), text);
  }

  async append(path: string, text: string): Promise<void> {
    this.note(path);
    const at = this.resolve(path);
    this.put(at, (this.texts.get(at) ?? '') + text);
  }

  async createNew(path: string, text: string): Promise<boolean> {
    const at = this.resolve(path);
    if (this.texts.has(at)) return false;
    this.note(path);
    this.put(at, text);
    return true;
  }

  async remove(path: string): Promise<void> {
    this.note(path);
    const at = this.resolve(path);
    this.texts.delete(at);
    for (const known of [...this.texts.keys()]) if (known.startsWith(`${at}/`)) this.texts.delete(known);
    for (const known of [...this.folders]) if (known === at || known.startsWith(`${at}/`)) this.folders.delete(known);
  }

  private note(path: string): void {
    if (this.forbidWrites) throw new UserError(`${path} can't be written.`, { path, exitCode: 2 });
    this.writes.push(posix.normalize(path));
  }

  private resolve(path: string): string {
    let at = posix.normalize(path).replace(/(.)\/+$/, '$1');
    for (let hops = 0; hops < 10; hops++) {
      const link = Object.keys(this.links).find((known) => at === known || at.startsWith(`${known}/`));
      if (!link) return at;
      at = posix.normalize((this.links[link] as string) + at.slice(link.length));
    }
    return at;
  }
}
