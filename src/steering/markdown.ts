import type { Root, RootContent } from 'mdast';
import { LineIndex, type Range } from '../text';
import { Kept } from './kept';
import { parsePlainList } from './plainList';

/**
 * Markdown, cut before it is parsed: remark is thorough and slow, so a scanner that knows fences, comments and headings cuts a document
 * into sections, and remark sees a section only when someone asks for its blocks. Parses are kept by their text: a keystroke re-parses one section.
 */

export interface Section {
  /** '' for the text before the first heading. */
  heading: string;
  /** 1–6; 0 for the text before the first heading. */
  depth: number;
  /** Headings from the outermost to this one. */
  path: string[];
  /** Offset of the heading (of the text, for depth 0). */
  from: number;
  /** Offset where the text below the heading begins. */
  bodyFrom: number;
  /** Offset where this section's own text ends: the next heading of any depth. */
  to: number;
  /** Offset where the section ends with all its subsections. */
  end: number;
}

/** A stretch of text that is not Markdown prose. */
interface Span {
  from: number;
  to: number;
}

/** Nodes of one parsed stretch; add `offset` to their positions to get offsets in the document. */
export interface Blocks {
  nodes: RootContent[];
  offset: number;
}

type Parser = (text: string) => Root;
let parser: Parser | undefined;

/** Loading remark takes longer than activating the extension: it waits for the first parse. */
function loadParser(): Parser {
  const { remark } = require('remark') as typeof import('remark');
  const gfm = (require('remark-gfm') as typeof import('remark-gfm')).default;
  const processor = remark().use(gfm);
  return (text) => processor.parse(text);
}

/** A hundred quotes in one another, or a list a hundred levels in. */
const tooDeep = /^(?:[ \t]*>){100}|^[ \t]{200,}(?:[-*+]|\d+[.)])[ \t]|^(?:[ \t]*(?:[-*+]|\d+[.)])[ \t]+){100}/m;

const kept = new Kept<Root>(300);

/** Marks of emphasis, links and cells in one paragraph. remark tries each with all others: a thousand take a tenth of a second, six thousand five seconds. */
const mostMarks = 1000;

const paired = new Set(['*', '_', '[', ']', '|']);

