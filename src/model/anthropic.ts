import type Anthropic from '@anthropic-ai/sdk';
import type { RawMessageStreamEvent } from '@anthropic-ai/sdk/resources/messages';
import { Cancelled, type LanguageModel, type Log, type ModelAnswer, type ModelRequest, UserError } from '../ports';
import { type Failure, failureToUserError } from './failures';
import { promptParams } from './promptParams';

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
  /** How long to wait for an answer to begin; 10 minutes where nothing is said. A stream that falls silent is ended by `fetch` after 5. */
  timeoutMs?: number;
  log: Log;
  userAgent?: string;
}

type Sdk = typeof import('@anthropic-ai/sdk');

interface Connection {
  sdk: Sdk;
  client: Anthropic;
}

/** Settles as `work` does, but rejects with Cancelled the moment the signal is aborted, however long a socket lingers. */
function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new Cancelled());
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

function codeOf(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    // With several addresses to try, Node reports one error for each.
    if (at instanceof AggregateError) return codeOf(at.errors[0]);
  }
  return undefined;
}

function failureOf(error: unknown, sdk: Sdk, begun: boolean): Failure {
  if (error instanceof sdk.APIConnectionTimeoutError) return { kind: 'timeout' };
  if (error instanceof sdk.APIConnectionError) return { kind: 'unreachable', code: codeOf(error) };
  if (error instanceof sdk.APIError) {
    const headers: unknown = error.headers;
    const retryAfter = headers instanceof Headers ? Number(headers.get('retry-after') ?? Number.NaN) : Number.NaN;
    return {
      kind: 'answered',
      status: error.status,
      // Servers other than Anthropic's may put anything here; only what looks like a name is shown.
      type: /^\w{1,60}$/.test(error.type ?? '') ? (error.type as string) : undefined,
      message: error.apiMessage ?? undefined,
      requestId: /^[\w-]{1,80}$/.test(error.requestID ?? '') ? (error.requestID as string) : undefined,
      retryAfterSeconds: retryAfter > 0 ? retryAfter : undefined,
    };
  }
  return begun ? { kind: 'cut' } : { kind: 'unsendable' };
}

/** A key as it goes into a header; one with blanks inside or letters of other scripts would make `fetch` throw it into a message. */
function credential(value: string | undefined): string | undefined {
  const trimmed = value?.trim();
  if (!trimmed) return undefined;
  if (!/^[\x21-\x7e]+$/.test(trimmed))
    throw new UserError('The API key holds characters that no key has.', { todo: 'Copy it again, without quotes or line breaks.', exitCode: 3 });
  return trimmed;
}

/**
 * The client of Anthropic's Messages API, and of any server that speaks it. Loads the SDK on the first call. Retries as the SDK does:
 * 408, 409, 429, 5xx and lost connections, as `retry-after` says. What fails is a UserError with exit code 3 that says what to do;
 * neither messages nor the log ever hold the key, the prompt or the answer.
 */
