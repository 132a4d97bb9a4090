import type { Range } from '../text';
import type { Part, Stage } from './contextTypes';
import { inlineText, type MarkdownDocument, type Section } from './markdown';
import { parseRunner } from './runner';

/** A list of a stage's fields under a line that is not of the form `Stage N: Title (Runner)`: none of it is read. */
export interface UnreadStage {
  /** The line above the list, marks taken off. */
  text: string;
  /** Where that line stands. */
  range: Range;
  /** The fields of the list that are dropped, in their order. */
  fields: string[];
  /** The line as a stage is written, without the marks of a heading: `Stage 2: Polish (Haiku)`. */
  instead: string;
  /** What to put `instead` in place of; undefined where the list would not follow it as a list. */
  replace?: Range;
}

const fieldItem = /^([ \t]*)(?:[-*+]|\d{1,3}[.)])[ \t]+(?:\*\*|__)?(inputs?|tasks?|outputs?|run|checks?|success)(?:\*\*|__)?[ \t]*:/i;
const names: Record<string, string> = { inputs: 'Input', tasks: 'Task', outputs: 'Output', check: 'Checks' };
const mark = /^ {0,3}(?:#{1,6}[ \t]+|[-*+][ \t]+)?/;
const ordinals = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];
const romans = ['i', 'ii', 'iii', 'iv', 'v', 'vi', 'vii', 'viii', 'ix', 'x', 'xi', 'xii'];
const counted = `\\d{1,4}(?=[a-z]?\\b)|${ordinals.join('|')}|[ivx]{1,4}`;
/** “Step 2:”, “Stage Two”, “Phase II –”, “Stage:”, “Stag 2:” and “2.”: what people write where the grammar says “Stage 2:”. */
const worded = new RegExp(`^(?:stages?|stag|satge|stgae|step|phase)(?:\\s+(?:no\\.?\\s*|#)?(${counted})[a-z]?\\b|\\s*(?=[:.–—-]))`, 'i');
const numbered = /^(\d{1,4})[.):]\s*(?=\S)/;
/** “Stage N: Title” shows a form; “[…]” and “<…>” are to be filled in. */
const placeholder = /^(?:stage|step|phase)\s+(?:n|x|#|\.\.\.|…)\b|[[<{][^\]>}]*[\]>}]/i;

interface FieldList {
  /** Line of the first item. */
  line: number;
  indent: number;
  /** Another kind of mark begins another list. */
  ordered: boolean;
  fields: string[];
}

/** Lists of at least one field, each with the line it begins at; what is code or a comment is none. */
function fieldLists(document: MarkdownDocument): FieldList[] {
  const { index } = document;
  const lists: FieldList[] = [];
  let open: FieldList | undefined;
  for (let line = index.positionAt(document.bodyFrom).line; line < index.lineCount; line++) {
    const content = index.line(line);
    const trimmed = content.trimStart();
    if (!trimmed || document.isLiteral(index.startOf(line))) continue;
    // A tab leads to the next column that four divides.
    const indent = content.slice(0, content.length - trimmed.length).replace(/ {0,3}\t/g, '    ').length;
    const item = fieldItem.exec(content);
    const ordered = /^\d/.test(trimmed);
    const goesOn = open && indent === open.indent && ordered === open.ordered && /^(?:[-*+]|\d{1,3}[.)])[ \t]/.test(trimmed);
    // What stands deeper belongs to an item; another item ends nothing.
    if (open && indent <= open.indent && !goesOn) open = undefined;
    if (item && (!open || goesOn)) {
      const written = (item[2] as string).toLowerCase();
      const name = names[written] ?? `${(written[0] as string).toUpperCase()}${written.slice(1)}`;
      open ??= { line, indent, ordered, fields: [] };
      if (!open.fields.length) lists.push(open);
      if (!open.fields.includes(name)) open.fields.push(name);
    }
  }
  return lists;
}

/** The section a line stands in, by binary search: the last that begins at or before it. */
function sectionAt(sections: readonly Section[], offset: number): Section | undefined {
  let low = 0;
  let high = sections.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sections[middle] as Section).from <= offset) low = middle + 1;
    else high = middle;
  }
  return sections[low - 1];
}

function numberOf(text: string | undefined): number | undefined {
  if (!text) return undefined;
  const lower = text.toLowerCase();
  if (/^\d/.test(lower)) return Number(lower);
  const at = Math.max(ordinals.indexOf(lower), romans.indexOf(lower));
  return at < 0 ? undefined : at + 1;
}

interface Line {
  words: string;
  /** It says that it is a step of something. */
  worded: boolean;
  number?: number;
  title: string;
  runner?: string;
}