/** True where remark would take the square of what stands there, or recurse without end: what is written like that is no document. */
function isHostile(text: string): boolean {
  if (tooDeep.test(text)) return true;
  if (text.length < mostMarks || !/[*_[\]|]/.test(text)) return false;
  let marks = 0;
  for (const line of text.split('\n')) {
    if (/^\s*(?:$|[-+*]\s|\d+[.)]\s|[#|>])/.test(line)) marks = 0;
    for (let i = 0; i < line.length; i++) if (paired.has(line[i] as string) && (line[i] === '[' || line[i] !== line[i - 1])) marks++;
    if (marks > mostMarks) return true;
  }
  return false;
}

/** The mdast tree of a text, with positions from its start. The same text gives the same tree: don't change it. */
export function parseMarkdown(text: string): Root {
  return kept.of(text, () => {
    const plain = parsePlainList(text);
    if (plain) return plain;
    parser ??= loadParser();
    return isHostile(text) ? { type: 'root', children: [] } : parser(text);
  });
}

/** The words of a node as a reader sees them, markup taken off. */
export function plainText(node: { value?: unknown; alt?: unknown; children?: unknown; type?: string }): string {
  if (node.type === 'html') return '';
  if (node.type === 'break') return '\n';
  if (typeof node.value === 'string') return node.value;
  if (typeof node.alt === 'string') return node.alt;
  return Array.isArray(node.children) ? node.children.map(plainText).join('') : '';
}

/** All nodes of a tree, outermost first. */
export function* descendants(nodes: readonly RootContent[]): Generator<RootContent> {
  for (const node of nodes) {
    yield node;
    if ('children' in node) yield* descendants(node.children as RootContent[]);
  }
}

const fenceLine = /^\s*(?:(?:[-*+>]|\d+[.)])\s+)*(`{3,}|~{3,})(.*)$/;
const headingLine = /^ {0,3}(#{1,6})(?:[ \t]+(.*))?$/;
const setextLine = /^ {0,3}(=+|-{2,})[ \t]*$/;
const notParagraph = /^(?: {4}|\t| {0,3}(?:[-*+>|#]|\d+[.)][ \t]|<!--))/;

/** The depth and words of a heading line, closing marks taken off; undefined where it is none. */
function readHeading(content: string): { depth: number; heading: string } | undefined {
  const match = headingLine.exec(content.trimEnd());
  if (!match) return undefined;
  const words = match[2]?.trim() ?? '';
  // By hand: a pattern that may begin at every blank takes the square of the blanks.
  let end = words.length;
  while (words[end - 1] === '#') end--;
  const closed = end < words.length && (end === 0 || words[end - 1] === ' ' || words[end - 1] === '\t');
  return { depth: (match[1] as string).length, heading: closed ? words.slice(0, end).trimEnd() : words };
}

/** The index of the first of the spans, which stand in order, that ends after an offset. */
function firstAfter(spans: readonly Span[], offset: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle] as Span).to > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

function isInside(spans: readonly Span[], offset: number): boolean {
  return (spans[firstAfter(spans, offset)]?.from ?? Number.POSITIVE_INFINITY) <= offset;
}

/** One Markdown document, with the offset where its text begins after the front matter. */
export class MarkdownDocument {
  readonly index: LineIndex;
  readonly sections: Section[] = [];
  /** Fenced code and block comments, in order. */
  readonly fences: Span[] = [];
  readonly comments: Span[] = [];
  private blanked: string | undefined;
  /** A fence or comment was never closed. */
  private endsOpen = false;

  constructor(
    readonly text: string,
    readonly bodyFrom = 0,
  ) {
    this.index = new LineIndex(text);
    this.scan();
  }

  range(from: number, to: number): Range {
    return this.index.range(from, to);
  }

  /** Inside fenced code or an HTML comment: nothing there is an instruction to us. */
  isLiteral(offset: number): boolean {
    return isInside(this.fences, offset) || isInside(this.comments, offset);
  }

  /** What is inserted at an offset would be inside fenced code or a comment, and so be no part of the document. */
  swallows(offset: number): boolean {
    return this.isLiteral(offset) ? !this.startsLiteral(offset) : this.endsOpen && offset >= this.text.length;
  }

  private startsLiteral(offset: number): boolean {
    return [this.fences, this.comments].some((spans) => spans[firstAfter(spans, offset)]?.from === offset);
  }

  /** The text from one offset to another with its comments, which stand in order, taken out. */
  without(comments: readonly Span[], from: number, to: number): string {
    let result = '';
    let at = from;
    for (let i = firstAfter(comments, from); i < comments.length; i++) {
      const span = comments[i] as Span;
      if (span.from >= to) break;
      result += this.text.slice(at, Math.max(at, span.from));
      at = Math.min(to, span.to);
    }
    return result + this.text.slice(at, to);
  }

  /** What stands below a heading before the next one, comments taken out. */
  body(section: Section): string {
    return this.without(this.comments, section.bodyFrom, section.to);
  }

  /** A section with heading and subsections, comments taken out. */
  whole(section: Section): string {
    return this.without(this.comments, section.from, section.end);
  }

  /** The text with its comments blanked out, so that offsets stay as they are. */
  get masked(): string {
    if (this.blanked === undefined) {
      const parts: string[] = [];
      let at = 0;
      for (const { from, to } of this.comments) {
        parts.push(this.text.slice(at, from), this.text.slice(from, to).replace(/[^\r\n]/g, ' '));
        at = to;
      }
      this.blanked = parts.length ? parts.join('') + this.text.slice(at) : this.text;
    }
    return this.blanked;
  }

  /** The parsed blocks of a stretch; comments are not among them, so none can end a list. */
  blocks(from: number, to: number): Blocks {
    return { nodes: parseMarkdown(this.masked.slice(from, to)).children, offset: from };
  }

  /** The blocks of a section's own text, its heading not included. */
  blocksOf(section: Section): Blocks {
    return this.blocks(section.bodyFrom, section.to);
  }

  /** The first section whose heading is, by its slug or words, the one named. */
  find(named: (heading: string) => boolean): Section | undefined {
    return this.sections.find((section) => section.depth > 0 && named(section.heading));
  }

  private scan(): void {
    const { index, text } = this;
    let fence: { mark: string; from: number } | undefined;
    let comment: number | undefined;
    const headings: { depth: number; heading: string; from: number; bodyFrom: number }[] = [];
    const first = index.positionAt(this.bodyFrom).line;
    for (let line = first; line < index.lineCount; line++) {
      const content = index.line(line);
      // Most lines are prose: each form is looked for only where its mark is there at all.
      const from = index.startOf(line);
      if (comment !== undefined) {
        const close = content.indexOf('-->');
        if (close >= 0) {
          this.comments.push({ from: comment, to: from + close + 3 });
          comment = undefined;
        }
        continue;
      }
      const mark = content.includes('```') || content.includes('~~~') ? fenceLine.exec(content) : null;
      if (fence) {
        if (mark?.[1]?.startsWith(fence.mark) && !mark[2]?.trim()) {
          this.fences.push({ from: fence.from, to: index.startOf(line + 1) });
          fence = undefined;
        }
        continue;
      }
      if (mark && !(mark[1]?.startsWith('`') && mark[2]?.includes('`'))) {
        fence = { mark: mark[1] as string, from };
        continue;
      }
      const open = content.includes('<!--') ? this.commentsOf(content, from) : undefined;
      if (open !== undefined) {
        comment = open;
        continue;
      }
      const lead = content.trimStart()[0];
      const heading = lead === '#' ? readHeading(content) : undefined;
      if (heading) {
        headings.push({ ...heading, from, bodyFrom: index.startOf(line + 1) });
        continue;
      }
      const setext = lead === '=' || lead === '-' ? setextLine.exec(content) : null;
      const above = setext && line > first ? index.line(line - 1) : '';
      // One line of text under a blank line (or the beginning): longer setext headings are not met in the wild.
      if (setext && above.trim() && !notParagraph.test(above) && (line - 1 === first || !index.line(line - 2).trim())) {
        headings.push({
          depth: setext[1]?.startsWith('=') ? 1 : 2,
          heading: above.trim(),
          from: index.startOf(line - 1),
          bodyFrom: index.startOf(line + 1),
        });
      }
    }
    if (fence) this.fences.push({ from: fence.from, to: text.length });
    if (comment !== undefined) this.comments.push({ from: comment, to: text.length });
    this.endsOpen = fence !== undefined || comment !== undefined;
    this.cut(headings);
  }

  /** Note the comments of one line; the offset of one that stays open, if there is. */
  private commentsOf(content: string, lineFrom: number): number | undefined {
    let at = content.indexOf('<!--');
    while (at >= 0) {
      // In a code span it is text: an odd number of backticks stands before it.
      if ((content.slice(0, at).split('`').length - 1) % 2 === 1) return undefined;
      const close = content.indexOf('-->', at + 4);
      if (close < 0) return lineFrom + at;
      this.comments.push({ from: lineFrom + at, to: lineFrom + close + 3 });
      at = content.indexOf('<!--', close + 3);
    }
    return undefined;
  }

  private cut(headings: { depth: number; heading: string; from: number; bodyFrom: number }[]): void {
    const { text } = this;
    const firstHeading = headings[0]?.from ?? text.length;
    if (firstHeading > this.bodyFrom) {
      this.sections.push({ heading: '', depth: 0, path: [], from: this.bodyFrom, bodyFrom: this.bodyFrom, to: firstHeading, end: firstHeading });
    }
    const open: Section[] = [];
    headings.forEach((at, i) => {
      while (open.length && (open[open.length - 1] as Section).depth >= at.depth) (open.pop() as Section).end = at.from;
      const to = headings[i + 1]?.from ?? text.length;
      const heading = inlineText(at.heading);
      const section: Section = { ...at, heading, path: [...open.map((s) => s.heading), heading], to, end: text.length };
      open.push(section);
      this.sections.push(section);
    });
  }
}

/** A heading's words without emphasis, code and link marks: headings are many, so this does without the parser. */
export function inlineText(markdown: string): string {
  if (!/[[*_`<]/.test(markdown)) return markdown.trim();
  return markdown
    .replace(/<!--.*?-->/g, '')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/(\*\*|__)(.+?)\1/g, '$2')
    .replace(/(^|[^\w*])\*([^*\s][^*]*)\*/g, '$1$2')
    .replace(/`([^`]*)`/g, '$1')
    .trim();
}
