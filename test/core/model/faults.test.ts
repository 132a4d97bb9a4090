import assert from 'node:assert/strict';
import { type AnthropicOptions, createAnthropicModel } from '../../../src/model/anthropic';
import { Cancelled, type Log, type ModelRequest, UserError } from '../../../src/ports';
import { answers, deadPort, type FaultServer, type Reply, refuses, startFaultServer } from './faultServer';
import { faults } from './faults';

const key = 'sk-ant-test-0123456789';
const prompt = 'Write about the secret of the otters.';
const never = new AbortController().signal;

const request: ModelRequest = {
  model: 'claude-haiku-5-5',
  system: [],
  user: [{ text: prompt }],
  maxTokens: 1000,
  repeat: async () => true,
  label: { folder: '/p/.haiku', task: 'otters', stage: 'draft', purpose: 'stage', tier: 'haiku', attempt: 1 },
};

describe('faults over HTTP', () => {
  let server: FaultServer;
  let logged: string[] = [];
  const note = (message: string) => void logged.push(message);
  const log: Log = { debug: note, info: note, warn: note, error: note };

  const client = (options: Partial<AnthropicOptions> = {}) => createAnthropicModel({ apiKey: key, baseURL: server.url, log, backOffMs: 1, ...options });

  beforeEach(async () => {
    logged = [];
    server = await startFaultServer();
  });
  afterEach(() => server.stop());

  for (const fault of faults) {
    it(fault.name, async () => {
      const replies = fault.server;
      const baseURL = replies === 'refused' ? `http://127.0.0.1:${await deadPort()}` : replies === 'no such host' ? 'http://model.invalid' : server.url;
      if (Array.isArray(replies)) server.reply = (exchange) => (replies[Math.min(exchange.index, replies.length - 1)] as Reply)(exchange);
      let mayCost = false;
      let said = '';
      const onText = (piece: string) => {
        mayCost = true;
        said += piece;
      };
      const ended = await client({ baseURL, ...fault.options })
        .ask(request, onText, never)
        .catch((error: unknown) => error);
      assert.equal(server.exchanges.length, fault.requests, 'requests');
      if (fault.says) {
        assert.ok(ended instanceof UserError, String(ended));
        assert.match(ended.message, fault.says);
        assert.equal(ended.details.exitCode, 3);
        assert.equal(mayCost ? 'at most' : 'nothing', fault.counted, 'counted');
        for (const secret of [key, prompt, 'whole answer']) assert.ok(!ended.message.includes(secret) && !logged.join().includes(secret), secret);
      } else {
        assert.equal((ended as { text?: string }).text, 'The whole answer.', String(ended));
        assert.equal(said, 'The whole answer.');
      }
      server.reply = answers('And on it goes.');
      assert.equal((await client().ask(request, () => {}, never)).text, 'And on it goes.');
    });
  }

  it('sends nothing twice that may have been paid, unless its cost was set aside again', async () => {
    server.reply = ({ socket }) => void socket.resetAndDestroy();
    const asked: boolean[] = [];
    for (const [repeat, requests] of [
      [undefined, 1],
      [async () => false, 1],
      [async () => asked.push(true) < 2, 2],
    ] as const) {
      const before = server.exchanges.length;
      await assert.rejects(
        client().ask({ ...request, repeat }, () => {}, never),
        UserError,
      );
      assert.equal(server.exchanges.length - before, requests);
    }
  });

  it('tells a whole answer from its number of requests: what was refused and then answered has one id', async () => {
    server.reply = (exchange) =>
      exchange.index === 0 ? refuses(529, 'overloaded_error', { 'retry-after-ms': '1' })(exchange) : answers('ok', { 'request-id': 'req_2' })(exchange);
    assert.equal((await client().ask(request, () => {}, never)).requestId, 'req_2');
  });

  describe('cancelled', () => {
    /** Cancelled once `when` says so: at once, with nothing of it left under way. */
    async function cancelled(when: (abort: () => void) => void, options: Partial<AnthropicOptions> = {}): Promise<{ mayCost: boolean }> {
      const controller = new AbortController();
      let aborted = 0;
      when(() => {
        aborted = performance.now();
        controller.abort();
      });
      let mayCost = false;
      await assert.rejects(
        client(options).ask(
          request,
          () => {
            mayCost = true;
          },
          controller.signal,
        ),
        Cancelled,
      );
      assert.ok(aborted > 0, 'It ended before it was cancelled.');
      const count = server.exchanges.length;
      server.reply = answers('And on it goes.');
      assert.equal((await client().ask(request, () => {}, never)).text, 'And on it goes.');
      assert.equal(server.exchanges.length, count + 1, 'Something was sent after the end.');
      return { mayCost };
    }

    it('before it connects: nothing is sent and nothing counted', async () => {
      assert.deepEqual(await cancelled((abort) => abort()), { mayCost: false });
      assert.equal(server.exchanges.length, 1);
    });

    it('while it waits for headers: counted at most', async () => {
      server.reply = () => undefined;
      assert.deepEqual(await cancelled((abort) => void server.arrived(1).then(abort)), { mayCost: true });
    });

    it('after the headers, before the answer begins: counted at most', async () => {
      server.reply = ({ response }) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.flushHeaders();
      };
      assert.deepEqual(await cancelled((abort) => void server.arrived(1).then(() => setTimeout(abort, 50))), { mayCost: true });
    });

    it('while it streams: counted at most, and the connection is closed', async () => {
      let left: Promise<void> | undefined;
      server.reply = ({ response }) => {
        left = new Promise((resolve) => response.on('close', resolve));
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('event: message_start\ndata: {"type":"message_start","message":{"model":"m","usage":{"input_tokens":1,"output_tokens":1}}}\n\n');
      };
      assert.deepEqual(await cancelled((abort) => void server.arrived(1).then(() => setTimeout(abort, 50))), { mayCost: true });
      await left;
    });

    it('in the pause before a retry: nothing is counted', async () => {
      server.reply = refuses(500, 'api_error', { 'retry-after-ms': '60000' });
      assert.deepEqual(await cancelled((abort) => void server.arrived(1).then(() => setTimeout(abort, 50))), { mayCost: false });
    });

    it('while rate limits hold it back: nothing is counted', async () => {
      server.reply = refuses(429, 'rate_limit_error', { 'retry-after-ms': '60000' });
      assert.deepEqual(await cancelled((abort) => void server.arrived(1).then(() => setTimeout(abort, 50))), { mayCost: false });
      assert.match(logged.join('\n'), /claude-haiku-5-5: the rate limit is used up; 1 waiting until/);
    });

    it('in the pause before something lost is sent again: counted at most', async () => {
      server.reply = ({ socket }) => void socket.resetAndDestroy();
      const when = (abort: () => void) => void server.arrived(1).then(() => setTimeout(abort, 50));
      assert.deepEqual(await cancelled(when, { backOffMs: 60_000 }), { mayCost: true });
    });
  });
});