export function createAnthropicModel(options: AnthropicOptions): LanguageModel {
  const baseURL = options.baseURL?.trim() || 'https://api.anthropic.com';
  const secrets = [options.apiKey?.trim(), options.authToken?.trim()].filter((value) => value !== undefined && value !== '') as string[];
  let connection: Promise<Connection> | undefined;

  function host(): string {
    try {
      return new URL(baseURL).host;
    } catch {
      throw new UserError('The base URL is no URL.', { todo: 'Write it like http://localhost:11434 in the settings or in ANTHROPIC_BASE_URL.', exitCode: 3 });
    }
  }

  async function open(): Promise<Connection> {
    host();
    const apiKey = credential(options.apiKey);
    const authToken = credential(options.authToken);
    if (!apiKey && !authToken && !options.baseURL?.trim()) {
      throw new UserError('No API key is set.', {
        todo: 'Set ANTHROPIC_API_KEY, or in VS Code run the command "Haiku First: Set API Key"; for a local server set ANTHROPIC_BASE_URL.',
        exitCode: 3,
      });
    }
    const sdk = await import('@anthropic-ai/sdk');
    const client = new sdk.Anthropic({
      // Without any credential the SDK would look for profiles on disk and send what it finds to the base URL. Local servers ignore the key.
      ...(authToken && !apiKey ? { authToken } : { apiKey: apiKey ?? 'none' }),
      baseURL,
      ...(options.fetch && { fetch: options.fetch }),
      ...(options.maxRetries !== undefined && { maxRetries: options.maxRetries }),
      ...(options.timeoutMs !== undefined && { timeout: options.timeoutMs }),
      ...(options.userAgent && { defaultHeaders: { 'User-Agent': options.userAgent } }),
      // Prompts could end up in spans of whoever traces this process.
      openTelemetry: false,
      logLevel: 'info',
      logger: {
        // Errors and debug lines of the SDK quote pieces of answers; of the rest, only retries are news.
        error: () => {},
        warn: () => {},
        debug: () => {},
        info: (message: string) => {
          const retry = /(?:status (\d{3})|connection (failed|timed out)).* - retrying, (\d+) attempts? remaining/.exec(message);
          if (retry)
            options.log.info(`${new URL(baseURL).host}: ${retry[1] ? `status ${retry[1]}` : `connection ${retry[2]}`}, trying again (${retry[3]} left).`);
        },
      },
    });
    return { sdk, client };
  }

  function connect(): Promise<Connection> {
    if (!connection) {
      connection = open();
      // A refused key or URL is looked at anew on the next call.
      connection.catch(() => {
        connection = undefined;
      });
    }
    return connection;
  }

  /** The events of one call. What fails while reading is told as a UserError; what the reader itself throws is left as it is. */
  async function* events({ sdk, client }: Connection, request: ModelRequest, signal: AbortSignal): AsyncGenerator<RawMessageStreamEvent> {
    let begun = false;
    try {
      const stream = await client.messages.create({ ...promptParams(request), max_tokens: request.maxTokens, stream: true }, { signal });
      begun = true;
      yield* stream;
    } catch (error) {
      if (signal.aborted || error instanceof sdk.APIUserAbortError) throw new Cancelled();
      throw failureToUserError(failureOf(error, sdk, begun), request, host(), secrets);
    }
  }

  async function ask(request: ModelRequest, onText: (piece: string) => void, signal: AbortSignal): Promise<ModelAnswer> {
    const answer: ModelAnswer = {
      text: '',
      stopReason: '',
      model: request.model,
      usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
    };
    const { usage } = answer;
    let ended = false;
    for await (const event of events(await connect(), request, signal)) {
      if (signal.aborted) throw new Cancelled();
      if (event.type === 'message_start') {
        // From here on it costs, though a model that thinks first says nothing yet.
        onText('');
        answer.model = event.message.model;
        usage.inputTokens = event.message.usage.input_tokens;
        usage.outputTokens = event.message.usage.output_tokens;
        usage.cacheReadTokens = event.message.usage.cache_read_input_tokens ?? 0;
        usage.cacheWriteTokens = event.message.usage.cache_creation_input_tokens ?? 0;
      } else if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') {
        answer.text += event.delta.text;
        onText(event.delta.text);
      } else if (event.type === 'message_delta') {
        // These counts are totals, not additions; servers leave out what the start has said.
        usage.inputTokens = event.usage.input_tokens ?? usage.inputTokens;
        usage.outputTokens = event.usage.output_tokens ?? usage.outputTokens;
        usage.cacheReadTokens = event.usage.cache_read_input_tokens ?? usage.cacheReadTokens;
        usage.cacheWriteTokens = event.usage.cache_creation_input_tokens ?? usage.cacheWriteTokens;
        answer.stopReason = event.delta.stop_reason ?? answer.stopReason;
      } else if (event.type === 'message_stop') ended = true;
    }
    // A connection that is closed between two events looks like an end; the API always says when it is done.
    if (!ended || !answer.stopReason) throw failureToUserError({ kind: 'cut' }, request, host(), secrets);
    return answer;
  }

  return {
    kind: 'anthropic',
    paid: true,
    async ask(request, onText, signal) {
      if (signal.aborted) throw new Cancelled();
      const { label } = request;
      const whose = `${label.task}/${label.stage} ${label.purpose} ${label.tier}-${label.attempt}`;
      const started = Date.now();
      options.log.debug(`${whose}: asking ${request.model}`);
      const answer = await untilAborted(signal, ask(request, onText, signal));
      const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = answer.usage;
      options.log.debug(
        `${whose}: ${answer.stopReason} after ${Date.now() - started} ms; ${inputTokens} in, ${cacheReadTokens} from and ${cacheWriteTokens} to the cache, ${outputTokens} out`,
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
          options.log.debug(`Tokens could not be counted at ${request.model}: ${error instanceof Error ? error.name : 'unknown'}`);
          return undefined;
        }
      };
      return untilAborted(signal, count());
    },
  };
}
