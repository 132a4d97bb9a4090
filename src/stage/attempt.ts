import type { Bundle } from '../bundle/bundleTypes';
import type { Tier } from '../catalog/models';
import { completeness } from '../journal/completeness';
import type { AttemptEnded, CheckVerdict } from '../journal/journal';
import { wholeOutput } from '../journal/state';
import type { KnownAnswer, LeftOver } from '../journal/unitHistory';
import type { EscalationHold } from '../money/escalationPurse';
import { Repeats } from '../money/repeats';
import { addUsage, noUsage, type Reservation } from '../money/spending';
import { type Effort, type ModelAnswer, type ModelRequest, UserError } from '../ports';
import type { PlannedStage } from '../steering/plan';
import { answerRoom, type Room } from './answerRoom';
import { endAttempt, keepOutput, type Made } from './attemptRecord';
import { keepPrompt } from './keptPrompt';
import type { Lanes } from './lanes';
import { outputText } from './outputText';
import type { Prompt } from './prompt';
import { asksModel, commandsOf, type VerifyContext, verify } from './verify';

/** What one attempt needs beside the engine. */
export interface AttemptOrder extends Omit<VerifyContext, 'outputFile' | 'tier'> {
  planned: PlannedStage;
  /** As of an attempt's record. */
  itemKey?: string;
  fingerprint: string;
  /** What it is shown: kept with its prompt. */
  bundle: Pick<Bundle, 'pieces' | 'omitted'>;
  /** What a try that was cut off has left: a verdict on record is taken as it is, an answer on record is checked, and neither is paid again. */
  left: LeftOver;
  /** Attempts of the run that are under way at once; the calls of an attempt's judges come one after the other. */
  lanes: Lanes;
  /** About how long the answer will be, in tokens: less would cut it off. */
  expectedOutputTokens: number;
  /** The rung of the ladder it stands on, as the setting writes it. */
  rung?: string;
  /** Of a model's attempt; sent only to a model that takes one. */
  effort?: Effort;
  room?: Room;
  /** What is set aside for it of the sum for climbing by itself. */
  hold?: Pick<EscalationHold, 'again'>;
  /** The model may ask this one while it answers. */
  advisor?: ModelRequest['advisor'];
  /** What is sent where there is no money for the advisor: not a word about it. */
  unadvised?: Prompt;
  /** Why a dearer model is asked, and in place of what. */
  escalation?: AttemptEnded['escalation'];
  onText(piece: string): void;
}

export interface AttemptResult {
  record: AttemptEnded;
  text: string;
  /** The run that made it, where that was an earlier one: it costs nothing now. */
  earlier?: string;
}

/** An output of up to so many characters is measured in less time than a write takes. */
const quicklyMeasured = 20_000;

/**
 * One call of a model for a stage, in its turn: reserved, journaled, streamed, journaled, checked, journaled. What an earlier run has on record of this very
 * call is not asked again.
 * @throws UserError where the model can't be reached or a cap is reached.
 */
export async function attemptModel(order: AttemptOrder, tier: Tier, prompt: Prompt): Promise<AttemptResult> {
  const { files } = order.engine;
  const judged = order.left.judged(tier, order.attempt);
  const standing = judged && (await wholeOutput(files, judged));
  if (judged && standing !== undefined) return { record: judged, text: standing, earlier: judged.run };
  return order.lanes.use(async () => {
    const answer = order.left.unchecked(tier, order.attempt);
    const text = answer && (await wholeOutput(files, answer));
    return answer && text !== undefined ? checkAnswer(order, answer, text) : callModel(order, tier, prompt);
  });
}

/** Check an answer on record of which nobody knows whether it passes. Undefined where its output is gone. @throws UserError where a check's call breaks off */
export function attemptAnswer(order: AttemptOrder, answer: KnownAnswer): Promise<AttemptResult | undefined> {
  return order.lanes.use(async () => {
    const text = await wholeOutput(order.engine.files, answer);
    return text === undefined ? undefined : checkAnswer({ ...order, attempt: answer.attempt, rung: answer.rung }, answer, text);
  });
}

