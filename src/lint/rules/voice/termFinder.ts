import { wholeWords } from '../../../check/terms';

export interface FoundTerm<T> {
  term: T;
  from: number;
  to: number;
}

const word = /[\p{L}\p{N}_]+/gu;
/** Scripts without blanks between words: a term may begin anywhere in a run of letters. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** More terms that begin with the same word are no list that a person wrote, and each would be tried at each such word. */
const mostAlike = 100;

interface Known<T> {
  term: T;
  /** Where more than one word is to be compared; made when the first of them is met. */
  pattern?: RegExp;
  single: boolean;
}

/** Finds many terms in many texts in one pass over each: terms are looked up by their first word instead of tried one by one. */
export class TermFinder<T extends { text: string }> {
  private readonly byWord = new Map<string, Known<T>[]>();
  /** Terms that begin with no word to look them up by, such as “!”. */
  private readonly others: { term: T; pattern: RegExp }[] = [];

  constructor(terms: readonly T[]) {
    for (const term of terms) {
      const text = term.text.trim();
      const first = unspaced.test(text) ? undefined : /^[\p{L}\p{N}_]+/u.exec(text)?.[0];
      if (!first) this.others.push({ term, pattern: wholeWords(text) });
      else {
        const known = this.byWord.get(first.toLowerCase());
        const added = { term, single: first === text };
        if (known) {
          if (known.length < mostAlike) known.push(added);
        } else this.byWord.set(first.toLowerCase(), [added]);
      }
    }
  }

  /** Where terms stand as whole words, each term at its first place, in the order of the text. */
  in(text: string): FoundTerm<T>[] {
    const found = new Map<T, FoundTerm<T>>();
    const add = (term: T, from: number, length: number): void => {
      if (!found.has(term)) found.set(term, { term, from, to: from + length });
    };
    for (const at of text.matchAll(word)) {
      for (const known of this.byWord.get(at[0].toLowerCase()) ?? []) {
        // A mark on the last letter makes it another word.
        if (known.single) {
          if (!/^\p{M}/u.test(text.slice(at.index + at[0].length, at.index + at[0].length + 2))) add(known.term, at.index, at[0].length);
          continue;
        }
        known.pattern ??= new RegExp(wholeWords(known.term.text).source, 'iuy');
        known.pattern.lastIndex = at.index;
        const match = known.pattern.exec(text);
        if (match) add(known.term, match.index, match[0].length);
      }
    }
    for (const { term, pattern } of this.others) {
      pattern.lastIndex = 0;
      const match = pattern.exec(text);
      if (match) add(term, match.index, match[0].length);
    }
    return [...found.values()].sort((a, b) => a.from - b.from);
  }
}
