import { passedOutput, type TaskState, unitHistory } from '../journal/state';
import { UserError } from '../ports';
import { ancestors, type Plan, type PlannedStage } from '../steering/plan';
import { standingOutput } from './current';
import type { RunEstimate, RunOptions } from './engine';
import { indexOf } from './scope';
import { listUnits, ofItem, type StageOutput, type UnitSources } from './unit';

/** What an escalation does not take over from: a failed try. It is told with the price. */
export type Escalates = NonNullable<RunEstimate['escalates']>;

/**
 * Whether a person's wish to escalate a stage can be followed, before anything is paid for it: what the stage reads must stand, and what has passed is not
 * paid again unless that is meant. What was cut off half-way goes on.
 * @returns what is to be said of it with the price; undefined where a failed stage is escalated
 * @throws UserError (exit 2) where a stage it needs has not passed, or where it has passed on Opus itself
 */
export async function escalatable(
  sources: Omit<UnitSources, 'outputs'>,
  state: TaskState,
  { escalate, fresh }: Pick<RunOptions, 'escalate' | 'fresh'>,
): Promise<Escalates | undefined> {
  if (escalate === undefined) return undefined;
  const { plan } = sources;
  const index = indexOf(plan, escalate);
  const planned = plan.stages[index] as PlannedStage;
  const outputs = await outputsNeeded(sources, state, index);
  const tried = state.stages.get(planned.stage.slug)?.attempts.length ?? 0;
  // A command that is to print what it reads has not run: nothing was made from that before.
  if (planned.needs.some((need) => !outputs.has(need))) return tried ? undefined : { over: 'nothing' };
  return overWhat({ ...sources, outputs }, state, planned, fresh === true || undefined);
}

/** The outputs that a stage is made from, as far as they are there. @throws UserError (exit 2) for a model's stage among them that has to run again. */
async function outputsNeeded(sources: Omit<UnitSources, 'outputs'>, state: TaskState, index: number): Promise<Map<number, StageOutput>> {
  const { plan } = sources;
  const outputs = new Map<number, StageOutput>();
  for (const need of ancestors(plan, index)) {
    const planned = plan.stages[need];
    if (!planned) continue;
    const known = planned.needs.every((before) => outputs.has(before));
    const standing = known ? await standingOutput({ ...sources, outputs }, state, need) : undefined;
    if (standing) outputs.set(need, standing);
    else if (planned.stage.runner.tier !== 'code') throw notPassed(plan, planned, state);
  }
  return outputs;
}

function notPassed({ task }: Plan, { stage }: PlannedStage, state: TaskState): UserError {
  const ended = state.stages.get(stage.slug)?.ended?.status;
  const how = ended === 'passed' || ended === 'cached' ? 'has changed since it passed' : 'has not passed';
  return new UserError(`Stage ${stage.number} “${stage.title}” ${how}, and what is escalated reads it. Nothing was sent.`, {
    path: task.document.path,
    line: stage.headingRange.start.line,
    todo: 'Run or escalate that one first.',
    exitCode: 2,
  });
}

async function overWhat(sources: UnitSources, state: TaskState, { index, stage }: PlannedStage, fresh: true | undefined): Promise<Escalates | undefined> {
  const history = state.stages.get(stage.slug);
  if (!history?.attempts.length) return { over: 'nothing' };
  if (fresh) return undefined;
  const list = await listUnits({ ...sources, allowedSecrets: state.allowedSecrets }, index);
  let [model, tier] = ['', ''];
  for (let at = 0; at < list.count; at++) {
    const { fingerprint, item } = await list.build(at);
    const attempt = (await passedOutput(sources.engine.files, history, fingerprint, ofItem({ item })))?.attempt;
    if (!attempt) {
      const isNew = !item && !unitHistory(history, fingerprint)?.attempts.length;
      return isNew ? { over: 'nothing' } : undefined;
    }
    // Escalated by a run that was cut off before its end: that one goes on, and pays nothing for it.
    if (attempt.intent === 'escalate' && attempt.place > history.closedAt) return undefined;
    ({ model, tier } = attempt);
  }
  // To name it is a wish, and its price is agreed to with this said beside it.
  if (!stage.each && tier !== 'opus') return { over: 'passed', model };
  const what = `tage ${stage.number} “${stage.title}”`;
  throw new UserError(stage.each ? `All items of s${what} have passed already.` : `S${what} has passed already, ${passedHow(model)}.`, {
    path: sources.plan.task.document.path,
    line: stage.headingRange.start.line,
    todo: 'Nothing was sent. To have it made once more, by Opus: --fresh on the command line.',
    exitCode: 2,
  });
}

/** What there is to say of an escalation with its price, in a line; nothing where it takes over from what has failed. */
export function escalatesText({ escalates, escalation }: Pick<RunEstimate, 'escalates' | 'escalation'>): string | undefined {
  if (!escalates) return undefined;
  return escalates.over === 'passed'
    ? `Stage ${escalation} has passed already, ${passedHow(escalates.model)}: Opus makes it once more.`
    : `Stage ${escalation} has not run yet as it stands: it goes to Opus at once, without a try on its own model.`;
}

/** By whom a stage has passed; a person's verdicts are on record as those of a model of that name. */
function passedHow(model: string): string {
  return model === 'person' ? 'as somebody accepted it or checked it again' : `on ${model}`;
}
