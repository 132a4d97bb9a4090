import { readContext } from '../steering/context';
import type { Plan } from '../steering/plan';
import { applyEdits, type Position, type Range, slug, type TextEdit } from '../text';
import { listed } from './completion/names';
import { readBy } from './definition';
import { frontMatterKeys } from './frontMatterKeys';
import { mentionsOf } from './mentions';
import { type DocumentReading, planOf } from './reading';
import { type DocumentSymbol, symbolOf } from './references';
import { sameMeaning } from './sameMeaning';
import { type Thing, thingAt } from './things';

/** Why something can't be renamed, for people. */
export interface Refusal {
  refusal: string;
}

export interface Renamable {
  /** What is replaced at the cursor. */
  range: Range;
  /** The name as it is. */
  name: string;
}

export interface Renaming {
  /** Edits of this document. */
  edits: TextEdit[];
  /** What else changes with the name, for people; undefined where nothing does. */
  note?: string;
}

/** What would be renamed at a position, or why nothing can be: stage titles, outputs and declared inputs have names. */
export async function renamableAt(reading: DocumentReading, at: Position): Promise<Renamable | Refusal> {
  const found = await symbolAt(reading, at);
  return 'refusal' in found ? found : { range: found.range, name: found.name };
}

interface Found {
  symbol: DocumentSymbol;
  /** Of the name where the cursor is. */
  range: Range;
  /** Of the name where it is made. */
  made: Range;
  name: string;
}

async function symbolAt(reading: DocumentReading, at: Position): Promise<Found | Refusal> {
  const thing = await thingAt(reading, at);
  if (reading.kind !== 'context' || !thing) return { refusal: 'Stage titles, outputs and declared inputs can be renamed; there is none here.' };
  const symbol = symbolOf(reading, thing);
  if (!symbol || symbol.kind === 'item') return { refusal: refusalFor(thing) };
  if (thing.kind === 'mention' && thing.mention.by === 'number') return { refusal: 'This names a stage by its number. Rename the stage at its title.' };
  if (thing.kind === 'name' && symbol.kind !== 'declared' && readBy(reading, symbol.index, thing.resolved.name.text) === 'number')
    return { refusal: 'This names a stage by its number. Rename the stage at its title.' };
  const made = nameMade(reading, symbol);
  if ('refusal' in made) return made;
  const own = thing.kind === 'title' || thing.kind === 'output' || thing.kind === 'key';
  return { symbol, ...made, range: own ? made.made : thing.range };
}

function refusalFor(thing: Thing): string {
  if (thing.kind === 'name' && thing.resolved.source.kind === 'ambiguous') return 'This name fits several stages. Write the one that is meant first.';
  if (thing.kind === 'item') return 'The item of Each is a word of the Task. Change it in both by hand.';
  return 'Stage titles, outputs and declared inputs can be renamed; this is none of them.';
}

/** The name where it is made, without quotes around it. */
function nameMade(reading: DocumentReading, symbol: DocumentSymbol): { made: Range; name: string } | Refusal {
  if (symbol.kind === 'declared') {
    const key = frontMatterKeys(reading).find(({ parent, name }) => parent === 'inputs' && name === symbol.name);
    return key
      ? { made: key.range, name: symbol.name }
      : { refusal: 'Its place in the front matter can’t be found. Write each input on a line of its own below `inputs:`.' };
  }
  const stage = reading.context.stages[symbol.index];
  const range = symbol.kind === 'title' ? stage?.titleRange : stage?.output?.nameRange;
  const name = symbol.kind === 'title' ? stage?.title : stage?.output?.name;
  if (!range || name === undefined) return { refusal: 'There is no such stage any more.' };
  const at = reading.slice(range).indexOf(name);
  if (at < 0 || (symbol.kind === 'output' && stage?.output?.path && reading.slice(range).includes(stage.output.path) && name !== reading.slice(range).trim()))
    return {
      refusal:
        symbol.kind === 'title'
          ? 'This title holds marks of Markdown. Take them out first.'
          : 'This output has a path and no name of its own. Write a name before the arrow first.',
    };
  const from = reading.index.offsetAt(range.start) + at;
  return { made: reading.index.range(from, from + name.length), name };
}

/**
 * The edits that give what stands at a position a new name, everywhere in this document, or why that can't be. After them every name leads where it
 * led before, and every criterion falls to the stage it fell to: this is tried out, not guessed. A reading by other words ("Outline" for "Structured
 * outline") stays as it is where it still fits. Runs and strategies of a stage are kept by its title: under a new one it starts afresh, and `note`
 * says so; what was recorded is not touched.
 */
