/** Lists in one line: names between commas, where a comma inside quotes, code spans or brackets is none. */

/** One name of a list. `source.slice(start, end) === text` always holds: quotes stand outside of it. */
export interface Piece {
  text: string;
  /** The whole piece stood in quotes or in a code span. */
  quoted: boolean;
  start: number;
  end: number;
}

const quotePairs: Record<string, string> = { '"': '"', '“': '”', '„': '“', '«': '»', "'": "'", '‘': '’' };
const brackets: Record<string, string> = { '(': ')', '[': ']', '{': '}' };

/** The quotes and code spans of a text, from the opening to just after the closing mark, with what stands inside. */
interface Quoted {
  from: number;
  to: number;
  innerFrom: number;
  innerTo: number;
}

/** A code span as Markdown has it: closed by a run of as many backticks; one blank on each side is padding. */
function codeSpanAt(text: string, at: number): Quoted | undefined {
  let width = 1;
  while (text[at + width] === '`') width++;
  const fence = '`'.repeat(width);
  let close = text.indexOf(fence, at + width);
  while (close !== -1 && (text[close + width] === '`' || text[close - 1] === '`')) {
    let next = close;
    while (text[next] === '`') next++;
    close = text.indexOf(fence, next);
  }
  if (close === -1) return undefined;
  let innerFrom = at + width;
  let innerTo = close;
  const inner = text.slice(innerFrom, innerTo);
  if (inner.length > 2 && inner.startsWith(' ') && inner.endsWith(' ') && inner.trim()) {
    innerFrom++;
    innerTo--;
  }
  return { from: at, to: close + width, innerFrom, innerTo };
}

/** A quotation that begins at `at`. Apostrophes and inch marks are none: an opening mark does not follow a letter or digit. */
function quotationAt(text: string, at: number): Quoted | undefined {
  const open = text[at] as string;
  const closing = quotePairs[open];
  if (closing === undefined || /[\p{L}\p{N}]/u.test(text[at - 1] ?? ' ')) return undefined;
  const single = open === "'" || open === '‘';
  if (single && /\s/.test(text[at + 1] ?? ' ')) return undefined;
  let close = text.indexOf(closing, at + 1);
  while (single && close !== -1 && /[\p{L}\p{N}]/u.test(text[close + 1] ?? ' ')) close = text.indexOf(closing, close + 1);
  return close <= at + 1 ? undefined : { from: at, to: close + 1, innerFrom: at + 1, innerTo: close };
}

function quotations(text: string): Quoted[] {
  const found: Quoted[] = [];
  // A mark that is never closed would be looked for again from each of its kind: once is enough.
  const unclosed = new Set<string>();
  for (let i = 0; i < text.length; i++) {
    const mark = text[i] as string;
    if (mark !== '`' && !(mark in quotePairs)) continue;
    let width = 1;
    if (mark === '`') while (text[i + width] === '`') width++;
    const key = mark.repeat(width);
    const quoted = unclosed.has(key) ? undefined : mark === '`' ? codeSpanAt(text, i) : quotationAt(text, i);
    if (quoted) {
      found.push(quoted);
      i = quoted.to - 1;
    } else {
      if (!unclosed.has(key) && text.indexOf(mark === '`' ? key : (quotePairs[mark] as string), i + width) === -1) unclosed.add(key);
      i += width - 1;
    }
  }
  return found;
}

/** The text with all that is protected (quotations, code spans, closed brackets) blanked out, character for character. */
function blanked(text: string, quoted: readonly Quoted[]): string {
  const characters = text.split('');
  for (const { from, to } of quoted) characters.fill('\0', from, to);
  const open: { at: number; closing: string }[] = [];
  const protectedSpans: [number, number][] = [];
  for (let i = 0; i < characters.length; i++) {
    const mark = characters[i] as string;
    const closing = brackets[mark];
    if (closing !== undefined) open.push({ at: i, closing });
    else if (open.at(-1)?.closing === mark) {
      const from = (open.pop() as { at: number }).at;
      while ((protectedSpans.at(-1)?.[0] ?? -1) > from) protectedSpans.pop();
      protectedSpans.push([from, i + 1]);
    }
  }
  for (const [from, to] of protectedSpans) characters.fill('\0', from, to);
  return characters.join('');
}

function trimmed(text: string, start: number, end: number): [number, number] {
  let from = start;
  let to = end;
  while (from < to && /\s/.test(text[from] as string)) from++;
  while (to > from && /\s/.test(text[to - 1] as string)) to--;
  return [from, to];
}

/** One piece of `text`, blanks and the quotes or backticks around all of it taken off; undefined where nothing is left. */
function pieceOf(text: string, start: number, end: number, quoted: readonly Quoted[]): Piece | undefined {
  const [from, to] = trimmed(text, start, end);
  if (from >= to) return undefined;
  const around = quoted.find((candidate) => candidate.from === from && candidate.to === to);
  return around
    ? { text: text.slice(around.innerFrom, around.innerTo), quoted: true, start: around.innerFrom, end: around.innerTo }
    : { text: text.slice(from, to), quoted: false, start: from, end: to };
}

/**
 * The pieces between separators that stand outside of quotes ("", “”, '' where they are no apostrophes), backticks and closed brackets.
 * Empty pieces are dropped. A comma between digits, with three digits after it, belongs to the number ("3,000").
 * @param separators each character is one; a comma where nothing is said
 */
export function splitCommas(text: string, separators = ','): Piece[] {
  const quoted = quotations(text);
  const open = blanked(text, quoted);
  const pieces: Piece[] = [];
  let start = 0;
  let next = 0;
  for (let i = 0; i <= text.length; i++) {
    const mark = open[i];
    if (mark !== undefined) {
      if (!separators.includes(mark)) continue;
      if (mark === ',' && /\d/.test(text[i - 1] ?? '') && /^\d{3}(?!\d)/.test(text.slice(i + 1, i + 5))) continue;
    }
    const own: Quoted[] = [];
    // Both run in order, so each quotation is looked at once.
    for (; next < quoted.length && (quoted[next] as Quoted).to <= i; next++) if ((quoted[next] as Quoted).from >= start) own.push(quoted[next] as Quoted);
    const piece = pieceOf(text, start, i, own);
    if (piece) pieces.push(piece);
    start = i + 1;
  }
  return pieces;
}

/** The whole text as one piece: blanks, and quotes or a code span around all of it, taken off; undefined where nothing is left. */
export function unquote(text: string): Piece | undefined {
  return pieceOf(text, 0, text.length, quotations(text));
}

/** Every quotation and code span in a text, in order, without its marks. */
export function quotationsIn(text: string): Piece[] {
  return quotations(text).map(({ innerFrom, innerTo }) => ({ text: text.slice(innerFrom, innerTo), quoted: true, start: innerFrom, end: innerTo }));
}

/** A text put in quotes that `splitCommas` takes off again: in "…", or in a code span where it holds a quotation mark itself. */
export function quote(text: string): string {
  if (text && !text.includes('"')) return `"${text}"`;
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = /^[` ]|[` ]$/.test(text) ? ' ' : '';
  return fence + pad + text + pad + fence;
}
