import type { Plan, PlannedStage, Resolved, Source } from '../steering/plan';
import type { Range } from '../text';
import type { DocumentSymbol } from './references';

/** A name of a document that becomes another. */
export interface NameChange {
  symbol: DocumentSymbol;
  from: string;
  to: string;
}

/**
 * What differs between a plan and the plan after a renaming, but for the name itself: nothing (undefined), the ranges (in the document before) of
 * names that lead elsewhere, or the structure: stages, outputs, checks, declared inputs, or the names in a list are no longer the same.
 */
export function sameMeaning(before: Plan, after: Plan, change: NameChange): undefined | 'structure' | Range[] {
  if (before.stages.length !== after.stages.length || declared(before, change) !== declared(after)) return 'structure';
  const differing: Range[] = [];
  for (const [index, stage] of before.stages.entries()) {
    const now = after.stages[index] as PlannedStage;
    if (shape(stage, change) !== shape(now)) return 'structure';
    const own = names(stage);
    const others = names(now);
    if (own.length !== others.length) return 'structure';
    own.forEach((resolved, i) => {
      const other = others[i] as Resolved;
      if (meaning(resolved.source, change) !== meaning(other.source)) differing.push(resolved.name.range);
    });
  }
  return differing.length ? differing : undefined;
}

function names({ inputs, context, list }: PlannedStage): Resolved[] {
  return [...inputs, ...context, ...(list ? [list] : [])];
}

function declared(plan: Plan, change?: NameChange): string {
  const { document } = plan.task;
  const inputs = [...document.inputs].map(([name, value]) => [change?.symbol.kind === 'declared' && change.symbol.name === name ? change.to : name, value]);
  return JSON.stringify([inputs, document.models, document.budget, Object.keys(document.parts), document.problems.map(({ rule }) => rule).sort()]);
}

/** All of a stage that a renaming must leave as it is. */
function shape({ index, stage, inputs, context }: PlannedStage, change?: NameChange): string {
  const renamed = (kind: DocumentSymbol['kind'], name: string | undefined) =>
    change?.symbol.kind === kind && 'index' in change.symbol && change.symbol.index === index ? change.to : name;
  return JSON.stringify([
    stage.number,
    renamed('title', stage.title),
    stage.runner.text,
    stage.task,
    stage.output && [renamed('output', stage.output.name), stage.output.path, stage.output.format],
    stage.checks.map(({ text, source, level, negated }) => [text, source, level, negated]),
    stage.uncovered.length,
    stage.fields.map(({ name }) => name),
    stage.context.exclude.map(({ text }) => text),
    stage.each?.item,
    inputs.length,
    context.length,
  ]);
}

/** Where a name leads; whether a stage comes before or after is part of it. */
function meaning(source: Source, change?: NameChange): string {
  if (source.kind === 'declared') return `declared ${change?.symbol.kind === 'declared' && change.symbol.name === source.name ? change.to : source.name}`;
  if (source.kind === 'glob') return `glob ${source.pattern}`;
  return JSON.stringify(source);
}
