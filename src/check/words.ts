import { readFrontMatter } from '../steering/frontMatter';

/** Words and sentences as a reader counts them. All of it takes time in proportion to the text, without parsing Markdown. */

const fence = /^\s*(?:>\s*)*(`{3,}|~{3,})/;

/**
 * The prose of a Markdown text, line for line and column for column: what is no prose is blanked out, so that places stay right.
 * Left out: front matter, code blocks in fences, HTML tags and comments, targets of links and images, link definitions, marks of footnotes, web addresses in
 * angle brackets, table rules and the marks of headings, lists, quotations and emphasis. Inline code, link texts, alternative texts,
 * headings and table cells are prose.
 */
export function proseOf(markdown: string): string {
  const { bodyFrom } = readFrontMatter(markdown.slice(0, 64_000));
  const blank = (text: string): string => text.replace(/[^\r\n]/g, ' ');
  const commented = blank(markdown.slice(0, bodyFrom)) + markdown.slice(bodyFrom).replace(/<!--[\s\S]*?(?:-->|$(?![\s\S]))/g, blank);
  let open: string | undefined;
  return commented
    .split('\n')
    .map((line) => {
      const mark = fence.exec(line)?.[1];
      if (open !== undefined) {
        if (
          mark?.startsWith(open) &&
          !line
            .trim()
            .replace(/^[>\s]*[`~]+/, '')
            .trim()
        )
          open = undefined;
        return blank(line);
      }
      if (mark && !(mark.startsWith('`') && line.slice(line.indexOf(mark) + mark.length).includes('`'))) {
        open = mark;
        return blank(line);
      }
      if (line.length > 20_000) return line;
      return line
        .replace(/\[\^[^\]\s]{1,100}\]:?/g, blank)
        .replace(/^\s*\[[^\]\n]{1,200}\]:\s+\S.*$/, blank)
        .replace(/\]\([^()\n]{0,2000}(?:\([^()\n]{0,500}\)[^()\n]{0,2000})?\)/g, blank)
        .replace(/\]\[[^\]\n]{0,200}\]/g, blank)
        .replace(/<\/?[A-Za-z][^<>\n]{0,2000}>/g, blank)
        .replace(/^(?:\s|>)*(?:#{1,6}|[-*+]|\d{1,9}[.)])(?=\s)(?:\s+\[[ xX]\](?=\s))?/, blank)
        .replace(/[*_~`|[\]!]+(?=\S)|(?<=\S)[*_~`|[\]]+/g, (marks, at: number, whole: string) =>
          /[|]/.test(marks) || !isInside(whole, at, marks.length) ? blank(marks) : marks,
        );
    })
    .join('\n');
}

/** Between two letters, `_` and its like are part of a name (`snake_case`), not marks. */
function isInside(line: string, at: number, length: number): boolean {
  return /[\p{L}\p{N}]/u.test(line[at - 1] ?? ' ') && /[\p{L}\p{N}]/u.test(line[at + length] ?? ' ');
}

const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
let segmenter: Intl.Segmenter | undefined;

/**
 * How many words stand in a text: stretches between blanks that hold a letter or a digit, as word processors count
 * ("state-of-the-art", "don't" and "3.5" are one each; "–", "&" and emoji none). A dash without blanks around it parts two words. Scripts
 * written without blanks (Chinese, Japanese, Thai …) are cut by the Unicode rules the runtime brings.
 */
export function countWords(text: string): number {
  let count = 0;
  for (const match of text.matchAll(/[^\s—–…]+/g)) {
    const stretch = match[0];
    if (!/[\p{L}\p{N}]/u.test(stretch)) continue;
    if (!unspaced.test(stretch)) count++;
    else {
      segmenter ??= new Intl.Segmenter(undefined, { granularity: 'word' });
      // In short pieces: the runtime takes the square of what it is given.
      for (const piece of stretch.match(/[^。、，．！？；：]{1,200}/g) ?? []) for (const segment of segmenter.segment(piece)) if (segment.isWordLike) count++;
    }
  }
  return count;
}

export interface Sentence {
  text: string;
  /** Offset in the prose, which is the offset in the original. */
  from: number;
  words: number;
}

/** Shortened words whose full stop ends no sentence, whatever follows; of the second kind only before a number. */
const shortened = /(?:^|[\s("“'‘])(?:Mr|Mrs|Ms|Dr|Prof|St|vs|cf|approx|e\.\s?g|i\.\s?e|Vgl|bzw|ca|z\.\s?B|d\.\s?h|u\.\s?a|z|d|Hr|Fr)\.\s*$/;
const numbered = /(?:^|[\s("“'‘])(?:Figs?|Secs?|Eqs?|Nos?|Vol|Ch|pp?|Abb|Tab|Nr|Art|Abs|S)\.\s*$/i;

/** Sentences of a prose as `proseOf` gives it. A blank line, and the end of a list item, heading or table row, ends a sentence as a full stop does. */
export function sentencesOf(prose: string, original: string): Sentence[] {
  const found: Sentence[] = [];
  const lines = original.split('\n');
  const add = (from: number, to: number): void => {
    const ends = /[.!?…。！？]["'”’)\]]*(?:\s+(?=["'“‘([]?[\p{Lu}\p{N}\p{Lo}])|(\s+)(?=\S)|$)|[。！？]/gu;
    const block = prose.slice(from, to);
    let start = 0;
    for (const end of block.matchAll(ends)) {
      const stop = end.index + end[0].length;
      // A sentence may begin with code, whose marks are blanked here and whose names are in lower case.
      if (end[1] && original[from + stop - 1] !== '`') continue;
      if (end[0].startsWith('.')) {
        const last = block.slice(Math.max(start, stop - 16), stop);
        if (shortened.test(last) || (/\d/.test(block[stop] ?? '') && numbered.test(last))) continue;
      }
      push(from + start, block.slice(start, stop));
      start = stop;
    }
    push(from + start, block.slice(start));
  };
  const push = (from: number, raw: string): void => {
    const words = countWords(raw);
    if (words) found.push({ text: raw.replace(/\s+/g, ' ').trim(), from: from + raw.search(/\S/), words });
  };
  let at = 0;
  let from = 0;
  lines.forEach((line) => {
    // What begins a block ends the sentence above it.
    if (/^\s*(?:#{1,6}\s|[-*+]\s|\d{1,9}[.)]\s|>|\||$|`{3}|~{3})/.test(line)) {
      if (at > from) add(from, at);
      from = at;
      if (/^\s*(?:#{1,6}\s|\|)/.test(line)) {
        add(at, Math.min(at + line.length, prose.length));
        from = Math.min(at + line.length, prose.length);
      }
    }
    at += line.length + 1;
  });
  if (prose.length > from) add(from, prose.length);
  return found;
}
