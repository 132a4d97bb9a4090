import { LineIndex, type TextEdit } from '../text';
import { readContext } from './context';
import type { ContextDocument, Field, FieldName, Name, Stage } from './contextTypes';
import { readDocument } from './document';
import { insertedField, lineEndOf, withoutField } from './fieldPlaces';

/**
 * What a stage's `Context:` and `Budget:` shall say, changed as text: what was written by hand stays as it was written, in its style of list and
 * with its line ends. Each change is read back before it is given, so that it says what was asked and nothing else says anything else.
 */

/** A name of `Context:`, as an inclusion or behind `not`. */
export type Listed = 'include' | 'exclude';

/**
 * Have the stage at an index name something in `Context:`, or leave it out there with `not`. The opposite of the same name is taken off.
 * @returns no edits where it says so already; undefined where the name can't be written so that it is read back, as one with a line break.
 */
export function listInContext(document: ContextDocument, index: number, listed: Listed, name: string): TextEdit[] | undefined {
  const stage = document.stages[index];
  if (!stage) return undefined;
  const opposite = listed === 'include' ? 'exclude' : 'include';
  const has = (wanted: Listed) => stage.context[wanted].some(({ text }) => text === name);
  const cleared = has(opposite) ? withoutName(document.text, index, opposite, name) : document.text;
  if (cleared === undefined || has(listed)) return cleared === undefined ? undefined : editBetween(document.text, cleared);
  const listedAt = withName(cleared, index, listed, name);
  return listedAt === undefined ? undefined : editBetween(document.text, listedAt);
}

/** Take a name off `Context:`; the field goes with its last name. @returns no edits where it is not there; undefined where nothing mends it. */
export function unlistFromContext(document: ContextDocument, index: number, listed: Listed, name: string): TextEdit[] | undefined {
  if (!document.stages[index]?.context[listed].some(({ text }) => text === name)) return [];
  const without = withoutName(document.text, index, listed, name);
  return without === undefined ? undefined : editBetween(document.text, without);
}

/** Set the tokens of a stage's `Budget:`; with undefined, the field goes. @returns no edits where it says so; undefined where that can't be written. */
export function setBudget(document: ContextDocument, index: number, tokens: number | undefined): TextEdit[] | undefined {
  const { text } = document;
  const stage = document.stages[index];
  if (!stage || (tokens !== undefined && !(Number.isSafeInteger(tokens) && tokens >= 0))) return undefined;
  const field = fieldOf(stage, 'Budget');
  if (stage.budget === tokens && (tokens !== undefined || !field)) return [];
  const wanted = (read: Stage) => read.budget === tokens && sameNames(read, stage);
  const candidates = tokens === undefined ? [field && withoutField(text, field)] : budgets(text, stage, field, tokens);
  const found = firstThatReads(document, index, candidates, ['Budget'], wanted);
  return found === undefined ? undefined : editBetween(text, found);
}

function budgets(text: string, stage: Stage, field: Field | undefined, tokens: number): (string | undefined)[] {
  if (!field) return insertedField(text, stage, 'Budget', String(tokens), ['Context', 'Input']);
  const span = spanOf(text, field);
  const from = Math.min(span.from + (span.masked.length - span.masked.trimStart().length), span.to);
  const to = span.from + span.masked.trimEnd().length;
  const short = /\dk\b/i.test(field.value) && tokens % 1000 === 0 && tokens > 0 ? `${tokens / 1000}k` : String(tokens);
  const blank = /[ \t]$/.test(text.slice(0, from)) ? '' : ' ';
  return to > from ? [replaced(text, from, to, short)] : [replaced(text, span.from, span.from, blank + short)];
}

/** The text with a name more in `Context:`, in the way the others are written, in the field that is there or in a new one. */
function withName(text: string, index: number, listed: Listed, name: string): string | undefined {
  const document = readContext('', text);
  const stage = document.stages[index];
  if (!stage) return undefined;
  const field = fieldOf(stage, 'Context');
  const candidates = spellings(stage, text, listed, name).flatMap((spelled) =>
    field ? addedToField(text, stage, field, spelled) : insertedField(text, stage, 'Context', spelled, ['Input']),
  );
  return firstThatReads(document, index, candidates, ['Context'], (read) => {
    const own = [...stage.context[listed].map((each) => each.text), name];
    return read.budget === stage.budget && sameTexts(read, stage, { [listed]: own });
  });
}

