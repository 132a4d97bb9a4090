/**
 * The one place that starts a stand-in for the Messages API. aimock speaks the API's dialect (event streams, errors, 429 with retry-after);
 * in front of it stands a server of our own that adds what aimock cannot do: keep the bodies as they were sent (aimock journals them
 * translated to another provider's format), cache counts in `usage`, falling silent or breaking off in the middle of a stream, telling that
 * a client closed the connection, and counting tokens.
 */
import { createServer, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { LLMock } from '@copilotkit/aimock';

export interface MockAnswer {
  text?: string;
  /** `end_turn` where nothing is said. */
  stopReason?: string;
  /** The model that says it answered; the one that was asked where nothing is said. */
  model?: string;
  usage?: { inputTokens?: number; outputTokens?: number; cacheReadTokens?: number; cacheWriteTokens?: number };
  /** Characters in each piece of the stream; 20 where nothing is said. */
  pieceSize?: number;
  /** An error instead of an answer. `retryAfter` in seconds goes with a 429; aimock says 1 where nothing is said. */
  error?: { status: number; type?: string; message?: string; retryAfter?: number };
  /** Say so many pieces, then nothing more, with the connection open. */
  stallAfter?: number;
  /** Say so many pieces, then end the stream as if all was said (`close`) or break the connection (`destroy`). */
  cutAfter?: { pieces: number; how: 'close' | 'destroy' };
}

export interface MockRequest {
  /** From 0, in the order of arrival. */
  index: number;
  path: string;
  headers: IncomingHttpHeaders;
  /** As it was sent. */
  body: Record<string, unknown>;
  /** The texts of the system blocks and of the user turn, joined. */
  system: string;
  user: string;
  /** `Date.now()` of its arrival. */
  at: number;
}

export interface MockServer {
  /** What to set as base URL. */
  url: string;
  /** The calls of `/v1/messages`, those answered with an error included. */
  requests: MockRequest[];
  /** How many streams a client left before their end; see `whenLeft`. */
  readonly left: number;
  /** Resolves once so many clients have left before the end. */
  whenLeft(count?: number): Promise<void>;
  stop(): Promise<void>;
}

/** Answers in order, the last one for all that follow, or a function of the request. */
export type MockAnswers = MockAnswer | readonly MockAnswer[] | ((request: MockRequest) => MockAnswer | Promise<MockAnswer>);

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((block: { text?: unknown }) => (typeof block.text === 'string' ? block.text : '')).join('');
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function answerFor(answers: MockAnswers, request: MockRequest): MockAnswer | Promise<MockAnswer> {
  if (typeof answers === 'function') return answers(request);
  const list = Array.isArray(answers) ? (answers as readonly MockAnswer[]) : [answers as MockAnswer];
  const answer = list[Math.min(request.index, list.length - 1)];
  if (!answer) throw new Error('The mock server was given no answers.');
  return answer;
}

/** `data: {…message_start…}` with the cache counts that aimock leaves out. */
function withCacheCounts(line: string, usage: MockAnswer['usage']): string {
  if (!line.startsWith('data: {"type":"message_start"')) return line;
  const event = JSON.parse(line.slice(6)) as { message: { usage: Record<string, number> } };
  event.message.usage.cache_read_input_tokens = usage?.cacheReadTokens ?? 0;
  event.message.usage.cache_creation_input_tokens = usage?.cacheWriteTokens ?? 0;
  // The API starts with a token or so and tells the total at the end.
  event.message.usage.output_tokens = 1;
  return `data: ${JSON.stringify(event)}`;
}

/**
 * Start a server on a free port of 127.0.0.1.
 * @param options.countTokens What `count_tokens` answers; 404 where nothing is said, as servers do that cannot count.
 */
export async function startMockServer(answers: MockAnswers, options: { countTokens?: number } = {}): Promise<MockServer> {
  const mock = new LLMock({ port: 0, host: '127.0.0.1', logLevel: 'silent' });
  await mock.start();
  const requests: MockRequest[] = [];
  let left = 0;
  const waiting: { count: number; resolve: () => void }[] = [];

  /** Forward to aimock and pass its answer on line by line, so that a stream can be changed and stopped. */
  function passOn(request: MockRequest, answer: MockAnswer, response: ServerResponse): void {
    const body = JSON.stringify(request.body);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'x-aimock-context': String(request.index) };
    // No kept-alive connection: aimock could not be stopped while one is open.
    const upstream = httpRequest(`${mock.url}${request.path}`, { method: 'POST', agent: false, headers }, (reply) => {
      // Lengths change where lines do.
      const { 'content-length': _, connection: __, ...passed } = reply.headers;
      response.writeHead(reply.statusCode ?? 500, passed);
      let pieces = 0;
      let silent = false;
      createInterface({ input: reply })
        .on('line', (line) => {
          if (silent) return;
          response.write(`${withCacheCounts(line, answer.usage)}\n`);
          // A piece is complete with the empty line after it.
          if (line.includes('"text_delta"')) pieces++;
          if (line !== '' || pieces === 0) return;
          if (answer.stallAfter === pieces) silent = true;
          else if (answer.cutAfter?.pieces === pieces) {
            silent = true;
            if (answer.cutAfter.how === 'close') response.end();
            // Not at once: what was written would be lost with the connection.
            else setTimeout(() => response.destroy(), 50);
          }
        })
        .on('close', () => {
          if (!silent) response.end();
        });
    });
    upstream.on('error', () => response.destroy());
    upstream.end(body);
  }

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = incoming.url ?? '/';
    const body = JSON.parse((await bodyOf(incoming)) || '{}') as Record<string, unknown>;
    if (path.startsWith('/v1/messages/count_tokens')) {
      response.writeHead(options.countTokens === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify(
          options.countTokens === undefined
            ? { type: 'error', error: { type: 'not_found_error', message: 'Not found' } }
            : { input_tokens: options.countTokens },
        ),
      );
      return;
    }
    const messages = Array.isArray(body.messages) ? (body.messages as { content?: unknown }[]) : [];
    const request: MockRequest = {
      index: requests.length,
      path,
      headers: incoming.headers,
      body,
      system: textOf(body.system),
      user: messages.map((message) => textOf(message.content)).join('\n'),
      at: Date.now(),
    };
    requests.push(request);
    response.on('close', () => {
      if (response.writableFinished || response.errored) return;
      left++;
      for (const each of waiting) if (left >= each.count) each.resolve();
    });
    const answer = await answerFor(answers, request);
    const { error, usage } = answer;
    mock.on(
      { context: String(request.index) },
      error
        ? { error: { message: error.message ?? 'mock error', type: error.type }, status: error.status, retryAfter: error.retryAfter }
        : {
            content: answer.text ?? '',
            finishReason: answer.stopReason ?? 'end_turn',
            usage: { input_tokens: usage?.inputTokens ?? 0, output_tokens: usage?.outputTokens ?? 0 },
            ...(answer.model && { model: answer.model }),
          },
      { chunkSize: answer.pieceSize ?? 20 },
    );
    passOn(request, answer, response);
  }

  const front = createServer((incoming, response) => {
    handle(incoming, response).catch((error: unknown) => {
      response.writeHead(500, { 'content-type': 'text/plain', 'x-should-retry': 'false' });
      response.end(`mock server: ${error instanceof Error ? error.message : String(error)}`);
    });
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
    requests,
    get left() {
      return left;
    },
    whenLeft(count = 1) {
      return new Promise((resolve) => {
        if (left >= count) resolve();
        else waiting.push({ count, resolve });
      });
    },
    async stop() {
      const closed = new Promise<void>((resolve) => front.close(() => resolve()));
      front.closeAllConnections();
      await closed;
      await mock.stop();
    },
  };
}
