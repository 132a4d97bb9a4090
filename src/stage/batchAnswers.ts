import { posix } from 'node:path';
import type { JournalWriter } from '../journal/journal';
import { mendJournal } from '../journal/journalText';
import type { OpenBatch } from '../journal/openBatches';
import type { BatchedCall, JournalRecord } from '../journal/records';
import { unitKey } from '../journal/state';
import type { Reservation, Spending } from '../money/spending';
import type { Files, ModelAnswer, UserError } from '../ports';
import type { PlannedStage } from '../steering/plan';
import { keepOutput } from './attemptRecord';
import type { Engine } from './engine';
import { outputText } from './outputText';

/** Where the answers of a batch go on record: the run that handed it over, which has paid for it. */
export type BatchRecorder = Pick<JournalWriter, 'append' | 'writeOutput'>;

/** Adds to the journal of a run that has ended. What a killed process left of a last record is cut off first: nothing was done on the strength of it. */
export function endedRun(files: Files, folder: string): BatchRecorder {
  const path = posix.join(folder, 'journal.jsonl');
  let last: Promise<void> | undefined;
  return {
    append(record: JournalRecord) {
      const before = last ?? mendJournal(files, path);
      const written = before.then(() => files.append(path, `${JSON.stringify(record)}\n`));
      last = written;
      return written;
    },
    writeOutput: (name, text) => files.write(posix.join(folder, name), text),
  };
}

export interface Fetching {
  engine: Engine;
  planned: PlannedStage;
  spending: Spending;
  signal: AbortSignal;
  recorder: BatchRecorder;
  /** What was set aside for the calls, by their ids, where this run handed them over. */
  reservations: Map<string, Reservation>;
}

/** Put one answer on record, its output before it: as those of calls that are made one by one. */
async function keepAnswer(
  { engine, planned, spending, recorder, reservations }: Fetching,
  batch: OpenBatch,
  call: BatchedCall,
  answer: ModelAnswer,
): Promise<void> {
  const { stage, tier, model, effort, rung, at: since } = batch.started;
  const { item, itemKey, attempt, fingerprint, maxTokens } = call;
  const kept = await keepOutput({ planned, item, attempt, journal: recorder }, tier, outputText(planned.stage, answer.text));
  const reservation = reservations.get(call.id);
  reservations.delete(call.id);
  const usd = reservation ? spending.settle(reservation, answer.usage) : engine.catalog.price(model, answer.usage, { batch: true });
  const now = engine.clock.now();
  const ms = Math.max(0, now.getTime() - Date.parse(since));
  const { stopReason, usage } = answer;
  const known = { stage, item, itemKey, attempt, tier, fingerprint, model, effort, rung };
  await recorder.append({ type: 'answer', at: now.toISOString(), ...known, ...kept, stopReason, maxTokens, usage, usd, ms });
}

const atATime = 16;

/**
 * Fetch the results of a batch that has ended, and put its answers on record in the run that handed it over, each once, however often this is begun.
 * Returns why calls came back without an answer, by `unitKey`.
 * @throws UserError where the results can't be fetched or put on record: the batch stays open, and the next run fetches it
 */
export async function fetchAnswers(fetching: Fetching, batch: OpenBatch): Promise<Map<string, UserError>> {
  const { engine, signal, spending, recorder, reservations } = fetching;
  const calls = new Map(batch.calls.map((call) => [call.id, call]));
  const unanswered = new Map<string, UserError>();
  const underWay = new Set<Promise<void>>();
  let answered = batch.answered.size;
  let failed: { error: unknown } | undefined;
  for await (const result of engine.model.batches?.results(batch.id, signal) ?? []) {
    const call = calls.get(result.id);
    // What was not asked, or is on record already.
    if (!call || batch.answered.has(result.id)) continue;
    calls.delete(result.id);
    if ('error' in result) {
      unanswered.set(unitKey(call.fingerprint, call), result.error);
      continue;
    }
    answered++;
    const one = keepAnswer(fetching, batch, call, result.answer)
      .catch((error: unknown) => {
        failed ??= { error };
      })
      .finally(() => underWay.delete(one));
    underWay.add(one);
    if (underWay.size >= atATime) await Promise.race(underWay);
    if (failed) break;
  }
  await Promise.all(underWay);
  if (failed) throw failed.error;
  const { stage, batch: name } = batch.started;
  await recorder.append({ type: 'batch-ended', at: engine.clock.now().toISOString(), stage, batch: name, answered, unanswered: batch.calls.length - answered });
  // What came back without an answer is not billed.
  for (const { id } of batch.calls) {
    const reservation = reservations.get(id);
    if (reservation) spending.settle(reservation, { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 });
    reservations.delete(id);
  }
  return unanswered;
}

/** The provider does not know a batch any more: it is waited for no longer, and what was not fetched is counted at most. */
export async function lose({ started, calls, answered }: OpenBatch, recorder: BatchRecorder, clock: Engine['clock']): Promise<void> {
  const { stage, batch } = started;
  const unanswered = calls.length - answered.size;
  await recorder.append({ type: 'batch-ended', at: clock.now().toISOString(), stage, batch, answered: answered.size, unanswered, lost: true });
}
