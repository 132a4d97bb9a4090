import { Cancelled, type ModelRequest, UserError } from '../ports';
import { type BatchCalls, type BatchItem, isBatchId, type RemoteBatch } from './batches';
import { type BodyLimits, watchBody } from './bodyWatch';
import { brokeOnTheWay } from './callWatch';
import { codeOf } from './errorCode';
import { type Failure, failureToUserError } from './failures';

/** What of the SDK's client batches need. */
interface BatchClient {
  messages: {
    batches: {
      create(body: { requests: BatchItem[] }, options: { maxRetries: number }): { asResponse(): Promise<Response> };
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

/** Codes of requests that never left this machine, or found nobody to take them, as Node, undici and TLS call them. */
const notSent = /^(ECONNREFUSED|ENOTFOUND|EAI_|EHOSTUNREACH|ENETUNREACH|EPROTO|UND_ERR_CONNECT_TIMEOUT)|CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL/;
/** The same in words: of Chromium's network, and of a proxy that made no tunnel. */
const notSentMessage =
  /net::ERR_(CONNECTION_(REFUSED|FAILED)|NAME_NOT_RESOLVED|ADDRESS_UNREACHABLE|INTERNET_DISCONNECTED|PROXY_|TUNNEL_|CERT_|SSL_)|Proxy response \(\d+\)/;

/** True where it is sure that no batch came of a request: it was refused, or never sent. An error of the server, or silence, says nothing. */
function wasNotTaken(error: unknown, failure: Failure): boolean {
  if (failure.kind === 'unsendable') return true;
  // Overloaded is refused too, though its status is no 4xx.
  if (failure.kind === 'answered') return failure.status !== undefined && ((failure.status >= 400 && failure.status < 500) || failure.status === 529);
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) if (notSentMessage.test(at.message)) return true;
  const code = codeOf(error);
  return code !== undefined && notSent.test(code) && !brokeOnTheWay(error, code);
}

/** The batch that an answer tells of; undefined where it tells of none that could be found again. @throws what the connection or JSON does */
async function readBatch(response: Response, limits: BodyLimits): Promise<RemoteBatch | undefined> {
  // The SDK waits for the end of a body without limit.
  const batch: unknown = response.body && (await new Response(watchBody(response.body, limits, () => undefined)).json());
  return typeof batch === 'object' && batch !== null && 'id' in batch && isBatchId(batch.id) ? (batch as RemoteBatch) : undefined;
}

/** The calls of Message Batches through the SDK; retries are the SDK's, but nothing is handed over twice. */
export function batchCalls({ client, host, limits, failureOf }: BatchConnection): BatchCalls {
  return {
    async create(requests) {
      const { messages } = await client();
      const uncertain = (what: string, cause?: unknown): UserError =>
        new UserError(`${what} while a batch was handed over to ${host}: it may be running there.`, {
          todo: 'Look in the provider’s console, and cancel it there; it is counted at the most it can cost. Then run it again.',
          exitCode: 3,
          uncertain: true,
          cause,
        });
      let response: Response;
      try {
        response = await messages.batches.create({ requests }, { maxRetries: 0 }).asResponse();
      } catch (error) {
        const failure = await failureOf(error);
        if (wasNotTaken(error, failure)) throw error;
        throw uncertain(failure.kind === 'answered' && failure.status ? `Status ${failure.status} came back` : 'The connection was lost', error);
      }
      // It is taken by now: whatever becomes of the answer, nothing here means that there is no batch.
      const batch = await readBatch(response, limits).catch((error: unknown) => {
        throw uncertain('The answer could not be read', error);
      });
      if (!batch) throw uncertain('Something came back that is no batch');
      return batch;
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
