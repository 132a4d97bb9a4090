import { hashOf } from '../journal/hash';
import type { JournalWriter } from '../journal/journalWriter';
import type { JudgeAnswered } from '../journal/records';
import { noUsage, type Spending } from '../money/spending';
import { type ModelAnswer, type ModelRequest, type Usage, UserError } from '../ports';
import type { Engine } from './engine';

/** What asking a judge needs. */
export interface JudgeDesk {
  engine: Pick<Engine, 'model' | 'clock'>;
  spending: Spending;
  journal: JournalWriter;
  /** What judges have answered in earlier runs, by what they were asked. */
  judged: Pick<ReadonlyMap<string, JudgeAnswered>, 'get'>;
  signal: AbortSignal;
}

/** The attempt that is judged. */
export type Judged = Pick<JudgeAnswered, 'stage' | 'item' | 'tier' | 'attempt'>;

export interface Judgement {
  /** Undefined where the call broke off. */
  answer?: Pick<ModelAnswer, 'text' | 'stopReason'>;
  /** Of this run: nothing for an answer that was on record. */
  usage: Usage;
  usd: number;
  /** What broke the call off. */
  broken?: unknown;
}

/** With fewer tokens than this a judge's answer would be cut off for sure. */
const leastTokens = 256;

/**
 * Ask a judge: reserved, journaled, asked, journaled. What was asked word for word in an earlier run is answered from its record, unpaid.
 * @param isVerdict whether an answer on record is one: what is none is asked again
 * @throws UserError where a cap is reached or the journal can't be written: before the call nothing is lost, after it its cost is booked
 */
export async function askJudge(
  request: ModelRequest,
  of: Judged,
  { engine, spending, journal, judged, signal }: JudgeDesk,
  isVerdict: (answer: Pick<ModelAnswer, 'text' | 'stopReason'>) => boolean,
): Promise<Judgement> {
  const asked = hashOf(JSON.stringify([request.model, request.effort, request.system, request.user, request.schema]));
  const known = judged.get(asked);
  if (known && isVerdict(known)) return { answer: known, usage: noUsage, usd: 0 };
  const call = { stage: of.stage, item: of.item, tier: of.tier, attempt: of.attempt, model: request.model, asked };
  let started = new Date(0);
  const reservation = await spending.take(
    { request, leastTokens, count: async () => engine.model.countTokens?.(request, signal) },
    signal,
    async ({ worstUsd }) => {
      started = engine.clock.now();
      await journal.append({ type: 'judge-started', at: started.toISOString(), ...call, reservedUsd: worstUsd });
    },
  );
  let heard = false;
  let ended: Pick<ModelAnswer, 'text' | 'stopReason' | 'usage' | 'requestId'>;
  let broken: { error: unknown } | undefined;
  try {
    const onText = () => {
      heard = true;
    };
    ended = await engine.model.ask({ ...request, maxTokens: reservation.maxTokens }, onText, signal);
  } catch (error) {
    broken = { error };
    ended = { text: '', stopReason: '', usage: noUsage };
  }
  // As with a stage's own answer: what broke off counts at its worst, what was refused before it began costs nothing.
  const usd = spending.settle(reservation, broken && heard ? undefined : ended.usage);
  const at = engine.clock.now();
  const { text, stopReason, usage, requestId } = ended;
  const error = broken && (broken.error instanceof UserError ? broken.error.message : String(broken.error));
  try {
    await journal.append({
      type: 'judge',
      at: at.toISOString(),
      ...call,
      text,
      stopReason,
      usage,
      usd,
      ms: at.getTime() - started.getTime(),
      requestId,
      error,
    });
  } catch (cause) {
    // It is paid for: the attempt it belongs to says so.
    return { usage, usd, broken: cause };
  }
  return broken ? { usage, usd, broken: broken.error } : { answer: { text, stopReason }, usage, usd };
}
