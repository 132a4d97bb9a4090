import { posix } from 'node:path';
import { estimateTokens } from '../catalog/tokens';
import type { Task } from '../steering/task';
import { type AttemptOrder, type AttemptResult, attemptCommand, attemptModel } from './attempt';
import { runCommand } from './command';
import type { Engine, Person, RunOptions } from './engine';
import { expectedAnswer } from './estimate';
import type { CheckVerdict, JournalWriter } from './journal';
import type { PromptOptions } from './prompt';
import type { SecretDesk } from './secretGate';
import type { Spending } from './spending';
import { bestFirst, failedAttempts, outputOf, passedOutput, type TaskState } from './state';
import type { Unit } from './unit';

/** What all stages of a run share. */
export interface RunContext {
  engine: Engine;
  person: Person;
  options: RunOptions;
  task: Task;
  state: TaskState;
  spending: Spending;
  /** Asked about secrets that come up on the way. */
  desk: SecretDesk;
  journal: JournalWriter;
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
  const passed = await passedOutput(context.engine.files, context.state.stages.get(stage.slug), unit.fingerprint, unit.item?.number);
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
  const { stage } = unit.planned;
  const order = (tier: string, made: readonly AttemptResult[]) => orderOf(context, unit, tier, made, choice.fresh);
  if (stage.runner.tier === 'code') {
    const only = order('code', []);
    return [await attemptCommand(only, () => runStageCommand(context, unit, only.attempt))];
  }
  if (choice.escalate) return [await attemptModel(order('opus', []), 'opus', unit.prompt(escalation(context, unit)))];
  const { tier } = stage.runner;
  if (choice.retry) return [await attemptModel(order(tier, []), tier, unit.prompt(await lastFeedback(context, unit)))];
  // All have ended before a trouble of one is told: nothing of a run goes on once its end is on record.
  const ended = await Promise.allSettled(
    Array.from({ length: stage.variants }, (_, variant) => {
      const first = order(tier, []);
      return attemptModel({ ...first, attempt: first.attempt + variant }, tier, unit.prompt());
    }),
  );
  const attempts = ended.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
  // The best goes last: it is the one that counts, and the one whose feedback goes back.
  attempts.sort((a, b) => bestFirst(b.record, a.record));
  for (let retry = 0; retry < stage.retries; retry++) {
    const before = attempts[attempts.length - 1] as AttemptResult;
    if (before.record.status !== 'failed') break;
    attempts.push(await attemptModel(order(tier, attempts), tier, unit.prompt({ feedback: { previousOutput: before.text, failures: failures(before) } })));
  }
  return attempts;
}

function failures(attempt: AttemptResult): CheckVerdict[] {
  return attempt.record.checks.filter((check) => check.status !== 'pass');
}

/** What the attempts so far failed at: all that Opus is told of them. */
function escalation(context: RunContext, unit: Unit): PromptOptions {
  const failed = failedAttempts(context.state.stages.get(unit.planned.stage.slug), unit.fingerprint, unit.item?.number);
  return { escalation: { attempts: failed.map((attempt) => ({ by: attempt.model, failures: attempt.checks.filter((check) => check.status !== 'pass') })) } };
}

/** The feedback of the last failed attempt, for another try of the same model. */
async function lastFeedback(context: RunContext, unit: Unit): Promise<PromptOptions> {
  const latest = failedAttempts(context.state.stages.get(unit.planned.stage.slug), unit.fingerprint, unit.item?.number).at(-1);
  if (!latest) return {};
  return { feedback: { previousOutput: await outputOf(context.engine.files, latest), failures: latest.checks.filter((check) => check.status !== 'pass') } };
}

/** An attempt by somebody on a unit, numbered after those known with the same fingerprint. */
export function orderOf(context: RunContext, unit: Unit, tier: string, made: readonly AttemptResult[], fresh: boolean): AttemptOrder {
  const { engine, state, spending, journal, before, options, task } = context;
  const { stage } = unit.planned;
  const item = unit.item?.number;
  const known = fresh
    ? []
    : (state.stages.get(stage.slug)?.attempts ?? []).filter((attempt) => attempt.fingerprint === unit.fingerprint && attempt.item === item);
  // A call that broke off left no answer: the next one takes its number.
  const attempt = [...known, ...made.map((each) => each.record)].filter((each) => each.tier === tier && each.output !== undefined).length + 1;
  return {
    engine,
    task,
    spending,
    stage: item ? `${stage.slug}-${item}` : stage.slug,
    attempt,
    costUsd: made.reduce((sum, each) => sum + each.record.usd, 0),
    before,
    signal: options.signal,
    planned: unit.planned,
    item,
    fingerprint: unit.fingerprint,
    journal,
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
