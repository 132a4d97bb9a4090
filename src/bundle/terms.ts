/**
 * The terms of a text, as numbers: lower case, identifiers whole and in their parts, English endings taken off, words that say nothing left out.
 * Millions of them are read for one query over a project, so a term is never a string here: it is the FNV-1a hash of its letters
 * (http://www.isthe.com/chongo/tech/comp/fnv/), cut to the 30 bits that every engine keeps as a small integer. Two different terms of one project
 * fall together once in a billion pairs.
 */

/** Longer words are no words: keys, hashes, encoded data. */
const longest = 40;
/** Letters of the identifier that is read, in lower case; what has as many or more is no word in any of its parts. */
const letters = new Uint16Array(256);
const mostLetters = 255;
/** Where its parts begin, and after the last one its end. */
const bounds = new Uint16Array(257);
/** The hash after each of a word's letters: its endings come off without hashing it again. */
const sums = new Int32Array(longest + 1);
const seed = 0x811c9dc5;
const prime = 0x01000193;
const bits = 0x3fffffff;

// What a character is, and its lower case in the sixteen bits below that; 0 where it was not met yet. Asking Unicode each time would take longer than all
// the rest.
const other = 1 << 16;
const lower = 2 << 16;
const upper = 3 << 16;
const digit = 4 << 16;
const kinds = 7 << 16;
const underscore = '_'.charCodeAt(0);
const characters = new Uint32Array(0x10000);

function learned(code: number): number {
  const character = String.fromCharCode(code);
  // Halves of characters beyond the first plane count as letters: what is not met as a whole is at least kept together.
  const kind = /\p{Lu}|\p{Lt}/u.test(character)
    ? upper
    : /[\p{L}\p{M}]/u.test(character) || (code >= 0xd800 && code <= 0xdfff)
      ? lower
      : /\p{N}/u.test(character)
        ? digit
        : other;
  const found = kind | character.toLowerCase().charCodeAt(0);
  characters[code] = found;
  return found;
}

let found = new Uint32Array(1 << 14);
let count = 0;

/**
 * The terms of a text between two offsets, in order, as often as they stand there. They lie in memory that the next call fills again.
 * Takes time in proportion to the length.
 */
export function termsOf(text: string, from = 0, to = text.length): Uint32Array {
  count = 0;
  for (let at = from; at < to; at++) {
    let code = text.charCodeAt(at);
    let character = (characters[code] as number) || learned(code);
    let kind = character & kinds;
    if (kind === other) continue;
    let size = 0;
    let parts = 0;
    let part = 0;
    let before = kind;
    do {
      if (kind !== before) {
        if (kind === upper) {
          // `fileName` and `v2Name` have two parts …
          part = size;
          bounds[++parts] = size;
        } else if (before === upper && kind === lower && size - part > 1) {
          // … `HTTPServer` too.
          part = size - 1;
          bounds[++parts] = size - 1;
        }
        before = kind;
      }
      letters[size] = character;
      if (size < mostLetters) size++;
      if (++at >= to) break;
      code = text.charCodeAt(at);
      character = (characters[code] as number) || learned(code);
      kind = character & kinds;
      if (code === underscore && at + 1 < to) {
        // `file_name` has two parts, and is one word as `fileName` is.
        code = text.charCodeAt(at + 1);
        character = (characters[code] as number) || learned(code);
        if ((character & kinds) !== other) {
          at++;
          kind = character & kinds;
          before = kind;
          part = size;
          bounds[++parts] = size;
        }
      }
    } while (kind !== other);
    if (size === mostLetters) continue;
    if (count + parts + 2 > found.length) grow();
    if (parts === 0) {
      add(0, size);
      continue;
    }
    bounds[++parts] = size;
    for (let i = 0; i < parts; i++) add(bounds[i] as number, bounds[i + 1] as number);
    add(0, size);
  }
  return found.subarray(0, count);
}

function grow(): void {
  const larger = new Uint32Array(found.length * 2);
  larger.set(found);
  found = larger;
}

/** The term of these letters, where they have one. */
function add(from: number, to: number): void {
  const size = to - from;
  // One letter says nothing but in scripts where it is a word.
  if (size > longest || size < 1 || (size === 1 && (letters[from] as number) < 0x2e80)) return;
  let sum = seed;
  for (let i = 0; i < size; i++) {
    sum = Math.imul(sum ^ (letters[from + i] as number), prime);
    sums[i + 1] = sum;
  }
  if (stopBits[sum & 0xfff] && stopTerms.has(sum & bits)) return;
  found[count++] = size > 3 ? stemmed(from, size) : sum & bits;
}

const code = (letter: string) => letter.charCodeAt(0);
const [d, e, g, i, n, s, y] = [...'deginsy'].map(code) as [number, number, number, number, number, number, number];

/** The term that is left when an English ending is taken off: `caches`, `cached`, `caching` and `cache` are one. More than three letters. */
function stemmed(from: number, size: number): number {
  const end = from + size;
  const last = letters[end - 1] as number;
  let left = size;
  if (last === s) {
    const longer = size > 4 && letters[end - 2] === e;
    if (longer && letters[end - 3] === i) return Math.imul((sums[size - 3] as number) ^ y, prime) & bits;
    left = longer ? size - 2 : size - 1;
  } else if (size > 4 && last === d && letters[end - 2] === e) left = size - 2;
  else if (size > 4 && last === g && letters[end - 2] === n && letters[end - 3] === i) left = size - 3;
  if (left > 3 && letters[from + left - 1] === e) left--;
  return (sums[left] as number) & bits;
}

// Words that nearly every English text has: they say nothing about what a text is about.
const stopTerms = new Set(
  'a an and are as at be been but by can could do does each for from had has have how if in into is it its just like may more most must no not of on one only or our out over should so some such than that the their them then there these they this those to too up use used uses using via was we were what when where which while who will with would you your'
    .split(' ')
    .map((word) => [...word].reduce((sum, letter) => Math.imul(sum ^ code(letter), prime), seed) & bits),
);
/** Twelve bits of them: most words are told apart by these. */
const stopBits = new Uint8Array(0x1000);
for (const term of stopTerms) stopBits[term & 0xfff] = 1;

/** How often each term stands in a text. */
export function countTerms(text: string): Map<number, number> {
  const counts = new Map<number, number>();
  for (const term of termsOf(text)) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}
