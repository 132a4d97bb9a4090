import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createAnthropicModel } from '../../../src/model/anthropic';
import { HeldTooLong, Pacer } from '../../../src/model/pacing';
import { type Admitted, limitNotices, RateLimits, retryAfterMs } from '../../../src/model/rateLimits';
import { Cancelled, type Log, type ModelRequest, UserError } from '../../../src/ports';
import { answers, type FaultServer, startFaultServer } from './faultServer';

const never = new AbortController().signal;

function request(words = 3): ModelRequest {
  return {
    model: 'claude-haiku-5-5',
    system: [],
    user: [{ text: 'word '.repeat(words) }],
    maxTokens: 1000,
    label: { folder: '/p/.haiku', task: 'a', stage: 'b', purpose: 'stage', tier: 'haiku', attempt: 1 },
  };
}

/** A limit by the window: so many of something, all back at once at its end. */
class Window {
  private used = 0;
  private until = 0;
  constructor(
    readonly limit: number,
    readonly ms: number,
  ) {}
  take(now: number, amount: number): boolean {
    if (now >= this.until) {
      this.until = now + this.ms;
      this.used = 0;
    }
    if (this.used + amount > this.limit) return false;
    this.used += amount;
    return true;
  }
  get remaining(): number {
    return this.limit - this.used;
  }
  get reset(): number {
    return this.until;
  }
}

