import { posix } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import type { FileStat, Files, History } from '../ports';
import { type ProjectDocument, readProject } from '../steering/project';
import { workspaceOf } from '../steering/task';
import { Departed } from './departed';
import type { LaunchFiles } from './launch';
import { changedTree, type FileChange } from './treeChanges';

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

/** What rules ask of the files around a document, each read once: keep one for a run of many documents, and tell it what changes. */
export class WorkspaceFacts {
  private readonly stats = new Map<string, Promise<FileStat | undefined>>();
  private readonly roots = new Map<string, Promise<string>>();
  private readonly trees = new Map<string, Promise<Tree>>();
  private readonly packageLists = new Map<string, Promise<PackageFacts[]>>();
  private readonly departures = new Map<string, Promise<Departed>>();
  private readonly derived = new Map<string, Promise<unknown>>();
  private readonly targetSets = new Map<string, Promise<Set<string> | undefined>>();
  private readonly ignores = new Map<string, Promise<Ignore | undefined>>();

  /** Texts of manifests and the like. What is derived of several of them is made anew when one changes, from the others as they were read. */
  private readonly texts = new Map<string, Promise<string | undefined>>();
  /** Steering files and what they import, as they were read. */
  private readonly documents = new Map<string, Promise<ProjectDocument>>();
  private readonly realPaths = new Map<string, Promise<string>>();
  private readonly lists = new Map<string, ReturnType<Files['list']>>();
  /** Root → what came or went since its tree was listed. */
  private readonly pending = new Map<string, Set<string>>();

  /** `history` says where a missing path went; without one, files alone are asked. */
  constructor(
    private readonly files: Files,
    private readonly history?: History,
  ) {}

  /** What has left the repository, by path; asked for when a path is found missing, and once. */
  departed(root: string): Promise<Departed> {
    return kept(
      this.departures,
      root,
      async () => new Departed(this.history && (await this.stat(posix.join(root, '.git'))) ? await this.history.departures(root) : []),
    );
  }

  /**
   * A file or folder was made, changed or deleted, by whomever: what is known of it is forgotten, and nothing else is listed or read again. A folder
   * stands for all below it.
   */
  fileChanged(path: string, how: FileChange): void {
    const wasRead = [this.texts.delete(path), this.documents.delete(path)].includes(true);
    this.stats.delete(path);
    if (posix.basename(path) === '.gitignore') this.ignores.delete(posix.dirname(path));
    // A commit, a checkout: what has left is another list now.
    if (/\/\.git\/(?:logs\/)?HEAD$/.test(path)) this.departures.delete(path.slice(0, path.lastIndexOf('/.git/')) || '/');
    if (how === 'changed') {
      if (wasRead) this.forgetDerived();
      return;
    }
    // A link may lead through what came or went.
    for (const map of [this.realPaths, this.lists]) map.clear();
    if (posix.basename(path) === '.git') this.roots.clear();
    for (let at = path; at !== posix.dirname(at); at = posix.dirname(at)) this.stats.delete(at);
    for (const map of [this.stats, this.texts, this.documents, this.ignores, this.roots])
      for (const known of map.keys()) if (known.startsWith(`${path}/`)) map.delete(known);
    this.ignores.delete(path);
    for (const root of this.trees.keys()) if (path.startsWith(root === '/' ? root : `${root}/`)) kept(this.pending, root, () => new Set<string>()).add(path);
    this.forgetDerived();
  }

  /** What several files make together: cheap to make again, as they are not read again. */
  private forgetDerived(): void {
    for (const map of [this.packageLists, this.targetSets, this.derived]) map.clear();
  }

  /** What is made of several manifests, under a key of its own; made again when one of them changes, comes or goes. */
  derive<T>(key: string, make: () => Promise<T>): Promise<T> {
    return kept(this.derived, key, make) as Promise<T>;
  }

  /** The text of a manifest; undefined where it can't be read. */
  text(path: string): Promise<string | undefined> {
    return kept(this.texts, path, () => this.files.read(path).catch(() => undefined));
  }

  stat(path: string): Promise<FileStat | undefined> {
    return kept(this.stats, path, () => this.files.stat(path).catch(() => undefined));
  }

  /** Where a path leads through links; the path itself where that can't be told. */
  realPath(path: string): Promise<string> {
    return kept(this.realPaths, path, () => this.files.realPath(path).catch(() => path));
  }

  /** A Markdown file beside the one under lint, read and parsed once. @throws UserError where it can't be read */
  document(path: string): Promise<ProjectDocument> {
    return kept(this.documents, path, async () => readProject(path, await this.files.read(path)));
  }

  /** What following imports asks, each answer kept: `own` is the document under lint, as it stands. */
  launchFiles(own: ProjectDocument): LaunchFiles {
    return {
      read: (path) => this.files.read(path),
      // It may not be saved yet.
      stat: async (path) => (await this.listed(own.path, path)) ?? (path === own.path ? { kind: 'file', size: own.text.length } : undefined),
      list: async (folder) => ((await this.listed(own.path, folder)) ? kept(this.lists, folder, () => this.files.list(folder)) : []),
      realPath: (path) => kept(this.realPaths, path, () => this.files.realPath(path)),
      project: async (path) => (path === own.path ? own : this.document(path)),
    };
  }

  /** What stands at a path, by the tree that was listed anyway: most of what is asked for does not exist. The size is left open. */
  private async listed(from: string, path: string): Promise<FileStat | undefined> {
    const root = await this.root(posix.dirname(from));
    const relative = posix.relative(root, path);
    const parent = posix.dirname(relative);
    if (!relative || relative.startsWith('..') || skipped.has(posix.basename(path))) return this.stat(path);
    const tree = await this.tree(root);
    if (tree.files.has(relative)) return { kind: 'file', size: 0 };
    if (tree.folders.has(relative)) return { kind: 'folder', size: 0 };
    // What lies behind a link to a folder is in no tree.
    return tree.complete && (parent === '.' || tree.folders.has(parent)) ? undefined : this.stat(path);
  }

  /** The git root above a folder, or the folder itself. */
  root(folder: string): Promise<string> {
    return kept(this.roots, folder, () => workspaceOf(folder, this.files));
  }

  /** Everything below a root but dependencies and the insides of version control. */
  tree(root: string): Promise<Tree> {
    const known = kept(this.trees, root, () => this.list(root));
    const changed = this.pending.get(root);
    if (!changed) return known;
    this.pending.delete(root);
    const next = known.then((tree) => changedTree(this.files, root, tree, changed, skipped, (folder) => this.list(folder)));
    this.trees.set(root, next);
    return next;
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
        return ignore().add((await this.text(at)) ?? '');
      });
      const relative = posix.relative(folder, path);
      // Whether it would be a folder isn't known of what doesn't exist.
      if (rules && relative && (rules.ignores(relative) || rules.ignores(`${relative}/`))) return true;
      if (folder === root || folder === posix.dirname(folder)) break;
    }
    return false;
  }

  /** The files below a root that have one of these names, absolute. */
  async named(root: string, names: readonly string[]): Promise<string[]> {
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
      const json: unknown = JSON.parse((await this.text(path)) ?? '');
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
    const text = await this.text(path);
    if (!text?.trim() || depth > 8) return false;
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

function kept<T>(map: Map<string, T>, key: string, make: () => T): T {
  let known = map.get(key);
  if (!known) {
    known = make();
    map.set(key, known);
  }
  return known;
}