export async function renameAt(reading: DocumentReading, at: Position, newName: string): Promise<Renaming | Refusal> {
  const found = await symbolAt(reading, at);
  if ('refusal' in found) return found;
  const name = newName.trim().replace(/\s+/g, ' ');
  if (!name) return { refusal: 'A name is needed.' };
  if (name === found.name) return { edits: [] };
  const taken = takenBy(reading, found.symbol, name);
  if (taken) return { refusal: `“${name}” is ${taken} already. Choose another name.` };
  const before = await reading.plan();
  let forced: TextEdit[] = [];
  for (let tries = 0; tries < 2; tries++) {
    const edits = editsFor(reading, before, found, name, forced);
    if ('refusal' in edits) return edits;
    const text = applyEdits(reading.text, edits.edits);
    const after = await planOf(reading.path, readContext(reading.path, text), reading.ports);
    const change = { symbol: found.symbol, from: found.name, to: name };
    const differing = sameMeaning(before, after, change);
    if (differing === undefined) return { ...edits, ...(slugChanges(found, name) ? { note: startsAfresh } : {}) };
    if (differing === 'structure')
      return { refusal: `“${name}” can’t be read back as this name. Leave out commas, quotes, parentheses, arrows and other marks.` };
    // Names that found it by other words: they take the new name too.
    const led = differing.filter((range) => !forced.some((edit) => sameStart(edit.range, range)));
    const more = led.flatMap((range) => nameEdit(reading, before, range, name) ?? []);
    if (!more.length || tries === 1) break;
    forced = [...forced, ...more];
  }
  return { refusal: `With the name “${name}” another input of this document would lead somewhere else. Choose another name.` };
}

const startsAfresh = 'Runs are kept by the title of their stage: under its new title the stage counts as never run. What was recorded stays on disk.';

function slugChanges({ symbol, name }: Found, newName: string): boolean {
  return symbol.kind === 'title' && slug(name) !== slug(newName);
}

/** What has the name already, with an article; undefined where it is free. A stage's own title and output may be the same. */
function takenBy(reading: DocumentReading, symbol: DocumentSymbol, name: string): string | undefined {
  const lower = name.toLowerCase();
  const { stages, inputs } = reading.context;
  for (const declared of inputs.keys())
    if (declared.toLowerCase() === lower && !(symbol.kind === 'declared' && symbol.name === declared)) return 'a declared input';
  for (const [index, stage] of stages.entries()) {
    const own = symbol.kind !== 'declared' && symbol.index === index;
    if (!own && stage.output?.name.toLowerCase() === lower) return 'an output';
    if (!own && (stage.title.toLowerCase() === lower || (symbol.kind === 'title' && stage.slug === slug(name)))) return 'the title of a stage';
  }
  return undefined;
}

function sameStart(a: Range, b: Range): boolean {
  return a.start.line === b.start.line && a.start.character === b.start.character;
}

/** A title that repeats itself can be found twice in the same words. */
function touch(reading: DocumentReading, a: Range, b: Range): boolean {
  const { index } = reading;
  return index.offsetAt(a.start) <= index.offsetAt(b.end) && index.offsetAt(b.start) <= index.offsetAt(a.end);
}

function editsFor(reading: DocumentReading, plan: Plan, found: Found, name: string, forced: readonly TextEdit[]): { edits: TextEdit[] } | Refusal {
  const { symbol } = found;
  const edits: TextEdit[] = [{ range: found.made, newText: symbol.kind === 'declared' ? yamlKey(name) : name }, ...forced];
  const add = (edit: TextEdit | undefined) => {
    if (edit && !edits.some(({ range }) => touch(reading, range, edit.range))) edits.push(edit);
  };
  for (const { resolved, range } of namesOf(plan)) {
    const { source } = resolved;
    const own =
      symbol.kind === 'declared'
        ? source.kind === 'declared' && source.name === symbol.name
        : (source.kind === 'stage' || source.kind === 'later') &&
          source.index === symbol.index &&
          resolved.name.text.trim().toLowerCase() === found.name.toLowerCase();
    if (!own && !sameStart(range, found.range)) continue;
    const edit = nameEdit(reading, plan, range, name);
    if (!edit) return { refusal: `“${name}” can’t be written in a list of names. Leave out quotes and backticks.` };
    add(edit);
  }
  if (symbol.kind === 'title')
    for (const mention of mentionsOf(reading)) if (mention.by === 'title' && mention.index === symbol.index) add({ range: mention.range, newText: name });
  return { edits };
}

function namesOf(plan: Plan) {
  return plan.stages.flatMap(({ inputs, context, list }) =>
    [...inputs, ...context, ...(list ? [list] : [])].map((resolved) => ({ resolved, range: resolved.name.range })),
  );
}

/** The edit that puts a new name in place of one of a list; undefined where it can't be written there. */
function nameEdit(reading: DocumentReading, plan: Plan, range: Range, name: string): TextEdit | undefined {
  const known = namesOf(plan).find((each) => sameStart(each.range, range));
  if (!known) return undefined;
  const { text, quoted } = known.resolved.name;
  const written = reading.slice(range);
  const at = written.indexOf(text);
  if (at < 0) return undefined;
  const from = reading.index.offsetAt(range.start) + at;
  const place = reading.index.range(from, from + text.length);
  // Between quotes the name stands as it is, if these still close where they did.
  const mark = reading.text[from - 1];
  if (quoted || (mark !== undefined && /["“`'‘«„]/.test(mark))) return /["“”`'‘’«»„]/.test(name) ? undefined : { range: place, newText: name };
  const newText = listed(name);
  return newText === undefined ? undefined : { range: place, newText };
}

/** A key as YAML reads it back: in quotes where a plain one would be something else. */
function yamlKey(name: string): string {
  return /^[\p{L}_][\p{L}\p{N}_ -]*$/u.test(name) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(name) ? name : JSON.stringify(name);
}