/** How a name can be written, the likeliest first: bare, as the other names are, in quotes. One with blanks could be read as words if it stood bare. */
function spellings(stage: Stage, text: string, listed: Listed, name: string): string[] {
  const longest = Math.max(0, ...(name.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = /^[` ]|[` ]$/.test(name) ? ' ' : '';
  const code = `${fence}${pad}${name}${pad}${fence}`;
  if (listed === 'exclude') return usesCode(stage, text) ? [`not ${code}`, `not ${name}`] : [`not ${name}`, `not ${code}`];
  if (usesCode(stage, text)) return [code, `"${name}"`, name];
  return /\s/.test(name) ? [`"${name}"`, code, name] : [name, `"${name}"`, code];
}

function usesCode({ context, inputs }: Stage, text: string): boolean {
  const index = new LineIndex(text);
  const listed = [...context.include, ...context.exclude];
  return (listed.length ? listed : inputs).some(({ range }) => /`/.test(text.slice(index.offsetAt(range.start) - 1, index.offsetAt(range.end) + 1)));
}

function addedToField(text: string, stage: Stage, field: Field, spelled: string): string[] {
  const { from, to, masked } = spanOf(text, field);
  const bullets = [...masked.matchAll(/\r?\n([ \t]*)([-*+]|\d+([.)]))([ \t]+)/g)];
  const last = bullets.at(-1);
  if (last) {
    const marker = last[3] ? `${Number.parseInt(last[2] as string, 10) + 1}${last[3]}` : last[2];
    const end = from + masked.trimEnd().length;
    return [replaced(text, end, end, `${lineEndOf(text)}${last[1]}${marker}${last[4]}${spelled}`)];
  }
  const names = listedNames(text, stage);
  const end = names.at(-1)?.to;
  if (end !== undefined) return [replaced(text, end, end, `, ${spelled}`)];
  const blank = /[ \t]$/.test(text.slice(0, from)) ? '' : ' ';
  return [replaced(text, Math.min(from, to), Math.min(from, to), `${blank}${spelled}${text.slice(from, to).startsWith('<') ? ' ' : ''}`)];
}

/** The text without one name of `Context:`, with the comma or the line that was its own. */
function withoutName(text: string, index: number, listed: Listed, name: string): string | undefined {
  const document = readContext('', text);
  const stage = document.stages[index];
  const field = stage && fieldOf(stage, 'Context');
  const names = stage ? listedNames(text, stage) : [];
  const at = names.findIndex((each) => each.listed === listed && each.name.text === name);
  const found = names[at];
  if (!stage || !field || !found) return undefined;
  const { from, to, masked } = spanOf(text, field);
  const { from: nameFrom, to: nameTo } = found;
  const after = /^[ \t\r\n]*,[ \t]*(?:\r?\n[ \t]*)?/.exec(masked.slice(nameTo - from));
  const before = /,[ \t\r\n]*$/.exec(masked.slice(0, nameFrom - from));
  const line = /\r?\n[ \t]*(?:[-*+]|\d+[.)])[ \t]+$/.exec(masked.slice(0, nameFrom - from));
  const bare = (part: string) => !/\S/.test(part);
  const candidates = [
    names.length === 1 && masked.slice(0, nameFrom - from).trim() === '' && bare(text.slice(nameTo, to)) ? withoutField(text, field) : undefined,
    names.length === 1 && line && bare(text.slice(from, nameFrom - line[0].length)) && bare(text.slice(nameTo, to)) ? withoutField(text, field) : undefined,
    line && /^[ \t]*(?:\r?\n|$)/.test(masked.slice(nameTo - from)) ? replaced(text, nameFrom - line[0].length, nameTo, '') : undefined,
    after ? withoutComma(text, found, nameTo, nameTo + after[0].length) : undefined,
    before ? withoutComma(text, found, nameFrom - before[0].length, nameFrom) : undefined,
    replaced(text, nameFrom, nameTo, ''),
  ];
  return firstThatReads(document, index, candidates, ['Context'], (read) => {
    const own = stage.context[listed].filter((each) => each !== found.name).map((each) => each.text);
    return read.budget === stage.budget && sameTexts(read, stage, { [listed]: own });
  });
}

/** Without a name and the comma between two offsets beside it; a comment that stands there stays. */
function withoutComma(text: string, name: { from: number; to: number }, from: number, to: number): string {
  const between = text.slice(from, to);
  const kept = /<!--/.test(between) ? between.replace(/,(?![^<]*-->)/, '') : '';
  return from >= name.to ? text.slice(0, name.from) + kept + text.slice(to) : text.slice(0, from) + kept + text.slice(name.to);
}

/** The names of `Context:` in their order, with the offsets that their quotes or code spans end at. */
function listedNames(text: string, { context }: Stage): { name: Name; listed: Listed; from: number; to: number }[] {
  const index = new LineIndex(text);
  const placed = (['include', 'exclude'] as const).flatMap((listed) =>
    context[listed].map((name) => {
      let from = index.offsetAt(name.range.start);
      let to = index.offsetAt(name.range.end);
      if (name.quoted) {
        if (text[from - 1] === ' ' && text[from - 2] === '`') [from, to] = [from - 1, to + 1];
        if (text[from - 1] !== '`') [from, to] = [from - 1, to + 1];
        else for (; text[from - 1] === '`'; from--) to++;
      }
      return { name, listed, from, to };
    }),
  );
  return placed.sort((a, b) => a.from - b.from);
}

