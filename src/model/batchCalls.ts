import { Cancelled, type ModelRequest, UserError } from '../ports';
import type { BatchCalls, BatchItem, RemoteBatch } from './batches';
import { type BodyLimits, watchBody } from './bodyWatch';
import { brokeOnTheWay } from './callWatch';
import { codeOf } from './errorCode';
import { type Failure, failureToUserError } from './failures';

/** What of the SDK's client batches need. */
interface BatchClient {
  messages: {
    batches: {
      create(body: { requests: BatchItem[] }, options: { maxRetries: number }): PromiseLike<RemoteBatch>;
      retrieve(id: string, params: undefined, options: { signal?: AbortSignal }): PromiseLike<RemoteBatch>;
      cancel(id: string): PromiseLike<RemoteBatch>;
    };
  };
  get(path: string, options: { headers: Record<string, string>; signal: AbortSignal }): { asResponse(): Promise<Response> };
}

export interface BatchConnection {
  client(): Promise<BatchClient>;
  /** Where calls go: host and port. */
  host: string;
  limits: BodyLimits;
  failureOf(error: unknown): Promise<Failure>;
}

/** Batches are of no one request: nothing of a prompt is there to be shown. */
const noRequest: ModelRequest = {
  model: 'Message Batches',
  system: [],
  user: [],
  maxTokens: 0,
  label: { folder: '', task: '', stage: '', purpose: 'stage', tier: '', attempt: 1 },
};

/** The calls of Message Batches through the SDK; retries are the SDK's, but nothing is handed over twice. */
export function batchCalls({ client, host, limits, failureOf }: BatchConnection): BatchCalls {
  return {
    async create(requests) {
      const { messages } = await client();
      try {
        return await messages.batches.create({ requests }, { maxRetries: 0 });
      } catch (error) {
        if (!brokeOnTheWay(error, codeOf(error))) throw error;
        throw new UserError(`The connection to ${host} was lost while a batch was handed over: it may be running there.`, {
          todo: 'Look in the provider’s console, and cancel it there; it is counted at the most it can cost. Then run it again.',
          exitCode: 3,
          uncertain: true,
          cause: error,
        });
      }
    },
    async retrieve(id, signal) {
      return (await client()).messages.batches.retrieve(id, undefined, { signal });
    },
    async cancel(id) {
      return (await client()).messages.batches.cancel(id);
    },
    async results(id, signal) {
      // By its path, not by the URL that the batch names: the key goes to the server that a person has set, and to no other.
      const response = await (await client()).get(`/v1/messages/batches/${id}/results`, { headers: { Accept: 'application/binary' }, signal }).asResponse();
      return response.body && watchBody(response.body, limits, () => undefined);
    },
    async told(error, signal) {
      if (signal?.aborted) return new Cancelled();
      const failure = await failureOf(error);
      if (failure.kind === 'answered' && failure.status === 404) {
        return new UserError(`${host} knows no such batch, or takes none.`, {
          todo: 'Results are kept for 29 days, for the workspace of the key that handed the batch over. Run it again: its items are asked anew.',
          exitCode: 3,
          gone: true,
        });
      }
      return failureToUserError(failure.kind === 'answered' ? { ...failure, message: undefined } : failure, noRequest, host, []);
    },
  };
}
