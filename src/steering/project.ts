import type { Range } from '../text';
import { type Command, readCommands } from './commandLines';
import { type FrontMatter, readFrontMatter } from './frontMatter';
import { MarkdownDocument } from './markdown';

/** Something a document points at, with the place of exactly that token. */
export interface Reference {
  text: string;
  range: Range;
  from: number;
  to: number;
  /** The sentence, list item or line it stands in. */
  sentence: string;
}

/** An `@path` import as Claude Code reads it: outside code, after a blank. */
export type Import = Reference;

export interface Link extends Reference {
  /** The target without fragment and query, percent escapes decoded; '' for a link within the document. */
  target: string;
}

/** The content of an inline code span. */
export type CodeSpan = Reference;

/** A command in a code span or in a fence of shell lines. */
export interface ProjectCommand extends Command, Reference {
  place: 'span' | 'fence';
}

/** A stretch of prose (paragraph, list item, table row, heading): code spans and comments blanked out character for character. */
export interface Prose {
  text: string;
  from: number;
}

/** CLAUDE.md and kin, and background documents, as far as others are pointed at. Never fails. */
export interface ProjectDocument {
  path: string;
  text: string;
  frontMatter: FrontMatter;
  markdown: MarkdownDocument;
  imports: Import[];
  links: Link[];
  spans: CodeSpan[];
  commands: ProjectCommand[];
  prose: Prose[];
}

/** Read a project document. Works without remark: references are found by one pass over the lines, linear in the length. */
export function readProject(path: string, text: string): ProjectDocument {
  const frontMatter = readFrontMatter(text);
  const markdown = new MarkdownDocument(text, frontMatter.bodyFrom);
  const document: ProjectDocument = { path, text, frontMatter, markdown, imports: [], links: [], spans: [], commands: [], prose: [] };
  for (const block of blocksOf(markdown)) readBlock(document, block.from, block.to);
  for (const fence of markdown.fences) readFence(document, fence.from, fence.to);
  document.commands.sort((a, b) => a.from - b.from);
  return document;
}

/** Where a block of inline text begins: code spans don't reach over these. */
const blockStart = /^[ \t>]*(?:[-*+][ \t]|\d{1,9}[.)][ \t]|#{1,6}(?:[ \t]|$)|\|)/;

/** Paragraphs, list items, headings and table rows outside fences and front matter, by their lines. */
function* blocksOf(markdown: MarkdownDocument): Generator<{ from: number; to: number }> {
  const { index, text } = markdown;
  let open: number | undefined;
  let fence = 0;
  let last = 0;
  for (let line = index.positionAt(markdown.bodyFrom).line; line < index.lineCount; line++) {
    const from = index.offsetAt({ line, character: 0 });
    while (fence < markdown.fences.length && (markdown.fences[fence]?.to ?? 0) <= from) fence++;
    const fenced = (markdown.fences[fence]?.from ?? text.length) <= from;
    const content = fenced ? '' : index.line(line);
    if (open !== undefined && (!content.trim() || blockStart.test(content))) {
      yield { from: open, to: last };
      open = undefined;
    }
    if (!content.trim()) continue;
    open ??= from;
    last = from + content.length;
    if (/^\s*#{1,6}(?:\s|$)/.test(content)) {
      yield { from: open, to: last };
      open = undefined;
    }
  }
  if (open !== undefined) yield { from: open, to: last };
}

function readBlock(document: ProjectDocument, from: number, to: number): void {
  const { markdown } = document;
  const masked = document.text.slice(from, to).split('');
  for (const comment of markdown.comments) {
    if (comment.from < to && comment.to > from) masked.fill(' ', Math.max(0, comment.from - from), Math.min(masked.length, comment.to - from));
  }
  const source = masked.join('');
  const spans = codeSpans(source);
  for (const span of spans) masked.fill('\0', span.from, span.to);
  const prose = masked.join('');
  document.prose.push({ text: prose, from });
  const reference = (start: number, end: number): Reference => ({
    text: source.slice(start, end),
    range: markdown.range(from + start, from + end),
    from: from + start,
    to: from + end,
    sentence: sentenceAt(source, prose, start),
  });
  for (const span of spans) {
    const code = reference(span.innerFrom, span.innerTo);
    document.spans.push(code);
    for (const command of readCommands(code.text)) {
      document.commands.push({ ...command, ...reference(span.innerFrom + command.start, span.innerFrom + command.end), place: 'span' });
    }
  }
  for (const match of prose.matchAll(/(?<=^|\s)@((?:[A-Za-z0-9._~/-])[^\s\0]{0,400})/g)) {
    const end = match.index + match[0].replace(/[.,;:!?)\]}'"*_]+$/, '').length;
    if (end > match.index + 1) document.imports.push(reference(match.index, end));
  }
  readLinks(document, prose, reference);
}

