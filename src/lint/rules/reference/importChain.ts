import { readProject } from '../../../steering/project';
import type { Finding, Subject } from '../../issue';
import { importTarget } from './import';

/** What Claude Code follows at most, by its documentation of August 2026. */
const mostHops = 4;

interface Chain {
  /** The first import of this document that leads there. */
  first: number;
  /** Paths from this document's import on. */
  files: string[];
}

/** Every way of imports out of a document that ends in a circle back to it, or at a file one hop too far. */
export async function chains(subject: Subject): Promise<{ circular: Chain[]; deep: Chain[] }> {
  const found = { circular: [] as Chain[], deep: [] as Chain[] };
  const known = new Map<string, string[]>();
  const importsOf = async (path: string): Promise<string[]> => {
    let targets = known.get(path);
    if (!targets) {
      const text = await subject.files.read(path).catch(() => '');
      targets = readProject(path, text).imports.flatMap((item) => importTarget(path, item) ?? []);
      known.set(path, targets);
    }
    return targets;
  };
  for (const [first, item] of subject.project.imports.entries()) {
    const start = importTarget(subject.path, item);
    if (!start || (await subject.workspace.stat(start))?.kind !== 'file') continue;
    if (start === subject.path) {
      found.circular.push({ first, files: [start] });
      continue;
    }
    const seen = new Set<string>([start]);
    let level: string[][] = [[start]];
    // Breadth first, so that a file within reach on a shorter way is not called too deep on a longer one.
    for (let hops = 1; level.length && hops <= mostHops; hops++) {
      const next: string[][] = [];
      for (const way of level) {
        for (const target of await importsOf(way[way.length - 1] as string)) {
          if (target === subject.path) {
            if (!found.circular.some((chain) => chain.first === first)) found.circular.push({ first, files: [...way, target] });
            continue;
          }
          if (seen.has(target) || (await subject.workspace.stat(target))?.kind !== 'file') continue;
          seen.add(target);
          if (hops === mostHops) found.deep.push({ first, files: [...way, target] });
          else next.push([...way, target]);
        }
      }
      level = next;
    }
  }
  return found;
}

function base(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** One finding for each chain, at the import it begins with. */
export function chainFindings(subject: Subject, found: readonly Chain[], message: (names: string[]) => string): Finding[] {
  return found.flatMap(({ first, files }) => {
    const item = subject.project.imports[first];
    const [target] = files;
    if (!item || !target) return [];
    const at = { line: 0, character: 0 };
    return [
      {
        message: message(files.map(base)),
        range: item.range,
        related: [{ path: target, range: { start: at, end: at }, message: 'The chain goes on in this file.' }],
      },
    ];
  });
}
