import type { Departure } from '../ports';
import type { TreeIndex } from './treeIndex';

/** Where a path went that is no longer there. */
export interface WhereTo {
  /** Where it is now, from the root; undefined where it was deleted, or went to more than one place. */
  to?: string;
  commit: string;
  date: string;
}

/** What has left a repository, by path, name and folder. */
export class Departed {
  private readonly byPath = new Map<string, Departure>();
  private readonly byName = new Map<string, Departure[]>();
  private readonly below = new Map<string, Departure[]>();
  private folderNames?: Map<string, string[]>;
  /** False where no history is known at all: then nothing follows from a path's not being in it. */
  readonly tells: boolean;

  /** Newest first. */
  constructor(departures: readonly Departure[]) {
    this.tells = departures.length > 0;
    for (const departure of departures) {
      if (!this.byPath.has(departure.path)) this.byPath.set(departure.path, departure);
      push(this.byName, departure.path.slice(departure.path.lastIndexOf('/') + 1), departure);
      for (let slash = departure.path.lastIndexOf('/'); slash > 0; slash = departure.path.lastIndexOf('/', slash - 1))
        push(this.below, departure.path.slice(0, slash), departure);
    }
  }

  /** True where a file or folder once stood there. */
  knew(path: string): boolean {
    return this.byPath.has(path) || this.below.has(path);
  }

  /** True for a folder that files leave again and again: it is there whenever there are some. */
  empties(folder: string): boolean {
    return new Set((this.below.get(folder) ?? []).filter(({ to }) => to === undefined).map(({ date }) => date)).size >= 5;
  }

  /** The paths of that name which have left. */
  named(name: string): readonly string[] {
    return [...new Set((this.byName.get(name) ?? []).map(({ path }) => path))];
  }

  /** The files and folders that have left whose path ends like this one. */
  endingIn(path: string): readonly string[] {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const ends = (known: string) => known === path || known.endsWith(`/${path}`);
    return [...this.named(name).filter(ends), ...(this.foldersOf().get(name) ?? []).filter(ends)];
  }

  private foldersOf(): Map<string, string[]> {
    if (!this.folderNames) {
      this.folderNames = new Map();
      for (const path of this.below.keys()) {
        const name = path.slice(path.lastIndexOf('/') + 1);
        const known = this.folderNames.get(name);
        if (known) known.push(path);
        else this.folderNames.set(name, [path]);
      }
    }
    return this.folderNames;
  }

  /** Where a path went, its later names followed to one that is there; undefined where nothing is known of it. */
  whereTo(path: string, index: TreeIndex): WhereTo | undefined {
    const own = this.byPath.get(path);
    if (own) return { ...sameName(path, this.follow(own, index).to, index), commit: own.commit, date: own.date };
    const files = this.below.get(path);
    const [last] = files ?? [];
    if (!files || !last) return undefined;
    const homes = new Map<string, number>();
    for (const file of files) {
      const now = this.follow(file, index).to;
      const rest = file.path.slice(path.length);
      const home = now?.endsWith(rest) ? now.slice(0, -rest.length) : '';
      if (home && index.isFolder(home)) homes.set(home, (homes.get(home) ?? 0) + 1);
    }
    const [best] = [...homes].sort((a, b) => b[1] - a[1]);
    const agreed = best && best[1] * 2 > files.length ? sameName(path, best[0], index) : {};
    return { ...agreed, commit: last.commit, date: last.date };
  }

  private follow(from: Departure, index: TreeIndex): { to?: string } {
    let at: Departure | undefined = from;
    for (let hops = 0; at?.to !== undefined && hops < 10; hops++) {
      if (index.has(at.to)) return { to: at.to };
      at = this.byPath.get(at.to);
    }
    return {};
  }
}

/** Where git takes one for moved to another name, and one of the old name stands somewhere, that one is likelier; of several, none is named. */
function sameName(path: string, to: string | undefined, index: TreeIndex): { to?: string } {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  if (to === undefined || to.slice(to.lastIndexOf('/') + 1).toLowerCase() === name) return { to };
  return index.named(name).length ? {} : { to };
}

function push(map: Map<string, Departure[]>, key: string, departure: Departure): void {
  const known = map.get(key);
  if (!known) map.set(key, [departure]);
  else if (known.length < 200) known.push(departure);
}
