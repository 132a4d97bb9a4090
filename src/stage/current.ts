import { readState, type TaskState } from '../journal/state';
import { UserError } from '../ports';
import { ancestors, type Plan } from '../steering/plan';
import type { Engine } from './engine';
import { standingOf } from './standing';
import type { StageOutput, UnitSources } from './unit';

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

/** The output of a stage that stands; undefined where it has to run again. @throws UserError as `standingOf` */
export async function standingOutput(sources: UnitSources, state: TaskState, index: number): Promise<StageOutput | undefined> {
  return (await standingOf(sources, state, index))?.output;
}
