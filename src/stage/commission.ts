import { tiers } from '../catalog/models';
import { estimateTokens, formatUsd } from '../catalog/tokens';
import type { CallPurpose } from '../journal/records';
import { readState, type TaskState } from '../journal/state';
import { interruptedCommissions, uncertainMessage } from '../journal/uncertain';
import { noUsage } from '../money/spending';
import { Cancelled, type ModelRequest, UserError } from '../ports';
import type { Plan } from '../steering/plan';
import type { Task } from '../steering/task';
import { agreeToDearer } from './dearer';
import type { Engine, Person, RunEstimate, RunOptions } from './engine';
import { askRecorded, type CallAnswer, type CallOrder, KnownCalls } from './recordedCall';
import { noteDearer } from './runEstimate';
import { openRun } from './runOpening';
import { whenTaskIsFree, withTaskLock } from './taskLock';
import type { RunContext } from './unitRun';

/**
 * Work that a person orders beside running stages: a strategy to be written, stages to be planned, a trial. It is a run of its own: estimated, agreed to,
 * locked, recorded call by call, and what an earlier one paid for is not paid again.
 */
export interface Commission {
  purpose: CallPurpose;
  plan: Plan;
  /** Indexes of the stages it is about, for the record. */
  scope: readonly number[];
  estimate: RunEstimate;
}

/** What the work is done with. */
export interface CommissionDesk {
  context: RunContext;
  /** Ask once; see `askRecorded`. */
  ask(request: ModelRequest, order: Omit<CallOrder, 'purpose'> & { purpose?: CallPurpose }): Promise<CallAnswer>;
}

export interface Commissioned<T> {
  value: T;
  run: string;
  /** What it cost now; what was on record cost nothing. */
  usd: number;
  ms: number;
}

type Given = { engine: Engine; person: Person; task: Task; options: RunOptions };

/**
 * Have the work done.
 * @throws UserError (exit 2) where its cost is not agreed to or another run is under way; whatever the work throws, once the run's end is on record
 */
export async function commissioned<T>(commission: Commission, given: Given, work: (desk: CommissionDesk) => Promise<T>): Promise<Commissioned<T>> {
  const { engine, person, task, options } = given;
  await whenTaskIsFree(engine, task, options);
  const cutOff = interruptedCommissions((await readState(engine.files, task.haikuFolder, task.slug)).journals);
  for (const call of cutOff) options.onEvent?.({ type: 'note', stage: call.stage, message: uncertainMessage(call, call.stage && `stage “${call.stage}”`) });
  const { estimate } = commission;
  await agreeToDearer(estimate, task, engine, person);
  if (estimate.stages.length && !(await person.confirmSpending(estimate))) {
    throw new UserError('Nothing was sent: the estimated cost was not agreed to.', { todo: 'Agree to it (on the command line: --yes).', exitCode: 2 });
  }
  return withTaskLock(engine, task, options, async () => {
    const started = engine.clock.now();
    const state: TaskState = await readState(engine.files, task.haikuFolder, task.slug);
    const order = { plan: commission.plan, scope: commission.scope, answers: new Map<string, string>(), why: commission.purpose, estimate };
    const context = await openRun(order, { engine, person, options, task, state }, estimate);
    const { journal, spending } = context;
    const desk = { engine: context.engine, spending, journal, known: new KnownCalls(state.journals), signal: options.signal };
    const end = async (status: 'passed' | 'error' | 'cancelled', message?: string) =>
      journal.append({ type: 'end', at: engine.clock.now().toISOString(), status, message });
    let value: T;
    try {
      value = await work({ context, ask: (request, asked) => askRecorded(request, { purpose: commission.purpose, ...asked }, desk) });
    } catch (error) {
      await end(error instanceof Cancelled ? 'cancelled' : 'error', error instanceof UserError ? error.message : String(error));
      throw spending.usd > 0 ? withCost(error, spending.usd, engine.model.paid) : error;
    }
    await end('passed');
    return { value, run: journal.run, usd: spending.usd, ms: engine.clock.now().getTime() - started.getTime() };
  });
}

/** The same error, saying what was spent before it came to it: an answer that is refused has its price all the same. */
function withCost(error: unknown, usd: number, paid: boolean): unknown {
  if (!(error instanceof UserError) || error instanceof Cancelled) return error;
  const gap = /\s$/.test(error.what) ? '' : ' ';
  return new UserError(`${error.what}${gap}It cost ${formatUsd(usd)}${paid ? '' : ' (recorded samples: nothing was paid)'}.`, {
    ...error.details,
    cause: error,
  });
}

/** A call that is planned, for an estimate. */
export interface PlannedQuestion {
  request: Omit<ModelRequest, 'maxTokens'> & { maxTokens?: number };
  nth?: number;
  /** About how long the answer will be, thinking included. */
  outputTokens: number;
}

/**
 * What questions will cost, in USD; nothing for those whose answer is on record.
 * @param title what it is for, as a person reads it in the list
 */
export function questionsEstimate(
  questions: readonly PlannedQuestion[],
  about: { number: number; title: string; slug: string },
  { engine, task, state }: { engine: Pick<Engine, 'catalog' | 'model'>; task: Task; state: Pick<TaskState, 'journals'> },
): RunEstimate {
  const known = new KnownCalls(state.journals);
  const byModel = new Map<string, number>();
  const estimate: RunEstimate = { paid: engine.model.paid, stages: [], usd: 0, allOpusUsd: 0 };
  for (const { request, nth = 1, outputTokens } of questions) {
    if (known.find({ ...request, maxTokens: request.maxTokens ?? 0 }, { purpose: request.label.purpose, nth })) continue;
    const inputTokens = estimateTokens([...request.system, ...request.user].map(({ text }) => text).join('\n'), request.model);
    const usage = { ...noUsage, inputTokens, outputTokens };
    byModel.set(request.model, (byModel.get(request.model) ?? 0) + engine.catalog.price(request.model, usage));
    estimate.allOpusUsd += engine.catalog.price(engine.catalog.modelFor('opus', task.document.models), usage);
    const tier = tiers.find((each) => each === request.label.tier);
    if (tier) noteDearer(estimate, tier, request.model, { inputTokens, outputTokens }, engine.catalog);
  }
  const stages = [...byModel].map(([model, usd]) => ({ ...about, model, usd }));
  return { ...estimate, stages, usd: stages.reduce((sum, { usd }) => sum + usd, 0) };
}
