import type { Range } from '../text';
import type { MarkdownDocument, Section } from './markdown';

/** One sentence of a strategy that says what to do. */
export interface Order {
  /** On one line, without the mark of its list. */
  text: string;
  range: Range;
  /** Headings from the outermost to that of its section; empty before the first. */
  path: readonly string[];
}

/** What stands below these is there not to be done, or is an answer to something else. */
const noOrders = /\b(?:mistakes?|pitfalls?|avoid|wrong|never|don['’]?ts?|what not to|examples?|samples?|illustrations?)\b/i;
const mark = /^[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?/;
const sentenceEnd = /[.!?]["”’)*_]{0,3}[ \t]+(?=[\p{Lu}\p{N}“"`*_])/gu;

/** The sentences of a strategy that give orders, in order: no headings, code, quotations and tables, and nothing of the sections of mistakes and examples. */
export function ordersIn(markdown: MarkdownDocument): Order[] {
  return markdown.sections.flatMap((section) => (section.path.some((heading) => noOrders.test(heading)) ? [] : ordersOf(markdown, section)));
}

function ordersOf(markdown: MarkdownDocument, section: Section): Order[] {
  const { index } = markdown;
  const found: Order[] = [];
  let block: { from: number; to: number } | undefined;
  const close = () => {
    if (block) found.push(...sentences(markdown, block).map((sentence) => ({ ...sentence, path: section.path })));
    block = undefined;
  };
  const last = index.positionAt(section.to).line;
  for (let line = index.positionAt(section.bodyFrom).line; line <= last; line++) {
    const from = Math.max(section.bodyFrom, index.startOf(line));
    const to = Math.min(section.to, index.startOf(line) + index.line(line).length);
    if (to <= from) {
      close();
      continue;
    }
    const content = markdown.masked.slice(from, to);
    const lead = mark.exec(content)?.[0].length;
    if (!content.trim() || markdown.isLiteral(from) || /^[ \t]*[>|#]|^[ \t]*(?:`{3}|~{3})/.test(content)) close();
    else if (block && lead === undefined) block.to = to;
    else {
      close();
      block = { from: from + (lead ?? 0), to };
    }
  }
  close();
  return found;
}

function sentences(markdown: MarkdownDocument, { from, to }: { from: number; to: number }): Omit<Order, 'path'>[] {
  const flat = markdown.masked.slice(from, to).replace(/[\r\n\t]/g, ' ');
  const found: Omit<Order, 'path'>[] = [];
  const add = (start: number, end: number) => {
    const raw = flat.slice(start, end);
    const text = raw.replace(/ {2,}/g, ' ').trim();
    if (!text) return;
    const lead = raw.length - raw.trimStart().length;
    found.push({ text, range: markdown.range(from + start + lead, from + start + raw.trimEnd().length) });
  };
  let start = 0;
  for (const end of flat.matchAll(sentenceEnd)) {
    add(start, end.index + end[0].length);
    start = end.index + end[0].length;
  }
  add(start, flat.length);
  return found;
}
