import { posix } from 'node:path';
import { UserError } from '../ports';
import type { ContextDocument } from '../steering/contextTypes';
import { ancestors, dependents, type Plan } from '../steering/plan';
import type { RunOptions } from './engine';

/** Problems of the document that would make a run do something else than what is written. */
const fatal = new Set(['context/unknown-runner', 'context/unparsable-check', 'context/bad-value', 'context/front-matter']);

/** Which stages a run takes in, by index, ascending: what is asked for with what it needs. @throws UserError (exit 2) for a number that no stage has. */
export function scopeOf(plan: Plan, options: Pick<RunOptions, 'stage' | 'from' | 'escalate' | 'retry' | 'alone'>): number[] {
  const withNeeds = (indexes: readonly number[]) => [...new Set([...ancestors(plan, ...indexes), ...indexes])].sort((a, b) => a - b);
  const again = options.escalate ?? options.retry;
  if (again !== undefined) {
    const index = indexOf(plan, again);
    if (plan.stages[index]?.stage.runner.tier === 'code') {
      throw new UserError(`Stage ${again} is a Code stage: no model can do it over.`, {
        path: plan.task.document.path,
        line: plan.stages[index]?.stage.headingRange.start.line,
        todo: 'Mend its command and run it again.',
        exitCode: 2,
      });
    }
    return withNeeds(options.alone ? [index] : [index, ...dependents(plan, index)]);
  }
  if (options.stage !== undefined) return withNeeds([indexOf(plan, options.stage)]);
  const from = options.from === undefined ? 0 : indexOf(plan, options.from);
  return withNeeds(plan.stages.filter((stage) => stage.index >= from).map((stage) => stage.index));
}

/** Run again though it passed: `--fresh` means what was named, or all; an escalation means its stage. */
export function isForced(plan: Plan, index: number, options: RunOptions): boolean {
  const again = options.escalate ?? options.retry;
  if (again !== undefined) return index === indexOf(plan, again);
  if (!options.fresh) return false;
  if (options.stage !== undefined) return index === indexOf(plan, options.stage);
  return options.from === undefined || index >= indexOf(plan, options.from);
}

/** The index of the stage with a number. @throws UserError (exit 2) where there is none. */
export function indexOf(plan: Plan, number: number): number {
  const found = plan.stages.find(({ stage }) => stage.number === number);
  if (found) return found.index;
  const numbers = plan.stages.map(({ stage }) => stage.number).join(', ');
  throw new UserError(`There is no stage ${number}.`, {
    path: plan.task.document.path,
    todo: numbers ? `Name one of ${numbers}.` : 'This document has no stages.',
    exitCode: 2,
  });
}

/**
 * Refuse a document of which a plan or a prompt would say something else than what is written.
 * @throws UserError (exit 2) with the line: nothing to plan in it, unreadable front matter, a runner, check or value that can't be read.
 */
export function refuseMisread(document: ContextDocument): void {
  const problem = document.problems.find(({ rule }) => fatal.has(rule));
  if (problem) throw new UserError(problem.message, { path: document.path, line: problem.range.start.line, exitCode: 2 });
  if (document.stages.length || Object.keys(document.parts).length) return;
  throw new UserError(document.text.trim() ? 'This document has no stages and none of the four parts.' : 'This file is empty.', {
    path: document.path,
    line: 0,
    todo: 'Write them, or begin with `haiku-first scaffold`.',
    exitCode: 2,
  });
}

/** @throws UserError (exit 2), with its line, for the first thing that must be mended before the document can run. */
export function refuseUnrunnable(plan: Plan, scope: readonly number[]): void {
  const { document } = plan.task;
  refuseMisread(document);
  const refuse = (message: string, line: number, todo?: string): never => {
    throw new UserError(message, { path: document.path, line, todo, exitCode: 2 });
  };
  if (!plan.stages.length)
    refuse('This document has no stages.', 0, 'Add a line such as “Stage 1: Outline (Haiku)” with a list of Input, Task, Success and Output below it.');
  const titles = new Set<string>();
  const numbers = new Set<number>();
  const writers = new Map<string, number>();
  for (const { stage } of plan.stages) {
    const line = stage.headingRange.start.line;
    if (titles.has(stage.slug)) refuse(`Two stages are called “${stage.title}”.`, line, 'A stage is known by its title: give each its own.');
    if (numbers.has(stage.number)) refuse(`Two stages have the number ${stage.number}.`, line, 'Number them one after the other.');
    titles.add(stage.slug);
    numbers.add(stage.number);
    const path = stage.output?.path && posix.normalize(stage.output.path);
    if (!path) continue;
    const other = writers.get(path);
    if (other !== undefined) refuse(`Stages ${other} and ${stage.number} write the same file, ${stage.output?.path}.`, line, 'Give each its own.');
    writers.set(path, stage.number);
  }
  for (const index of scope) {
    const planned = plan.stages[index];
    if (!planned) continue;
    const { stage } = planned;
    const line = stage.headingRange.start.line;
    if (stage.runner.tier === 'code' && !stage.run) refuse(`Stage ${stage.number} is a Code stage without a command.`, line, 'Add `- Run: <command>`.');
    if (stage.runner.tier !== 'code' && !stage.task) refuse(`Stage ${stage.number} has no Task.`, line, 'Add `- Task: <what is to be done>`.');
    const later = [...planned.inputs, ...planned.context].find(({ source }) => source.kind === 'later');
    if (later)
      refuse(
        `Stage ${stage.number} reads “${later.name.text}”, which it makes itself or a later stage makes.`,
        later.name.range.start.line,
        'Reorder the stages, or take that input out.',
      );
  }
}
