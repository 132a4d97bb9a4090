import { posix } from 'node:path';
import type { Files } from '../ports';
import type { Tree } from './workspaceFacts';

/** How a path changed. What is not known to be new may be told as created all the same. */
export type FileChange = 'created' | 'changed' | 'deleted';

/** Lists everything below a folder, as a tree of its own. */
export type ListFolder = (folder: string) => Promise<Tree>;

/**
 * The tree as it is after these paths (absolute) came or went; the same tree where none of them matters to it. Only their own folders are listed
 * again, and what is new below them. A new tree is a new value: what was derived from the old one can be kept by it.
 */
export async function changedTree(
  files: Files,
  root: string,
  tree: Tree,
  paths: Iterable<string>,
  skipped: ReadonlySet<string>,
  list: ListFolder,
): Promise<Tree> {
  const named = new Set<string>();
  for (const path of paths) {
    const relative = posix.relative(root, path);
    if (!relative || relative.startsWith('../') || relative.split('/').some((name) => skipped.has(name))) continue;
    named.add(outermostUnknown(tree, relative));
  }
  if (!named.size) return tree;
  const next: Tree = { ...tree, files: new Set(tree.files), folders: new Set(tree.folders) };
  const listed = new Map<string, ReturnType<Files['list']>>();
  for (const path of named) {
    const parent = posix.dirname(posix.join(root, path));
    const entries = listed.get(parent) ?? files.list(parent).catch(() => []);
    listed.set(parent, entries);
    const kind = (await entries).find(({ name }) => name === posix.basename(path))?.kind;
    if (kind !== 'file') next.files.delete(path);
    if (kind === 'file') next.files.add(path);
    if (next.folders.has(path)) forget(next, path);
    if (kind === 'folder') await add(next, path, await list(posix.join(root, path)));
  }
  return next;
}

/** Of a file in folders that are new too, the outermost of these: a watcher may tell of any one of them. */
function outermostUnknown(tree: Tree, path: string): string {
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
    if (!tree.folders.has(path.slice(0, slash))) return path.slice(0, slash);
  }
  return path;
}

function forget(tree: Tree, folder: string): void {
  tree.folders.delete(folder);
  for (const paths of [tree.files, tree.folders]) for (const path of paths) if (path.startsWith(`${folder}/`)) paths.delete(path);
}

async function add(tree: Tree, folder: string, below: Tree): Promise<void> {
  tree.folders.add(folder);
  for (const path of below.files) tree.files.add(`${folder}/${path}`);
  for (const path of below.folders) tree.folders.add(`${folder}/${path}`);
  tree.complete &&= below.complete;
}
