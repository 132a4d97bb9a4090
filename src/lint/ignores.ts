import { readFrontMatter } from '../steering/frontMatter';
import { firstOfIndentedCode, isIndentedCode, lastOfIndentedCode } from '../steering/indentedCode';
import type { MarkdownDocument } from '../steering/markdown';
import { codeSpans } from '../steering/project';
import type { Range, TextEdit } from '../text';
import { lineEndAt } from './fixes';
import type { Issue } from './issue';

/** `<!-- haiku-first-ignore rule-id, rule-id reason -->`: HTML comments, which cost no tokens. `kind/*` stands for all rules of a kind. */
const form = /^<!--\s*haiku-first-ignore(-file)?\s+((?:[a-z][\w-]*\/(?:\*|[\w-]+)(?:\s*,\s*)?)+)/i;
/** A comment that was meant to switch something off and names no rule. */
const bare = /^<!--\s*haiku-first-ignore(?:-file)?(?![\w-])/i;
const mention = 'haiku-first-ignore';

/** One rule that one comment switches off. */
export interface Ignore {
  /** A rule's id, or `kind/*`. */
  rule: string;
  /** Where the id stands in the comment. */
  range: Range;
  /** Where the whole comment stands, as offsets. */
  comment: { from: number; to: number };
  /** It is the comment's only rule. */
  alone: boolean;
  /** It has switched something off. */
  used: boolean;
  /** It is for the whole file, but stands too low to count. */
  low: boolean;
}

/** Which issues a document's own comments switch off. */
export interface Ignores {
  /** Every rule a comment names, in order. */
  readonly all: readonly Ignore[];
  /** Where comments stand that name no rule, and so ignore nothing. */
  readonly nameless: readonly Range[];
  /** True where a comment switches the issue off; the comment counts as used from then on. */
  covers(issue: Pick<Issue, 'rule' | 'range'>): boolean;
}

/**
 * A comment covers its own line and, where it has the line to itself, the next line that holds text, or all of the fenced code that begins
 * there, or of code that is only indented; and the comments between. At the top of the file `-file` covers all of it.
 */
export function readIgnores(markdown: MarkdownDocument): Ignores {
  if (!markdown.text.includes(mention)) return { all: [], nameless: [], covers: () => false };
  const all: Ignore[] = [];
  const nameless: Range[] = [];
  const wholeFile: Ignore[] = [];
  const byLine = new Map<number, Ignore[]>();
  for (const comment of markdown.comments) {
    const source = markdown.text.slice(comment.from, comment.to);
    const match = form.exec(source);
    if (!match) {
      if (bare.test(source)) nameless.push(markdown.range(comment.from, comment.to));
      continue;
    }
    const ignores = ignoresOf(markdown, comment, match);
    if (match[1]) {
      const low = !isAtTop(markdown, comment.from);
      for (const ignore of ignores) ignore.low = low;
      if (!low) wholeFile.push(...ignores);
    } else for (const line of linesCovered(markdown, comment)) byLine.set(line, [...(byLine.get(line) ?? []), ...ignores]);
    all.push(...ignores);
  }
  return {
    all,
    nameless,
    covers({ rule, range }) {
      const found = [...wholeFile, ...(byLine.get(range.start.line) ?? [])].filter((ignore) => namesRule(ignore.rule, rule));
      for (const ignore of found) ignore.used = true;
      return found.length > 0;
    },
  };
}

/** True where `named` is the rule, or stands for all rules of its kind. */
export function namesRule(named: string, rule: string): boolean {
  return named === rule || (named.endsWith('/*') && rule.startsWith(named.slice(0, -1)));
}

function ignoresOf(markdown: MarkdownDocument, comment: Ignore['comment'], match: RegExpExecArray): Ignore[] {
  const listed = match[2] as string;
  const start = comment.from + match[0].length - listed.length;
  // A reason may follow the last id; only what a comma leads to is one more rule.
  const named = [...listed.matchAll(/[a-z][\w-]*\/(?:\*|[\w-]+)(\s*,)?/gi)];
  const last = named.findIndex((each) => !each[1]);
  const rules = last < 0 ? named : named.slice(0, last + 1);
  return rules.map((each) => {
    const rule = each[0].replace(/\s*,$/, '');
    const from = start + each.index;
    return { rule, range: markdown.range(from, from + rule.length), comment, alone: rules.length === 1, used: false, low: false };
  });
}

/** The top: nothing before it but front matter, other comments, and at most the title. */
function isAtTop(markdown: MarkdownDocument, offset: number): boolean {
  const before = markdown
    .without(markdown.comments, markdown.bodyFrom, offset)
    .replace(/^\uFEFF/, '')
    .trim();
  return !before || /^#[^\r\n]*$/.test(before);
}

