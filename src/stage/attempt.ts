import { posix } from 'node:path';
import type { Tier } from '../catalog/models';
import { estimateTokens } from '../catalog/tokens';
import { unfence } from '../check/measure';
import { type ModelAnswer, UserError } from '../ports';
import type { PlannedStage } from '../steering/plan';
import type { AttemptEnded, CheckVerdict, JournalWriter } from './journal';
import type { Prompt } from './prompt';
import { addUsage, noUsage } from './spending';
import { asksModel, type VerifyContext, verify } from './verify';

/** What one attempt needs beside the engine. */
export interface AttemptOrder extends Omit<VerifyContext, 'outputFile'> {
  planned: PlannedStage;
  /** Which item of `Each`, from 1. */
  item?: number;
  fingerprint: string;
  journal: JournalWriter;
  /** About how long the answer will be, in tokens: less would cut it off. */
  expectedOutputTokens: number;
  onText(piece: string): void;
}

export interface AttemptResult {
  record: AttemptEnded;
  text: string;
}

/** An answer with less room than this times what is expected would be cut off, as thinking counts too: assumed as for estimates at medium effort. */
const withThinking = 1.5;

/** The most tokens an answer may have where nothing longer is expected; thinking counts too. */
const usualMaxTokens = 16_000;

/** One call of a model for a stage: reserved, journaled, streamed, checked, journaled. @throws UserError where the model can't be reached or a cap is reached. */
export async function attemptModel(order: AttemptOrder, tier: Tier, prompt: Prompt): Promise<AttemptResult> {
  const { engine, task, planned, journal, spending, signal } = order;
  const { stage } = planned;
  const model = engine.catalog.modelFor(tier, task.document.models);
  const entry = engine.catalog.entry(model);
  // The effort is written for the runner: another tier, after an escalation, runs at its own default.
  const effort = tier === stage.runner.tier && entry.takesEffort ? stage.runner.effort : undefined;
  const request = {
    model,
    effort,
    system: prompt.system,
    user: prompt.user,
    label: { folder: task.haikuFolder, task: task.slug, stage: order.stage, purpose: 'stage' as const, tier, attempt: order.attempt },
  };
  const inputTokens = estimateTokens(`${prompt.text.system}\n${prompt.text.user}`, model);
  const most = Math.min(entry.maxOutput, Math.max(usualMaxTokens, order.expectedOutputTokens * 3));
  const least = Math.max(256, Math.ceil(order.expectedOutputTokens * withThinking));
  const reservation = await spending.reserveInTurn(model, inputTokens, most, least, signal);
  const started = engine.clock.now();
  await journal.append({
    type: 'attempt-started',
    at: started.toISOString(),
    stage: stage.slug,
    item: order.item,
    attempt: order.attempt,
    tier,
    model,
    reservedUsd: reservation.worstUsd,
  });
  let answer: ModelAnswer;
  let heard = false;
  try {
    answer = await engine.model.ask(
      { ...request, maxTokens: reservation.maxTokens },
      (piece) => {
        heard = true;
        order.onText(piece);
      },
      signal,
    );
  } catch (error) {
    // An answer that broke off has a price nobody told us: count the worst. What was refused before it began costs nothing.
    const usd = spending.settle(reservation, heard ? undefined : noUsage);
    const message = error instanceof UserError ? error.message : String(error);
    await endAttempt(order, { tier, model, effort, status: 'error', error: message, usage: noUsage, usd, checks: [] }, started, undefined);
    throw error;
  }
  const answerUsd = spending.settle(reservation, answer.usage);
  const bare = wantsData(order) ? unfence(answer.text).text : answer.text;
  const text = bare.trim() ? `${bare.trimEnd()}\n` : '';
  const complete = completeness(answer, reservation.maxTokens);
  if (complete?.status === 'error') {
    return endAttempt(
      order,
      { tier, model, effort, status: 'error', error: complete.message, stopReason: answer.stopReason, usage: answer.usage, usd: answerUsd, checks: [complete] },
      started,
      text,
    );
  }
  return judgeOutput(
    order,
    { tier, model, effort, stopReason: answer.stopReason, usage: answer.usage, usd: answerUsd },
    started,
    text,
    complete ? [complete] : [],
  );
}

/** True where the output is JSON or YAML: a code fence around all of it is no part of that, and who reads the file would trip over it. */
function wantsData({ planned: { stage } }: AttemptOrder): boolean {
  return (
    stage.output?.format === 'json' ||
    stage.checks.some(({ rule, negated }) => !negated && (rule.kind === 'json' || rule.kind === 'schema' || rule.kind === 'yaml'))
  );
}

/** What a command printed, checked and journaled like a model's answer. */
export async function attemptCommand(order: AttemptOrder, run: () => Promise<{ output: string; failure?: string }>): Promise<AttemptResult> {
  const started = order.engine.clock.now();
  const { output, failure } = await run();
  const first: CheckVerdict[] = failure ? [{ text: 'command ends with 0', level: 'must', status: 'fail', message: failure }] : [];
  return judgeOutput(order, { tier: 'code', model: 'code', usage: noUsage, usd: 0 }, started, output, first, 'command');
}

