import { type Sentence, sentencesOf } from './words';

export interface Paragraph {
  /** Offset in the prose, which is the offset in the original. */
  from: number;
  /** Those that end with a mark: what has none is a title or a fragment. */
  sentences: Sentence[];
}

const ended = /[.!?…。！？]["'”’)\]]*$/u;
const noProse = /^\s*(?:#{1,6}\s|[-*+]\s|\d{1,9}[.)]\s|>|\||`{3}|~{3}| {4}|\t|\[\^)/;

/**
 * The paragraphs of running text, with their sentences: headings, lists, tables, quotations, footnotes and code are none. Takes time in proportion to the text.
 * @param prose as `proseOf` gives it, line for line the same as the original
 */
export function paragraphsOf(prose: string, original: string): Paragraph[] {
  const paragraphs: Paragraph[] = [];
  const lines = original.split('\n');
  let at = 0;
  let from: number | undefined;
  let listed = false;
  const close = (to: number): void => {
    if (from === undefined) return;
    const start = from;
    const sentences = sentencesOf(prose.slice(start, to), original.slice(start, to))
      .filter(({ text }) => ended.test(text))
      .map((sentence) => ({ ...sentence, from: start + sentence.from }));
    if (sentences.length) paragraphs.push({ from: start, sentences });
    from = undefined;
  };
  for (const line of lines) {
    const blank = !line.trim();
    if (blank || noProse.test(line)) {
      close(at);
      // What follows an item without a blank line belongs to it.
      listed = !blank;
    } else if (from === undefined && !listed) from = at;
    at += line.length + 1;
  }
  close(prose.length);
  return paragraphs;
}
