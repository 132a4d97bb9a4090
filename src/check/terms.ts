import type { Verdict } from '../steering/checkTypes';
import { LineIndex } from '../text';
import type { Subject } from './subject';
import { cut, excerpt, fail, lineAt, listed, pass } from './verdict';

const unspacedScript = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}`;
const wordLike = /[\p{L}\p{N}_]/u;
const unspaced = new RegExp(`[${unspacedScript}]`, 'u');

/** What exclaims stands behind a word: `![an image]`, `!important` and `a != b` do not. */
const exclamation = /(?<=[\p{L}\p{N}\p{M}"”’)*_?!])!(?![=[])/giu;

/**
 * A pattern for a term as whole words in any case. Blanks in it stand for any blanks, a line break too; straight and curly apostrophes are the same.
 * Where a term begins or ends with a sign, or in a script without blanks between words, there is no word to be whole on that side.
 * A lone `!` is one that follows a word.
 */
export function wholeWords(term: string): RegExp {
  if (term.trim() === '!') return new RegExp(exclamation.source, exclamation.flags);
  const characters = [...term.trim().normalize('NFC')];
  const source = characters
    .join('')
    .replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
    .replace(/['’‘]/g, "['’‘]")
    .replace(/\s+/g, '\\s+');
  const bounded = (character: string | undefined): boolean => character !== undefined && wordLike.test(character) && !unspaced.test(character);
  return new RegExp(`${bounded(characters[0]) ? '(?<![\\p{L}\\p{N}_])' : ''}${source}${bounded(characters.at(-1)) ? '(?![\\p{L}\\p{N}\\p{M}_])' : ''}`, 'giu');
}

/** A pattern of a term longer than this is refused by the runtime; nobody asks whether so much is whole words. */
const longestTerm = 2000;

/** Where a term stands as whole words; undefined where it does not. */
export function findTerm(text: string, term: string): { from: number; to: number } | undefined {
  if (term.length > longestTerm) {
    const from = text.toLowerCase().indexOf(term.trim().toLowerCase());
    return from < 0 ? undefined : { from, to: from + term.trim().length };
  }
  const match = wholeWords(term).exec(text);
  return match ? { from: match.index, to: match.index + match[0].length } : undefined;
}

/** An accent is a letter of its own, or belongs to the one before: to a reader both are the same text. Places are those of a text in one piece. */
function composed(text: string): string {
  return /\p{M}/u.test(text) ? text.normalize('NFC') : text;
}

/** Each term stands in the text, letter for letter. */
export function measureContains(terms: readonly string[], subject: Subject): Verdict {
  const text = composed(subject.text);
  const index = new LineIndex(text);
  const missing = terms.filter((term) => !text.includes(composed(term)));
  if (!missing.length) return pass(`Found ${listed(terms.map((term) => `“${cut(term)}” in line ${lineAt(index, text.indexOf(composed(term)))}`))}.`);
  // The nearest thing to it, so that nobody looks for a word that is there.
  const near = missing.map((term) => {
    const other = findTerm(text, term);
    return other
      ? `“${cut(term)}” (line ${lineAt(index, other.from)} has ${excerpt(text, other.from, other.to, 0)}; case, blanks and the kind of apostrophe count)`
      : `“${cut(term)}”`;
  });
  return fail(`Expected the output to contain ${listed(near)}; found ${missing.length === 1 ? 'it' : 'them'} nowhere.`);
}

/** No term stands in the text as whole words. `what` says in the message what kind of word it is. */
export function measureExcludes(terms: readonly string[], subject: Subject, what = 'the excluded word'): Verdict {
  const text = composed(subject.text);
  const index = new LineIndex(text);
  const found = terms.flatMap((term) => {
    const at = findTerm(text, term);
    return at ? [{ ...at, message: `“${cut(term)}” in line ${lineAt(index, at.from)}: ${excerpt(text, at.from, at.to)}` }] : [];
  });
  const first = found[0];
  if (!first) return pass(`Found none of ${listed(terms.map((term) => `“${cut(term)}”`))}.`);
  return fail(`Found ${what} ${listed(found.map(({ message }) => message))}.`, index.range(first.from, first.to));
}
