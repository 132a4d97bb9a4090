import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { paymentsOf } from '../../../src/journal/payments';
import type { JournalRecord } from '../../../src/journal/records';
import { type AnthropicOptions, createAnthropicModel } from '../../../src/model/anthropic';
import type { Clock } from '../../../src/ports';
import type { RunResult } from '../../../src/stage/engine';
import { runTask } from '../../../src/stage/run';
import { answers, deadPort, type Exchange, type FaultServer, type Reply, refuses, startFaultServer } from '../model/faultServer';
import { type Fault, faults } from '../model/faults';
import { Bench, stages, statuses } from './scripted';

/** Two stages: what the first one made must never be paid twice, whatever becomes of the second. */
const document = stages(
  'One (Haiku)\n- Task: Write the first words.\n- Output: One',
  'Two (Haiku)\n- Input: One\n- Task: Write the second words.\n- Output: Two → two.md\n- Checks:\n  - contains: "whole"',
);

const docs = 'docs/faults.md';
const mark = '<!-- what the tests found -->\n';

interface Row {
  name: string;
  first: string;
  requests: number;
  counted: string;
  next: string;
}

/** What a person is told, without what differs from machine to machine. */
function told(message: string): string {
  return message
    .replace(/\b127\.0\.0\.1:\d+|model\.invalid/g, 'the server')
    .replace(/^the server/, 'The server')
    .replace(/EAI_AGAIN: its name could not be looked up/, 'ENOTFOUND: there is no such host')
    .replace(/\((ECONNRESET|EPIPE|UND_ERR_SOCKET|HPE_\w+)\)/, '(its code)')
    .replace(/\|/g, '\\|');
}

