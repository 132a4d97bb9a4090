import { posix } from 'node:path';
import type { ProjectDocument } from '../steering/project';
import type { DocumentMentions, Mention } from './mentions';
import { indexOf, type TreeIndex } from './treeIndex';
import type { WorkspaceFacts } from './workspaceFacts';

/** Where a document stands, and what a path in it may start from. Folders are paths from the root, '' for the root itself. */
export interface Place {
  root: string;
  index: TreeIndex;
  /** The document's folder, then each above it up to the root. */
  chain: string[];
}

/** Undefined where the files can't be known whole: then nothing is said to be missing. */
export async function placeOf(path: string, workspace: WorkspaceFacts): Promise<Place | undefined> {
  const folder = posix.dirname(path);
  const root = await workspace.root(folder);
  const tree = await workspace.tree(root);
  // A document alone has no tree to be wrong about.
  if (!tree.complete || tree.files.size < 2) return undefined;
  const chain: string[] = [];
  for (let at = posix.relative(root, folder); ; at = posix.dirname(at)) {
    chain.push(at === '.' ? '' : at);
    if (at === '' || at === '.') break;
  }
  return { root, index: indexOf(tree), chain };
}

/** A path joined to a folder; undefined where it leads above the root. */
export function joined(folder: string, path: string): string | undefined {
  const at = posix.normalize(folder ? `${folder}/${path}` : path).replace(/\/+$/, '');
  return at.startsWith('../') || at === '..' ? undefined : at === '.' ? '' : at;
}

/** How many leading names of a path are there, from a folder; all of them where it exists. */
export function depthFrom(index: TreeIndex, folder: string, segments: readonly string[]): number {
  for (let n = segments.length; n > 0; n--) {
    const at = joined(folder, segments.slice(0, n).join('/'));
    if (at !== undefined && index.has(at) && !(n === segments.length ? false : !index.isFolder(at))) return n;
  }
  return 0;
}

/**
 * The folders that a reader has in mind at each block: those its headings name, its list item's parents, the sentence that leads into the list,
 * and what the same block names before and after.
 */
export class Bases {
  private readonly named = new Map<number, string[]>();
  private readonly kept = new Map<number, string[]>();

  constructor(
    document: ProjectDocument,
    private readonly read: DocumentMentions,
    private readonly place: Place,
  ) {
    for (const mention of read.mentions) if (mention.block !== undefined) this.note(mention.block, mention.form.path, mention.form.start);
    for (const link of document.links) {
      const block = blockAt(read.blocks, link.from);
      if (block !== undefined) this.note(block, link.target.replace(/^\.\//, ''), '');
    }
    read.blocks.forEach((block, i) => {
      if (block.kind !== 'heading') return;
      // `### The server crate`: a heading may name a folder by its last name alone.
      for (const word of document.text
        .slice(block.from, block.to)
        .match(/[\w.@/-]{3,}/g)
        ?.slice(0, 20) ?? []) {
        const found = place.index.named(word.slice(word.lastIndexOf('/') + 1)).filter((entry) => entry.folder);
        if (found.length <= 8) for (const entry of found) this.push(i, entry.path);
      }
    });
  }

  /** For a block, nearest meaning first; without the document's own folders. */
  of(block: number | undefined): string[] {
    if (block === undefined) return [];
    let known = this.kept.get(block);
    if (!known) {
      const own = this.read.blocks[block];
      const before: number[] = [];
      // Paragraphs of the section before this block say what it is about.
      for (let at = block - 1; at >= 0 && at > block - 12 && this.read.blocks[at]?.kind !== 'heading'; at--)
        if (this.read.blocks[at]?.kind === 'paragraph') before.push(at);
      known = [...new Set([block, ...(own?.parents ?? []), ...before, ...(own?.headings ?? [])].flatMap((at) => this.named.get(at) ?? []))];
      this.kept.set(block, known);
    }
    return known;
  }

  private note(block: number, path: string, start: string): void {
    for (const folder of start === '/' ? [''] : this.place.chain) {
      const at = joined(folder, path);
      const entry = at === undefined ? undefined : this.place.index.at(at);
      if (!entry) continue;
      this.push(block, entry.folder ? entry.path : parent(entry.path));
      return;
    }
    const bases = this.place.index.basesOf(path);
    if (bases.length > 3) return;
    for (const base of bases) {
      const entry = this.place.index.at(joined(base, path) ?? '');
      if (entry) this.push(block, entry.folder ? entry.path : parent(entry.path));
    }
  }

  private push(block: number, folder: string): void {
    const known = this.named.get(block);
    if (!known) this.named.set(block, [folder]);
    else if (known.length < 40) known.push(folder);
  }
}

/** The block an offset stands in, by halving. */
function blockAt(blocks: readonly { from: number; to: number }[], offset: number): number | undefined {
  let low = 0;
  let high = blocks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((blocks[middle]?.from ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const block = blocks[low];
  return block && block.from <= offset && offset < block.to ? low : undefined;
}

export function parent(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** The folder whose contents a list or table goes through, by its number: most of what leads its items stands there. */
export function listedFolders(read: DocumentMentions, bases: Bases, place: Place): Map<number, { folder: string; hits: number; items: number }> {
  const groups = new Map<number, Map<number, Mention[]>>();
  for (const mention of read.mentions) {
    const group = mention.block === undefined ? undefined : read.blocks[mention.block]?.group;
    if (group === undefined || !mention.leads || mention.form.start === '/' || mention.form.start === '../') continue;
    const items = groups.get(group) ?? new Map<number, Mention[]>();
    groups.set(group, items);
    items.set(mention.block as number, [...(items.get(mention.block as number) ?? []), mention]);
  }
  const found = new Map<number, { folder: string; hits: number; items: number }>();
  for (const [group, items] of groups) {
    if (items.size < 3) continue;
    const first = [...items.keys()][0] as number;
    const candidates = new Set([...place.chain, ...bases.of(first)]);
    for (const mentions of items.values()) for (const base of place.index.basesOf(mentions[0]?.form.path ?? '', 60).slice(0, 20)) candidates.add(base);
    let best: { folder: string; hits: number } | undefined;
    for (const folder of candidates) {
      let hits = 0;
      for (const mentions of items.values()) if (mentions.some(({ form }) => place.index.has(joined(folder, form.path) ?? '..'))) hits++;
      if (!best || hits > best.hits) best = { folder, hits };
    }
    if (best && best.hits >= 2 && best.hits >= items.size * 0.6) found.set(group, { ...best, items: items.size });
  }
  return found;
}