/** Check an answer that is paid for and on record: an earlier run did not come to check it, or it came in a batch. */
async function checkAnswer(order: AttemptOrder, answer: KnownAnswer, text: string): Promise<AttemptResult> {
  const { tier, model, effort, stopReason, maxTokens, run, usage, usd, requestId } = answer;
  const started = order.engine.clock.now();
  const kept = await keepOutput(order, tier, text);
  const made: Made = {
    tier,
    model,
    effort,
    stopReason,
    maxTokens,
    // What came in a batch of this very run is in its sums; what an earlier run paid for is in those of that one.
    ...(run === order.journal.run ? { usage, usd } : { usage: noUsage, usd: 0, answered: { run, usage, usd } }),
    advisor: answer.advisor,
    requestId,
    ...kept,
  };
  return judgeAnswer(order, made, started, text);
}

async function callModel(order: AttemptOrder, tier: Tier, prompt: Prompt): Promise<AttemptResult> {
  const { engine, task, planned, journal, spending, signal } = order;
  const { stage } = planned;
  const model = engine.catalog.modelFor(tier, task.document.models);
  const entry = engine.catalog.entry(model);
  const effort = entry.takesEffort ? order.effort : undefined;
  const request = {
    model,
    effort,
    system: prompt.system,
    user: prompt.user,
    ...(order.advisor ? { advisor: order.advisor } : {}),
    label: { folder: task.haikuFolder, task: task.slug, stage: order.stage, purpose: 'stage' as const, tier, attempt: order.attempt },
  };
  const { least, most } = answerRoom(order.expectedOutputTokens, order.room, entry.maxOutput);
  const wished: ModelRequest = { ...request, maxTokens: most };
  let started = new Date(0);
  const shown = (advised: boolean) => (advised ? prompt : (order.unadvised ?? prompt));
  const record = async ({ worstUsd, advised }: Reservation) => {
    started = engine.clock.now();
    const kept = keepPrompt(journal, `${order.stage}.${tier}-${order.attempt}`, shown(advised), order.bundle);
    await journal.append({
      type: 'attempt-started',
      at: started.toISOString(),
      stage: stage.slug,
      item: order.item,
      itemKey: order.itemKey,
      attempt: order.attempt,
      tier,
      fingerprint: order.fingerprint,
      model,
      effort,
      rung: order.rung,
      prompt: kept,
      reservedUsd: worstUsd,
    });
  };
  const count = async () => engine.model.countTokens?.(wished, signal);
  const reservation = await spending.take({ request: wished, leastTokens: least, count }, signal, record);
  const { maxTokens } = reservation;
  const { system, user } = shown(reservation.advised);
  const sent: ModelRequest = { ...wished, system, user, maxTokens, advisor: reservation.advised ? wished.advisor : undefined };
  const repeats = new Repeats(spending, signal, { request: sent, leastTokens: maxTokens, count }, record, order.hold);
  let answer: ModelAnswer;
  let heard = false;
  try {
    answer = await engine.model.ask(
      { ...sent, repeat: () => repeats.more() },
      (piece) => {
        heard = true;
        order.onText(piece);
      },
      signal,
    );
  } catch (error) {
    // An answer that broke off has a price nobody told us: count the worst. What was refused before it began costs nothing.
    const usd = spending.settle(reservation, heard ? undefined : noUsage) + repeats.settle();
    const message = error instanceof UserError ? error.message : String(error);
    await endAttempt(order, { tier, model, effort, status: 'error', error: message, usage: noUsage, usd, checks: [] }, started);
    throw error;
  }
  const usd = spending.settle(reservation, answer.usage, answer.advisor);
  const text = outputText(stage, answer.text);
  const { usage, stopReason, requestId } = answer;
  const advisor = answer.advisor && { ...answer.advisor, usd: engine.catalog.price(answer.advisor.model, answer.advisor.usage) };
  const made: Made = { tier, model, effort, stopReason, usage, usd: usd + repeats.settle(), advisor, maxTokens, requestId };
  let kept: Awaited<ReturnType<typeof keepOutput>>;
  try {
    kept = await keepOutput(order, tier, text);
  } catch (error) {
    // It is paid for, and there is nowhere to keep it: at least what it cost goes on record.
    await endAttempt(order, { ...made, status: 'error', error: error instanceof UserError ? error.message : String(error), checks: [] }, started);
    throw error;
  }
  const { attempt, item, itemKey, fingerprint, rung } = order;
  const ms = Math.max(0, engine.clock.now().getTime() - started.getTime());
  const at = engine.clock.now().toISOString();
  const call = { stage: stage.slug, item, itemKey, attempt, tier, fingerprint, model, effort, rung };
  const onRecord = journal.append({ type: 'answer', at, ...call, ...kept, stopReason, maxTokens: made.maxTokens, usage, usd, advisor, ms, requestId });
  // What takes a moment comes after it is on the disk. What only measures is done by then: the verdict goes to the disk with the answer, and where that
  // fails, so does this.
  if (text.length > quicklyMeasured || asksModel(stage.checks) || commandsOf(stage.checks).length) await onRecord;
  else onRecord.catch(() => undefined);
  return judgeAnswer(order, { ...made, ...kept }, started, text);
}

