import { linksOf, moduleOf } from './links';
import { type Part, partsOf } from './parts';
import { termsOf } from './terms';

/** What an index keeps of a file: the terms of its parts as numbers, and where the parts lie. None of its text. */
export interface IndexedFile {
  path: string;
  /** Of each part four numbers: the line after its last, the offset of its end, the end of its terms, and how many there are with repeats. */
  places: Uint32Array;
  /** The terms of all parts, one part after the other, each once for each part. */
  terms: Uint32Array;
  /** How often each stands in its part; 255 for more. */
  counts: Uint8Array;
  /** The terms of the path, as often as they stand there. */
  pathTerms: Uint32Array;
  /** All counts together. */
  length: number;
  /** The name under which others import it, and what it imports. */
  module: string;
  links: readonly string[];
}

/** A part of an indexed file, as its scores need it. */
export interface IndexedPart extends Part {
  /** Its terms lie between these places in the file's. */
  firstTerm: number;
  endTerm: number;
  /** How many terms it has, each as often as it stands there. */
  length: number;
}

const numbersOfPart = 4;

/** Cut a text into parts and count their terms. Takes time in proportion to the length. */
export function indexedFile(path: string, text: string): IndexedFile {
  const parts = partsOf(path, text);
  const places = new Uint32Array(parts.length * numbersOfPart);
  let length = 0;
  let end = 0;
  parts.forEach((part, i) => {
    const terms = termsOf(text, part.start, part.end);
    end = count(terms, end);
    length += terms.length;
    places.set([part.to, part.end, end, terms.length], i * numbersOfPart);
  });
  return {
    path,
    places,
    terms: counted.slice(0, end),
    counts: counts.slice(0, end),
    pathTerms: termsOf(path).slice(),
    length,
    module: moduleOf(path),
    links: linksOf(path, text),
  };
}

/** Call `onPart` with each part, in order. The same object each time. */
export function eachPart({ places }: IndexedFile, onPart: (part: IndexedPart, index: number) => void): void {
  const part: IndexedPart = { from: 0, to: 0, start: 0, end: 0, firstTerm: 0, endTerm: 0, length: 0 };
  for (let i = 0, at = 0; at < places.length; i++, at += numbersOfPart) {
    part.from = part.to;
    part.start = part.end;
    part.firstTerm = part.endTerm;
    part.to = places[at] as number;
    part.end = places[at + 1] as number;
    part.endTerm = places[at + 2] as number;
    part.length = places[at + 3] as number;
    onPart(part, i);
  }
}

/** True where the parts of a file lie in a text as they lay in the one that was indexed: at the same offsets, with the same lines. */
export function liesIn(file: IndexedFile, text: string): boolean {
  let fits = true;
  let end = 0;
  const last = file.places.length / numbersOfPart - 1;
  eachPart(file, (part, i) => {
    end = part.end;
    let lines = part.from;
    for (let at = text.indexOf('\n', part.start); at >= 0 && at < part.end; at = text.indexOf('\n', at + 1)) lines++;
    // The last line of a text has no end.
    fits &&= i < last ? text[part.end - 1] === '\n' && lines === part.to : lines === part.to - 1;
  });
  return fits && end === text.length;
}

// The terms of the file that is indexed now, and how often each stands in its part.
let counted = new Uint32Array(1 << 16);
let counts = new Uint8Array(1 << 16);

// A table of where each term of a part stands in `counted`. An entry counts only where it bears the mark of the part that is counted now:
// so it never has to be emptied.
let table = new Uint32Array(1 << 12);
let marks = new Uint32Array(1 << 12);
let mark = 0;

/** Add each of the terms once to `counted`, from this place on. @returns the place after the last */
function count(terms: Uint32Array, from: number): number {
  if (from + terms.length > counted.length) {
    counted = enlarged(counted, from + terms.length, Uint32Array);
    counts = enlarged(counts, from + terms.length, Uint8Array);
  }
  let size = table.length;
  while (size < terms.length * 2) size *= 2;
  if (size > table.length || mark === 0xffffffff) {
    table = new Uint32Array(size);
    marks = new Uint32Array(size);
    mark = 0;
  }
  mark++;
  // Small parts stay in a small corner of the table, which the processor has at hand.
  let mask = 63;
  while (mask < terms.length * 2) mask = mask * 2 + 1;
  let end = from;
  for (let i = 0; i < terms.length; i++) {
    const term = terms[i] as number;
    let at = (term ^ (term >>> 15)) & mask;
    while (marks[at] === mark && counted[table[at] as number] !== term) at = (at + 1) & mask;
    if (marks[at] === mark) {
      const place = table[at] as number;
      if ((counts[place] as number) < 255) counts[place] = (counts[place] as number) + 1;
    } else {
      marks[at] = mark;
      table[at] = end;
      counted[end] = term;
      counts[end++] = 1;
    }
  }
  return end;
}

function enlarged<T extends Uint32Array | Uint8Array>(old: T, least: number, kind: new (size: number) => T): T {
  const larger = new kind(Math.max(least, old.length * 2));
  larger.set(old);
  return larger;
}
