import { type Batches, type BatchResult, type BatchStatus, Cancelled, type ModelAnswer, type ModelRequest, UserError } from '../ports';
import { untilAborted } from './abortable';
import { Malformed, readUsage } from './answerStream';
import { promptParams } from './promptParams';

/** What one batch may hold, as the provider says: 100,000 requests, 256 MB. A little less, as the envelope counts too. */
export const batchLimits = { requests: 100_000, bytes: 255_000_000 };

/** One request as the provider's batches take it. */
export interface BatchItem {
  custom_id: string;
  params: ReturnType<typeof batchParams>;
}

/** A batch as the provider tells of it. */
export interface RemoteBatch {
  id: string;
  processing_status: string;
  expires_at?: string;
  request_counts: Partial<Record<'processing' | 'succeeded' | 'errored' | 'canceled' | 'expired', number>>;
}

/** The provider's calls, as the SDK makes them. What fails is told by `told`. */
export interface BatchCalls {
  /**
   * Not to be given up in the middle: a batch that exists and whose id nobody knows is paid for nothing.
   * @throws UserError that is `uncertain` where it can't be told whether there is a batch now
   */
  create(requests: BatchItem[]): Promise<RemoteBatch>;
  retrieve(id: string, signal?: AbortSignal): Promise<RemoteBatch>;
  cancel(id: string): Promise<RemoteBatch>;
  /** The results as they come, one JSON object a line. */
  results(id: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array> | null>;
  /** A failed call as an error a person can act on. */
  told(error: unknown, signal?: AbortSignal): Promise<UserError>;
}

function batchParams(request: ModelRequest) {
  return { ...promptParams(request), max_tokens: request.maxTokens };
}

/** Several batches under one id: theirs joined. The provider's ids hold letters, digits and `_` only. */
const joint = '+';

/** An id goes into a path: from a server of another make, or a journal that somebody else wrote, it could be anything. */
export function isBatchId(id: unknown): id is string {
  return typeof id === 'string' && /^[\w-]{1,120}$/.test(id);
}

/** The batches an id stands for. @throws UserError for what no provider gave: nobody can find it again */
function partsOf(id: string): string[] {
  const parts = id.split(joint);
  if (!parts.every(isBatchId)) throw new UserError('This is no id of a batch.', { todo: 'Run it again: its items are asked anew.', exitCode: 2, gone: true });
  return parts;
}

/** Requests in as few batches as the limits allow, in order. */
export function chunksOf<T>(items: readonly T[], sizeOf: (item: T) => number, limits = batchLimits): T[][] {
  const chunks: T[][] = [];
  let bytes = 0;
  for (const item of items) {
    const size = sizeOf(item);
    const last = chunks.at(-1);
    if (!last || last.length >= limits.requests || bytes + size > limits.bytes) {
      chunks.push([item]);
      bytes = size;
    } else {
      last.push(item);
      bytes += size;
    }
  }
  return chunks;
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter((line) => line.trim());
  }
  if (rest.trim()) yield rest;
}

interface ResultLine {
  custom_id?: unknown;
  result?: { type?: unknown; message?: MessageLine; error?: { error?: { type?: unknown } } };
}

interface MessageLine {
  model?: unknown;
  stop_reason?: unknown;
  usage?: unknown;
  content?: unknown;
}

function answerOf(message: MessageLine): ModelAnswer {
  const content = Array.isArray(message.content) ? (message.content as { type?: unknown; text?: unknown }[]) : [];
  return {
    text: content.map((block) => (block.type === 'text' && typeof block.text === 'string' ? block.text : '')).join(''),
    stopReason: typeof message.stop_reason === 'string' ? message.stop_reason : '',
    model: typeof message.model === 'string' ? message.model : '',
    usage: readUsage(message.usage),
  };
}

const why: Record<string, string> = {
  expired: 'The batch ran out of its 24 hours before this request was answered. It was not paid for.',
  canceled: 'The batch was cancelled before this request was answered. It was not paid for.',
};

/** One line of the results. @throws Malformed */
function resultOf(line: string): BatchResult {
  let parsed: ResultLine;
  try {
    parsed = JSON.parse(line) as ResultLine;
  } catch {
    throw new Malformed('a result that is no JSON');
  }
  const { custom_id: id, result } = parsed;
  if (typeof id !== 'string' || !result) throw new Malformed('a result without its request');
  if (result.type === 'succeeded' && result.message) return { id, answer: answerOf(result.message) };
  const type = typeof result.error?.error?.type === 'string' && /^\w{1,60}$/.test(result.error.error.type) ? ` (${result.error.error.type})` : '';
  return { id, error: new UserError(why[String(result.type)] ?? `The provider could not answer this request${type}. It was not paid for.`, { exitCode: 3 }) };
}

/** The Message Batches of a provider. A batch is found again by its id alone, whatever process asks. */
export function createBatches(calls: BatchCalls, limits = batchLimits): Batches {
  const guarded = async <T>(work: Promise<T>, signal?: AbortSignal): Promise<T> => {
    try {
      return await (signal ? untilAborted(signal, work) : work);
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw await calls.told(error, signal);
    }
  };

  return {
    async submit(requests, signal) {
      if (signal.aborted) throw new Cancelled();
      const items = requests.map(({ id, request }): BatchItem => ({ custom_id: id, params: batchParams(request) }));
      const ids: string[] = [];
      for (const chunk of chunksOf(items, (item) => Buffer.byteLength(JSON.stringify(item)), limits)) {
        try {
          ids.push((await guarded(calls.create(chunk))).id);
          if (signal.aborted) throw new Cancelled();
        } catch (error) {
          // All or nothing: what was taken already is given back. What was answered until then is billed, and nobody will fetch it.
          await Promise.all(ids.map((id) => calls.cancel(id).catch(() => undefined)));
          if (!ids.length || !(error instanceof UserError)) throw error;
          throw error instanceof Cancelled ? new Cancelled({ uncertain: true }) : new UserError(error.what, { ...error.details, uncertain: true });
        }
      }
      return ids.join(joint);
    },

    async status(id, signal) {
      const parts = await guarded(Promise.all(partsOf(id).map((part) => calls.retrieve(part, signal))), signal);
      const count = (kind: keyof RemoteBatch['request_counts']): number => parts.reduce((sum, part) => sum + (Number(part.request_counts?.[kind]) || 0), 0);
      const expiries = parts.map((part) => Date.parse(part.expires_at ?? '')).filter((time) => !Number.isNaN(time));
      const status: BatchStatus = {
        ended: parts.every((part) => part.processing_status === 'ended'),
        counts: {
          processing: count('processing'),
          succeeded: count('succeeded'),
          errored: count('errored'),
          canceled: count('canceled'),
          expired: count('expired'),
        },
        ...(expiries.length && { expires: new Date(Math.max(...expiries)) }),
      };
      return status;
    },

    async *results(id, signal) {
      for (const part of partsOf(id)) {
        const body = await guarded(calls.results(part, signal), signal);
        if (!body) continue;
        const lines = linesOf(body);
        for (;;) {
          const next = await guarded(lines.next(), signal);
          if (next.done) break;
          try {
            yield resultOf(next.value);
          } catch (error) {
            throw error instanceof Malformed ? await calls.told(error, signal) : error;
          }
        }
      }
    },

    async cancel(id) {
      await guarded(Promise.all(partsOf(id).map((part) => calls.cancel(part))));
    },
  };
}
