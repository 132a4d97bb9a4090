import { posix } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import type { FileStat, Files } from '../ports';
import { workspaceOf } from '../steering/task';

export interface PackageFacts {
  /** Folder of the package.json, absolute. */
  folder: string;
  name?: string;
  scripts: string[];
  /** All dependencies, whatever they are for. */
  dependencies: string[];
}

export interface Tree {
  /** Paths from the root; folders without a slash at their end. */
  files: Set<string>;
  folders: Set<string>;
  /** False where the tree is too large to have been listed whole. */
  complete: boolean;
}

const skipped = new Set(['.git', 'node_modules', '.hg', '.svn', '.venv', 'venv', '__pycache__', '.next', 'vendor']);
const mostFolders = 20_000;
const mostFiles = 200_000;
const makefiles = ['GNUmakefile', 'makefile', 'Makefile'];

/** What rules ask of the files around a document, each read once: keep one for a run of many documents, drop it when files change. */
export class WorkspaceFacts {
  private readonly stats = new Map<string, Promise<FileStat | undefined>>();
  private readonly roots = new Map<string, Promise<string>>();
  private readonly trees = new Map<string, Promise<Tree>>();
  private readonly packageLists = new Map<string, Promise<PackageFacts[]>>();
  private readonly targetSets = new Map<string, Promise<Set<string> | undefined>>();
  private readonly ignores = new Map<string, Promise<Ignore | undefined>>();

  constructor(private readonly files: Files) {}

  stat(path: string): Promise<FileStat | undefined> {
    return kept(this.stats, path, () => this.files.stat(path).catch(() => undefined));
  }

  /** The git root above a folder, or the folder itself. */
  root(folder: string): Promise<string> {
    return kept(this.roots, folder, () => workspaceOf(folder, this.files));
  }

  /** Everything below a root but dependencies and the insides of version control. */
  tree(root: string): Promise<Tree> {
    return kept(this.trees, root, () => this.list(root));
  }

  /** Every package.json below a root that can be read. */
  packages(root: string): Promise<PackageFacts[]> {
    return kept(this.packageLists, root, async () => {
      const paths = await this.named(root, ['package.json']);
      const read = await Promise.all(paths.map((path) => this.readPackage(path)));
      return read.filter((facts) => facts !== undefined);
    });
  }

  /** The targets of every makefile below a root; undefined where there is none, or where some can't be known (computed names, missing includes). */
  makeTargets(root: string): Promise<Set<string> | undefined> {
    return kept(this.targetSets, root, async () => {
      const paths = await this.named(root, makefiles);
      if (!paths.length) return undefined;
      const targets = new Set<string>();
      for (const path of paths) if (!(await this.readMakefile(path, targets, 0))) return undefined;
      return targets;
    });
  }

  /** True where a .gitignore between the root and the path covers it: an output, a clone or a person's own file. */
  async ignored(root: string, path: string): Promise<boolean> {
    for (let folder = posix.dirname(path); folder.startsWith(root); folder = posix.dirname(folder)) {
      const rules = await kept(this.ignores, folder, async () => {
        const at = posix.join(folder, '.gitignore');
        if ((await this.stat(at))?.kind !== 'file') return undefined;
        return ignore().add(await this.files.read(at).catch(() => ''));
      });
      const relative = posix.relative(folder, path);
      // Whether it would be a folder isn't known of what doesn't exist.
      if (rules && relative && (rules.ignores(relative) || rules.ignores(`${relative}/`))) return true;
      if (folder === root || folder === posix.dirname(folder)) break;
    }
    return false;
  }

  private async named(root: string, names: readonly string[]): Promise<string[]> {
    const tree = await this.tree(root);
    return [...tree.files].filter((path) => names.includes(path.slice(path.lastIndexOf('/') + 1))).map((path) => posix.join(root, path));
  }

  private async list(root: string): Promise<Tree> {
    const tree: Tree = { files: new Set(), folders: new Set(), complete: true };
    let open = [''];
    while (open.length) {
      const next: string[] = [];
      for (let i = 0; i < open.length; i += 64) {
        const batch = open.slice(i, i + 64);
        const lists = await Promise.all(batch.map((folder) => this.files.list(posix.join(root, folder)).catch(() => [])));
        lists.forEach((entries, j) => {
          for (const entry of entries) {
            const path = batch[j] ? `${batch[j]}/${entry.name}` : entry.name;
            if (entry.kind === 'file') tree.files.add(path);
            else if (!skipped.has(entry.name)) {
              tree.folders.add(path);
              next.push(path);
            }
          }
        });
        // A link to a folder above would be followed for ever.
        if (tree.folders.size > mostFolders || tree.files.size > mostFiles) return { ...tree, complete: false };
      }
      open = next.filter((path) => path.split('/').length < 30);
    }
    return tree;
  }

  private async readPackage(path: string): Promise<PackageFacts | undefined> {
    try {
      const json: unknown = JSON.parse(await this.files.read(path));
      if (typeof json !== 'object' || json === null) return undefined;
      const data = json as Record<string, unknown>;
      const keys = (name: string): string[] => (typeof data[name] === 'object' && data[name] !== null ? Object.keys(data[name]) : []);
      return {
        folder: posix.dirname(path),
        ...(typeof data.name === 'string' ? { name: data.name } : {}),
        scripts: keys('scripts'),
        dependencies: ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'].flatMap(keys),
      };
    } catch {
      // Unreadable: nothing is known of its scripts. Someone else's finding.
      return undefined;
    }
  }

  /** False where not all its targets can be known. */
  private async readMakefile(path: string, targets: Set<string>, depth: number): Promise<boolean> {
    const text = await this.files.read(path).catch(() => undefined);
    if (text === undefined || depth > 8) return false;
    for (const line of text.replace(/\\\r?\n/g, ' ').split(/\r?\n/)) {
      const include = /^-?s?include\s+(.+?)\s*$/.exec(line);
      if (include) {
        for (const name of (include[1] as string).split(/\s+/)) {
          if (/[$*?]/.test(name) || !(await this.readMakefile(posix.resolve(posix.dirname(path), name), targets, depth + 1))) return false;
        }
      }
      const rule = /^([^\s#:=][^#:=]{0,500}?)\s*::?(?!=)(.*)$/.exec(line);
      if (!rule) continue;
      const names = rule[1] as string;
      if (/^define\b/.test(names)) continue;
      // A computed name that has a slash or dot is a file's; any other could be the one that is asked for.
      const computed = names.split(/\s+(?![^({]*[)}])/).filter((name) => /[$%*]/.test(name));
      if (computed.some((name) => !/[/.]/.test(name.replace(/\$[({][^)}]*[)}]/g, '')))) return false;
      for (const name of names.split(/\s+/)) targets.add(name);
      if (names === '.PHONY') for (const name of (rule[2] as string).trim().split(/\s+/)) targets.add(name);
    }
    return true;
  }
}

function kept<T>(map: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  let known = map.get(key);
  if (!known) {
    known = make();
    map.set(key, known);
  }
  return known;
}
