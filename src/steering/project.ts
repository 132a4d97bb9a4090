import { LineIndex, type Range } from '../text';
import { type Command, folderAfter, readCommands } from './commandLines';
import { readDocument } from './document';
import type { FrontMatter } from './frontMatter';
import { isIndentedCode } from './indentedCode';
import { Kept } from './kept';
import type { MarkdownDocument } from './markdown';

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
  /** As written, comments alone blanked out. The same string while one types elsewhere: what is made of it can be kept by it. */
  source: string;
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
  const { frontMatter, markdown } = readDocument(text);
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
    const blank = !content.trim();
    if (open !== undefined && (blank || blockStart.test(content))) {
      yield { from: open, to: last };
      open = undefined;
    }
    if (blank) continue;
    open ??= from;
    last = from + content.length;
    if (content.includes('#') && /^\s*#{1,6}(?:\s|$)/.test(content)) {
      yield { from: open, to: last };
      open = undefined;
    }
  }
  if (open !== undefined) yield { from: open, to: last };
}

/** What a block points at, with offsets from its beginning. */
interface BlockReading {
  source: string;
  prose: string;
  spans: Piece[];
  commands: (Command & Piece)[];
  imports: Piece[];
  links: (Piece & { target: string })[];
}

/** A token of a block. */
interface Piece {
  text: string;
  at: number;
  /** From the block's first line; a block begins with its line. */
  range: Range;
  sentence: string;
}

/** While one types in a block, the others are as they were. */
const readings = new Kept<BlockReading>(3000);

function readBlock(document: ProjectDocument, from: number, to: number): void {
  const { markdown } = document;
  const reading = readings.of(markdown.masked.slice(from, to), readingOf);
  const { line } = markdown.index.positionAt(from);
  const place = ({ text, at, range: { start, end }, sentence }: Piece): Reference => ({
    text,
    range: { start: { line: line + start.line, character: start.character }, end: { line: line + end.line, character: end.character } },
    from: from + at,
    to: from + at + text.length,
    sentence,
  });
  document.prose.push({ text: reading.prose, from, source: reading.source });
  for (const span of reading.spans) document.spans.push(place(span));
  // Claude Code passes over code that is only indented, too.
  if (reading.imports.length && !isIndentedCode(markdown.index, line, markdown.index.positionAt(markdown.bodyFrom).line))
    for (const item of reading.imports) document.imports.push(place(item));
  for (const link of reading.links) document.links.push({ ...place(link), target: link.target });
  for (const command of reading.commands) document.commands.push({ ...command, ...place(command), place: 'span' });
}

/** Comments are blanked out in the source already. */
function readingOf(source: string): BlockReading {
  const spans = codeSpans(source);
  let prose = '';
  for (const span of spans) prose += source.slice(prose.length, span.from) + '\0'.repeat(span.to - span.from);
  prose += source.slice(prose.length);
  const index = new LineIndex(source);
  const piece = (start: number, end: number): Piece => ({
    text: source.slice(start, end),
    at: start,
    range: index.range(start, end),
    sentence: sentenceAt(source, prose, start),
  });
  const reading: BlockReading = { source, prose, spans: [], commands: [], imports: [], links: [] };
  for (const { innerFrom, innerTo } of spans) {
    const code = piece(innerFrom, innerTo);
    reading.spans.push(code);
    for (const command of readCommands(code.text)) reading.commands.push({ ...command, ...piece(innerFrom + command.start, innerFrom + command.end) });
  }
  if (prose.includes('@')) {
    for (const match of prose.matchAll(/(?<=^|\s)@((?:[A-Za-z0-9._~/-])[^\s\0]{0,400})/g)) {
      const end = match.index + match[0].replace(/[.,;:!?)\]}'"*_]+$/, '').length;
      if (end > match.index + 1) reading.imports.push(piece(match.index, end));
    }
  }
  if (prose.includes(']')) readLinks(reading, prose, piece);
  return reading;
}

function readLinks(reading: BlockReading, prose: string, piece: (start: number, end: number) => Piece): void {
  const definition = /^[ ]{0,3}\[[^\]\n]{1,200}\]:[ \t]*(\S+)/.exec(prose);
  if (definition) addLink(reading, piece, definition[0].length - (definition[1] as string).length, definition[0].length);
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
    addLink(reading, piece, start, end);
  }
}

function addLink(reading: BlockReading, piece: (start: number, end: number) => Piece, from: number, to: number): void {
  const whole = piece(from, to);
  const bracketed = /^<(.*)>$/.test(whole.text);
  const link = bracketed ? piece(from + 1, to - 1) : whole;
  if (!link.text) return;
  const bare = link.text.replace(/[?#].*$/, '');
  let target = bare;
  try {
    target = decodeURIComponent(bare);
  } catch {
    // A stray percent sign: the target is what is written.
  }
  reading.links.push({ ...link, target });
}

/** A code span, with its backticks and without. */
export interface Span {
  from: number;
  to: number;
  innerFrom: number;
  innerTo: number;
}

/** Code spans as CommonMark pairs them: a run of backticks is closed by the next run of the same length. */
export function codeSpans(text: string): Span[] {
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

/** The language a fence's first line names; '' where it names none. */
export function fenceLanguage(line: string): string {
  return /(?:`{3,}|~{3,})\s*\{?\.?([\w-]*)/.exec(line)?.[1] ?? '';
}

/** True for a fence of shell lines, or one that names no language and may be. */
export function isShell(language: string): boolean {
  return shells.test(language);
}

const shells = /^(?:bash|sh|shell|zsh|fish|console|terminal|shell-session|shellsession|powershell|ps1|cmd|)$/i;

function readFence(document: ProjectDocument, from: number, to: number): void {
  const { index } = document.markdown;
  const first = index.positionAt(from).line;
  if (!isShell(fenceLanguage(index.line(first)))) return;
  const last = index.positionAt(to).line;
  let folder: string | null | undefined;
  for (let line = first + 1; line <= last; line++) {
    const start = index.offsetAt({ line, character: 0 });
    if (start >= to) break;
    const content = index.line(line);
    const commands = readCommands(content, folder);
    // A blank line or a comment begins another example, from where people usually stand.
    folder = content.trim() && !content.trim().startsWith('#') ? folderAfter(content, folder) : folder;
    for (const command of commands) {
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
