import { posix } from 'node:path';
import { estimateTokens } from '../catalog/tokens';
import type { JournalWriter } from '../journal/journal';
import { passedOutput, type TaskState, unitHistory } from '../journal/state';
import { leftOver, nothingLeft } from '../journal/unitHistory';
import type { EscalationPurse } from '../money/escalationPurse';
import type { Spending } from '../money/spending';
import type { Task } from '../steering/task';
import { type AttemptOrder, type AttemptResult, attemptAnswer, attemptCommand } from './attempt';
import { Climb } from './climb';
import { runCommand } from './command';
import type { Engine, Person, RunOptions } from './engine';
import { expectedAnswer } from './estimate';
import type { Lanes } from './lanes';
import type { SecretDesk } from './secretGate';
import { ofItem, type Unit } from './unit';

/** What all stages of a run share. */
export interface RunContext {
  engine: Engine;
  person: Person;
  options: RunOptions;
  task: Task;
  state: TaskState;
  spending: Spending;
  /** What climbing to dearer models by itself may cost. */
  climbing: EscalationPurse;
  /** Asked about secrets that come up on the way. */
  desk: SecretDesk;
  journal: JournalWriter;
  /** Attempts under way at once, over all stages, items and variants. */
  lanes: Lanes;
  /** Contents of files named in `unchanged:` checks when the run began. */
  before: ReadonlyMap<string, string | undefined>;
}

export interface UnitResult {
  status: 'passed' | 'failed' | 'error' | 'cached';
  text: string;
  /** Of this run, in order; where cached, the one that passed earlier. */
  attempts: AttemptResult[];
}

/** How a unit is to be run this time. */
export interface UnitChoice {
  /** Though it passed. */
  fresh: boolean;
  /** On Opus, with what failed. */
  escalate: boolean;
  /** On its own model, with the feedback of its last failed attempt. */
  retry: boolean;
}

/** Run one stage, or one item of it, until it passes or its tries are used up. */
export async function runUnit(context: RunContext, unit: Unit, choice: UnitChoice): Promise<UnitResult> {
  const { stage } = unit.planned;
  const passed = await passedOutput(context.engine.files, context.state.stages.get(stage.slug), unit.fingerprint, ofItem(unit));
  // Of a stage with items, only those that failed are tried again.
  const again = (choice.escalate || choice.retry) && !unit.item;
  if (passed && !choice.fresh && !again) {
    const { attempt: record, text } = passed;
    return { status: 'cached', text, attempts: [{ record, text }] };
  }
  const attempts = await makeAttempts(context, unit, choice);
  const end = attempts[attempts.length - 1] as AttemptResult;
  return { status: end.record.status, text: end.text, attempts };
}

async function makeAttempts(context: RunContext, unit: Unit, choice: UnitChoice): Promise<AttemptResult[]> {
  if (unit.planned.stage.runner.tier === 'code') {
    const only = orderOf(context, unit, 'code', [], choice);
    return [await attemptCommand(only, () => runStageCommand(context, unit, only.attempt))];
  }
  // Paid for at a person's wish, by a run that was cut off: where it passes, nothing else is asked.
  for (const answer of orderOf(context, unit, unit.planned.stage.runner.tier, [], choice).left.wished) {
    const settled = await attemptAnswer(orderOf(context, unit, answer.tier, [], choice), answer);
    if (settled?.record.status === 'passed') return [settled];
  }
  const climb = new Climb(context, unit, choice);
  if (choice.escalate) return climb.escalated();
  return choice.retry ? climb.retried() : climb.byItself();
}

/** An attempt by somebody on a unit, numbered after those known that were made from the same. */
export function orderOf(context: RunContext, unit: Unit, tier: string, made: readonly AttemptResult[], choice: UnitChoice): AttemptOrder {
  const { engine, state, spending, journal, before, options, task } = context;
  const { stage } = unit.planned;
  const item = unit.item?.number;
  const history = state.stages.get(stage.slug);
  const intent = choice.escalate ? 'escalate' : choice.retry ? 'retry' : 'run';
  const left = choice.fresh && intent === 'run' ? nothingLeft : leftOver(unitHistory(history, unit.fingerprint, ofItem(unit)), history?.closedAt ?? 0, intent);
  const attempt = left.first(tier) + made.filter(({ record }) => record.tier === tier).length;
  return {
    engine,
    task,
    spending,
    slug: stage.slug,
    stage: item ? `${stage.slug}-${item}` : stage.slug,
    attempt,
    left,
    judged: choice.fresh ? new Map() : state.judged,
    bundle: unit.bundle,
    costUsd: made.reduce((sum, each) => sum + each.record.usd, 0),
    before,
    signal: options.signal,
    planned: unit.planned,
    item,
    itemKey: unit.item?.key,
    fingerprint: unit.fingerprint,
    journal,
    lanes: context.lanes,
    expectedOutputTokens: expectedAnswer(stage, (text) => estimateTokens(text)),
    onText: (text) => options.onEvent?.({ type: 'text', stage: stage.slug, attempt, item, text }),
  };
}

function runStageCommand(context: RunContext, unit: Unit, attempt: number) {
  const { engine, journal, options, task } = context;
  const { stage } = unit.planned;
  return runCommand(engine.commands, engine.files, stage.run ?? '', {
    cwd: task.folder,
    inputsFolder: posix.join(journal.folder, 'inputs', `${stage.slug}-${attempt}`),
    bundle: unit.bundle,
    item: unit.item,
    timeoutMs: engine.settings.commandTimeoutMs,
    signal: options.signal,
  });
}
