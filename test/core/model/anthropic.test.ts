import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AnthropicOptions, createAnthropicModel } from '../../../src/model/anthropic';
import { Cancelled, type Log, type ModelRequest, UserError } from '../../../src/ports';
import { type MockAnswers, type MockServer, startMockServer } from './mockServer';

const key = 'sk-ant-test-0123456789';
const never = new AbortController().signal;

function request(changes: Partial<ModelRequest> = {}): ModelRequest {
  return {
    model: 'claude-haiku-5-5',
    system: [{ text: 'You are given the whole specification of Otter.', cache: true }],
    user: [{ text: 'Write about the secret of the otters.' }],
    maxTokens: 1000,
    label: { folder: '/p/.haiku', task: 'otters', stage: 'draft', purpose: 'stage', tier: 'haiku', attempt: 1 },
    ...changes,
  };
}

describe('anthropic model', () => {
  let server: MockServer | undefined;
  let logged: string[] = [];
  const log: Log = {
    debug: (message) => logged.push(message),
    info: (message) => logged.push(message),
    warn: (message) => logged.push(message),
    error: (message) => logged.push(message),
  };

  async function model(answers: MockAnswers, options: Partial<AnthropicOptions> = {}, countTokens?: number) {
    server = await startMockServer(answers, { countTokens });
    return createAnthropicModel({ apiKey: key, baseURL: server.url, log, maxRetries: 0, patienceMs: 0, ...options });
  }

  /** The error of a call, which must be for people, and hold nothing of what is secret. */
  async function failure(asked: Promise<unknown>): Promise<UserError> {
    const error: unknown = await asked.then(
      () => assert.fail('The call should have failed.'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof UserError, String(error));
    assert.equal(error.details.exitCode, 3);
    for (const secret of [key, 'secret of the otters', 'specification of Otter']) {
      assert.ok(!error.message.includes(secret), error.message);
      assert.ok(!logged.join('\n').includes(secret), logged.join('\n'));
    }
    return error;
  }

  /** A client that is refused when it is made, before anything runs. */
  async function made(options: AnthropicOptions): Promise<unknown> {
    return createAnthropicModel(options);
  }

  beforeEach(() => {
    logged = [];
  });
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  it('hands on the pieces in order and the whole text at the end', async () => {
    const text = 'Otters hold hands while they sleep, so that they do not drift apart. Ωμέγα.';
    const client = await model({ text, pieceSize: 7 });
    const pieces: string[] = [];
    const answer = await client.ask(request(), (piece) => pieces.push(piece), never);
    assert.equal(answer.text, text);
    assert.equal(pieces.join(''), text);
    assert.ok(pieces.length >= 10);
    assert.equal(answer.stopReason, 'end_turn');
  });

  it('sends what was asked for and nothing the cheap model refuses', async () => {
    const client = await model({ text: 'ok' }, { userAgent: 'haiku-first/0.1.0' });
    const schema = { type: 'object', properties: { score: { type: 'integer' } }, required: ['score'], additionalProperties: false };
    await client.ask(
      request({ effort: 'high', schema, system: [{ text: 'a', cache: true }, { text: '' }, { text: 'b' }], user: [{ text: 'c' }, { text: '', cache: true }] }),
      () => {},
      never,
    );
    const sent = server?.requests[0];
    assert.deepEqual(sent?.body, {
      model: 'claude-haiku-5-5',
      max_tokens: 1000,
      stream: true,
      system: [
        { type: 'text', text: 'a', cache_control: { type: 'ephemeral' } },
        { type: 'text', text: 'b' },
      ],
      messages: [{ role: 'user', content: [{ type: 'text', text: 'c', cache_control: { type: 'ephemeral' } }] }],
      output_config: { effort: 'high', format: { type: 'json_schema', schema } },
    });
    // SDK 1.x sends keys and tokens alike.
    assert.equal(sent?.headers.authorization, `Bearer ${key}`);
    assert.equal(sent?.headers['user-agent'], 'haiku-first/0.1.0');
  });

  it('leaves effort away for a model that takes none, and keeps the last four breakpoints', async () => {
    const client = await model({ text: 'ok' });
    await client.ask(
      request({ model: 'claude-haiku-4-5', effort: 'low', system: ['1', '2', '3', '4', '5'].map((text) => ({ text, cache: true })) }),
      () => {},
      never,
    );
    const body = server?.requests[0]?.body as { output_config?: unknown; system: { cache_control?: unknown }[] };
    assert.equal(body.output_config, undefined);
    assert.deepEqual(
      body.system.map((block) => block.cache_control !== undefined),
      [false, true, true, true, true],
    );
  });

  it('reads usage back to the token, cache included, and which model answered', async () => {
    const client = await model({
      text: 'ok',
      model: 'claude-haiku-5-5-20261007',
      usage: { inputTokens: 21, outputTokens: 393, cacheReadTokens: 188_086, cacheWriteTokens: 456 },
    });
    const answer = await client.ask(request(), () => {}, never);
    assert.deepEqual(answer.usage, { inputTokens: 21, outputTokens: 393, cacheReadTokens: 188_086, cacheWriteTokens: 456 });
    assert.equal(answer.model, 'claude-haiku-5-5-20261007');
  });

  for (const stopReason of ['refusal', 'max_tokens', 'model_context_window_exceeded']) {
    it(`passes the stop reason ${stopReason} through`, async () => {
      const client = await model({ text: 'I', stopReason });
      assert.equal((await client.ask(request(), () => {}, never)).stopReason, stopReason);
    });
  }

  it('waits as long as a 429 says, then succeeds', async () => {
    const client = await model([{ error: { status: 429, type: 'rate_limit_error', retryAfter: 1 } }, { text: 'after all' }], { patienceMs: 10_000 });
    const answer = await client.ask(request(), () => {}, never);
    assert.equal(answer.text, 'after all');
    const [first, second] = server?.requests ?? [];
    // Without the header the SDK waits half a second at most.
    assert.ok(first && second && second.at - first.at >= 950, `${(second?.at ?? 0) - (first?.at ?? 0)} ms`);
    assert.ok(
      logged.some((line) => /claude-haiku-5-5: the rate limit is used up; 1 waiting until \d\d:\d\d:\d\d \(1 s\)/.test(line)),
      logged.join('\n'),
    );
  }).timeout(5000);

  it('is cancelled at once while it waits for a retry', async () => {
    const client = await model({ error: { status: 429, retryAfter: 30 } }, { patienceMs: 60_000 });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 200);
    const started = Date.now();
    await assert.rejects(
      client.ask(request(), () => {}, controller.signal),
      Cancelled,
    );
    assert.ok(Date.now() - started < 1000);
  });

  it('is cancelled in the middle of a stream, promptly, and closes the connection', async () => {
    const client = await model({ text: 'one two three four five six', pieceSize: 4, stallAfter: 3 });
    const controller = new AbortController();
    const pieces: string[] = [];
    let aborted = 0;
    const asked = client.ask(
      request(),
      (piece) => {
        pieces.push(piece);
        if (pieces.length === 3)
          setTimeout(() => {
            aborted = Date.now();
            controller.abort();
          }, 20);
      },
      controller.signal,
    );
    await assert.rejects(asked, Cancelled);
    assert.ok(Date.now() - aborted < 200);
    await server?.whenLeft();
    assert.equal(pieces.join(''), 'one two thre');
  });

  it('is cancelled at once even where the connection does not let go', async () => {
    const deaf = createAnthropicModel({ apiKey: key, log, fetch: () => new Promise<Response>(() => {}) });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    await assert.rejects(
      deaf.ask(request(), () => {}, controller.signal),
      Cancelled,
    );
    const counting = new AbortController();
    setTimeout(() => counting.abort(), 20);
    await assert.rejects(async () => deaf.countTokens?.(request(), counting.signal), Cancelled);
  });

  it('calls nothing where it was cancelled before', async () => {
    const client = await model({ text: 'ok' });
    await assert.rejects(
      client.ask(request(), () => {}, AbortSignal.abort()),
      Cancelled,
    );
    assert.equal(server?.requests.length, 0);
  });

  for (const [status, type, said] of [
    [400, 'invalid_request_error', /refused the call to claude-haiku-5-5 \(400 invalid_request_error\)/],
    [401, 'authentication_error', /does not accept the API key.*ANTHROPIC_API_KEY/],
    [402, 'billing_error', /no credit left.*console/],
    [403, 'permission_error', /does not let this key use claude-haiku-5-5/],
    [404, 'not_found_error', /no model "claude-haiku-5-5".*settings/],
    [413, 'request_too_large', /too large.*Budget/],
    [429, 'rate_limit_error', /limits how much.*in 7 seconds/],
    [500, 'api_error', /status 500/],
    [529, 'overloaded_error', /overloaded/],
  ] as const) {
    it(`says what to do about ${status}`, async () => {
      const message = `your key ${key} asked: Write about the secret of the otters.`;
      const client = await model({ error: { status, type, message, retryAfter: 7 } });
      const error = await failure(client.ask(request(), () => {}, never));
      assert.match(error.message, said);
      assert.ok(error.details.todo);
      assert.ok(error.message.includes(new URL(server?.url as string).host));
    });
  }

  it('quotes the explanation of a refused call where it tells nothing of the prompt', async () => {
    const client = await model({
      error: { status: 400, type: 'invalid_request_error', message: 'output_config.format.schema: additionalProperties must be false' },
    });
    const error = await failure(client.ask(request({ schema: {} }), () => {}, never));
    assert.match(error.message, /additionalProperties must be false/);
  });

  it('knows a 400 about credit for what it is', async () => {
    const client = await model({ error: { status: 400, type: 'invalid_request_error', message: 'Your credit balance is too low to access the API.' } });
    assert.match((await failure(client.ask(request(), () => {}, never))).message, /no credit left/);
  });

  for (const how of ['close', 'destroy'] as const) {
    it(`takes no half answer for a whole one (${how})`, async () => {
      const client = await model({ text: 'one two three four', pieceSize: 4, cutAfter: { pieces: 2, how } });
      const pieces: string[] = [];
      assert.match((await failure(client.ask(request(), (piece) => pieces.push(piece), never))).message, /stopped in the middle/);
      assert.equal(pieces.join(''), 'one two ');
    });
  }

  it('names the host where nothing listens', async () => {
    const probe = createServer();
    await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    const client = createAnthropicModel({ apiKey: key, baseURL: `http://127.0.0.1:${port}`, log, maxRetries: 0 });
    const error = await failure(client.ask(request(), () => {}, never));
    assert.match(error.message, new RegExp(`127\\.0\\.0\\.1:${port} could not be reached \\(ECONNREFUSED`));
  });

  it('gives up on a server that never answers', async () => {
    // aimock always answers; this one accepts and says nothing.
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const client = createAnthropicModel({
      apiKey: key,
      baseURL: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
      log,
      maxRetries: 0,
      stallMs: 100,
    });
    assert.match((await failure(client.ask(request(), () => {}, never))).message, /did not answer in time/);
    silent.closeAllConnections();
    silent.close();
  });

  it('says so where an error comes inside the stream', async () => {
    // aimock has errors by status only.
    const broken = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end('event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n');
    });
    await new Promise<void>((resolve) => broken.listen(0, '127.0.0.1', resolve));
    const client = createAnthropicModel({ apiKey: key, baseURL: `http://127.0.0.1:${(broken.address() as AddressInfo).port}`, log, maxRetries: 0 });
    assert.match((await failure(client.ask(request(), () => {}, never))).message, /overloaded/);
    broken.closeAllConnections();
    broken.close();
  });

  it('needs a key for Anthropic, none for a server of one’s own', async () => {
    const error = await failure(made({ log }));
    assert.match(error.message, /No API key.*ANTHROPIC_API_KEY/);
    const client = await model({ text: 'local' }, { apiKey: undefined });
    assert.equal((await client.ask(request(), () => {}, never)).text, 'local');
    assert.equal(server?.requests[0]?.headers.authorization, 'Bearer none');
  });

  it('takes a token where there is no key, and neither from the environment where one is given', async () => {
    const before = process.env.ANTHROPIC_API_KEY;
    process.env.ANTHROPIC_API_KEY = 'sk-of-the-environment';
    try {
      const client = await model({ text: 'ok' }, { apiKey: '', authToken: 'token-1' });
      await client.ask(request(), () => {}, never);
      assert.equal(server?.requests[0]?.headers.authorization, 'Bearer token-1');
    } finally {
      if (before === undefined) delete process.env.ANTHROPIC_API_KEY;
      else process.env.ANTHROPIC_API_KEY = before;
    }
  });

  it('never shows a key that cannot be one', async () => {
    const error = await failure(made({ apiKey: `${key}\nx`, log }));
    assert.match(error.message, /characters that no key has/);
  });

  it('refuses a base URL that is none before anything is asked', async () => {
    for (const baseURL of ['localhost', 'ftp://127.0.0.1', 'https://', 'http://user:secret@127.0.0.1', 'claude.ai/api'])
      assert.match((await failure(made({ apiKey: key, baseURL, log }))).message, /^The base URL .*ANTHROPIC/, baseURL);
  });

  it('leaves an error of the reader alone', async () => {
    const client = await model({ text: 'one two' });
    const bug = new TypeError('a bug of ours');
    await assert.rejects(
      client.ask(
        request(),
        () => {
          throw bug;
        },
        never,
      ),
      (error) => error === bug,
    );
  });

  it('counts tokens where the server can, and knows nothing where it cannot', async () => {
    const counting = await model({ text: 'ok' }, {}, 1234);
    assert.equal(await counting.countTokens?.(request(), never), 1234);
    await server?.stop();
    const other = await model({ text: 'ok' });
    assert.equal(await other.countTokens?.(request(), never), undefined);
  });

  it('logs whose call it was and what it took, not what was said', async () => {
    const client = await model({ text: 'the answer of the otters', usage: { inputTokens: 5, outputTokens: 7 } });
    await client.ask(request(), () => {}, never);
    const all = logged.join('\n');
    assert.match(all, /otters\/draft stage haiku-1: end_turn after \d+ ms; 5 in, 0 from and 0 to the cache, 7 out/);
    assert.ok(!all.includes('the answer of') && !all.includes('secret') && !all.includes(key));
  });
});
