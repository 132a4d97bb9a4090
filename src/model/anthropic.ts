import { setMaxListeners } from 'node:events';
import type Anthropic from '@anthropic-ai/sdk';
import type { APIRequest } from '@anthropic-ai/sdk';
import type { BetaMessageParam } from '@anthropic-ai/sdk/resources/beta/messages';
import { estimateTokens } from '../catalog/tokens';
import { Cancelled, type LanguageModel, type Log, type ModelAnswer, type ModelRequest } from '../ports';
import { pause, untilAborted } from './abortable';
import { type AdvisedAnswer, type AdvisedParams, advisedParams, goesOn, joinTurns } from './advisor';
import { CutOff, Malformed, readAnswer, toAnswer } from './answerStream';
import { batchCalls } from './batchCalls';
import { createBatches } from './batches';
import { GivenUp } from './bodyWatch';
import { Lost, type Watch, watchCall } from './callWatch';
import { codeOf } from './errorCode';
import { type Failure, failureToUserError } from './failures';
import { HeldTooLong, Pacer } from './pacing';
import { promptParams } from './promptParams';
import { retryAfterMs } from './rateLimits';
import { retryLog } from './retryLog';
import { checkedTarget } from './target';

export interface AnthropicOptions {
  apiKey?: string;
  /** Not used where there is a key. The SDK sends either as `Authorization: Bearer`. */
  authToken?: string;
  /** Anthropic's API where nothing is said; else any server that speaks the Messages API, without `/v1`. */
  baseURL?: string;
  /** Instead of the global `fetch` (in the extension host VS Code puts its proxies and certificates into that one). */
  fetch?: typeof fetch;
  /** 2 where nothing is said. */
  maxRetries?: number;
  /** The longest silence, in milliseconds: before an answer begins and between two of its bytes. 3 minutes where nothing is said. */
  stallMs?: number;
  /** The longest that one answer may take though bytes keep coming, in milliseconds; 1 hour where nothing is said. */
  longestMs?: number;
  /** How long rate limits may hold one call back, in milliseconds; 5 minutes where nothing is said. */
  patienceMs?: number;
  /** The first pause before something refused or lost is sent again, where the server names none, in milliseconds; doubled each time. 1 second where nothing is said. */
  backOffMs?: number;
  log: Log;
  userAgent?: string;
}

/** More bytes than the longest answer has as events: 128k tokens, each in an event of its own. */
const mostBytes = 64 * 1024 * 1024;

type Sdk = typeof import('@anthropic-ai/sdk');

interface Connection {
  sdk: Sdk;
  client: Anthropic;
}

function failureOf(error: unknown, sdk: Sdk, { sent: streamed, requests }: { sent: boolean; requests: number }, begun: boolean): Failure {
  if (error instanceof Lost) return { kind: 'lost', code: error.code };
  if (error instanceof HeldTooLong) return { kind: 'limited', seconds: error.waitMs / 1000 };
  if (error instanceof GivenUp) return error.why.kind === 'silent' ? { ...error.why, begun } : error.why;
  if (error instanceof Malformed) return { kind: 'malformed', what: error.message };
  // What the SDK can't parse, it says with the words of the answer.
  if (error instanceof SyntaxError) return { kind: 'malformed', what: 'an event that is no JSON' };
  if (error instanceof CutOff) return { kind: error.begun || streamed ? 'cut' : 'foreign' };
  if (error instanceof sdk.APIConnectionTimeoutError) return { kind: 'unreachable', code: 'ETIMEDOUT' };
  if (error instanceof sdk.APIConnectionError) return { kind: 'unreachable', code: codeOf(error) };
  if (error instanceof sdk.APIError) {
    const headers: unknown = error.headers;
    const asked = headers instanceof Headers ? retryAfterMs(headers, Date.now()) : undefined;
    return {
      kind: 'answered',
      status: error.status,
      // Servers other than Anthropic's may put anything here; only what looks like a name is shown.
      type: /^\w{1,60}$/.test(error.type ?? '') ? (error.type as string) : undefined,
      message: error.apiMessage ?? undefined,
      requestId: /^[\w-]{1,80}$/.test(error.requestID ?? '') ? (error.requestID as string) : undefined,
      // What was waited for already says nothing of how long it will take.
      retryAfterSeconds: asked !== undefined && asked >= 5000 ? asked / 1000 : undefined,
      retried: requests > 1,
    };
  }
  return streamed ? { kind: 'cut' } : { kind: 'unsendable' };
}

/** What the reader of an answer threw: none of ours to tell. */
class ReaderBroke extends Error {
  constructor(readonly reason: unknown) {
    super('reader');
  }
}

/**
 * The client of Anthropic's Messages API, and of any server that speaks it. Loads the SDK on the first call. The SDK retries 408, 409, 5xx and
 * connections that were never made, as `retry-after` says; rate limits are kept to and 429s waited for by `pacing`; what may have been paid is never
 * sent again unless the caller sets its cost aside again (`ModelRequest.repeat`). What fails is a UserError with exit code 3 that says what to do;
 * neither messages nor the log ever hold the key, the prompt or the answer.
 * @throws UserError (exit code 3) at once for a base URL that is none, a key that cannot be one, or no key where one is needed.
 */
