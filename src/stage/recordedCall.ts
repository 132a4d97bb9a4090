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

/** What calls answered, over all runs of a task, by what they were for, what was asked and the how-manieth time. */
export class KnownCalls {
  private readonly calls = new Map<string, KnownCall>();

  constructor(journals: readonly Journal[]) {
    for (const { folder, records } of journals) for (const record of records) if (record.type === 'call') this.add({ ...record, folder });
  }

  add(call: KnownCall): void {
    if (call.output !== undefined && !call.useless) this.calls.set(keyOf(call), call);
  }

  /**
   * The answer that stands for this question. What was cut off with less room than is wished now stands for none: it says more of a cap than of the model.
   */
  find(request: ModelRequest, { purpose, nth = 1 }: { purpose: ModelRequest['label']['purpose']; nth?: number }): KnownCall | undefined {
    const known = this.calls.get(keyOf({ purpose, nth, asked: askedHash(request) }));
    return known?.stopReason === 'max_tokens' && (known.maxTokens ?? known.usage.outputTokens) < request.maxTokens ? undefined : known;
  }
}

/** Draws for one purpose are not drawn for another: what a strategy was chosen by does not prove it. */
function keyOf({ purpose, asked, nth }: Pick<CallEnded, 'asked' | 'nth'> & { purpose: ModelRequest['label']['purpose'] }): string {
  return `${purpose} ${asked} ${nth}`;
}

export interface CallDesk {
  engine: Pick<Engine, 'files' | 'model' | 'clock'>;
  spending: Spending;
  journal: JournalWriter;
  /** An answer that comes is added. */
  known: KnownCalls;
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
  /** Whether an answer is one: what is none is paid for, and asked again the next time. Where nothing is said, what is neither refused nor cut off nor empty. */
  isAnswer?(answer: Pick<ModelAnswer, 'text' | 'stopReason'>): boolean | Promise<boolean>;
}

export interface CallAnswer extends Pick<ModelAnswer, 'text' | 'stopReason'> {
  /** Of this run: nothing for an answer that was on record. */
  usage: Usage;
  usd: number;
  ms: number;
  /** It was cut off because a cap left less room than was wished for. */
  capped: boolean;
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
  const before = desk.known.find(request, order);
  const kept = before && (await wholeText(engine.files, before));
  if (before && kept !== undefined) {
    const { stopReason, usage, usd, ms } = before;
    const file = posix.join(before.folder, before.output ?? '');
    return { text: kept, stopReason, capped: false, usage: noUsage, usd: 0, ms: 0, file, earlier: { usage, usd, ms } };
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
  const { maxTokens } = reservation;
  const end = async (
    made: Pick<CallEnded, 'stopReason' | 'usage' | 'usd' | 'output' | 'outputHash' | 'requestId' | 'error' | 'useless'>,
  ): Promise<CallEnded> => {
    const now = engine.clock.now();
    const record: CallEnded = { type: 'call', at: now.toISOString(), ...call, ...made, maxTokens, ms: now.getTime() - started.getTime() };
    await journal.append(record);
    return record;
  };
  let heard = false;
  let answer: ModelAnswer;
  try {
    answer = await engine.model.ask(
      { ...request, maxTokens },
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
  const isAnswer = await (order.isAnswer ?? isWhole)(answer);
  const record = await end({ stopReason, usage, usd, requestId, output, outputHash: hashOf(text), ...(isAnswer ? {} : { useless: true }) });
  desk.known.add({ ...record, folder: journal.folder });
  const capped = stopReason === 'max_tokens' && maxTokens < request.maxTokens;
  return { text, stopReason, capped, usage, usd, ms: record.ms, file: journal.pathOf(output) };
}

/** What is on record of a question, where something stands that answers it: it will not be paid for again. */
export async function recordedAnswer(
  files: Files,
  calls: KnownCalls,
  request: ModelRequest,
  nth = 1,
): Promise<Pick<ModelAnswer, 'text' | 'stopReason'> | undefined> {
  const known = calls.find(request, { purpose: request.label.purpose, nth });
  const text = known && (await wholeText(files, known));
  return known && text !== undefined ? { text, stopReason: known.stopReason } : undefined;
}

/** Neither refused nor empty, cut off or interrupted. */
function isWhole({ text, stopReason }: Pick<ModelAnswer, 'text' | 'stopReason'>): boolean {
  return text.trim() !== '' && !['refusal', 'max_tokens', 'pause_turn'].includes(stopReason);
}

async function wholeText(files: Files, known: KnownCall): Promise<string | undefined> {
  if (known.output === undefined || !(await files.stat(posix.join(known.folder, known.output)))) return undefined;
  return wholeOutput(files, known);
}
