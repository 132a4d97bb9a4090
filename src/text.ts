/** Positions and edits in a text. Lines and characters count from 0, characters in UTF-16 code units, as editors count them. */

export interface Position {
  line: number;
  character: number;
}

export interface Range {
  start: Position;
  end: Position;
}

/** Replace what stands in `range` by `newText`; an empty range inserts. */
export interface TextEdit {
  range: Range;
  newText: string;
}

/** Where the lines of one text begin, so that offsets and positions can be turned into each other. */
export class LineIndex {
  private readonly starts: number[] = [0];

  constructor(readonly text: string) {
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code === 10 || (code === 13 && text.charCodeAt(i + 1) !== 10)) this.starts.push(i + 1);
    }
  }

  get lineCount(): number {
    return this.starts.length;
  }

  /** The offset where a line begins; the end of the text past the last one. */
  startOf(line: number): number {
    return this.starts[line] ?? this.text.length;
  }

  /** The text of one line, without its line break; '' past the end. */
  line(line: number): string {
    const start = this.starts[line];
    if (start === undefined) return '';
    let end = this.starts[line + 1] ?? this.text.length;
    for (let code = this.text.charCodeAt(end - 1); end > start && (code === 10 || code === 13); code = this.text.charCodeAt(end - 1)) end--;
    return this.text.slice(start, end);
  }

  /** The position of an offset; offsets outside the text are moved to its ends. */
  positionAt(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.text.length));
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] as number) <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: at - (this.starts[low] as number) };
  }

  /** The offset of a position; positions outside the text are moved to its ends. */
  offsetAt(position: Position): number {
    if (position.line < 0) return 0;
    const start = this.starts[position.line];
    if (start === undefined) return this.text.length;
    const end = this.starts[position.line + 1] ?? this.text.length;
    return Math.min(start + Math.max(0, position.character), end);
  }

  range(from: number, to: number): Range {
    return { start: this.positionAt(from), end: this.positionAt(to) };
  }
}

/** A value of plain objects and arrays, with every position in it moved down by so many lines. */
export function movedLines<Value>(value: Value, by: number): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => movedLines(item, by)) as Value;
  const moved: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) moved[key] = typeof item === 'number' && key === 'line' ? item + by : movedLines(item, by);
  return moved as Value;
}

/** The whole of one line as a range, without its line break and surrounding blanks. */
export function lineRange(index: LineIndex, line: number): Range {
  const text = index.line(line);
  const from = text.length - text.trimStart().length;
  return { start: { line, character: Math.min(from, text.length) }, end: { line, character: text.trimEnd().length || text.length } };
}

/**
 * The text with all edits made. Edits may come in any order.
 * @throws RangeError when two edits overlap: applying one would then change what the other meant.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const index = new LineIndex(text);
  const spans = edits
    .map((edit) => ({ from: index.offsetAt(edit.range.start), to: index.offsetAt(edit.range.end), newText: edit.newText }))
    .sort((a, b) => a.from - b.from || a.to - b.to);
  let result = '';
  let last = 0;
  for (const { from, to, newText } of spans) {
    if (from < last) throw new RangeError('Edits overlap.');
    result += text.slice(last, from) + newText;
    last = to;
  }
  return result + text.slice(last);
}

/**
 * What a title is called in file names and links: lower case, words joined by hyphens, letters and digits of any script kept.
 * The same as the anchors GitHub and VS Code give to headings, but for runs of hyphens, which are folded.
 */
export function slug(title: string): string {
  return title
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
}

/** The slug of a title, cut to what fits a file name on every system; two long titles that begin alike stay apart by a sum. */
export function shortSlug(title: string): string {
  const whole = slug(title);
  const characters = [...whole];
  if (new TextEncoder().encode(whole).length <= 96) return whole;
  let sum = 0;
  for (const character of characters) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 0xffffffff;
  return `${characters.slice(0, 24).join('')}-${sum.toString(36)}`;
}

/** Control characters and marks that turn the direction of writing: what they do to a terminal or a dialog is not what is read there. */
const unseen = /(?![\n\t])[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** The text with what cannot be seen written out, such as `\\u{1b}`: a document must not repaint a person's terminal. Tabs and line feeds stay. */
export function visible(text: string): string {
  return text.replace(unseen, (character) => (character === '\r' ? '' : `\\u{${character.charCodeAt(0).toString(16)}}`));
}

/** True where a text holds what `visible` writes out. */
export function hidesSomething(text: string): boolean {
  return visible(text) !== text.replace(/\r/g, '');
}

/** Count with its noun: `plural(1, 'word')` is "1 word", `plural(3, 'word')` "3 words". */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
