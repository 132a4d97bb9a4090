import { posix } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import type { Files } from '../ports';
import { secretReason } from '../secrets';
import { isWithin, workspaceOf } from '../steering/task';
import { passedOverReason } from './refused';

/** Dependencies, caches of tools and the insides of version control: never a project's own, whether git ignores them or not. */
const foreign = new Set(
  `.git .hg .svn node_modules bower_components vendor .venv venv __pycache__ .tox .mypy_cache .pytest_cache .ruff_cache .gradle .terraform .next .nuxt
  .svelte-kit .turbo .parcel-cache .yarn .pnpm-store`.split(/\s+/),
);
/** What lies deeper was not put there by a person. */
const deepest = 40;
/** A folder with more files is no project, or several: those that come after are passed over. */
const mostFiles = 50_000;

/** Why a file, or a folder with all below it, is passed over that git ignores. */
export const ignoredReason = 'is ignored by git';

/** Which of a folder's files may enter a bundle, judged by their paths. Paths are from the folder. */
export interface OwnPaths {
  paths: string[];
  /** What was passed over, and why. A folder stands for all below it. */
  passed: Map<string, string>;
}

interface Rules {
  /** The folder they stand in, from the git root; with a slash at its end, '' for the root. */
  base: string;
  rules: Ignore;
}

/** Lists a folder's own files: ignored folders are not entered, links are not followed. */
export class OwnFiles {
  /** The git root, or the folder where there is none. */
  private root = '';
  /** The folder from the root; with a slash at its end, '' for the root. */
  private prefix = '';
  /** By folder from the root. Kept until one of them changes. */
  private readonly kept = new Map<string, Promise<readonly Rules[]>>();

  constructor(
    private readonly folder: string,
    private readonly files: Files,
  ) {}

  /** True for a path from the folder that decides about others. */
  static decides(path: string): boolean {
    return posix.basename(path) === '.gitignore' || /(?:^|\/)\.git(?:\/info\/exclude)?$/.test(path);
  }

  /** Everything below the folder. */
  async all(): Promise<OwnPaths> {
    this.kept.clear();
    this.root = await workspaceOf(this.folder, this.files);
    this.prefix = this.folder === this.root ? '' : `${posix.relative(this.root, this.folder)}/`;
    return this.below('');
  }

  /** What is at a path, and below it where it is a folder. Nothing where nothing is there. */
  async at(path: string): Promise<OwnPaths> {
    const found: OwnPaths = { paths: [], passed: new Map() };
    const names = path.split('/');
    const parents = names.slice(0, -1);
    if (parents.some((name) => foreign.has(name))) return found;
    for (let i = 0; i < parents.length; i++) if (await this.isIgnored(parents.slice(0, i).join('/'), parents.slice(0, i + 1).join('/'), true)) return found;
    const parent = parents.join('/');
    const entry = (await this.list(parent)).find(({ name }) => name === names[names.length - 1]);
    if (!entry) return found;
    if (!(await this.take(parent, entry, found)) || entry.kind === 'file') return found;
    return this.below(path);
  }

  private async below(top: string): Promise<OwnPaths> {
    const found: OwnPaths = { paths: [], passed: new Map() };
    let open = [top];
    for (let depth = 0; open.length && depth < deepest; depth++) {
      const next: string[] = [];
      for (let i = 0; i < open.length; i += 64) {
        const batch = open.slice(i, i + 64);
        const lists = await Promise.all(batch.map((folder) => this.listed(folder)));
        for (const { folder, entries, rules } of lists) {
          for (const entry of entries) if (this.takeBy(rules, folder, entry, found) && entry.kind === 'folder') next.push(joined(folder, entry.name));
        }
        if (found.paths.length > mostFiles) {
          for (const path of found.paths.splice(mostFiles)) found.passed.set(path, `is past the first ${mostFiles} files`);
          return found;
        }
      }
      open = next;
    }
    return found;
  }

  private async listed(folder: string): Promise<{ folder: string; entries: Entry[]; rules: readonly Rules[] }> {
    const entries = await this.list(folder);
    const has = entries.some(({ name, kind }) => name === '.gitignore' && kind === 'file');
    return { folder, entries, rules: await this.rulesAt(folder, has) };
  }

  private async take(parent: string, entry: Entry, found: OwnPaths): Promise<boolean> {
    return this.takeBy(await this.rulesAt(parent), parent, entry, found);
  }

  /** Note what is to be done with an entry. @returns whether it is taken, or entered where it is a folder */
  private takeBy(rules: readonly Rules[], parent: string, { name, kind, link }: Entry, found: OwnPaths): boolean {
    const path = joined(parent, name);
    const isFolder = kind === 'folder';
    if (isFolder && foreign.has(name)) return false;
    const reason = ignoredBy(rules, this.prefix + path, isFolder) ? ignoredReason : isFolder ? undefined : fileReason(path, link);
    if (reason) found.passed.set(path, reason);
    else if (!isFolder) found.paths.push(path);
    return !reason;
  }

  private async isIgnored(parent: string, path: string, isFolder: boolean): Promise<boolean> {
    return ignoredBy(await this.rulesAt(parent), this.prefix + path, isFolder);
  }

  private list(folder: string): Promise<Entry[]> {
    return this.files.list(posix.join(this.folder, folder)).catch(() => []);
  }

  /** The rules that hold in a folder, nearest first. `has`: whether it has some of its own, where that is known. */
  private rulesAt(folder: string, has?: boolean): Promise<readonly Rules[]> {
    return this.rulesFrom((this.prefix + folder).replace(/\/$/, ''), has);
  }

  private rulesFrom(folder: string, has?: boolean): Promise<readonly Rules[]> {
    const known = this.kept.get(folder);
    if (known) return known;
    const made = this.readRules(folder, has);
    this.kept.set(folder, made);
    return made;
  }

  private async readRules(folder: string, has?: boolean): Promise<readonly Rules[]> {
    const above = folder ? await this.rulesFrom(folder.includes('/') ? posix.dirname(folder) : '') : await this.rulesIn('', '.git/info/exclude');
    const own = has === false ? [] : await this.rulesIn(folder, '.gitignore');
    return own.length ? [...own, ...above] : above;
  }

  private async rulesIn(folder: string, name: string): Promise<Rules[]> {
    const path = posix.join(this.root, folder, name);
    if ((await this.files.stat(path))?.kind !== 'file') return [];
    const text = await this.files.read(path).catch(() => '');
    return text.trim() ? [{ base: folder ? `${folder}/` : '', rules: ignore({ allowRelativePaths: true }).add(text) }] : [];
  }

  /** True where a path, absolute, lies in the folder. */
  holds(path: string): boolean {
    return path !== this.folder && isWithin(this.folder, path);
  }
}

type Entry = Awaited<ReturnType<Files['list']>>[number];

function joined(folder: string, name: string): string {
  return folder ? `${folder}/${name}` : name;
}

/** As git decides: the nearest rules that say something about a path have the last word. Folders above it were asked before. */
function ignoredBy(rules: readonly Rules[], path: string, isFolder: boolean): boolean {
  for (const { base, rules: own } of rules) {
    const said = own.test(path.slice(base.length) + (isFolder ? '/' : ''));
    if (said.ignored) return true;
    if (said.unignored) return false;
  }
  return false;
}

function fileReason(path: string, link: boolean | undefined): string | undefined {
  // What it leads to is taken by its own name, if it is in the folder and may enter.
  if (link) return 'is a link';
  return passedOverReason(path) ?? (secretReason(path) ? 'may hold a secret' : undefined);
}