function linesCovered(markdown: MarkdownDocument, comment: Ignore['comment']): number[] {
  const { index } = markdown;
  const own = index.positionAt(comment.from).line;
  const last = index.positionAt(comment.to).line;
  const from = index.offsetAt({ line: own, character: 0 });
  const to = index.offsetAt({ line: last + 1, character: 0 });
  if (markdown.without(markdown.comments, from, to).trim()) return [own];
  let next = last + 1;
  while (
    next < index.lineCount &&
    !markdown.without(markdown.comments, index.offsetAt({ line: next, character: 0 }), index.offsetAt({ line: next + 1, character: 0 })).trim()
  )
    next++;
  const at = index.offsetAt({ line: next, character: 0 });
  const fence = markdown.fences.find((each) => each.from === at);
  const end = fence ? index.positionAt(fence.to - 1).line : isIndentedCode(index, next) ? lastOfIndentedCode(index, next) : next;
  // With the comments between, whose secrets are read by people at least.
  return Array.from({ length: end - own + 1 }, (_, i) => own + i);
}

/**
 * The edit that switches an issue off where it stands: a comment on the line before; at the end of the line in a list, table or quote, or in
 * the middle of a paragraph, which a line of its own would cut in two; before code and comments; at the top of the file for front matter, and where
 * none of these is no part of something else.
 */
export function ignoreHere(markdown: MarkdownDocument, issue: Pick<Issue, 'rule' | 'range'>): TextEdit {
  const { index } = markdown;
  const { bodyFrom } = readFrontMatter(markdown.text);
  const first = index.positionAt(bodyFrom).line;
  const offset = index.offsetAt(issue.range.start);
  const atTop = (): TextEdit => {
    const lineEnd = lineEndAt(index, issue.range.start.line);
    const unended = bodyFrom === 0 || /[\r\n]$/.test(markdown.text.slice(0, bodyFrom)) ? '' : lineEnd;
    return insertion(index.positionAt(bodyFrom), `${unended}<!-- ${mention}-file ${issue.rule} -->${lineEnd}`);
  };
  if (offset < bodyFrom) return atTop();
  const comment = `<!-- ${mention} ${issue.rule} -->`;
  const fence = markdown.fences.find((each) => each.from <= offset && offset < each.to);
  const line = fence ? index.positionAt(fence.from).line : issue.range.start.line;
  const text = index.line(line);
  const own = (at: number, indent = /^[ \t]*/.exec(index.line(at))?.[0] ?? '') =>
    insertion({ line: at, character: 0 }, `${indent}${comment}${lineEndAt(index, at)}`);
  const around = markdown.comments.find((each) => each.from <= offset && offset < each.to);
  const opens = around && index.positionAt(around.from);
  // Within a comment nothing begins another one.
  if (opens && index.positionAt(around.to).line > opens.line) {
    const free = !index.line(opens.line).slice(0, opens.character).trim() && (opens.line <= first || !continues(index.line(opens.line - 1), ''));
    return free ? own(opens.line) : atTop();
  }
  if (!fence && isIndentedCode(index, line, first)) return own(Math.max(first, firstOfIndentedCode(index, line)), '');
  // One more cell would take a header row from its table.
  const isHeader = /^\s*\|?(?:\s*:?-+:?\s*\|)+/.test(index.line(line + 1));
  const inPlace = !fence && !isHeader && (/^\s*(?:[-*+|>]|\d+[.)])\s|^\s*\||^\s{2,}\S/.test(text) || (line > first && continues(index.line(line - 1), text)));
  return inPlace ? (inLine(markdown, line, first, comment) ?? atTop()) : own(line);
}

/** A comment in the line, at its end if that is no code: before a hard break, else before the code. Undefined where there is no such place. */
function inLine(markdown: MarkdownDocument, line: number, first: number, comment: string): TextEdit | undefined {
  const { index } = markdown;
  let [from, to] = [line, line];
  while (from > first && continues(index.line(from - 1), index.line(from))) from--;
  while (to + 1 < index.lineCount && continues(index.line(to), index.line(to + 1))) to++;
  const start = index.offsetAt({ line: from, character: 0 });
  const spans = codeSpans(markdown.masked.slice(start, index.offsetAt({ line: to + 1, character: 0 })));
  const at = index.offsetAt({ line, character: 0 }) - start;
  const text = index.line(line);
  const end = text
    .trimEnd()
    .replace(/(?<!\\)((?:\\\\)*)\\$/, '$1')
    .trimEnd().length;
  const isFree = (character: number) =>
    !spans.some((span) => span.from < at + character && at + character < span.to) && text.slice(0, character).split('`').length % 2 === 1;
  if (isFree(end)) return insertion({ line, character: end }, ` ${comment}`);
  const runs = [...text.matchAll(/(?<!`)`/g)].map((match) => match.index).reverse();
  // At the beginning of an item it would be a block of its own.
  const before = runs.find((character) => isFree(character) && /[^\s>*+|.)\d-]/.test(text.slice(0, character)));
  return before === undefined ? undefined : insertion({ line, character: before }, `${comment} `);
}

/** The line goes on with the paragraph of the one before. */
function continues(before: string, text: string): boolean {
  return Boolean(before.trim()) && !/^\s{0,3}(?:#{1,6}(?:\s|$)|`{3,}|~{3,}|<!--|-->)|-->\s*$/.test(before) && !/^\s{0,3}(?:#{1,6}(?:\s|$))/.test(text);
}

function insertion(at: TextEdit['range']['start'], newText: string): TextEdit {
  return { range: { start: at, end: at }, newText };
}
