import type { Tree } from './workspaceFacts';

/** One thing in a tree, by its path from the root; folders without a slash at their end. */
interface Entry {
  path: string;
  folder: boolean;
}

/** Look-ups in a listed tree that cost no walk over it. Names are compared without regard to case, as half of all disks do. */
export class TreeIndex {
  private readonly byPath = new Map<string, Entry>();
  private readonly byName = new Map<string, Entry[]>();
  private stems?: Set<string>;
  private stemNames?: Map<string, string[]>;
  private byFolder?: Map<string, Entry[]>;

  constructor(tree: Pick<Tree, 'files' | 'folders'>) {
    for (const path of tree.files) this.add({ path, folder: false });
    for (const path of tree.folders) this.add({ path, folder: true });
  }

  /** What stands at a path from the root; the root itself is ''. */
  at(path: string): Entry | undefined {
    return path === '' || path === '.' ? { path: '', folder: true } : this.byPath.get(path.toLowerCase());
  }

  has(path: string): boolean {
    return this.at(path) !== undefined;
  }

  isFolder(path: string): boolean {
    return this.at(path)?.folder === true;
  }

  /** Everything of that name, wherever it stands. */
  named(name: string): readonly Entry[] {
    return this.byName.get(name.toLowerCase()) ?? [];
  }

  /** What stands directly in a folder. */
  in(folder: string): readonly Entry[] {
    if (!this.byFolder) {
      this.byFolder = new Map();
      for (const entry of this.byPath.values()) {
        const above = entry.path.slice(0, Math.max(0, entry.path.lastIndexOf('/'))).toLowerCase();
        const known = this.byFolder.get(above);
        if (known) known.push(entry);
        else this.byFolder.set(above, [entry]);
      }
    }
    return this.byFolder.get(folder.toLowerCase()) ?? [];
  }

  /** The folders from which a relative path leads somewhere, as paths from the root. */
  basesOf(path: string, atMost = 2000): string[] {
    const wanted = path.toLowerCase();
    const suffix = `/${wanted}`;
    const found: string[] = [];
    for (const entry of this.named(wanted.slice(wanted.lastIndexOf('/') + 1)).slice(0, atMost)) {
      const known = entry.path.toLowerCase();
      if (known === wanted) found.push('');
      else if (known.endsWith(suffix)) found.push(entry.path.slice(0, known.length - suffix.length));
    }
    return found;
  }

  /** True where a file of that path stands without its extension: `lib/parse` for `lib/parse.ts`. */
  hasStem(path: string): boolean {
    const wanted = path.toLowerCase();
    if (!this.stems) {
      this.stems = new Set();
      for (const [known, entry] of this.byPath) {
        const dot = known.indexOf('.', known.lastIndexOf('/') + 2);
        if (!entry.folder && dot > 0) this.stems.add(known.slice(0, dot));
      }
    }
    return this.stems.has(wanted);
  }

  /** The same of a path from any folder: by its last name. */
  hasStemAnywhere(path: string): boolean {
    const wanted = `/${path.toLowerCase()}`;
    if (!this.stemNames) {
      this.hasStem('');
      this.stemNames = new Map();
      for (const stem of this.stems ?? []) {
        const name = stem.slice(stem.lastIndexOf('/') + 1);
        const known = this.stemNames.get(name);
        if (known) known.push(stem);
        else this.stemNames.set(name, [stem]);
      }
    }
    const known = this.stemNames.get(wanted.slice(wanted.lastIndexOf('/') + 1)) ?? [];
    return known.some((stem) => `/${stem}`.endsWith(wanted));
  }

  private add(entry: Entry): void {
    this.byPath.set(entry.path.toLowerCase(), entry);
    const name = entry.path.slice(entry.path.lastIndexOf('/') + 1).toLowerCase();
    const known = this.byName.get(name);
    if (known) known.push(entry);
    else this.byName.set(name, [entry]);
  }
}

const kept = new WeakMap<object, TreeIndex>();

/** The index of a tree, made once for each: a changed tree is a new value. */
export function indexOf(tree: Pick<Tree, 'files' | 'folders'>): TreeIndex {
  let index = kept.get(tree);
  if (!index) {
    index = new TreeIndex(tree);
    kept.set(tree, index);
  }
  return index;
}
