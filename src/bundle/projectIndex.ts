import { eachPart, type IndexedFile, type IndexedPart, indexedFile, liesIn } from './indexedFile';
import { Neighbours } from './neighbours';
import { lessForRepetition } from './repetition';
import { countTerms } from './terms';
import { wordsOfTerms } from './termWords';

/**
 * Which parts of a project's files fit a query, best first. Files and their parts are scored apart, each by BM25+ (Lv and Zhai 2011) over terms of identifiers,
 * and joined after: a file's score says where the work is, a part's score which lines of it. Weights were chosen on 76 commits of two public
 * repositories, on a plateau: neighbouring values give the same recall within two hundredths (`npm run bench -- query`).
 */

const k1 = 1.2;
const b = 0.8;
const delta = 0.5;
/** How much more a term in the path counts than one in the text. */
const pathWeight = 3;
/** A word said twice in the query is meant more, but not twice as much. */
const repeatPower = 0.7;
/** The share of a part's value that comes from its file. */
const fileShare = 0.4;
/** Value falls slowly with size: of two parts that fit alike, the shorter one leaves more room. */
const sizePower = 0.1;
/** Parts are looked for in so many of the best files. */
const mostFiles = 150;

export interface RankedPart {
  path: string;
  /** Lines, from 0; `to` is the line after the last. */
  from: number;
  to: number;
  /** Offsets of the same in the file's text. */
  start: number;
  end: number;
  /** Larger is better; comparable within one query only. */
  value: number;
  /** The words of the query that weighed most in it, most first; none where only its file or path fits. */
  words: string[];
}

/** A file that holds something of the query. */
interface MetFile {
  file: IndexedFile;
  score: number;
  /** Its places among the findings. */
  first: number;
  end: number;
}

interface WeighedPart extends IndexedPart {
  score: number;
  /** The query's terms that weighed most, by their place, with what each is worth. */
  weighed: [at: number, worth: number][];
}

/** So many words are named as the reason for a part. */
const mostWords = 4;

function weigh(weighed: [at: number, worth: number][], at: number, worth: number): void {
  let place = weighed.length;
  while (place > 0 && (weighed[place - 1] as [number, number])[1] < worth) place--;
  if (place === mostWords) return;
  weighed.splice(place, 0, [at, worth]);
  if (weighed.length > mostWords) weighed.pop();
}

export class ProjectIndex {
  private readonly files = new Map<string, IndexedFile>();
  /** Made when it is asked for, and anew when a file is another. */
  private neighbours?: Neighbours;

  get size(): number {
    return this.files.size;
  }

  has(path: string): boolean {
    return this.files.has(path);
  }

  paths(): Iterable<string> {
    return this.files.keys();
  }

  /** Read a file's text in place of what was known of it. */
  set(path: string, text: string): void {
    this.neighbours = undefined;
    this.files.set(path, indexedFile(path, text));
  }

  /** Take what was read of an unchanged file before. */
  put(file: IndexedFile): void {
    this.neighbours = undefined;
    this.files.set(file.path, file);
  }

  /** What is known of a file. */
  get(path: string): IndexedFile | undefined {
    return this.files.get(path);
  }

  /** True where the parts that are known of a file lie where they lay in this text of it. */
  liesIn(path: string, text: string): boolean {
    const known = this.files.get(path);
    return known !== undefined && liesIn(known, text);
  }

  delete(path: string): void {
    this.neighbours = undefined;
    this.files.delete(path);
  }

  /**
   * The parts of the files that fit a query, best first; ties by path and place, so that the same input gives the same order.
   * @param without files of which none is given
   */
  rank(query: string, without: ReadonlySet<string> = new Set()): RankedPart[] {
    const wanted = countTerms(query);
    if (!wanted.size || !this.files.size) return [];
    const met = new Meeting(this.files.values(), wanted);
    this.neighbours ??= new Neighbours([...this.files.values()]);
    this.neighbours.share(met.files.sort(byScore));
    const words = wordsOfTerms(query, [...wanted.keys()]);
    const best = met.files
      .filter(({ file }) => !without.has(file.path))
      .sort(byScore)
      .slice(0, mostFiles);
    const most = best[0]?.score ?? 1;
    const candidates = best.flatMap((one) => met.parts(one).map((part) => ({ ...part, path: one.file.path, fileScore: one.score })));
    const mostOwn = candidates.reduce((top, { score }) => Math.max(top, score), 0) || 1;
    const ranked = candidates
      .map(({ path, from, to, start, end, score, fileScore, weighed }) => {
        const fit = fileShare * (fileScore / most) + (1 - fileShare) * (score / mostOwn);
        return { path, from, to, start, end, value: fit / ((end - start) / 4 + 50) ** sizePower, words: weighed.map(([at]) => words[at] as string) };
      })
      .sort(byValue);
    return lessForRepetition(ranked).sort(byValue);
  }
}