describe('faults through the whole engine', () => {
  const rows: Row[] = [];
  let server: FaultServer;
  let bench: Bench;

  beforeEach(async () => {
    server = await startFaultServer();
    bench = new Bench(document, {});
  });
  afterEach(() => server.stop());

  const asksFor = (exchange: Exchange, words: string) => JSON.stringify(exchange.body.messages).includes(words);
  const requestsFor = (words: string) => server.exchanges.filter((exchange) => asksFor(exchange, words)).length;

  /** Stage 1 is answered; the requests of stage 2 go as said, one after the other, the last for all that follow. */
  function second(replies: readonly Reply[]): void {
    let count = 0;
    server.reply = (exchange) => {
      if (!asksFor(exchange, 'second words')) return answers('Otters hold hands.')(exchange);
      return (replies[Math.min(count++, replies.length - 1)] as Reply)(exchange);
    };
  }

  async function run(options: Partial<AnthropicOptions> = {}, more: { signal?: AbortSignal; clock?: Clock } = {}): Promise<RunResult> {
    const model = createAnthropicModel({ apiKey: 'sk-ant-secret', baseURL: server.url, log: bench.engine.log, backOffMs: 1, ...options });
    const engine = { ...bench.engine, model, ...(more.clock && { clock: more.clock }) };
    return runTask(engine, bench.person, await bench.task(), bench.options(more.signal && { signal: more.signal }));
  }

  /** The journal of the last run is whole: it has its end, and every call that began has one. */
  function assertSound(result: RunResult): JournalRecord[] {
    const text = bench.journals().find((each) => each.includes(`"run":"${result.run}"`)) ?? '';
    assert.ok(text.endsWith('\n'), 'The journal ends in the middle of a record.');
    const own = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as JournalRecord);
    const last = own.at(-1);
    assert.equal(last?.type, 'end');
    assert.equal(last?.type === 'end' && last.status, result.status);
    const started = new Set(own.flatMap((each) => (each.type === 'attempt-started' ? [`${each.stage} ${each.attempt}`] : [])));
    const ended = new Set(own.flatMap((each) => (each.type === 'attempt' ? [`${each.stage} ${each.attempt}`] : [])));
    assert.deepEqual(
      [...started].filter((each) => !ended.has(each)),
      [],
    );
    assert.ok(paymentsOf(own).every((payment) => !payment.uncertain));
    assert.ok(!bench.journals().join('').includes('sk-ant-secret'));
    return own;
  }

  /** What stage 2 is counted at, in words: the answer alone, one worst case or more of them, nothing. */
  function counted(own: readonly JournalRecord[]): string {
    const reserved = own.flatMap((each) => (each.type === 'attempt-started' && each.stage === 'two' ? [each.reservedUsd] : []));
    const payment = paymentsOf(own).find((each) => each.stage === 'two');
    const usd = payment?.usd ?? 0;
    const near = (a: number, b: number) => Math.abs(a - b) < 1e-12;
    if (usd === 0) return 'nothing';
    const worst = reserved.reduce((sum, each) => sum + each, 0);
    if (near(usd, worst)) return reserved.length > 1 ? `at most, ${reserved.length} times` : 'at most';
    const lost = reserved.slice(0, -1).reduce((sum, each) => sum + each, 0);
    assert.ok(usd > lost && usd < worst, `${usd} of ${worst}`);
    return lost ? 'what it cost, and the lost one at most' : 'what it cost';
  }

  /** The next run pays nothing again that had passed, and passes. */
  async function goesOn(): Promise<string> {
    const before = requestsFor('first words');
    const passed = requestsFor('second words');
    second([answers()]);
    const result = await run();
    assertSound(result);
    assert.equal(result.status, 'passed', result.stopped?.message);
    assert.equal(requestsFor('first words'), before, 'What had passed was asked again.');
    assert.equal(bench.text('/w/two.md'), 'The whole answer.\n');
    return requestsFor('second words') === passed ? 'has nothing left to do' : 'passes';
  }

  async function tryFault(fault: Fault): Promise<Row> {
    let replies: readonly Reply[] = [answers()];
    let options = fault.options;
    if (fault.server === 'refused' || fault.server === 'no such host') {
      // The server goes away between the stages.
      second([answers()]);
      const whole = fetch;
      const port = await deadPort();
      options = {
        ...options,
        fetch: (input, init) =>
          String(init?.body).includes('second words')
            ? whole(fault.server === 'refused' ? `http://127.0.0.1:${port}/` : 'http://model.invalid/', init)
            : whole(input, init),
      };
    } else {
      replies = fault.server;
      second(replies);
    }
    const result = await run(options);
    const own = assertSound(result);
    const requests = requestsFor('second words');
    assert.equal(requests, fault.requests);
    if (fault.says) {
      assert.deepEqual(statuses(result), ['1 passed', '2 error']);
      assert.equal(result.status, 'error');
      assert.equal(result.stopped?.exitCode, 3);
      assert.match(result.stopped?.message ?? '', fault.says);
      assert.equal(bench.text('/w/two.md'), undefined);
    } else assert.equal(result.status, 'passed', result.stopped?.message);
    const first = result.stopped ? told(result.stopped.message) : 'passes';
    return { name: fault.name, first, requests, counted: counted(own), next: await goesOn() };
  }

  for (const fault of faults) {
    it(fault.name, async () => {
      const row = await tryFault(fault);
      if (fault.counted) assert.ok(row.counted.startsWith(fault.counted), row.counted);
      rows.push(row);
    });
  }

  async function cancelled(name: string, replies: readonly Reply[], when: (abort: () => void) => void, options?: Partial<AnthropicOptions>): Promise<Row> {
    second(replies);
    const controller = new AbortController();
    when(() => controller.abort());
    const result = await run(options, { signal: controller.signal });
    const own = assertSound(result);
    assert.equal(result.status, 'cancelled');
    const requests = requestsFor('second words');
    return { name, first: 'cancelled', requests, counted: counted(own), next: await goesOn() };
  }

  const afterArrival = (count: number) => (abort: () => void) => void server.arrived(count).then(() => setTimeout(abort, 30));

  it('cancelled before it connects', async () => {
    // The answer of stage 1 is what ends the run before stage 2 begins.
    const controller = new AbortController();
    server.reply = (exchange) => {
      exchange.response.on('finish', () => controller.abort());
      return answers('Otters hold hands.')(exchange);
    };
    const result = await run({}, { signal: controller.signal });
    const own = assertSound(result);
    assert.equal(result.status, 'cancelled');
    assert.equal(requestsFor('second words'), 0);
    rows.push({ name: 'cancelled before it connects', first: 'cancelled', requests: 0, counted: counted(own), next: 'passes' });
    second([answers()]);
    assert.equal((await run()).status, 'passed');
  });

  for (const [name, reply, options] of [
    ['cancelled while it waits for headers', () => undefined, {}],
    [
      'cancelled while it streams',
      ({ response }: Exchange) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('event: message_start\ndata: {"type":"message_start","message":{"model":"m","usage":{"input_tokens":1,"output_tokens":1}}}\n\n');
      },
      {},
    ],
    ['cancelled in the pause before a retry', refuses(500, 'api_error', { 'retry-after-ms': '60000' }), {}],
    ['cancelled while rate limits hold it back', refuses(429, 'rate_limit_error', { 'retry-after-ms': '60000' }), {}],
    ['cancelled before something lost is sent again', ({ socket }: Exchange) => void socket.resetAndDestroy(), { backOffMs: 60_000 }],
  ] as const) {
    it(name, async () => void rows.push(await cancelled(name, [reply], afterArrival(2), options)));
  }

  describe('in a judge', () => {
    const judged = stages('One (Haiku)\n- Task: Write the first words.\n- Output: One → one.md\n- Checks:\n  - judge: is kind, >= 4/5');
    const verdict = '{"reason":"It is.","score":5}';
    const isJudge = (exchange: Exchange) => JSON.stringify(exchange.body.system ?? '').includes('You rate');

    beforeEach(() => {
      bench = new Bench(judged, {});
    });

    for (const [name, reply, outcome, judgeAt] of [
      ['a judge’s connection is lost', ({ socket }: Exchange) => void socket.resetAndDestroy(), 'error', 'at most'],
      ['a judge is refused with 529', refuses(529, 'overloaded_error', { 'retry-after-ms': '1' }), 'error', 'nothing'],
      ['cancelled in a judge', () => undefined, 'cancelled', 'at most'],
    ] as const) {
      it(name, async () => {
        server.reply = (exchange) => (isJudge(exchange) ? reply(exchange) : answers('Kind words.')(exchange));
        const controller = new AbortController();
        if (outcome === 'cancelled') afterArrival(2)(() => controller.abort());
        const result = await run({}, { signal: controller.signal });
        const own = assertSound(result);
        assert.equal(result.status, outcome);
        const judge = paymentsOf(own)[0]?.judgeUsd ?? 0;
        assert.equal(judge > 0 ? 'at most' : 'nothing', judgeAt);
        server.reply = (exchange) => answers(isJudge(exchange) ? verdict : 'Kind words.')(exchange);
        const next = await run();
        assertSound(next);
        assert.equal(next.status, 'passed', next.stopped?.message);
        assert.equal(bench.text('/w/one.md'), 'Kind words.\n');
        const again = server.exchanges.filter((exchange) => !isJudge(exchange)).length;
        assert.equal(again, 1, 'An answer on record was paid for again.');
        const first = result.stopped && outcome === 'error' ? told(result.stopped.message) : 'cancelled';
        rows.push({
          name,
          first,
          requests: 1,
          counted: `the answer at what it cost, the judge at ${judgeAt === 'nothing' ? 'nothing' : 'most'}`,
          next: 'passes; only the judge is asked',
        });
      });
    }
  });

  for (const [name, jump] of [
    ['the clock jumps back a day', -86_400_000],
    ['the clock jumps forward a day', 86_400_000],
  ] as const) {
    it(name, async () => {
      let at = Date.UTC(2026, 10, 22, 8);
      const now = () => {
        at += 1000;
        return new Date(at);
      };
      const clock: Clock = { now, sleep: async () => undefined };
      second([
        (exchange) => {
          at += jump;
          return refuses(500, 'api_error', { 'x-should-retry': 'false' })(exchange);
        },
      ]);
      const result = await run({}, { clock });
      const own = assertSound(result);
      assert.deepEqual(statuses(result), ['1 passed', '2 error']);
      for (const each of own) if (each.type === 'attempt') assert.ok(each.ms >= 0, `${each.ms} ms`);
      second([answers()]);
      const next = await run({}, { clock });
      assertSound(next);
      assert.deepEqual(statuses(next), ['1 cached', '2 passed']);
      assert.deepEqual(statuses(await run({}, { clock })), ['1 cached', '2 cached']);
      rows.push({ name, first: 'goes on; nothing is timed by the date', requests: 1, counted: 'nothing', next: 'passes' });
    });
  }

  it('nonsense for a base URL is told before anything runs', async () => {
    await assert.rejects(run({ baseURL: 'htp:/nonsense' }), /^UserError: The base URL is none of http or https\./);
    assert.deepEqual(bench.journals(), []);
    rows.push({ name: 'a base URL that is none', first: 'The base URL is none of http or https.', requests: 0, counted: 'nothing', next: 'passes' });
    assert.equal(await goesOnFromNothing(), 'passed');
  });

  async function goesOnFromNothing(): Promise<string> {
    second([answers()]);
    return (await run()).status;
  }

  describe('the table', () => {
    it(`${docs} says what was found`, () => {
      const all = faults.length + 12;
      // One row alone was asked for.
      if (rows.length < all) return;
      const table = [
        '| fault | requests | the run ends with | counted | the next run |',
        '|---|---|---|---|---|',
        ...rows.map(({ name, requests, first, counted: amount, next }) => `| ${name} | ${requests} | ${first} | ${amount} | ${next} |`),
        '',
      ].join('\n');
      const text = readFileSync(docs, 'utf8');
      const [before = ''] = text.split(mark);
      const wanted = `${before}${mark}\n${table}`;
      if (process.env.HAIKU_FIRST_GENERATE) writeFileSync(docs, wanted);
      assert.equal(readFileSync(docs, 'utf8'), wanted, 'Run these tests with HAIKU_FIRST_GENERATE=1 and read what changed.');
    });
  });
});