describe('rate limits', () => {
  it('are read from the headers, whole seconds rounded up, by the server’s clock where that differs', () => {
    const now = Date.parse('2026-11-22T10:00:00.500Z');
    const headers = (more: Record<string, string>) =>
      new Headers({ 'anthropic-ratelimit-requests-limit': '50', 'anthropic-ratelimit-requests-remaining': '7', ...more });
    const reset = { 'anthropic-ratelimit-requests-reset': '2026-11-22T10:00:10Z' };
    assert.deepEqual(limitNotices(headers(reset), now).requests, { limit: 50, remaining: 7, stamp: Date.parse('2026-11-22T10:00:10Z'), resetInMs: 10_500 });
    const skewed = headers({ ...reset, date: 'Sun, 22 Nov 2026 09:00:00 GMT' });
    assert.equal(limitNotices(skewed, now).requests?.resetInMs, 3_611_000);
    assert.deepEqual(limitNotices(headers({ 'anthropic-ratelimit-requests-reset': 'soon' }), now), {});
    assert.deepEqual(limitNotices(new Headers(), now), {});
  });

  it('know retry-after in seconds, milliseconds and as a date', () => {
    const now = Date.parse('2026-11-22T10:00:00Z');
    const asked = (headers: Record<string, string>) => retryAfterMs(new Headers(headers), now);
    assert.deepEqual(
      [
        asked({ 'retry-after': '2' }),
        asked({ 'retry-after-ms': '30', 'retry-after': '2' }),
        asked({ 'retry-after': 'Sun, 22 Nov 2026 10:00:05 GMT' }),
        asked({ 'retry-after': '0' }),
        asked({}),
      ],
      [2000, 30, 5000, undefined, undefined],
    );
  });

  it('let no more go than a server of any limit takes, whatever the order of answers, and never stop for good', () => {
    fc.assert(
      fc.property(
        fc.record({
          requests: fc.integer({ min: 1, max: 20 }),
          tokens: fc.integer({ min: 50, max: 5000 }),
          windowMs: fc.integer({ min: 10, max: 2000 }),
          concurrency: fc.integer({ min: 1, max: 30 }),
          calls: fc.array(
            fc.record({ inputTokens: fc.integer({ min: 1, max: 1200 }), toHeaders: fc.integer({ min: 0, max: 300 }), toEnd: fc.integer({ min: 0, max: 500 }) }),
            { minLength: 1, maxLength: 60 },
          ),
        }),
        ({ requests, tokens, windowMs, concurrency, calls }) => {
          const limits = new RateLimits();
          const [byRequests, byTokens] = [new Window(requests, windowMs), new Window(tokens, windowMs)];
          const queue = calls.map((call) => ({ ...call, inputTokens: Math.min(call.inputTokens, tokens) }));
          type Event = { at: number; run: () => void };
          const events: Event[] = [];
          let now = 0;
          let refusals = 0;
          let done = 0;
          let known = false;
          let afterKnown = 0;
          const at = (ms: number, run: () => void) => void events.push({ at: now + ms, run });
          const send = (call: (typeof queue)[number]): void => {
            const admitted: Admitted = limits.begin(call);
            const sentKnowing = known;
            // Both windows begin with the same call, as those of a provider do.
            const taken = byRequests.remaining === requests || now >= byRequests.reset ? true : byTokens.remaining >= call.inputTokens;
            const passes = byRequests.take(now, 1) && byTokens.take(now, call.inputTokens) && taken;
            const notice = (window: Window) => ({ limit: window.limit, remaining: window.remaining, stamp: window.reset, resetInMs: window.reset - now });
            const [first, second] = [notice(byRequests), notice(byTokens)];
            const sent = now;
            at(call.toHeaders, () => {
              const late = (each: typeof first) => ({ ...each, resetInMs: each.resetInMs - (now - sent) });
              limits.observe(admitted, { requests: late(first), 'input-tokens': late(second) }, now);
              known = true;
              if (passes) {
                at(call.toEnd, () => {
                  limits.end(admitted, 1);
                  done++;
                });
                return;
              }
              refusals++;
              if (sentKnowing) afterKnown++;
              limits.refuse(admitted, Math.max(1, byRequests.reset - now), now);
              limits.end(admitted);
              queue.push(call);
            });
          };
          for (let steps = 0; done < calls.length; steps++) {
            assert.ok(steps < 20_000, 'It does not end.');
            const first = queue[0];
            const wait = first && limits.count < concurrency ? limits.wait(first, now) : Number.POSITIVE_INFINITY;
            if (first && wait === 0) {
              send(queue.shift() as (typeof queue)[number]);
              continue;
            }
            events.sort((a, b) => a.at - b.at);
            const next = events[0];
            if (next && next.at <= now + wait) {
              events.shift();
              now = Math.max(now, next.at);
              next.run();
            } else {
              assert.ok(Number.isFinite(wait), 'Nothing is under way, and nothing may go.');
              now += wait;
            }
          }
          assert.equal(afterKnown, 0, `${refusals} refusals, ${afterKnown} of them of calls that could have known better`);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('halve what goes at a time once for a burst of 429s, and widen it one by one', () => {
    const limits = new RateLimits();
    const charge = { inputTokens: 1 };
    const burst = Array.from({ length: 16 }, () => limits.begin(charge));
    for (const call of burst) limits.refuse(call, 10, 0);
    for (const call of burst) limits.end(call);
    assert.equal(limits.wait(charge, 5), 5);
    const atOnce = (): Admitted[] => {
      const calls: Admitted[] = [];
      while (limits.wait(charge, 100) === 0) calls.push(limits.begin(charge));
      return calls;
    };
    const widths: number[] = [];
    for (let round = 0; round < 4; round++) {
      const calls = atOnce();
      widths.push(calls.length);
      for (const call of calls) {
        limits.observe(call, {}, 100);
        limits.end(call, 1);
      }
    }
    assert.deepEqual(widths, [8, 8, 9, 10]);
  });
});

describe('pacing over HTTP', () => {
  let server: FaultServer;
  let logged: string[] = [];
  const note = (message: string) => void logged.push(message);
  const log: Log = { debug: () => undefined, info: note, warn: note, error: note };
  beforeEach(async () => {
    logged = [];
    server = await startFaultServer();
  });
  afterEach(() => server.stop());

  /** Keeps to limits by the window as a provider does; tells of them only where `tells`. Returns which requests were refused. */
  function enforce(limit: number, windowMs: number, tells: boolean, tokens = 1_000_000): { refused: number[] } {
    const [requests, input] = [new Window(limit, windowMs), new Window(tokens, windowMs)];
    const count: { refused: number[] } = { refused: [] };
    server.reply = (exchange) => {
      const now = Date.now();
      const size = Math.ceil(JSON.stringify(exchange.body.messages).length / 3);
      const passes = requests.take(now, 1) && input.take(now, size);
      const headers: Record<string, string> = {};
      if (tells) {
        for (const [kind, window] of [
          ['requests', requests],
          ['input-tokens', input],
        ] as const) {
          headers[`anthropic-ratelimit-${kind}-limit`] = String(window.limit);
          headers[`anthropic-ratelimit-${kind}-remaining`] = String(window.remaining);
          headers[`anthropic-ratelimit-${kind}-reset`] = new Date(window.reset).toISOString();
        }
      }
      if (passes) return answers('ok', headers)(exchange);
      count.refused.push(exchange.index);
      exchange.response.writeHead(429, { 'content-type': 'application/json', 'retry-after-ms': String(Math.max(1, requests.reset - now)), ...headers });
      exchange.response.end('{"type":"error","error":{"type":"rate_limit_error","message":"slow down"}}');
    };
    return count;
  }

  const client = () => createAnthropicModel({ apiKey: 'k', baseURL: server.url, log, maxRetries: 0, backOffMs: 5 });
  const askMany = (count: number, words?: number) => {
    const model = client();
    return Promise.all(Array.from({ length: count }, () => model.ask(request(words), () => undefined, never)));
  };

  it('a limit of requests that is told is never passed', async () => {
    const count = enforce(8, 200, true);
    const all = await askMany(30);
    assert.equal(all.length, 30);
    // Only what went before any answer had told of the limit can have been too much: all 30 at once.
    assert.deepEqual(
      count.refused.filter((index) => index >= 30),
      [],
    );
    assert.ok(logged.some((line) => /rate limit is used up; \d+ waiting until \d\d:\d\d:\d\d/.test(line)));
  });

  it('a server that tells its limit refuses nothing once it has told it', async () => {
    const count = enforce(5, 150, true);
    const model = client();
    await model.ask(request(), () => undefined, never);
    await Promise.all(Array.from({ length: 24 }, () => model.ask(request(), () => undefined, never)));
    assert.deepEqual(count.refused, []);
    assert.equal(server.exchanges.length, 25);
  });

  it('a limit of tokens is kept to as well', async () => {
    const count = enforce(1000, 150, true, 30_000);
    // Of long prompts, one goes ahead: what the limits are, its answer says.
    const all = await askMany(9, 4000);
    assert.equal(all.length, 9);
    assert.deepEqual(count.refused, []);
  });

  it('a server that refuses without telling anything is asked less at a time, and every call is answered', async () => {
    const count = enforce(4, 60, false);
    const all = await askMany(24);
    assert.equal(all.length, 24);
    assert.ok(count.refused.length > 0, 'The server enforced nothing.');
    assert.equal(server.exchanges.length, 24 + count.refused.length);
  });

  it('a call that would be held back for too long is told so at once', async () => {
    server.reply = answers('ok', {
      'anthropic-ratelimit-requests-limit': '1',
      'anthropic-ratelimit-requests-remaining': '0',
      'anthropic-ratelimit-requests-reset': new Date(Date.now() + 3_600_000).toISOString(),
    });
    const model = client();
    await model.ask(request(), () => undefined, never);
    const error = await model.ask(request(), () => undefined, never).catch((reason: unknown) => reason);
    assert.ok(error instanceof UserError, String(error));
    assert.match(error.message, /rate limits of 127\.0\.0\.1:\d+ leave nothing for claude-haiku-5-5 for another 60 minutes.*Run it again then/);
    assert.equal(error.details.exitCode, 3);
    assert.equal(server.exchanges.length, 1);
  });
});

describe('Pacer', () => {
  it('lets the next one go when the one before it in the queue is cancelled', async () => {
    const pacer = new Pacer({ info: () => undefined });
    const small = { inputTokens: 10 };
    const first = await pacer.enter('m', small, 1000, never);
    const controller = new AbortController();
    const big = pacer.enter('m', { inputTokens: 100_000 }, 1000, controller.signal);
    const last = pacer.enter('m', small, 1000, never);
    controller.abort();
    await assert.rejects(big, Cancelled);
    (await last).end();
    first.end();
  });

  it('is not moved by a clock that jumps', async () => {
    let date = Date.parse('2026-11-22T10:00:00Z');
    let steady = 0;
    const pacer = new Pacer({ info: () => undefined }, { steady: () => steady, date: () => date });
    const ticket = await pacer.enter('m', { inputTokens: 1 }, 1000, never);
    const headers = {
      'anthropic-ratelimit-requests-limit': '1',
      'anthropic-ratelimit-requests-remaining': '0',
      'anthropic-ratelimit-requests-reset': '2026-11-22T10:00:30.000Z',
    };
    ticket.answered(new Response('', { headers }));
    ticket.end(1);
    date -= 24 * 3_600_000;
    await assert.rejects(pacer.enter('m', { inputTokens: 1 }, 1000, never), (error) => error instanceof HeldTooLong && error.waitMs === 30_000);
    steady += 30_000;
    (await pacer.enter('m', { inputTokens: 1 }, 1000, never)).end();
  });
});
