import type { Bundle } from '../bundle/bundleTypes';
import type { QueryBundle } from '../bundle/query';
import { formatTokens } from '../catalog/tokens';
import type { Preview } from '../stage/preview';
import { visible } from '../text';
import type { BundleRow, RowAction } from './bundleRows';
import { percent, tokenBar } from './tokenBar';

/** What a stage's bundle document is made of. */
export interface BundleView extends Omit<Preview, 'bundle' | 'prompt'> {
  /** The stage's number and title. */
  title: string;
  bundle: Pick<Bundle, 'tokens' | 'budget' | 'secrets'>;
  rows: readonly BundleRow[];
  prompt: { system: string; user: string };
}

/** A stretch of one line that leads somewhere or does something. Lines and characters from 0. */
export interface Mark {
  line: number;
  from: number;
  to: number;
  tooltip: string;
  /** Opens a file at its lines, or acts on a row. */
  target: { path: string; lines: [from: number, to: number] | null } | { row: string; action: RowAction };
}

export interface BundleDocument {
  text: string;
  marks: Mark[];
}

interface Cell {
  text: string;
  marks?: { at: number; length: number; tooltip: string; target: Mark['target'] }[];
}

/** Wider columns than this are not filled up: one long path would push all others out of sight. */
const widest = 48;

/**
 * A bundle as a Markdown document: how full it is, its pieces, what was left out, what is not there yet, and then exactly what is sent. What documents
 * and file names say stands in code spans and fences, so that no reader of Markdown makes a link, an image or a command of it.
 */
export function bundleDocument(view: BundleView): BundleDocument {
  const { bundle, rows, sent } = view;
  const page = new Page();
  page.add(`# Bundle of stage ${harmless(view.title)}`, '', ...headLines(view), '');
  if (bundle.secrets.length) {
    page.add('**The stage is not sent as it is.** What looks like a secret was left out:', '');
    for (const { source, line, kind, path } of bundle.secrets) {
      const where = `${code(source)}, line ${line}`;
      const target = path === undefined ? undefined : { path, lines: [line, line] as [number, number] };
      page.line([
        { text: '- ' },
        { text: where, marks: target && [{ at: 0, length: where.length, tooltip: 'Open it', target }] },
        { text: `: ${plain(kind)}` },
      ]);
    }
    page.add('');
  }
  pieceTables(page, rows, bundle.tokens);
  if (sent) for (const part of ['system', 'user'] as const) page.add('', `## What is sent: ${part}`, '').fenced(view.prompt[part]);
  return page.document();
}

/**
 * The same for a comparison: one line for each piece, which is another line only where the piece is another. In a table, widths and shares would
 * make every row another.
 */
export function comparedDocument(view: BundleView): BundleDocument {
  const { bundle, rows } = view;
  const page = new Page();
  page.add(`# Stage ${harmless(view.title)}`, '', `- Model: ${harmless(view.model)}`, `- Budget: ${formatTokens(bundle.budget)} tokens`, '');
  const list = (title: string, kind: BundleRow['kind']) => {
    const own = rows.filter((row) => row.kind === kind);
    if (!own.length) return;
    page.add(`## ${title}`, '');
    for (const row of own) page.line([{ text: '- ' }, place(row), { text: `: ${row.tokens ? `${tokens(row)} tokens, ` : ''}${plain(row.reason)}` }]);
    page.add('');
  };
  list('Pieces', 'piece');
  list('Left out', 'omitted');
  list('Not there yet', 'missing');
  if (view.sent) for (const part of ['system', 'user'] as const) page.add(`## What is sent: ${part}`, '').fenced(view.prompt[part]).add('');
  return page.document();
}

/** How full it is, in one line; what is special about the stage in further ones. */
function headLines(view: BundleView): string[] {
  const { bundle, model, inputTokens, reused, item, each } = view;
  const tokens = formatTokens(bundle.tokens);
  if (!view.sent) return [`${tokens} tokens in the files that the command of this Code stage gets. Nothing of it is sent to a model.`];
  const lines = [
    `${tokenBar(bundle.tokens, bundle.budget, 10)} ${tokens} of ${formatTokens(bundle.budget)} tokens (${percent(bundle.tokens, bundle.budget)}), estimated`,
    '',
    `- The whole prompt: about ${formatTokens(inputTokens)} tokens, for ${harmless(model)}.`,
  ];
  if (reused)
    lines.push(
      `- Its first ${formatTokens(reused.tokens)} are those of stage ${reused.with}: soon after that, they cost a tenth, as they are read from the cache.`,
    );
  if (item) lines.push(`- Shown for ${harmless(item.name)} ${item.number} of ${item.of}: ${code(shortened(item.value))}`);
  else if (each) lines.push(`- The stage runs once for each ${harmless(each)}: that list is not known yet.`);
  return lines;
}

/** The tables of what is in, what was left out and what is not there yet. */
function pieceTables(page: Page, rows: readonly BundleRow[], total: number): void {
  const of = (kind: BundleRow['kind']) => rows.filter((row) => row.kind === kind);
  // Numbers and changes first: beside its document the preview is narrow, and paths and reasons may be long.
  const offered = rows.some(({ offers }) => offers.length > 0);
  const change = (row: BundleRow) => (offered ? [acts(row)] : []);
  const titled = (...titles: string[]) => titles.filter((title) => offered || title !== 'Change');
  const pieces = of('piece').map((row) => [
    { text: tokens(row) },
    { text: percent(row.tokens, total) },
    ...change(row),
    place(row),
    { text: plain(row.reason) },
  ]);
  if (pieces.length) page.table(titled('Tokens', 'Share', 'Change', 'Piece', 'Why it is in'), [0, 1], pieces);
  else page.add('Nothing beside the task itself: the stage names no input, and the project has no files for every stage.');
  const left = of('omitted').map((row) => [{ text: tokens(row) }, ...change(row), place(row), { text: plain(row.reason) }]);
  if (left.length) page.add('', '## Left out', '').table(titled('Tokens', 'Change', 'What', 'Left out because'), [0], left);
  const missing = of('missing').map((row) => [place(row), { text: plain(row.reason) }]);
  if (missing.length) page.add('', '## Not there yet', '').table(['Input', 'How it comes'], [], missing);
}

