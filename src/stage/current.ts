import { UserError } from '../ports';
import { ancestors, type Plan } from '../steering/plan';
import type { Engine } from './engine';
import { gatherItems } from './items';
import { passedOutput, readState, type TaskState } from './state';
import { buildUnits, type StageOutput, type UnitSources } from './unit';

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
 * What a stage made when it last passed, all its items together, if that still stands; undefined where it has to run again.
 * All it needs must be among the outputs. @throws UserError where it can't be put together, such as for a file that is gone.
 */
export async function standingOutput(sources: UnitSources, state: TaskState, index: number): Promise<StageOutput | undefined> {
  const { engine, plan } = sources;
  const stage = plan.stages[index]?.stage;
  const history = stage && state.stages.get(stage.slug);
  const units = await buildUnits({ ...sources, allowedSecrets: state.allowedSecrets }, index);
  const texts: string[] = [];
  for (const { fingerprint, item } of units) {
    const passed = await passedOutput(engine.files, history, fingerprint, item?.number);
    if (!passed) return undefined;
    texts.push(passed.text);
  }
  const format = stage?.output?.format;
  return { text: units[0]?.item ? gatherItems(texts, format === 'json') : (texts[0] ?? ''), format };
}