export function createAnthropicModel(options: AnthropicOptions): LanguageModel {
  const { baseURL, host, apiKey, authToken } = checkedTarget(options);
  const { log, stallMs = 180_000, longestMs = 3_600_000, patienceMs = 300_000, backOffMs = 1000, maxRetries = 2 } = options;
  const secrets = [apiKey, authToken].filter((value) => value !== undefined);
  const pacer = new Pacer(log, undefined, backOffMs);
  let connection: Promise<Connection> | undefined;

  async function open(): Promise<Connection> {
    const sdk = await import('@anthropic-ai/sdk');
    const client = new sdk.Anthropic({
      // Without any credential the SDK would look for profiles on disk and send what it finds to the base URL. Local servers ignore the key.
      ...(authToken && !apiKey ? { authToken } : { apiKey: apiKey ?? 'none' }),
      baseURL,
      ...(options.fetch && { fetch: options.fetch }),
      maxRetries,
      timeout: stallMs,
      ...(options.userAgent && { defaultHeaders: { 'User-Agent': options.userAgent } }),
      // Prompts could end up in spans of whoever traces this process.
      openTelemetry: false,
      logLevel: 'info',
      logger: retryLog(host, log),
    });
    return { sdk, client };
  }

  function connect(): Promise<Connection> {
    connection ??= open();
    return connection;
  }

  function watch(request: ModelRequest, signal: AbortSignal, mayCost: () => void): Watch<APIRequest> {
    return watchCall<APIRequest>(
      {
        model: request.model,
        charge: { inputTokens: [...request.system, ...request.user].reduce((sum, block) => sum + estimateTokens(block.text, request.model), 0) },
        signal,
        limits: { stallMs, longestMs, mostBytes },
        patienceMs,
        repeats: maxRetries,
        mayRepeat: async () => (await request.repeat?.()) ?? false,
        mayCost,
        codeOf,
        pause: (nth) => pause(backOffMs * 2 ** nth, signal),
      },
      pacer,
    );
  }

  /** One turn: sent, read to its end, or told as a UserError. What `onText` throws is left as it is. */
  async function turn(request: ModelRequest, soFar: AdvisedAnswer | undefined, onText: (piece: string) => void, signal: AbortSignal, sent: SentState) {
    const { sdk, client } = await connect();
    let begun = false;
    const watched = watch(request, signal, () => onText(''));
    sent.watch = watched;
    try {
      const requestOptions = { signal, middleware: [watched.middleware] };
      const stream: AsyncIterable<unknown> = request.advisor
        ? await createAdvised(client, advisedParams(request, request.advisor, soFar), requestOptions)
        : await client.messages.create({ ...promptParams(request), max_tokens: request.maxTokens, stream: true }, requestOptions);
      const answer = await readAnswer(stream, (piece) => {
        begun = true;
        if (signal.aborted) throw new Cancelled();
        try {
          onText(piece);
        } catch (reason) {
          throw new ReaderBroke(reason);
        }
      });
      watched.done(answer.usage.outputTokens);
      return { answer, requestId: watched.requestId };
    } catch (error) {
      if (error instanceof ReaderBroke) throw error.reason;
      if (signal.aborted || error instanceof sdk.APIUserAbortError) throw new Cancelled();
      const refused = error instanceof sdk.APIError && !(error instanceof sdk.APIConnectionError);
      // A stream that broke off before it said anything may have been paid like one that had begun.
      if (watched.sent && !refused && !begun) onText('');
      throw failureToUserError(failureOf(error, sdk, watched, begun), request, host, secrets);
    }
  }

  async function ask(request: ModelRequest, onText: (piece: string) => void, signal: AbortSignal, sent: SentState): Promise<ModelAnswer> {
    let soFar: AdvisedAnswer | undefined;
    for (;;) {
      const { answer, requestId } = await turn(request, soFar, onText, signal, sent);
      soFar = joinTurns(soFar, answer);
      if (request.advisor && goesOn(request, soFar)) continue;
      return toAnswer(request, soFar, requestId);
    }
  }

  const batches = batchCalls({
    client: async () => (await connect()).client,
    host,
    limits: { stallMs, longestMs, mostBytes: Number.POSITIVE_INFINITY },
    failureOf: async (error) => failureOf(error, (await connect()).sdk, { sent: false, requests: 1 }, false),
  });
  return {
    kind: 'anthropic',
    paid: true,
    batches: createBatches(batches),
    async ask(request, onText, signal) {
      if (signal.aborted) throw new Cancelled();
      // All calls of a run listen to one signal.
      setMaxListeners(0, signal);
      const { label } = request;
      const whose = `${label.task}/${label.stage} ${label.purpose} ${label.tier}-${label.attempt}`;
      const started = performance.now();
      log.debug(`${whose}: asking ${request.model}`);
      const sent: SentState = {};
      const answer = await untilAborted(signal, ask(request, onText, signal, sent), () => {
        // Cancelled with a request on its way: the server may answer it all the same.
        if (sent.watch?.sent) onText('');
      });
      const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = answer.usage;
      log.debug(
        `${whose}: ${answer.stopReason} after ${Math.round(performance.now() - started)} ms; ${inputTokens} in, ${cacheReadTokens} from and ${cacheWriteTokens} to the cache, ${outputTokens} out`,
      );
      return answer;
    },
    async countTokens(request, signal) {
      if (signal.aborted) throw new Cancelled();
      const count = async (): Promise<number | undefined> => {
        try {
          const { client } = await connect();
          return (await client.messages.countTokens(promptParams(request), { signal })).input_tokens;
        } catch (error) {
          // Many servers that speak the Messages API do not count; an estimate will do. The name alone: messages may quote.
          log.debug(`Tokens could not be counted at ${request.model}: ${error instanceof Error ? error.name : 'unknown'}`);
          return undefined;
        }
      };
      return untilAborted(signal, count());
    },
  };
}

function createAdvised(client: Anthropic, params: AdvisedParams, options: Parameters<Anthropic['beta']['messages']['create']>[1]) {
  // What is sent back are the API's own blocks, as they came.
  return client.beta.messages.create({ ...params, messages: params.messages as BetaMessageParam[], stream: true }, options);
}

/** Which request of a call is under way. */
interface SentState {
  watch?: { readonly sent: boolean };
}
