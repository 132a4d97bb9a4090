import type { IndexedFile } from './indexedFile';
import { beforeLastOf, lastOf, leadsTo, type Modules } from './links';

/** The share of a file's score that each file gets of it which imports it, or which it imports. */
const share = 0.2;
/** Imports to and from so many of the best files count. */
const mostLeaders = 100;

/** A file with what it is worth for a query. */
export interface ScoredFile {
  file: IndexedFile;
  score: number;
}

/** Which files of a project are beside one another, by an import in either direction: beside what a query means lies what it means, too. */
export class Neighbours implements Modules {
  private readonly byModule = new Map<string, IndexedFile[]>();
  private readonly byLast = new Map<string, string[]>();

  constructor(private readonly files: readonly IndexedFile[]) {
    for (const file of files) {
      const known = this.byModule.get(file.module);
      if (known) known.push(file);
      else {
        this.byModule.set(file.module, [file]);
        const last = lastOf(file.module);
        const alike = this.byLast.get(last);
        if (alike) alike.push(file.module);
        else this.byLast.set(last, [file.module]);
      }
    }
  }

  has(module: string): boolean {
    return this.byModule.has(module);
  }

  endingLike(last: string): readonly string[] {
    return this.byLast.get(last) ?? [];
  }

  /** Add to the score of each file a share of its best neighbour's. @param met best first */
  share(met: readonly ScoredFile[]): void {
    const scores = new Map(met.slice(0, mostLeaders).map(({ file, score }) => [file, score]));
    const names = new Set([...scores.keys()].map(({ module }) => lastOf(module)));
    const gains = new Map<IndexedFile, number>();
    const gain = (file: IndexedFile, from: IndexedFile) => gains.set(file, Math.max(gains.get(file) ?? 0, scores.get(from) ?? 0));
    for (const file of this.files) {
      const leads = scores.has(file);
      for (const link of file.links) {
        // What leads to none of the best files, from none of them, need not be followed.
        if (!leads && !names.has(lastOf(link)) && !names.has(beforeLastOf(link))) continue;
        const module = leadsTo(link, file.path, this);
        for (const other of module === undefined ? [] : (this.byModule.get(module) ?? [])) {
          if (other === file) continue;
          gain(file, other);
          gain(other, file);
        }
      }
    }
    for (const one of met) one.score += share * (gains.get(one.file) ?? 0);
  }
}