function byValue(x: RankedPart, y: RankedPart): number {
  return y.value - x.value || compare(x.path, y.path) || x.from - y.from;
}

function byScore(x: MetFile, y: MetFile): number {
  return y.score - x.score || compare(x.file.path, y.file.path);
}

/** Where the terms of one query were found, and what that is worth. */
class Meeting {
  /** The files that hold one of the terms, in their text or path. */
  readonly files: MetFile[] = [];
  /** Findings, one after the other: the term's place in the query, how often it stands there, and the part of the file. */
  private readonly found: number[] = [];
  private readonly weights: number[];
  /** What a term is worth that is found in a part, by how few parts hold it. */
  private readonly byPart: number[];
  private readonly meanPart: number;

  constructor(files: Iterable<IndexedFile>, wanted: ReadonlyMap<number, number>) {
    this.weights = [...wanted.values()].map((times) => times ** repeatPower);
    const place = new Map([...wanted.keys()].map((term, i) => [term, i]));
    // Most terms of a part are not asked for: sixteen bits of them tell so without looking further.
    const asked = new Uint8Array(0x10000);
    for (const term of wanted.keys()) asked[term & 0xffff] = 1;
    const holding = { files: new Float64Array(wanted.size), parts: new Float64Array(wanted.size), paths: new Float64Array(wanted.size) };
    const sums = { files: 0, fileLength: 0, pathLength: 0, parts: 0 };
    for (const file of files) {
      const first = this.found.length;
      sums.files++;
      sums.fileLength += file.length;
      sums.pathLength += file.pathTerms.length;
      eachPart(file, (part, index) => {
        sums.parts++;
        for (let i = part.firstTerm; i < part.endTerm; i++) {
          const term = file.terms[i] as number;
          if (!asked[term & 0xffff]) continue;
          const at = place.get(term);
          if (at === undefined) continue;
          this.found.push(at, file.counts[i] as number, index);
          holding.parts[at] = (holding.parts[at] as number) + 1;
        }
      });
      const inText = this.counted(first, this.found.length, wanted.size);
      const inPath = pathCounts(file, place);
      inText.forEach((count, at) => {
        if (count) holding.files[at] = (holding.files[at] as number) + 1;
      });
      for (const at of inPath.keys()) holding.paths[at] = (holding.paths[at] as number) + 1;
      if (inPath.size || this.found.length > first) this.files.push({ file, score: 0, first, end: this.found.length });
    }
    const byFile = this.rarity(sums.files, holding.files);
    const byPath = this.rarity(sums.files, holding.paths);
    this.byPart = this.rarity(sums.parts, holding.parts);
    this.meanPart = sums.fileLength / sums.parts;
    for (const met of this.files) {
      const relative = met.file.length / (sums.fileLength / sums.files);
      this.counted(met.first, met.end, wanted.size).forEach((count, at) => {
        if (count) met.score += (byFile[at] as number) * saturated(count, relative);
      });
      const relativePath = met.file.pathTerms.length / (sums.pathLength / sums.files);
      for (const [at, count] of pathCounts(met.file, place)) met.score += pathWeight * (byPath[at] as number) * saturated(count, relativePath);
    }
  }

  /** All parts of a file, with what each is worth by itself. */
  parts({ file, first, end }: MetFile): WeighedPart[] {
    const parts: WeighedPart[] = [];
    eachPart(file, (part) => parts.push({ ...part, score: 0, weighed: [] }));
    for (let i = first; i < end; i += 3) {
      const [at, count, index] = this.found.slice(i, i + 3) as [number, number, number];
      const part = parts[index] as WeighedPart;
      const worth = (this.byPart[at] as number) * saturated(count, part.length / this.meanPart);
      part.score += worth;
      weigh(part.weighed, at, worth);
    }
    return parts;
  }

  /** How often each term stands in a whole file. */
  private counted(first: number, end: number, size: number): readonly number[] {
    if (first === end) return [];
    const counts = new Array<number>(size).fill(0);
    for (let i = first; i < end; i += 3) counts[this.found[i] as number] = (counts[this.found[i] as number] as number) + (this.found[i + 1] as number);
    return counts;
  }

  private rarity(all: number, holding: Float64Array): number[] {
    return this.weights.map((weight, at) => weight * Math.log(1 + (all - (holding[at] as number) + 0.5) / ((holding[at] as number) + 0.5)));
  }
}

/** The query's terms in a file's path, by their place in the query. */
function pathCounts(file: IndexedFile, place: ReadonlyMap<number, number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (const term of file.pathTerms) {
    const at = place.get(term);
    if (at !== undefined) counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  return counts;
}

/** BM25+'s share of one term: grows ever more slowly with its count, and less in a text longer than the average. */
function saturated(count: number, relativeLength: number): number {
  return delta + (count * (k1 + 1)) / (count + k1 * (1 - b + b * relativeLength));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
