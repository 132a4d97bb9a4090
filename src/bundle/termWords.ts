import { termsOf } from './terms';

/** A word, or a part of an identifier: `fileName` is asked for as a whole and by both of its parts. */
const word = /\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{Lo}\p{M}]+|\p{N}+/gu;

/** For each term the word of the query it was made of, in lower case, as a person knows it; the term's shortest one. */
export function wordsOfTerms(query: string, terms: readonly number[]): string[] {
  const words = new Map<number, string>();
  for (const [whole] of query.matchAll(/[\p{L}\p{N}\p{M}_]+/gu)) {
    for (const part of [...(whole.match(word) ?? []), whole]) {
      const own = [...termsOf(part)];
      const term = own[own.length - 1];
      const known = term === undefined ? undefined : words.get(term);
      if (term !== undefined && (known === undefined || part.length < known.length)) words.set(term, part.toLowerCase());
    }
  }
  return terms.map((term) => words.get(term) ?? '');
}
