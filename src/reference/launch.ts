import { posix } from 'node:path';
import { estimateTokens } from '../catalog/tokens';
import type { Files } from '../ports';
import { type ProjectDocument, readProject } from '../steering/project';
import { isWithin, workspaceOf } from '../steering/task';
import { followImport, loadedText, mostHops, realPathOf } from './imports';

/** Whether AGENTS.md is loaded: where its folder has no CLAUDE.md (as recent versions of Claude Code are said to do), always, or never. */
export type AgentsFile = 'fallback' | 'always' | 'never';

export interface LaunchPiece {
  /** Absolute. */
  path: string;
  /** An estimate of what is loaded of it, its imports not included. */
  tokens: number;
  /** The file whose import leads here, absolute; undefined for what is loaded by its own name. */
  via?: string;
  /** Why it is loaded, for people: a few words. */
  reason: string;
}

export interface LaunchContext {
  /** In the order they are loaded; each file once. */
  pieces: LaunchPiece[];
  /** The sum over all pieces, as an estimate. */
  tokens: number;
}

/** What is asked of the files port, and a reading of documents that may be kept by whoever asks often. */
export interface LaunchFiles extends Pick<Files, 'read' | 'stat' | 'list' | 'realPath'> {
  project?: (path: string) => Promise<ProjectDocument>;
}

/**
 * What every session that starts in a folder loads of the workspace (the git root above, else the folder): from the root down, CLAUDE.md or
 * .claude/CLAUDE.md, what .claude/rules holds without `paths:`, and CLAUDE.local.md, each followed by its imports, at most four hops away
 * (documentation of Claude Code, August 2026). Files of folders below are loaded later, with the first file that is read there; files out of
 * the workspace, such as a person's own, are never read. Never fails: what can't be read is not loaded.
 */
export async function launchContext(folder: string, files: LaunchFiles, options: { agentsFile?: AgentsFile } = {}): Promise<LaunchContext> {
  const root = await workspaceOf(folder, files);
  const load = new Load(root, await realPathOf(root, files), files);
  for (const at of foldersBetween(root, folder)) {
    const own = [posix.join(at, 'CLAUDE.md'), posix.join(at, '.claude/CLAUDE.md')];
    const found = [];
    for (const path of own) if (await load.add(path, 'project memory')) found.push(path);
    const agentsFile = options.agentsFile ?? 'fallback';
    if (agentsFile === 'always' || (agentsFile === 'fallback' && !found.length)) {
      await load.add(posix.join(at, 'AGENTS.md'), found.length ? 'AGENTS.md' : 'AGENTS.md, where there is no CLAUDE.md');
    }
    for (const path of await rulesBelow(posix.join(at, '.claude/rules'), files)) await load.add(path, 'rule without paths', { rule: true });
    await load.add(posix.join(at, 'CLAUDE.local.md'), 'personal memory of this project');
  }
  return { pieces: load.pieces, tokens: load.pieces.reduce((sum, { tokens }) => sum + tokens, 0) };
}

/** The folder in which a session starts that loads a file by its own name: that of CLAUDE.md and kin, or the one that holds `.claude`. */
export function launchFolder(path: string): string {
  return /^(.*)\/\.claude\/(?:CLAUDE\.md$|rules\/)/.exec(path)?.[1] ?? posix.dirname(path);
}

/** The patterns by which a rule of `.claude/rules` is scoped; undefined where it is not, and so is loaded at launch. */
export function scopePatterns(data: Record<string, unknown>): string[] | undefined {
  const { paths } = data;
  const written = (Array.isArray(paths) ? paths : typeof paths === 'string' ? splitPatterns(paths) : [])
    .map((pattern) => String(pattern).trim())
    .filter(Boolean);
  return written.length && !written.every((pattern) => pattern === '**') ? written : undefined;
}

/** Patterns in one line are separated by commas, but for those between braces. */
function splitPatterns(line: string): string[] {
  const found = [''];
  let depth = 0;
  for (const mark of line) {
    if (mark === '{') depth++;
    if (mark === '}') depth = Math.max(0, depth - 1);
    if (mark === ',' && !depth) found.push('');
    else found[found.length - 1] += mark;
  }
  return found;
}

class Load {
  readonly pieces: LaunchPiece[] = [];
  /** Real path → by how many imports it was reached. */
  private readonly seen = new Map<string, number>();

  constructor(
    private readonly root: string,
    private readonly realRoot: string,
    private readonly files: LaunchFiles,
  ) {}

  /** Load a file by its name, with its imports; false where there is none. */
  async add(path: string, reason: string, options: { rule?: boolean } = {}): Promise<boolean> {
    if ((await this.files.stat(path).catch(() => undefined))?.kind !== 'file') return false;
    const real = await realPathOf(path, this.files);
    if (isWithin(this.realRoot, real)) await this.load({ path, real, reason, hops: 0, ...options });
    return true;
  }

  private async load(file: { path: string; real: string; reason: string; hops: number; via?: string; rule?: boolean }): Promise<void> {
    const { path, real, reason, hops, via } = file;
    const known = this.seen.get(real);
    // Reached on a shorter way, its own imports may be near enough now.
    if (known !== undefined && known <= hops) return;
    const document = await this.document(path);
    if (!document || (file.rule && scopePatterns(document.frontMatter.data))) return;
    this.seen.set(real, hops);
    if (known === undefined) this.pieces.push({ path, tokens: estimateTokens(loadedText(document)), reason, ...(via === undefined ? {} : { via }) });
    if (hops === mostHops) return;
    // What is written the same leads to the same.
    for (const item of new Map(document.imports.map((written) => [written.text, written])).values()) {
      const end = await followImport(path, item, this.root, this.files);
      if (end.kind === 'file') await this.load({ ...end, reason: 'imported', hops: hops + 1, via: path });
    }
  }

  private async document(path: string): Promise<ProjectDocument | undefined> {
    try {
      return await readDocument(path, this.files);
    } catch {
      // Binary, too large or not ours to read: someone else's finding.
      return undefined;
    }
  }
}

/** A file as it is read for its imports. @throws UserError where it can't be read */
export async function readDocument(path: string, files: LaunchFiles): Promise<ProjectDocument> {
  return files.project ? files.project(path) : readProject(path, await files.read(path));
}

/** From the root down to the folder, both included. */
function foldersBetween(root: string, folder: string): string[] {
  const folders: string[] = [];
  for (let at = folder; isWithin(root, at); at = posix.dirname(at)) {
    folders.unshift(at);
    if (at === root || at === posix.dirname(at)) break;
  }
  return folders;
}

const mostRuleFolders = 500;

/** The rules below a `.claude/rules`, sorted. */
export async function rulesBelow(folder: string, files: Pick<LaunchFiles, 'list'>): Promise<string[]> {
  const found: string[] = [];
  const open = [folder];
  for (let read = 0; open.length && read < mostRuleFolders; read++) {
    const at = open.pop() as string;
    for (const { name, kind } of await files.list(at)) {
      if (kind === 'folder') open.push(posix.join(at, name));
      else if (/\.md$/i.test(name)) found.push(posix.join(at, name));
    }
  }
  return found.sort();
}
