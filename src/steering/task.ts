import { posix } from 'node:path';
import picomatch from 'picomatch';
import { type Files, UserError } from '../ports';
import { slug } from '../text';
import { readContext } from './context';
import type { ContextDocument } from './contextTypes';
import { globMatcher } from './glob';

/** One CONTEXT.md with the places it works in. */
export interface Task {
  document: ContextDocument;
  /** Where paths in the document start. */
  folder: string;
  /** `.haiku` beside the document: runs, strategies, recordings. */
  haikuFolder: string;
  /** The git root above, or `folder`: nothing is written outside. */
  workspace: string;
  /** What the task is called in `.haiku`: `context` for CONTEXT.md, `blog` for blog.context.md. */
  slug: string;
}

/** Load a task from its file. @throws UserError (exit 2) where it can't be read. */
export async function loadTask(path: string, files: Files): Promise<Task> {
  return taskOf(path, await files.read(path), files);
}

/** What the task of a document is called in `.haiku`. */
export function taskSlug(path: string): string {
  return slug(posix.basename(path).replace(/(?:\.context)?\.md$/i, '')) || 'context';
}

/** A task from a text that may not be saved yet. */
export async function taskOf(path: string, text: string, files: Files): Promise<Task> {
  const folder = posix.dirname(path);
  return {
    document: readContext(path, text),
    folder,
    haikuFolder: posix.join(folder, '.haiku'),
    workspace: await workspaceOf(folder, files),
    slug: taskSlug(path),
  };
}

/** The nearest folder, from this one upwards, that holds `.git`; else this folder. */
export async function workspaceOf(folder: string, files: Pick<Files, 'stat'>): Promise<string> {
  for (let at = folder; ; at = posix.dirname(at)) {
    if (await files.stat(posix.join(at, '.git'))) return at;
    if (at === posix.dirname(at)) return folder;
  }
}

/** What stands at a path of the document, absolute. Absolute paths and `~` are kept from leading elsewhere by whoever reads or writes. */
export function resolvePath(task: Pick<Task, 'folder'>, path: string): string {
  return posix.resolve(task.folder, path);
}

/** True where `path` is `folder` or lies below it. */
export function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

/**
 * The absolute path of a file of the workspace, links followed.
 * @throws UserError (exit 2) where it leads outside of the workspace.
 */
export async function pathInWorkspace(task: Task, path: string, files: Files): Promise<string> {
  const absolute = resolvePath(task, path);
  const [real, root] = await Promise.all([files.realPath(absolute), files.realPath(task.workspace)]);
  if (isWithin(task.workspace, absolute) && isWithin(root, real)) return absolute;
  throw new UserError(`“${path}” leads outside of the workspace ${task.workspace}.`, { path: task.document.path, todo: 'Name a path inside it.', exitCode: 2 });
}

/** Written to be read and committed like code, unlike the runs and recordings beside it. */
const strategiesFolder = '.haiku/strategies';
const neverListed = new Set(['.git', 'node_modules', '.haiku', '.hg', '.svn']);

/**
 * The files below a folder that a glob (or one of several) matches, sorted by path; dot folders of tools and `node_modules` are passed over, but for
 * `.haiku/strategies` where a glob names it. At most `limit` folders are read.
 */
export async function globFiles(
  files: Files,
  folder: string,
  pattern: string | readonly string[],
  limit = 5000,
  lost?: (path: string) => void,
): Promise<string[]> {
  const { base, glob } = typeof pattern === 'string' ? picomatch.scan(pattern) : { base: '', glob: '**' };
  const start = posix.resolve(folder, base);
  if (!glob) return (await files.stat(start))?.kind === 'file' ? [start] : [];
  const matches = globMatcher(typeof pattern === 'string' ? [pattern] : pattern);
  const asksStrategies = typeof pattern !== 'string' && pattern.some((glob) => glob.includes(strategiesFolder));
  const found: string[] = [];
  const open = [start];
  for (let read = 0; open.length && read < limit; read++) {
    const at = open.pop() as string;
    for (const entry of await files.list(at)) {
      const path = posix.join(at, entry.name);
      if (entry.kind === 'folder') {
        if (asksStrategies && entry.name === '.haiku' && (await files.stat(posix.join(at, strategiesFolder)))?.kind === 'folder')
          open.push(posix.join(at, strategiesFolder));
        if (neverListed.has(entry.name)) continue;
        // A name that is no UTF-8 leads nowhere.
        if (lost && entry.name.includes('\uFFFD') && !(await files.stat(path))) lost(path);
        else open.push(path);
      } else if (matches(posix.relative(folder, path))) found.push(path);
    }
  }
  return found.sort();
}