async function judgeAnswer(order: AttemptOrder, made: Made, started: Date, text: string): Promise<AttemptResult> {
  const { maxOutput } = order.engine.catalog.entry(made.model);
  const complete = completeness({ text, stopReason: made.stopReason ?? '' }, made.maxTokens ?? maxOutput, maxOutput);
  if (complete?.status === 'error') return endAttempt(order, { ...made, status: 'error', error: complete.message, checks: [complete] }, started, text);
  return judgeOutput(order, made, started, text, complete ? [complete] : []);
}

/** What a command printed, checked and journaled like a model's answer. */
export function attemptCommand(order: AttemptOrder, run: () => Promise<{ output: string; failure?: string }>): Promise<AttemptResult> {
  return order.lanes.use(async () => {
    const started = order.engine.clock.now();
    const { output, failure } = await run();
    const first: CheckVerdict[] = failure ? [{ text: 'command ends with 0', level: 'must', status: 'fail', message: failure }] : [];
    const kept = await keepOutput(order, 'code', output);
    return judgeOutput(order, { tier: 'code', model: 'code', by: 'command', usage: noUsage, usd: 0, ...kept }, started, output, first);
  });
}

/** What a person wrote or accepts, as an attempt. With `reason` it passes whatever the checks say; without, they decide. */
export async function attemptPerson(order: AttemptOrder, text: string, reason?: string): Promise<AttemptResult> {
  const started = order.engine.clock.now();
  const made: Made = { tier: 'person', model: 'person', by: 'person', usage: noUsage, usd: 0, ...(await keepOutput(order, 'person', text)) };
  return reason === undefined
    ? judgeOutput(order, made, started, text, [])
    : endAttempt(order, { ...made, status: 'passed', reason, checks: [] }, started, text);
}

/** Ask the checks about an output that is on the disk already, so that a command that checks it can read it there. */
async function judgeOutput(order: AttemptOrder, made: Made, started: Date, text: string, first: CheckVerdict[]): Promise<AttemptResult> {
  const { stage } = order.planned;
  const sure = first.some((check) => check.status !== 'pass');
  // An answer that was cut off or a command that failed needs no judge: what is free is still asked, as its messages help.
  const checks = sure ? stage.checks.filter((check) => !asksModel([check]) && check.rule.kind !== 'command') : stage.checks;
  const outputFile = order.journal.pathOf(made.output ?? '');
  const costUsd = order.costUsd + made.usd + (made.answered?.usd ?? 0);
  const { verdicts, usage, usd, broken } = await verify(checks, text, stage.output?.format, { ...order, tier: made.tier, outputFile, costUsd });
  const paid: Made = { ...made, usage: addUsage(made.usage, usage), usd: made.usd + usd, ...(usd ? { judged: { usage, usd } } : {}) };
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