/** The first text of which the stage says what is wanted while nothing else of the document reads otherwise. */
function firstThatReads(
  before: ContextDocument,
  index: number,
  candidates: readonly (string | undefined)[],
  but: readonly FieldName[],
  wanted: (stage: Stage) => boolean,
): string | undefined {
  const told = restOf(before, index, but);
  return candidates.find((candidate): candidate is string => {
    if (candidate === undefined) return false;
    const after = readContext(before.path, candidate);
    const stage = after.stages[index];
    return stage !== undefined && wanted(stage) && restOf(after, index, but) === told;
  });
}

/** All that a document says but for some fields of one stage, without places. */
function restOf({ stages, parts, inputs, models, budget, title }: ContextDocument, index: number, but: readonly FieldName[]): string {
  const said = stages.map((stage, i) => ({
    ...stage,
    context: i === index ? undefined : stage.context,
    budget: i === index ? undefined : stage.budget,
    fields: stage.fields.filter(({ name }) => i !== index || !but.includes(name)).map(({ name, value }) => [name, value]),
  }));
  return JSON.stringify({ title, said, parts, inputs: [...inputs], models, budget }, (key, value) =>
    key === 'range' || key.endsWith('Range') ? undefined : value instanceof RegExp ? String(value) : value,
  );
}

function sameTexts(read: Stage, before: Stage, own: Partial<Record<Listed, string[]>>): boolean {
  const texts = (stage: Stage, listed: Listed) => stage.context[listed].map(({ text }) => text);
  return (['include', 'exclude'] as const).every((listed) => texts(read, listed).join('\0') === (own[listed] ?? texts(before, listed)).join('\0'));
}

function sameNames(read: Stage, before: Stage): boolean {
  return sameTexts(read, before, {});
}

function fieldOf(stage: Stage, name: FieldName): Field | undefined {
  return stage.fields.find((field) => field.name === name);
}

/** Where a field's value stands, and the value with its comments blanked out. */
function spanOf(text: string, field: Field): { from: number; to: number; masked: string } {
  const index = new LineIndex(text);
  const [from, to] = [index.offsetAt(field.valueRange.start), index.offsetAt(field.range.end)];
  return { from, to, masked: readDocument(text).markdown.masked.slice(from, to) };
}

function replaced(text: string, from: number, to: number, by: string): string {
  return text.slice(0, from) + by + text.slice(to);
}

/** One edit that turns a text into another; none where they are the same. It never cuts a line end or a surrogate pair in two. */
function editBetween(before: string, after: string): TextEdit[] {
  if (before === after) return [];
  const most = Math.min(before.length, after.length);
  let from = 0;
  while (from < most && before[from] === after[from]) from++;
  let same = 0;
  while (same < most - from && before[before.length - 1 - same] === after[after.length - 1 - same]) same++;
  const cuts = (at: number, text: string) => /[\r\ud800-\udbff]/.test(text[at - 1] ?? '') && /[\n\udc00-\udfff]/.test(text[at] ?? '');
  while (from > 0 && (cuts(from, before) || cuts(from, after))) from--;
  while (same > 0 && (cuts(before.length - same, before) || cuts(after.length - same, after))) same--;
  const index = new LineIndex(before);
  return [{ range: index.range(from, before.length - same), newText: after.slice(from, after.length - same) }];
}
