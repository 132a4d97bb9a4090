/**
 * A file cut into the parts that a bundle can take of it: sections of Markdown, and of code what begins at the margin (a function, a class, a group of
 * declarations), by its lines. No parser: it must be fast over thousands of files of any language, and where a cut falls only decides how well
 * a part reads, never what it says.
 */

export interface Part {
  /** The first line, from 0, and the line after the last. */
  from: number;
  to: number;
  /** Offsets of the same in the text. */
  start: number;
  end: number;
}

/** A part has at most so many lines; where two small ones meet they are one. */
const mostLines = 60;
const fewLines = 8;

/** Lines that go on with what stands above, at the margin though they are. */
const goesOn = /^(?:[)\]}]|(?:else|elif|elsif|except|finally|catch|rescue|ensure|end|then|do)\b)/;
const markdown = /\.(?:md|mdx|mdc|markdown)$/i;

export function isMarkdown(path: string): boolean {
  return markdown.test(path);
}

/** The parts of a text, in order; together they are all of it. */
export function partsOf(path: string, text: string): Part[] {
  const lines = new Lines(text);
  const joined = isMarkdown(path) ? joinedSections(cuts(lines.count, headings(lines))) : joinedBlocks(cuts(lines.count, margins(lines)));
  return joined
    .flatMap((block) => split(lines, block))
    .map(([from, to]) => ({ from, to, start: lines.start(from), end: Math.min(lines.start(to), text.length) }));
}

/** A text's lines by their places: none is cut out unless it is looked at closely. */
class Lines {
  private readonly starts: number[] = [0];

  constructor(readonly text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1);
    this.starts.push(text.length + 1);
  }

  get count(): number {
    return this.starts.length - 1;
  }

  start(line: number): number {
    return this.starts[line] as number;
  }

  /** The place of a line's first character that is no blank; that of its end where there is none. */
  ink(line: number): number {
    const end = this.start(line + 1) - 1;
    let at = this.start(line);
    while (at < end && isBlank(this.text.charCodeAt(at))) at++;
    return at;
  }

  isBlank(line: number): boolean {
    return this.ink(line) === this.start(line + 1) - 1;
  }

  /** The line from its first character that is no blank. */
  inked(line: number, atMost: number): string {
    const at = this.ink(line);
    return this.text.slice(at, Math.min(at + atMost, this.start(line + 1) - 1));
  }
}

function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || (code >= 160 && /\s/.test(String.fromCharCode(code)));
}

type Block = [from: number, to: number];

function cuts(lines: number, at: readonly number[]): Block[] {
  const all = [0, ...at, lines];
  return all.slice(1).flatMap((to, i) => (to > (all[i] as number) ? [[all[i] as number, to] as Block] : []));
}

function headings(lines: Lines): number[] {
  const found: number[] = [];
  let fenced = false;
  for (let i = 0; i < lines.count; i++) {
    const at = lines.ink(i);
    const first = lines.text[at];
    if (first === '`' || first === '~') {
      if (/^(?:```|~~~)/.test(lines.inked(i, 3))) fenced = !fenced;
    } else if (first === '#' && i > 0 && !fenced && at === lines.start(i) && /^#{1,6}\s/.test(`${lines.inked(i, 7)}\n`)) found.push(i);
  }
  return found;
}

/** Where something begins at the margin after a blank line, or after a closing bracket there. */
function margins(lines: Lines): number[] {
  const found: number[] = [];
  for (let i = 1; i < lines.count; i++) {
    const at = lines.start(i);
    if (at === lines.start(i + 1) - 1 || isBlank(lines.text.charCodeAt(at))) continue;
    const above = lines.text[lines.start(i - 1)];
    if ((above === '}' || above === ')' || above === ']' || lines.isBlank(i - 1)) && !goesOn.test(lines.inked(i, 12))) found.push(i);
  }
  return found;
}

function joinedBlocks(blocks: readonly Block[]): Block[] {
  return joined(blocks, (a, b) => size(a) < fewLines || size(b) < fewLines);
}

/** A short section goes with the next one; a long one stays by itself. */
function joinedSections(blocks: readonly Block[]): Block[] {
  return joined(blocks, (a) => size(a) < fewLines);
}

function size([from, to]: Block): number {
  return to - from;
}

function joined(blocks: readonly Block[], belong: (a: Block, b: Block) => boolean): Block[] {
  const found: Block[] = [];
  for (const block of blocks) {
    const last = found[found.length - 1];
    if (last && block[1] - last[0] <= mostLines && belong(last, block)) last[1] = block[1];
    else found.push([...block]);
  }
  return found;
}

/** A block of too many lines in several, each cut where the text is least indented, best after a blank line, and late rather than early. */
function split(lines: Lines, [from, to]: Block): Block[] {
  const found: Block[] = [];
  let start = from;
  while (to - start > mostLines) {
    let best = start + mostLines;
    let bestCost = Number.POSITIVE_INFINITY;
    for (let i = start + Math.floor(mostLines / 3); i < Math.min(to - fewLines, start + mostLines); i++) {
      if (lines.isBlank(i)) continue;
      const indent = lines.ink(i) - lines.start(i);
      const cost = indent + (lines.isBlank(i - 1) ? 0 : 6) + ((start + mostLines - i) / mostLines) * 3;
      if (cost < bestCost) {
        bestCost = cost;
        best = i;
      }
    }
    found.push([start, best]);
    start = best;
  }
  return [...found, [start, to]];
}
