import { posix } from 'node:path';
import { hashOf } from '../journal/hash';
import type { Journal } from '../journal/journal';
import type { JournalWriter } from '../journal/journalWriter';
import type { CallEnded, CallPurpose } from '../journal/records';
import { wholeOutput } from '../journal/state';
import { noUsage, type Spending } from '../money/spending';
import { type Files, type ModelAnswer, type ModelRequest, type Usage, UserError } from '../ports';
import type { Engine } from './engine';

/** A call that answers no stage: Opus writes a strategy, a trial runs a stage on a case. Paid and recorded as every call is. */

/** What is known of a call that an earlier run made. */
export type KnownCall = CallEnded & { folder: string };

/** What such calls answered, over all runs of a task, by what was asked and the how-manieth time. */
export function knownCalls(journals: readonly Journal[]): Map<string, KnownCall> {
  const known = new Map<string, KnownCall>();
  for (const { folder, records } of journals)
    for (const record of records) if (record.type === 'call' && record.output !== undefined) known.set(`${record.asked} ${record.nth}`, { ...record, folder });
  return known;
}

export interface CallDesk {
  engine: Pick<Engine, 'files' | 'model' | 'clock'>;
  spending: Spending;
  journal: JournalWriter;
  /** From `knownCalls`; an answer that comes is added. */
  known: Map<string, KnownCall>;
  signal: AbortSignal;
}

export interface CallOrder {
  purpose: CallPurpose;
  /** Slug of the stage it is about. */
  stage?: string;
  /** From 1: the same question is asked so often to see how often it succeeds. */
  nth?: number;
  /** With fewer tokens than this the answer would be cut off for sure. */
  leastTokens: number;
  onText?(piece: string): void;
}

export interface CallAnswer extends Pick<ModelAnswer, 'text' | 'stopReason'> {
  /** Of this run: nothing for an answer that was on record. */
  usage: Usage;
  usd: number;
  ms: number;
  /** Where the answer is kept, absolute. */
  file: string;
  /** An earlier run paid for it; its usage and cost then. */
  earlier?: { usage: Usage; usd: number; ms: number };
}

/** How a question is recognised: the SHA-256 of all that decides the answer. */
export function askedHash({ model, effort, system, user, schema }: ModelRequest): string {
  return hashOf(JSON.stringify([model, effort, system, user, schema]));
}

/**
 * Ask once: reserved, journaled, asked, kept, journaled. What was asked word for word, as often, in an earlier run is answered from its record, unpaid.
 * @throws UserError where the model can't be reached, a cap is reached or the journal can't be written; Cancelled
 */
export async function askRecorded(request: ModelRequest, order: CallOrder, desk: CallDesk): Promise<CallAnswer> {
  const { engine, spending, journal, signal } = desk;
  const asked = askedHash(request);
  const nth = order.nth ?? 1;
  const before = desk.known.get(`${asked} ${nth}`);
  const kept = before && (await wholeText(engine.files, before));
  if (before && kept !== undefined) {
    const { stopReason, usage, usd, ms } = before;
    return { text: kept, stopReason, usage: noUsage, usd: 0, ms: 0, file: posix.join(before.folder, before.output ?? ''), earlier: { usage, usd, ms } };
  }
  const call = { purpose: order.purpose, stage: order.stage, model: request.model, asked, nth };
  let started = new Date(0);
  const reservation = await spending.take(
    { request, leastTokens: order.leastTokens, count: async () => engine.model.countTokens?.(request, signal) },
    signal,
    async ({ worstUsd }) => {
      started = engine.clock.now();
      await journal.append({ type: 'call-started', at: started.toISOString(), ...call, reservedUsd: worstUsd });
    },
  );
  const end = async (made: Pick<CallEnded, 'stopReason' | 'usage' | 'usd' | 'output' | 'outputHash' | 'requestId' | 'error'>): Promise<CallEnded> => {
    const now = engine.clock.now();
    const record: CallEnded = { type: 'call', at: now.toISOString(), ...call, ...made, ms: now.getTime() - started.getTime() };
    await journal.append(record);
    return record;
  };
  let heard = false;
  let answer: ModelAnswer;
  try {
    answer = await engine.model.ask(
      { ...request, maxTokens: reservation.maxTokens },
      (piece) => {
        heard = true;
        order.onText?.(piece);
      },
      signal,
    );
  } catch (error) {
    // What broke off counts at its worst, what was refused before it began costs nothing.
    const usd = spending.settle(reservation, heard ? undefined : noUsage);
    await end({ stopReason: '', usage: noUsage, usd, error: error instanceof UserError ? error.message : String(error) });
    throw error;
  }
  const usd = spending.settle(reservation, answer.usage);
  const { text, stopReason, usage, requestId } = answer;
  const output = `calls/${order.purpose}-${asked.slice(0, 12)}-${nth}.txt`;
  try {
    await journal.writeOutput(output, text);
  } catch (error) {
    // It is paid for, and there is nowhere to keep it: at least what it cost goes on record.
    await end({ stopReason, usage, usd, requestId, error: error instanceof UserError ? error.message : String(error) });
    throw error;
  }
  const record = await end({ stopReason, usage, usd, requestId, output, outputHash: hashOf(text) });
  desk.known.set(`${asked} ${nth}`, { ...record, folder: journal.folder });
  return { text, stopReason, usage, usd, ms: record.ms, file: journal.pathOf(output) };
}

async function wholeText(files: Files, known: KnownCall): Promise<string | undefined> {
  if (known.output === undefined || !(await files.stat(posix.join(known.folder, known.output)))) return undefined;
  return wholeOutput(files, known);
}