/** What a line says of a stage: its number, title and runner, wherever they stand. */
function lineOf(words: string): Line {
  const lead = worded.exec(words);
  const count = lead ? undefined : numbered.exec(words);
  const number = numberOf(lead?.[1] ?? count?.[1]);
  let rest = words.slice((lead ?? count)?.[0].length ?? 0).replace(/^\s*[:.)–—-]+\s*/, '');
  let runner: string | undefined;
  for (const match of rest.matchAll(/\s*\(([^()]{1,40})\)\s*/g)) {
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
    if (!parseRunner(match[1] as string, range)) continue;
    runner = (match[1] as string).trim();
    rest = `${rest.slice(0, match.index)} ${rest.slice(match.index + match[0].length)}`;
    break;
  }
  const title = rest
    .trim()
    // “Stage 6 (optional): Newsletter”: what is said of it stays.
    .replace(/^\(([^()]+)\)\s*[:.–—-]\s*(.+)$/, '$2, $1')
    .replace(/^[:.–—-]+\s*/, '')
    .replace(/\s*[:.–—-]+$/, '')
    .trim();
  return { words, worded: lead !== null || count !== null, ...(number === undefined ? {} : { number }), title, ...(runner ? { runner } : {}) };
}

/**
 * Lists that were plainly meant as stages and are none, in order: a line with a runner over a field, or one that counts as a step (or a short line over a
 * Task) with at least two fields, in a document that has a stage or two of the four parts. What belongs to a stage, to a part or to fenced code is none of them.
 */
export function unreadStages(document: MarkdownDocument, stages: readonly Stage[], parts: readonly Part[]): UnreadStage[] {
  const { index } = document;
  const isTask = stages.length > 0 || parts.length > 1;
  const found: UnreadStage[] = [];
  const taken = new Set(stages.map(({ number }) => number));
  const claimed = new Set<number>();
  const own = new Set([...stages.map(({ headingRange }) => headingRange.start.line), ...parts.map(({ headingRange }) => headingRange.start.line)]);
  let last = 0;
  let next = 0;
  for (const list of fieldLists(document)) {
    for (; (stages[next]?.range.start.line ?? Number.POSITIVE_INFINITY) <= list.line; next++) last = Math.max(last, stages[next]?.number ?? 0);
    const within = stages[next - 1];
    if (within && list.line <= within.range.end.line) continue;
    const title = titleOf(document, list, claimed, own);
    if (!title) continue;
    const said = lineOf(title.words);
    const meant = said.runner
      ? list.fields.length > 0
      : list.fields.length > 1 && isTask && (said.worded || list.fields.includes('Task')) && title.words.length <= 80 && !/[.!?]$/.test(title.words);
    if (!meant || placeholder.test(title.words) || !(said.title || said.worded)) continue;
    claimed.add(title.line);
    let number = said.number !== undefined && !taken.has(said.number) && said.number > 0 ? said.number : last + 1;
    while (taken.has(number)) number++;
    taken.add(number);
    last = number;
    const content = index.line(title.line);
    const from = index.startOf(title.line) + (mark.exec(content)?.[0].length ?? 0);
    const isHeading = /^ {0,3}#/.test(content) || title.heading;
    // Indented by four and more, the list would be taken into the line above it.
    const fits = (isHeading || (list.indent < 4 && /^\S/.test(content))) && said.title;
    found.push({
      text: title.words,
      range: document.range(from, index.startOf(title.line) + content.trimEnd().length),
      fields: list.fields,
      instead: `Stage ${number}: ${said.title || 'Title'}${said.runner ? ` (${said.runner})` : ''}`,
      ...(fits ? { replace: document.range(isHeading ? from : index.startOf(title.line), index.startOf(title.line) + content.trimEnd().length) } : {}),
    });
  }
  return found;
}

/** The line a list is about: the one directly above it where that reads as a title, or else the heading of its section, once. */
function titleOf(document: MarkdownDocument, list: FieldList, claimed: ReadonlySet<number>, own: ReadonlySet<number>) {
  const { index } = document;
  const section = sectionAt(document.sections, index.startOf(list.line));
  if (!section) return undefined;
  const headingLine = section.depth > 0 ? index.positionAt(section.from).line : -1;
  let above = list.line - 1;
  while (above > headingLine && (!index.line(above).trim() || document.isLiteral(index.startOf(above)))) above--;
  if (above > headingLine && index.startOf(above) >= section.bodyFrom) {
    const content = index.line(above);
    const words = inlineText(content.trim().replace(/^[-*+][ \t]+/, '')).trim();
    const said = lineOf(words);
    if ((said.runner || said.worded) && !/^[>|]/.test(words) && !claimed.has(above)) return { line: above, words, heading: false };
  }
  if (headingLine < 0 || claimed.has(headingLine) || own.has(headingLine)) return undefined;
  // What is no step by its own words is the title of a list only directly above it, and never where it is a name for all of them.
  const said = lineOf(section.heading);
  if (
    !said.runner &&
    !said.worded &&
    (above > headingLine || /^(?:the )?(?:stages?|steps?|phases?|tasks?|plan|workflow|pipeline|process)\b/i.test(section.heading))
  )
    return undefined;
  return { line: headingLine, words: section.heading, heading: true };
}
