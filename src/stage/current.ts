import { countingAttempt } from '../journal/countingAttempt';
import { type KnownAttempt, readState, type StageHistory, type TaskState, wholeOutput } from '../journal/state';
import { type Files, UserError } from '../ports';
import { ancestors, type Plan } from '../steering/plan';
import type { Engine } from './engine';
import { gatherItems } from './items';
import { standingOf } from './standing';
import { listUnits, ofItem, runsEachTime, type StageOutput, type Unit, type UnitSources } from './unit';

/** Where a task stands: what has passed and is still so, by index, and what a person answered. */
export interface Current {
  outputs: Map<number, StageOutput>;
  answers: Map<string, string>;
  state: TaskState;
}

/**
 * The outputs that stand as the document is now: a stage whose text, inputs or needs have changed since it passed has none.
 * With `index`, only what that stage needs is looked at. Never fails for a stage that can't be put together: it has no output then.
 */
export async function currentOutputs(engine: Pick<Engine, 'files' | 'catalog' | 'settings' | 'project'>, plan: Plan, index?: number): Promise<Current> {
  const state = await readState(engine.files, plan.task.haikuFolder, plan.task.slug);
  const outputs = new Map<number, StageOutput>();
  const current = { outputs, answers: new Map(state.answers), state };
  for (const at of index === undefined ? plan.stages.map((stage) => stage.index) : ancestors(plan, index)) {
    const planned = plan.stages[at];
    if (!planned || !state.stages.has(planned.stage.slug) || planned.needs.some((need) => !outputs.has(need))) continue;
    try {
      const standing = await standingOutput({ engine, plan, outputs, answers: current.answers }, state, at);
      if (standing) outputs.set(at, standing);
    } catch (error) {
      // A file that has gone since: the stage would not run now, so it has no output that stands.
      if (!(error instanceof UserError)) throw error;
    }
  }
  return current;
}

/**
 * The output of a stage that stands; undefined where it has to run again. All it needs must be among the outputs of `sources`.
 * Of a command that runs each time nobody can know whether it would print the same: what it printed last counts, where that passed.
 * @throws UserError as `standingOf`
 */
export async function standingOutput(sources: UnitSources, state: TaskState, index: number): Promise<StageOutput | undefined> {
  const stage = sources.plan.stages[index]?.stage;
  return stage && runsEachTime(stage) ? lastPrinted(sources, state, index) : (await standingOf(sources, state, index))?.output;
}

async function lastPrinted(sources: UnitSources, state: TaskState, index: number): Promise<StageOutput | undefined> {
  const { engine, plan } = sources;
  const stage = plan.stages[index]?.stage;
  const history = stage && state.stages.get(stage.slug);
  if (!history?.attempts.length) return undefined;
  const list = await listUnits({ ...sources, allowedSecrets: state.allowedSecrets }, index);
  const texts: string[] = [];
  for (let at = 0; at < list.count; at++) {
    const passed = await lastPassed(engine.files, history, await list.build(at));
    if (!passed) return undefined;
    texts.push(passed.text);
  }
  const format = stage?.output?.format;
  return { text: stage?.each ? gatherItems(texts, format === 'json') : (texts[0] ?? ''), format };
}

/** The attempt at a unit that counts, whatever it was made from, with its output; undefined where it has not passed, or its output is gone. */
export async function lastPassed(
  files: Files,
  history: StageHistory | undefined,
  unit: Pick<Unit, 'item'>,
): Promise<{ attempt: KnownAttempt; text: string } | undefined> {
  const attempt = countingAttempt(history, ofItem(unit));
  const text = attempt?.status === 'passed' ? await wholeOutput(files, attempt) : undefined;
  return attempt && text !== undefined ? { attempt, text } : undefined;
}
