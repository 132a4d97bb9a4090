import type { Check, CheckRule } from '../steering/checkTypes';
import { documentCriteria } from '../steering/context';
import type { Criterion, Field, Stage } from '../steering/contextTypes';
import type { Plan, Resolved, Source } from '../steering/plan';
import type { Reference } from '../steering/project';
import type { Position, Range } from '../text';
import { type FrontMatterKey, frontMatterKeys } from './frontMatterKeys';
import { itemUses, type Mention, mentionsOf } from './mentions';
import { contains, type DocumentReading } from './reading';

/** Something in a document that stands for something, with its place. `index` is that of a stage in the plan. */
export type Thing = { range: Range } & (
  | { kind: 'title'; index: number }
  | { kind: 'runner'; index: number }
  | { kind: 'field'; field: Field }
  /** A name in Input, Context or Each, with what it stands for. */
  | { kind: 'name'; index: number; use: 'input' | 'context' | 'list'; resolved: Resolved }
  | { kind: 'output'; index: number }
  | { kind: 'outputPath'; index: number; path: string }
  | { kind: 'check'; check: Check }
  /** The file that a check reads. */
  | { kind: 'checkFile'; path: string; check: Check }
  /** A success criterion with the checks it became. */
  | { kind: 'criterion'; index: number; text: string; checks: Check[] }
  /** `stage 2`, or a title that is said to be a stage, in prose. */
  | { kind: 'mention'; mention: Mention }
  /** The item of Each, where it is named and where it is used. */
  | { kind: 'item'; index: number }
  | { kind: 'key'; key: FrontMatterKey }
  | { kind: 'import'; reference: Reference }
  /** A code span. */
  | { kind: 'span'; reference: Reference }
);

/** Everything in a document that stands for something; what lies within another thing comes after it. */
export async function thingsIn(reading: DocumentReading): Promise<Thing[]> {
  const things: Thing[] = reading.project.spans.map((reference) => ({ kind: 'span', reference, range: reference.range }));
  if (reading.kind === 'project') things.push(...reading.project.imports.map((reference): Thing => ({ kind: 'import', reference, range: reference.range })));
  if (reading.kind !== 'context') return things;
  things.push(...frontMatterKeys(reading).map((key): Thing => ({ kind: 'key', key, range: key.range })));
  things.push(...mentionsOf(reading).map((mention): Thing => ({ kind: 'mention', mention, range: mention.range })));
  const plan = await reading.plan();
  for (const { index, stage } of plan.stages) things.push(...stageThings(reading, plan, index, stage));
  const { parts, stages } = reading.context;
  for (const { criterion, stage } of documentCriteria(reading.markdown, parts['success criteria'], stages))
    things.push(criterionThing(stages.indexOf(stage), criterion));
  return things;
}

/** The innermost thing at a position. */
export async function thingAt(reading: DocumentReading, at: Position): Promise<Thing | undefined> {
  let found: Thing | undefined;
  for (const thing of await thingsIn(reading)) if (contains(thing.range, at) && !(found && isLarger(thing.range, found.range))) found = thing;
  return found;
}

function isLarger(a: Range, b: Range): boolean {
  return size(a) > size(b);
}

function size({ start, end }: Range): number {
  return (end.line - start.line) * 1e6 + end.character - start.character;
}

function stageThings(reading: DocumentReading, plan: Plan, index: number, stage: Stage): Thing[] {
  const things: Thing[] = [{ kind: 'title', index, range: stage.titleRange }];
  if (reading.slice(stage.runner.range) === stage.runner.text) things.push({ kind: 'runner', index, range: stage.runner.range });
  for (const field of stage.fields) things.push({ kind: 'field', field, range: field.nameRange });
  const planned = plan.stages[index];
  const named = (use: 'input' | 'context' | 'list', all: readonly Resolved[]) =>
    all.map((resolved): Thing => ({ kind: 'name', index, use, resolved, range: resolved.name.range }));
  things.push(...named('input', planned?.inputs ?? []), ...named('context', planned?.context ?? []), ...named('list', planned?.list ? [planned.list] : []));
  const { output } = stage;
  if (output) {
    if (output.pathRange && output.path) things.push({ kind: 'outputPath', index, path: output.path, range: output.pathRange });
    things.push({ kind: 'output', index, range: output.nameRange });
  }
  things.push(...itemUses(reading, stage).map((range): Thing => ({ kind: 'item', index, range })));
  things.push(...stage.success.map((criterion) => criterionThing(index, criterion)));
  for (const check of stage.checks) if (check.source === 'checks') things.push(...checkThings(reading, check));
  return things;
}

function criterionThing(index: number, { text, checks, range }: Criterion): Thing {
  return { kind: 'criterion', index, text, checks, range };
}

/** The path that a check reads; undefined where it reads none. */
export function checkFile(rule: CheckRule): string | undefined {
  return rule.kind === 'schema' || rule.kind === 'unchanged' || rule.kind === 'voice' || rule.kind === 'sameAs' ? rule.path : undefined;
}

function checkThings(reading: DocumentReading, check: Check): Thing[] {
  const things: Thing[] = [{ kind: 'check', check, range: check.range }];
  const path = checkFile(check.rule);
  if (path) {
    const from = reading.index.offsetAt(check.range.start);
    const at = reading.slice(check.range).lastIndexOf(path);
    if (at >= 0 && reading.slice(check.range).slice(0, at).includes(':'))
      things.push({ kind: 'checkFile', path, check, range: reading.index.range(from + at, from + at + path.length) });
  }
  if (check.rule.kind === 'atLeast') for (const nested of check.rule.of) things.push(...checkThings(reading, nested));
  return things;
}

/** The stages that a source leads to, by their index. */
export function stagesOf(source: Source): number[] {
  if (source.kind === 'stage' || source.kind === 'later') return [source.index];
  return source.kind === 'ambiguous' ? source.indexes : [];
}