/** What a person wrote or accepts, as an attempt. With `reason` it passes whatever the checks say; without, they decide. */
export async function attemptPerson(order: AttemptOrder, text: string, reason?: string): Promise<AttemptResult> {
  const started = order.engine.clock.now();
  if (reason === undefined) return judgeOutput(order, { tier: 'person', model: 'person', usage: noUsage, usd: 0 }, started, text, [], 'person');
  return endAttempt(order, { tier: 'person', model: 'person', status: 'passed', reason, usage: noUsage, usd: 0, checks: [], by: 'person' }, started, text);
}

type Made = Pick<AttemptEnded, 'tier' | 'model' | 'effort' | 'stopReason' | 'usage' | 'usd'>;

async function judgeOutput(
  order: AttemptOrder,
  made: Made,
  started: Date,
  text: string,
  first: CheckVerdict[],
  by: AttemptEnded['by'] = 'model',
): Promise<AttemptResult> {
  const { stage } = order.planned;
  const sure = first.some((check) => check.status !== 'pass');
  // An answer that was cut off or a command that failed needs no judge: what is free is still asked, as its messages help.
  const checks = sure ? stage.checks.filter((check) => !asksModel([check]) && check.rule.kind !== 'command') : stage.checks;
  // On disk before it is checked: a command that checks it can read it there.
  const name = outputName(order, made.tier);
  await order.journal.writeOutput(name, text);
  const outputFile = posix.join(order.journal.folder, name);
  const { verdicts, usage, usd, broken } = await verify(checks, text, stage.output?.format, { ...order, outputFile, costUsd: order.costUsd + made.usd });
  const paid = { ...made, by, usage: addUsage(made.usage, usage), usd: made.usd + usd };
  if (broken !== undefined) {
    // The answer is paid for: it goes on record even where a check's own call broke off.
    const error = broken instanceof UserError ? broken.message : String(broken);
    await endAttempt(order, { ...paid, status: 'error', error, checks: [...first, ...verdicts] }, started, text);
    throw broken;
  }
  const all = [...first, ...verdicts];
  const musts = all.filter((check) => check.level === 'must');
  const status = musts.every((check) => check.status === 'pass') ? 'passed' : musts.some((check) => check.status === 'fail') ? 'failed' : 'error';
  const error = status === 'error' ? musts.find((check) => check.status === 'error')?.message : undefined;
  return endAttempt(order, { ...paid, status, error, checks: all }, started, text);
}

/** Refused, cut off and empty answers are states with a message, not passes. */
function completeness(answer: ModelAnswer, maxTokens: number): CheckVerdict | undefined {
  const told = (status: 'fail' | 'error', message: string): CheckVerdict => ({ text: 'complete answer', level: 'must', status, message });
  if (answer.stopReason === 'refusal') return told('error', 'The model refused to answer. Reword the Task, or run the stage on another model.');
  if (answer.stopReason === 'max_tokens') return told('fail', `The answer was cut off at ${maxTokens} tokens. Ask for less in one stage, or split it.`);
  if (answer.stopReason === 'pause_turn') return told('error', 'The model paused for a tool it was not given.');
  if (!answer.text.trim()) return told('fail', 'The answer is empty.');
  return undefined;
}

/** What the output of an attempt is called beside the journal. */
function outputName({ planned, item, attempt }: AttemptOrder, tier: string): string {
  const { slug, output } = planned.stage;
  const extension = output?.path?.match(/\.[A-Za-z0-9]{1,8}$/)?.[0] ?? { json: '.json', text: '.txt', markdown: '.md' }[output?.format ?? 'markdown'];
  return `${slug}${item ? `.${item}` : ''}.${tier}-${attempt}${extension}`;
}

async function endAttempt(
  order: AttemptOrder,
  made: Made & { status: AttemptEnded['status']; checks: CheckVerdict[]; error?: string; reason?: string; by?: AttemptEnded['by'] },
  started: Date,
  text: string | undefined,
): Promise<AttemptResult> {
  const { planned, journal, engine } = order;
  const { stage } = planned;
  const now = engine.clock.now();
  const name = text === undefined ? undefined : outputName(order, made.tier);
  if (name !== undefined && text !== undefined) await journal.writeOutput(name, text);
  const record: AttemptEnded = {
    type: 'attempt',
    at: now.toISOString(),
    stage: stage.slug,
    number: stage.number,
    title: stage.title,
    item: order.item,
    attempt: order.attempt,
    by: made.by ?? 'model',
    tier: made.tier,
    model: made.model,
    effort: made.effort,
    fingerprint: order.fingerprint,
    output: name,
    status: made.status,
    checks: made.checks,
    error: made.error,
    stopReason: made.stopReason,
    usage: made.usage,
    usd: made.usd,
    ms: now.getTime() - started.getTime(),
    reason: made.reason,
  };
  await journal.append(record);
  return { record, text: text ?? '' };
}