/** What fits a query, as a document: the same table, and then the files' parts as they would be sent. */
export function queryDocument(found: Pick<QueryBundle, 'query' | 'budget' | 'tokens' | 'text' | 'least'>, rows: readonly BundleRow[]): BundleDocument {
  const page = new Page();
  page.add('# Relevant code', '', `For ${code(shortened(found.query))}`, '');
  if (found.text) {
    const { tokens, budget } = found;
    page.add(`${tokenBar(tokens, budget, 10)} ${formatTokens(tokens)} of ${formatTokens(budget)} tokens, estimated`, '');
    pieceTables(page, rows, tokens);
    page.add('', '## What would be sent', '').fenced(found.text);
  } else
    page.add(
      found.least
        ? `The best part alone takes ${formatTokens(found.least)} of ${formatTokens(found.budget)} tokens.`
        : 'No file fits these words. Try others: names that stand in the code find most.',
    );
  return page.document();
}

function shortened(text: string): string {
  const line = oneLine(text);
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}

class Page {
  private readonly lines: string[] = [];
  private readonly marks: Mark[] = [];

  add(...lines: string[]): this {
    this.lines.push(...lines);
    return this;
  }

  /** A table whose columns stand in line also where it is read as it is written. */
  table(titles: readonly string[], right: readonly number[], rows: readonly Cell[][]): this {
    const widths = titles.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.text.length ?? 0).filter((width) => width <= widest)));
    const line = (cells: readonly Cell[]) => {
      let text = '|';
      cells.forEach((cell, i) => {
        // What ends a line needs nothing behind it.
        const width = i === cells.length - 1 ? 0 : (widths[i] ?? 0);
        text += ' ';
        if (right.includes(i)) text += ' '.repeat(Math.max(0, width - cell.text.length));
        for (const { at, length, tooltip, target } of cell.marks ?? [])
          this.marks.push({ line: this.lines.length, from: text.length + at, to: text.length + at + length, tooltip, target });
        text += `${right.includes(i) ? cell.text : cell.text.padEnd(width)} |`;
      });
      this.lines.push(text);
    };
    line(titles.map((text) => ({ text })));
    this.lines.push(`|${widths.map((width, i) => (right.includes(i) ? `${'-'.repeat(width + 1)}:` : '-'.repeat(width + 2))).join('|')}|`);
    for (const row of rows) line(row);
    return this;
  }

  /** One line of several parts. */
  line(cells: readonly Cell[]): void {
    let text = '';
    for (const cell of cells) {
      for (const { at, length, tooltip, target } of cell.marks ?? [])
        this.marks.push({ line: this.lines.length, from: text.length + at, to: text.length + at + length, tooltip, target });
      text += cell.text;
    }
    this.lines.push(text);
  }

  /** A text as it is, in a fence that nothing in it closes. */
  fenced(text: string): this {
    const longest = Math.max(3, ...(text.match(/`+/g) ?? []).map((run) => run.length + 1));
    const fence = '`'.repeat(longest);
    return this.add(`${fence}markdown`, ...text.split('\n'), fence);
  }

  document(): BundleDocument {
    return { text: `${this.lines.join('\n')}\n`, marks: this.marks };
  }
}

function tokens(row: BundleRow): string {
  return row.tokens ? formatTokens(row.tokens) : '';
}

function place(row: BundleRow): Cell {
  const [from, to] = row.lines ?? [0, 0];
  const noted = [from === 0 ? '' : from === to ? `line ${from}` : `lines ${from}-${to}`, row.outline ? 'outline' : ''].filter((note) => note).join(', ');
  // As it would be named in Context.
  const linked = code(row.heading === null ? row.source : `${row.source}#${row.heading}`);
  const marks = row.place ? [{ at: 0, length: linked.length, tooltip: 'Open it', target: row.place }] : [];
  return { text: `${linked}${noted ? ` (${noted})` : ''}`, marks };
}

function acts(row: BundleRow): Cell {
  let text = '';
  const marks: Cell['marks'] = [];
  for (const { action, label, title } of row.offers) {
    if (text) text += ' · ';
    marks.push({ at: text.length, length: label.length, tooltip: title, target: { row: row.id, action } });
    text += label;
  }
  return { text, marks };
}

/** A text as a code span in a table: nothing in it is Markdown, and no cell ends in it. */
function code(text: string): string {
  const shown = oneLine(text);
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = /^`|`$/.test(shown) ? ' ' : '';
  return `${fence}${pad}${shown.replace(/\|/g, '\\|')}${pad}${fence}`;
}

/** A sentence in a table. It may quote a document, so what would make a link or an element of it is taken apart. */
function plain(text: string): string {
  return harmless(text).replace(/\|/g, '\\|');
}

function harmless(text: string): string {
  return oneLine(text)
    .replace(/\]\s*(?=[([:])/g, '] ')
    .replace(/</g, '&lt;')
    .replace(/!\[/g, '! [');
}

/** Editors make links of addresses wherever they stand, in code spans too. */
function oneLine(text: string): string {
  return visible(text).replace(/\s+/g, ' ').replace(/:\/\//g, ': //').trim();
}
