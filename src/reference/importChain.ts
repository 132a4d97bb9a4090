import type { ProjectDocument } from '../steering/project';
import { followImport, mostHops, realPathOf } from './imports';
import { type LaunchFiles, readDocument } from './launch';

/** A way of imports out of a document. */
export interface ImportChain {
  /** Which import of the document it begins with, by its place among them. */
  first: number;
  /** Absolute paths from that import's file on. */
  files: string[];
}

export interface ImportChains {
  /** Ends at the document itself. */
  circular: ImportChain[];
  /** Ends at a file that is one import too far away to be loaded. */
  deep: ImportChain[];
  /** Imports whose way goes on beyond what is loaded, by their place: even where a shorter way reaches it. */
  cut: Set<number>;
  /** For each import of the document, the files that it leads to through others: real path → one of the files that import it. */
  through: Map<string, string>[];
}

/**
 * Every way out of a document that ends where loading does. Breadth first, so that a file within reach on a shorter way is not called too deep on
 * a longer one; files out of the workspace are not followed. Each file is read once. Never fails.
 */
export async function importChains(document: ProjectDocument, root: string, files: LaunchFiles): Promise<ImportChains> {
  const found: ImportChains = { circular: [], deep: [], cut: new Set(), through: [] };
  const own = await realPathOf(document.path, files);
  const reached = new Set<string>();
  /** What is written the same leads to the same. */
  const firsts = new Map<string, number>();
  for (const [first, item] of document.imports.entries()) {
    const same = firsts.get(item.text);
    const through = found.through[same ?? -1] ?? new Map<string, string>();
    found.through.push(through);
    if (same !== undefined) continue;
    firsts.set(item.text, first);
    const start = await followImport(document.path, item, root, files);
    if (start.kind !== 'file') continue;
    if (start.real === own) {
      found.circular.push({ first, files: [start.path] });
      continue;
    }
    const seen = new Set([start.real]);
    reached.add(start.real);
    let level = [[start.path]];
    for (let hops = 1; level.length && hops <= mostHops; hops++) {
      const next: string[][] = [];
      for (const way of level) {
        const via = way[way.length - 1] as string;
        for (const end of await importsOf(via, root, files)) {
          if (end.real === own) {
            if (!found.circular.some((chain) => chain.first === first)) found.circular.push({ first, files: [...way, end.path] });
            continue;
          }
          if (seen.has(end.real)) continue;
          seen.add(end.real);
          if (hops === mostHops) {
            found.cut.add(first);
            found.deep.push({ first, files: [...way, end.path] });
          } else {
            through.set(end.real, via);
            reached.add(end.real);
            next.push([...way, end.path]);
          }
        }
      }
      level = next;
    }
  }
  const near = await Promise.all(found.deep.map(({ files: way }) => realPathOf(way[way.length - 1] as string, files)));
  found.deep = found.deep.filter((_, i) => !reached.has(near[i] as string));
  return found;
}

async function importsOf(path: string, root: string, files: LaunchFiles): Promise<{ path: string; real: string }[]> {
  // What can't be read leads nowhere.
  const document = await readDocument(path, files).catch(() => undefined);
  const ends = await Promise.all((document?.imports ?? []).map((item) => followImport(path, item, root, files)));
  return ends.filter((end) => end.kind === 'file');
}
