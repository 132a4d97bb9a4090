import { Kept } from '../steering/kept';
import { fenceLanguage, isShell, type ProjectDocument } from '../steering/project';
import { type Block, outlineOf } from './outline';
import { readShellLine } from './pathArguments';
import { type PathForm, pathForm } from './pathForm';

/** Something a document seems to point at by a path, with what a reader sees around it. */
export interface Mention {
  form: PathForm;
  from: number;
  to: number;
  /** How it is written: alone in a code span, bare in prose, or as an argument of a command in a span or in a fence of shell lines. */
  place: 'span' | 'prose' | 'span-argument' | 'fence-argument';
  /** What stands before and after it in its sentence; in a fence, in its line. */
  before: string;
  after: string;
  /** The block it stands in, as an index; undefined in a fence. */
  block?: number;
  /** Stands first in its list item or table row: it is what the item is about. */
  leads: boolean;
  /** Of an argument: the folder the command runs in, from where its line or fence began; undefined inside where that can't be known. */
  folder?: { path: string | undefined };
  /** The program it is an argument of. */
  program?: string;
  /** As written, where it is a glob: `form` is then the folder that its wildcards stand in. */
  glob?: string;
}

export interface DocumentMentions {
  blocks: Block[];
  mentions: Mention[];
}

/** Bare words that can be paths: with a slash, or named like a file. No part of it can match the same text in two ways. */
const bare = /(?<![\w/@.~:$\\*-])(?:\.{0,2}\/)?[\w.-]+(?:\/[\w.@+-]+)*\/?(?![\w/@*{<[])/g;

/** While one types in a block, the others name what they named: from where the block stood when it was read. */
const read = new Kept<{ from: number; found: Mention[] }>(3000);

/** Every path-like token of a document outside links and tree diagrams. Linear in the length. */
export function readMentions(document: ProjectDocument): DocumentMentions {
  const blocks = outlineOf(document);
  const mentions: Mention[] = [];
  let span = 0;
  const links = document.links.map(({ from, to }) => ({ from, to })).sort((a, b) => a.from - b.from);
  let link = 0;
  blocks.forEach((block, i) => {
    const firstSpan = span;
    while (span < document.spans.length && (document.spans[span]?.from ?? 0) < block.to) span++;
    while (link < links.length && (links[link]?.to ?? 0) < block.from) link++;
    let afterLinks = link;
    while (afterLinks < links.length && (links[afterLinks]?.from ?? 0) < block.to) afterLinks++;
    const { from, found } = read.of(keyOf(document, block, i), () => ({
      from: block.from,
      found: mentionsIn(document, block, document.spans.slice(firstSpan, span), links.slice(link, afterLinks)),
    }));
    const by = block.from - from;
    for (const mention of found) mentions.push({ ...mention, from: mention.from + by, to: mention.to + by, block: i });
  });
  for (const fence of document.markdown.fences) readFence(document, fence, mentions);
  return { blocks, mentions };
}

/** What the mentions of a block follow from: its source, and where it holds a comment, that too, as it stands in the sentence around them. */
function keyOf(document: ProjectDocument, block: Block, at: number): string {
  const source = document.prose[at]?.source ?? block.text;
  return document.markdown.comments.length ? `${source}\n${document.text.slice(block.from, block.to)}` : source;
}

/** The mentions of one block, from its code spans and the links that may reach into it. */
function mentionsIn(document: ProjectDocument, block: Block, spans: ProjectDocument['spans'], links: readonly { from: number; to: number }[]): Mention[] {
  const found: Mention[] = [];
  for (const code of spans) {
    if (code.from < block.from) continue;
    const form = /\s/.test(code.text) ? undefined : pathForm(code.text);
    const around = aroundOf(document.text, block, code.from, code.to);
    const glob = form ? undefined : globFolder(code.text);
    if (form) found.push({ form, from: code.from, to: code.from + form.text.length, place: 'span', ...around, leads: false });
    else if (glob) found.push({ form: glob, from: code.from, to: code.to, place: 'span', ...around, leads: false, glob: code.text });
    else
      for (const argument of readShellLine(code.text).arguments) {
        const inner = pathForm(argument.text);
        if (!inner) continue;
        const from = code.from + argument.at;
        const { program, folder } = argument;
        found.push({ form: inner, from, to: from + inner.text.length, place: 'span-argument', ...around, leads: false, folder: { path: folder }, program });
      }
  }
  for (const match of block.text.matchAll(bare)) {
    const token = match[0].replace(/(?<!\.)\.+$/, '');
    if (token.length < 4 || !/\/|\.[A-Za-z]\w*$/.test(token)) continue;
    const from = block.from + match.index;
    let inLink = false;
    for (let at = 0; at < links.length && (links[at]?.from ?? 0) < from + token.length; at++) inLink ||= (links[at]?.to ?? 0) > from;
    const form = inLink ? undefined : pathForm(token);
    if (!form || !(form.file || (form.folder && form.segments.length > 1))) continue;
    found.push({ form, from, to: from + form.text.length, place: 'prose', ...aroundOf(document.text, block, from, from + token.length), leads: false });
  }
  // The words of a link are the link's own: its target is looked at.
  const own = found.filter(({ from, to }) => {
    const words = /^[^[\]\n]{0,80}\]\(/.test(document.text.slice(to, to + 82));
    return !words || !/\[[^\]\n]{0,80}$/.test(document.text.slice(Math.max(block.from, from - 81), from));
  });
  own.sort((a, b) => a.from - b.from);
  markLeading(document.text, block, own);
  return own;
}

/** The folder that the wildcards of a glob stand in; undefined for what is no glob, or one from anywhere. */
function globFolder(text: string): PathForm | undefined {
  if (!/^[\w.@/*{},-]{3,200}$/.test(text) || !text.includes('*') || /[{}]/.test(text.slice(0, text.indexOf('*')))) return undefined;
  const folder = text.slice(0, text.lastIndexOf('/', text.indexOf('*')) + 1);
  return folder ? pathForm(folder) : undefined;
}

/** Mentions that nothing but marks stands before are what their item or row is about; so are more of them, joined by commas. */
function markLeading(text: string, block: Block, found: Mention[]): void {
  if (block.kind !== 'item' && block.kind !== 'row') return;
  let at = block.from + (/^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?|\|)/.exec(block.text)?.[0].length ?? 0);
  for (const mention of found) {
    if (mention.place === 'span-argument' || !/^(?:[\s*_`[\]()&+,]|and\b|or\b|\p{Extended_Pictographic}|\uFE0F)*$/u.test(text.slice(at, mention.from))) return;
    mention.leads = true;
    at = mention.to;
  }
}

const reach = 300;

/** The sentence around a stretch, cut in two; code counts as letters, so that a dot in a file name ends nothing. */
function aroundOf(text: string, block: Block, from: number, to: number): { before: string; after: string } {
  const start = Math.max(block.from, from - reach);
  const prose = block.text.slice(start - block.from, from - block.from);
  let begin = 0;
  for (const end of prose.matchAll(/[.!?](?=[\s"')*])(?<!\b(?:e\.g|i\.e|etc|vs|cf)\.)|\|/gi)) begin = end.index + 1;
  const rest = block.text.slice(to - block.from, to - block.from + reach);
  const stop = /[.!?](?=[\s"')*]|$)(?<!\b(?:e\.g|i\.e|etc|vs|cf)\.)/i.exec(rest);
  return { before: text.slice(start + begin, from), after: text.slice(to, to + (stop ? stop.index : rest.length)) };
}

function readFence(document: ProjectDocument, fence: { from: number; to: number }, mentions: Mention[]): void {
  const { index } = document.markdown;
  const first = index.positionAt(fence.from).line;
  if (!isShell(fenceLanguage(index.line(first)))) return;
  const last = index.positionAt(fence.to).line;
  let folder: string | undefined = '';
  for (let line = first + 1; line <= last; line++) {
    const start = index.offsetAt({ line, character: 0 });
    if (start >= fence.to) return;
    const content = index.line(line);
    const shell = readShellLine(content, folder);
    folder = shell.folder;
    for (const argument of shell.arguments) {
      const form = pathForm(argument.text);
      if (!form) continue;
      const from = start + argument.at;
      mentions.push({
        form,
        from,
        to: from + form.text.length,
        place: 'fence-argument',
        before: `${
          index
            .line(line - 1)
            .trim()
            .startsWith('#')
            ? `${index.line(line - 1).trim()} `
            : ''
        }${content.slice(0, argument.at)}`,
        after: content.slice(argument.at + argument.text.length),
        leads: false,
        folder: { path: argument.folder },
        program: argument.program,
      });
    }
  }
}