function readLinks(document: ProjectDocument, prose: string, reference: (start: number, end: number) => Reference): void {
  const definition = /^[ ]{0,3}\[[^\]\n]{1,200}\]:[ \t]*(\S+)/.exec(prose);
  if (definition) addLink(document, reference, definition[0].length - (definition[1] as string).length, definition[0].length);
  const opening = prose.indexOf('[');
  for (let at = prose.indexOf(']('); at >= 0; at = prose.indexOf('](', at + 2)) {
    if (opening < 0 || opening > at) continue;
    let start = at + 2;
    while (prose[start] === ' ') start++;
    let end = start;
    let depth = 0;
    for (; end < prose.length && end < start + 1000; end++) {
      const mark = prose[end] as string;
      if (/[\s\0]/.test(mark) || (mark === ')' && depth === 0)) break;
      depth += mark === '(' ? 1 : mark === ')' ? -1 : 0;
    }
    // Without its closing parenthesis it is no link.
    if (!/^(?:\)|[ \t]+["'(][^\n]*\))/.test(prose.slice(end, end + 300))) continue;
    addLink(document, reference, start, end);
  }
}

function addLink(document: ProjectDocument, reference: (start: number, end: number) => Reference, from: number, to: number): void {
  const whole = reference(from, to);
  const bracketed = /^<(.*)>$/.test(whole.text);
  const link = bracketed ? reference(from + 1, to - 1) : whole;
  if (!link.text) return;
  const bare = link.text.replace(/[?#].*$/, '');
  let target = bare;
  try {
    target = decodeURIComponent(bare);
  } catch {
    // A stray percent sign: the target is what is written.
  }
  document.links.push({ ...link, target });
}

interface Span {
  from: number;
  to: number;
  innerFrom: number;
  innerTo: number;
}

/** Code spans as CommonMark pairs them: a run of backticks is closed by the next run of the same length. */
function codeSpans(text: string): Span[] {
  const runs = [...text.matchAll(/`+/g)].map((match) => ({ at: match.index, width: match[0].length }));
  const found: Span[] = [];
  const unclosed = new Set<number>();
  for (let i = 0; i < runs.length; i++) {
    const open = runs[i] as { at: number; width: number };
    if (unclosed.has(open.width)) continue;
    let close = i + 1;
    while (close < runs.length && runs[close]?.width !== open.width) close++;
    if (close === runs.length) {
      unclosed.add(open.width);
      continue;
    }
    const to = (runs[close] as { at: number }).at;
    let innerFrom = open.at + open.width;
    let innerTo = to;
    while (innerFrom < innerTo && /\s/.test(text[innerFrom] as string)) innerFrom++;
    while (innerTo > innerFrom && /\s/.test(text[innerTo - 1] as string)) innerTo--;
    found.push({ from: open.at, to: to + open.width, innerFrom, innerTo });
    i = close;
  }
  return found;
}

/** The sentence around an offset; code counts as letters, so that a dot in a file name ends nothing. */
function sentenceAt(source: string, prose: string, at: number): string {
  const far = 600;
  let from = Math.max(0, at - far);
  for (const match of prose.slice(from, at).matchAll(/[.!?](?=\s)(?<!\b(?:e\.g|i\.e|etc|vs)\.)/g))
    from = Math.max(from, Math.max(0, at - far) + match.index + 1);
  const rest = /[.!?](?=\s|$)(?<!\b(?:e\.g|i\.e|etc|vs)\.)/.exec(prose.slice(at, at + far));
  return source.slice(from, rest ? at + rest.index + 1 : at + far).trim();
}

const shells = /^(?:bash|sh|shell|zsh|fish|console|terminal|shell-session|shellsession|powershell|ps1|cmd|)$/i;

function readFence(document: ProjectDocument, from: number, to: number): void {
  const { index } = document.markdown;
  const first = index.positionAt(from).line;
  const language = /(?:`{3,}|~{3,})\s*\{?\.?([\w-]*)/.exec(index.line(first))?.[1] ?? '';
  if (!shells.test(language)) return;
  const last = index.positionAt(to).line;
  for (let line = first + 1; line <= last; line++) {
    const start = index.offsetAt({ line, character: 0 });
    if (start >= to) break;
    const content = index.line(line);
    for (const command of readCommands(content)) {
      const begin = start + command.start;
      const end = start + command.end;
      document.commands.push({
        ...command,
        text: document.text.slice(begin, end),
        range: document.markdown.range(begin, end),
        from: begin,
        to: end,
        sentence: content.trim(),
        place: 'fence',
      });
    }
  }
}
