import assert from 'node:assert/strict';
import { createCatalog } from '../../../src/catalog/catalog';
import { parseJournal } from '../../../src/journal/journal';
import { openBatches } from '../../../src/journal/openBatches';
import { type Payment, paymentsOf } from '../../../src/journal/payments';
import { uncertainCalls } from '../../../src/journal/uncertain';
import { createAnthropicModel } from '../../../src/model/anthropic';
import { UserError } from '../../../src/ports';
import type { RunOptions, RunResult } from '../../../src/stage/engine';
import { runTask } from '../../../src/stage/run';
import { emptied } from '../../../src/stage/runRemoval';
import { type BatchedRequest, type BatchServer, startBatchServer } from '../model/batchServer';
import { answers, type Exchange, refuses } from '../model/faultServer';
import { Bench, stages, statuses } from './scripted';

const items = ['otters', 'seals', 'whales', 'crabs', 'gulls'];
const document = `---\ninputs:\n  Animals: ${JSON.stringify(items.map((item) => `- ${item}`).join('\n'))}\n---\n${stages(
  'Describe (Haiku)\n- Input: Animals\n- Each: Animal in Animals\n- Task: Describe Animal.\n- Output: Descriptions → all.md\n- Checks:\n  - contains: "swims"',
)}`;

/** The animal that a request is about. */
function animal({ params }: Pick<BatchedRequest, 'params'>): string {
  const text = JSON.stringify(params.messages);
  return items.find((item) => text.includes(`<each_item>\\n${item}\\n`)) ?? '?';
}

/** An answer with status 200, whatever it says. */
function said({ response }: Exchange, text: string): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(text);
}

/** Of one answer, in a batch: 100 tokens in, 10 out. */
const answerUsd = createCatalog().price('claude-haiku-5-5', { inputTokens: 100, outputTokens: 10, cacheReadTokens: 0, cacheWriteTokens: 0 }, { batch: true });

describe('a fan-out through batches, over HTTP', () => {
  let server: BatchServer;
  let bench: Bench;

  beforeEach(async () => {
    server = await startBatchServer();
    server.outcome = (request) => ({ text: `The ${animal(request)} swims.` });
    server.other = answers('It swims after all.');
    bench = new Bench(document, {});
  });
  afterEach(() => server.stop());

  async function run(options: Partial<RunOptions> = {}, stallMs?: number, mostRequests?: number): Promise<RunResult> {
    const made = createAnthropicModel({ apiKey: 'k', baseURL: server.url, log: bench.engine.log, maxRetries: 0, backOffMs: 1, patienceMs: 1000, stallMs });
    const model = { ...made, batches: made.batches && { ...made.batches, mostRequests } };
    return runTask({ ...bench.engine, model }, bench.person, await bench.task(), bench.options(options));
  }

  const records = () => bench.journals().map((text) => parseJournal(text, 'journal.jsonl'));
  const payments = (): Payment[] => records().flatMap(paymentsOf);
  const paidUsd = () => payments().reduce((sum, { usd }) => sum + usd, 0);
  const asked = () => server.exchanges.filter(({ path }) => path === '/v1/messages');
  const whole = items.map((item) => `The ${item} swims.`).join('\n\n');
  const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-12, `${a} instead of ${b}`);

  it('hands all items over together, gathers their answers in order, and pays half', async () => {
    const result = await run({ batch: true });
    assert.deepEqual(statuses(result), ['1 passed'], result.stopped?.message);
    assert.equal(bench.text('/w/all.md'), `${whole}\n`);
    assert.deepEqual(
      server.batches.map(({ requests }) => requests.map(animal)),
      [items],
    );
    assert.equal(asked().length, 0);
    near(result.total.usd, 5 * answerUsd);
    near(paidUsd(), 5 * answerUsd);
    const types = bench.records().map(({ type }) => type);
    assert.deepEqual(types.slice(0, 3), ['run', 'batch-started', 'batch-started']);
    assert.equal(types.filter((type) => type === 'answer').length, 5);
    assert.ok(types.indexOf('batch-ended') > types.lastIndexOf('answer'));
    const notes = bench.events.flatMap((event) => (event.type === 'note' ? [event.message] : []));
    assert.ok(
      notes.some((note) => /Describe.*5 items are handed over as batch msgbatch_1, at half price/.test(note)),
      notes.join('\n'),
    );
    assert.deepEqual(statuses(await run({ batch: true })), ['1 cached']);
    assert.equal(server.batches.length, 1);
  });

  it('is estimated at half the price, and offered where there are enough items', async () => {
    bench.settings.batchFrom = 5;
    bench.person.agrees.spending = false;
    await run().catch(() => undefined);
    await run({ batch: true }).catch(() => undefined);
    const [single, batched] = bench.person.estimates;
    assert.ok(single && batched);
    near(batched.usd, single.usd / 2);
    assert.deepEqual([single.batch, single.byBatch], [{ usd: batched.usd, items: 5 }, undefined]);
    assert.deepEqual([batched.batch, batched.byBatch], [undefined, true]);
    bench.settings.batchFrom = 6;
    await run().catch(() => undefined);
    assert.equal(bench.person.estimates.at(-1)?.batch, undefined);
    bench.person.agrees.spending = 'batch';
    assert.equal((await run()).status, 'passed');
    assert.deepEqual([server.batches.length, asked().length], [1, 0]);
  });

  it('is told where the client takes no batches', async () => {
    bench.script({ 'describe-1': 'It swims.', 'describe-2': 'It swims.', 'describe-3': 'It swims.', 'describe-4': 'It swims.', 'describe-5': 'It swims.' });
    assert.equal((await bench.run({ batch: true })).status, 'passed');
    assert.ok(bench.events.some((event) => event.type === 'note' && /takes no batches: items are asked one by one/.test(event.message)));
  });

  it('asks one by one where nobody wished for a batch', async () => {
    server.other = answers('It swims.');
    assert.equal((await run()).status, 'passed');
    assert.deepEqual([server.batches.length, asked().length], [0, 5]);
  });

  it('checks each item as usual: what failed goes back with its feedback, alone and at once', async () => {
    server.outcome = (request) => ({ text: animal(request) === 'crabs' ? 'Crabs walk.' : `The ${animal(request)} swims.` });
    const result = await run({ batch: true });
    assert.equal(result.status, 'passed', result.stopped?.message);
    assert.equal(asked().length, 1);
    assert.equal(animal({ params: asked()[0]?.body ?? {} }), 'crabs');
    assert.ok(bench.text('/w/all.md')?.includes('It swims after all.'));
  });

  it('made fresh, all items are asked again', async () => {
    await run({ batch: true });
    server.outcome = (request) => ({ text: `A ${animal(request)} still swims.` });
    const result = await run({ batch: true, fresh: true });
    assert.equal(result.status, 'passed', result.stopped?.message);
    assert.equal(server.batches.length, 2);
    assert.ok(bench.text('/w/all.md')?.startsWith('A otters still swims.'));
    near(paidUsd(), 10 * answerUsd);
  });

  it('cancelled while it waits, stays on record: the next run fetches it, whether it wishes for a batch or not', async () => {
    server.polls = 1000;
    const controller = new AbortController();
    void server.arrived(3).then(() => controller.abort());
    const cancelled = await run({ batch: true, signal: controller.signal });
    assert.equal(cancelled.status, 'cancelled');
    const open = payments();
    assert.equal(open.length, 5);
    assert.ok(open.every(({ uncertain, usd }) => uncertain && usd > answerUsd));
    // Deleting what the run holds takes nothing off what it counts, and leaves nothing to fetch.
    const left = emptied(records()[0] ?? [], '2026-11-22T09:00:00Z');
    near(
      paymentsOf(left).reduce((sum, { usd }) => sum + usd, 0),
      paidUsd(),
    );
    assert.ok(!JSON.stringify(left).includes('msgbatch_1'));
    assert.deepEqual(openBatches([{ run: 'r', folder: '/w', records: left }], 'describe'), []);
    server.polls = 0;
    const result = await run();
    assert.equal(result.status, 'passed', result.stopped?.message);
    assert.equal(bench.text('/w/all.md'), `${whole}\n`);
    assert.deepEqual([server.batches.length, asked().length], [1, 0]);
    // It was paid for in the run that handed it over.
    near(result.total.usd, 0);
    near(paidUsd(), 5 * answerUsd);
    assert.ok(payments().every(({ uncertain }) => !uncertain));
    assert.equal((await run()).stages[0]?.status, 'cached');
  });

  it('killed at any record and run again, pays for no item twice and loses none', async () => {
    await run({ batch: true });
    const appends = bench.files.writes.filter((path) => path.endsWith('journal.jsonl')).length;
    assert.ok(appends > 5);
    let boundaries = 0;
    for (let survived = 1; survived < appends; survived++) {
      await server.stop();
      server = await startBatchServer();
      server.outcome = (request) => ({ text: `The ${animal(request)} swims.` });
      bench = new Bench(document, {});
      const { files } = bench;
      let left = survived;
      const [append, write] = [files.append.bind(files), files.write.bind(files)];
      const dead = new Error('killed');
      // As after SIGKILL: nothing more reaches the disk.
      files.append = async (path, text) => {
        if (path.endsWith('journal.jsonl') && left-- <= 0) throw dead;
        return append(path, text);
      };
      files.write = async (path, text, over) => {
        if (left <= 0) throw dead;
        return write(path, text, over);
      };
      await run({ batch: true }).catch(() => undefined);
      // Every other time it was killed in the middle of a record.
      const [journal] = [...files.texts.keys()].filter((path) => path.endsWith('journal.jsonl'));
      if (journal && survived % 2) files.put(journal, `${files.texts.get(journal)}{"type":"answ`);
      const handedOver = server.batches.length;
      files.append = append;
      files.write = write;
      // A lock of the dead process is not what this is about.
      for (const path of [...files.texts.keys()]) if (path.endsWith('lock.json')) await files.remove(path);
      const result = await run({ batch: true });
      assert.equal(result.status, 'passed', `after ${survived}: ${result.stopped?.message}`);
      assert.equal(bench.text('/w/all.md'), `${whole}\n`);
      const idKnown = records()[0]?.some((record) => record.type === 'batch-started' && record.id !== undefined);
      // Only a batch whose id never came to the disk is asked for again, and counted at most.
      assert.equal(server.batches.length, handedOver === 0 || idKnown ? 1 : 2, `after ${survived}`);
      assert.equal(asked().length, 0);
      if (server.batches.length === 1) near(paidUsd(), 5 * answerUsd);
      else assert.equal(payments().filter(({ uncertain }) => uncertain).length, 5);
      boundaries++;
    }
    assert.equal(boundaries, appends - 1);
  });

  it('what came back without an answer is told, is not paid, and goes alone into the next batch', async () => {
    server.outcome = (request) => (animal(request) === 'seals' ? 'expired' : { text: `The ${animal(request)} swims.` });
    const result = await run({ batch: true });
    assert.equal(result.status, 'error');
    assert.match(result.stopped?.message ?? '', /ran out of its 24 hours.*not paid/);
    near(paidUsd(), 4 * answerUsd);
    server.outcome = (request) => ({ text: `The ${animal(request)} swims.` });
    const next = await run({ batch: true });
    assert.equal(next.status, 'passed', next.stopped?.message);
    assert.equal(bench.text('/w/all.md'), `${whole}\n`);
    // One item alone is no batch's worth; several would be.
    assert.deepEqual(
      server.batches.map(({ requests }) => requests.length),
      [5, 1],
    );
    near(paidUsd(), 5 * answerUsd);
  });

  it('gives answers less room where a cap does not reach for all of them at the usual one', async () => {
    bench.settings.caps = [{ name: '--max-cost', usd: 0.01 }];
    assert.equal((await run({ batch: true })).status, 'passed');
    const rooms = server.batches[0]?.requests.map(({ params }) => params.max_tokens as number) ?? [];
    assert.equal(new Set(rooms).size, 1);
    assert.ok((rooms[0] ?? 0) < 16_000 && (rooms[0] ?? 0) > 1000, String(rooms[0]));
  });

  it('hands nothing over that a cap has no room for', async () => {
    bench.settings.caps = [{ name: '--max-cost', usd: 0.0001 }];
    const result = await run({ batch: true }).catch((error: unknown) => error);
    assert.match(String((result as RunResult).stopped?.message ?? result), /--max-cost of \$0\.0001/);
    assert.equal(server.batches.length, 0);
    near(paidUsd(), 0);
  });

  it('a batch whose handing over was cut off counts at most', async () => {
    const taken = server.reply;
    server.reply = ({ socket }) => void socket.resetAndDestroy();
    const result = await run({ batch: true });
    assert.match(result.stopped?.message ?? '', /may be running there/);
    const [open] = payments();
    assert.ok(open?.uncertain && open.usd > 0);
    const [call, ...others] = uncertainCalls({ run: result.run, records: records()[0] ?? [] });
    near(
      call?.atMostUsd ?? 0,
      payments().reduce((sum, { usd }) => sum + usd, 0),
    );
    assert.equal(others.length, 0);
    server.reply = taken;
    assert.equal((await run({ batch: true })).status, 'passed');
  });

  const notTold: [string, BatchServer['reply']][] = [
    ['a server that takes it and falls silent', () => undefined],
    ['a server that fails', refuses(500, 'api_error')],
    ['a gateway that gives up', refuses(504, 'timeout_error')],
    ['an answer that is no JSON', (exchange) => said(exchange, '{"id":')],
    ['an answer without an id', (exchange) => said(exchange, '{}')],
    ['an answer with an id that leads elsewhere', (exchange) => said(exchange, '{"id":"../x"}')],
    [
      'an answer that breaks off',
      ({ response, socket }) => void response.writeHead(200, { 'content-length': '99' }).write('{', () => socket.resetAndDestroy()),
    ],
    ['an answer that stalls', ({ response }) => void response.writeHead(200, { 'content-length': '99' }).write('{')],
  ];
  for (const [what, reply] of notTold)
    it(`${what} may have taken the batch: it counts at most, and the next run waits for nothing`, async () => {
      const taken = server.reply;
      server.reply = reply;
      const result = await run({ batch: true }, 300);
      assert.match(result.stopped?.message ?? '', /may be running there.*counted at the most/);
      assert.equal(result.stopped?.exitCode, 3);
      const atMost = paidUsd();
      assert.ok(payments().length === 5 && payments().every(({ uncertain, usd }) => uncertain && usd > answerUsd));
      server.reply = taken;
      const next = await run({ batch: true });
      assert.equal(next.status, 'passed', next.stopped?.message);
      near(paidUsd(), atMost + 5 * answerUsd);
    });

  for (const [status, type] of [
    [400, 'invalid_request_error'],
    [401, 'authentication_error'],
    [429, 'rate_limit_error'],
    [529, 'overloaded_error'],
  ] as const)
    it(`refused with ${status}, there is no batch, and nothing counts`, async () => {
      server.reply = refuses(status, type);
      const result = await run({ batch: true });
      assert.equal(result.stopped?.exitCode, 3);
      near(paidUsd(), 0);
      assert.equal(bench.records().filter((record) => record.type === 'batch-ended').length, 1);
    });

  it('where nobody takes the connection, there is no batch, and nothing counts', async () => {
    await server.stop();
    const result = await run({ batch: true });
    assert.match(result.stopped?.message ?? '', /ECONNREFUSED/);
    near(paidUsd(), 0);
    server = await startBatchServer();
  });

  it('an id on record that no provider gave holds nothing up: it counts at most, and the items are asked anew', async () => {
    server.polls = 1000;
    const controller = new AbortController();
    void server.arrived(3).then(() => controller.abort());
    await run({ batch: true, signal: controller.signal });
    const atMost = paidUsd();
    const [path, text = ''] = [...bench.files.texts].find(([each]) => each.endsWith('journal.jsonl')) ?? [];
    bench.files.put(path ?? '', text.replace('"id":"msgbatch_1"', '"id":""'));
    server.polls = 0;
    assert.match((await run()).stopped?.message ?? '', /no id of a batch/);
    near(paidUsd(), atMost);
    assert.equal((await run({ batch: true })).status, 'passed');
  });

  it('a second batch that is not taken keeps nobody waiting for the money of the first, which stays open', async () => {
    const most = 19;
    bench = new Bench(
      stages(
        'Describe (Haiku)\n- Each: Animal in animals.md\n- Task: Describe Animal.\n- Output: Descriptions → all.md',
        'Note (Haiku)\n- Task: Note.\n- Output: Note',
        'Essay (Opus)\n- Input: Note\n- Task: Write.\n- Output: Essay\n- Checks:\n  - words: >= 6000',
      ),
      {},
      { '/w/animals.md': Array.from({ length: most + 1 }, (_, i) => `- animal ${i}`).join('\n') },
    );
    // Enough for the essay at its worst, which is $0.45, but not beside the batches.
    bench.settings.caps = [{ name: '--max-cost', usd: 0.46 }];
    let noted: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => {
      noted = resolve;
    });
    server.other = async (exchange) => {
      while (!server.batches.length) await new Promise((resolve) => setTimeout(resolve, 5));
      await answers('A note.')(exchange);
      // By then the essay waits.
      setTimeout(noted, 200);
    };
    const taken = server.reply;
    server.reply = async (exchange) => {
      if (!exchange.path.endsWith('/batches') || !server.batches.length) return taken(exchange);
      await waiting;
      return refuses(500, 'api_error')(exchange);
    };
    const result = await run({ batch: true }, undefined, most);
    assert.deepEqual(statuses(result), ['1 error', '2 passed', '3 error']);
    assert.match(result.stages[0]?.message ?? '', /Status 500 came back while a batch was handed over/);
    assert.equal(bench.records().at(-1)?.type, 'end');
    // The result says what is still to come.
    assert.ok(
      bench.events.some((event) => event.type === 'note' && /20 items .* not fetched: they count at the most they can cost, \$0\.\d/.test(event.message)),
    );
    server.reply = taken;
    bench.settings.caps = [];
    const next = await run({ batch: true, stage: 1 }, undefined, most);
    assert.equal(next.status, 'passed', next.stopped?.message);
    assert.deepEqual(
      server.batches.map(({ requests }) => requests.length),
      [most, 1],
      'The first was fetched, not handed over again.',
    );
  });

  it('one whose id can not be put on record is given back, and counts at most', async () => {
    const { files } = bench;
    const append = files.append.bind(files);
    files.append = async (path, text) => {
      if (text.includes('"id":"msgbatch_1"')) throw new UserError('No space is left.', { exitCode: 2 });
      return append(path, text);
    };
    await run({ batch: true }).catch(() => undefined);
    assert.equal(server.batches[0]?.state, 'ended', 'The provider was asked to stop.');
    assert.equal(payments().filter(({ uncertain, usd }) => uncertain && usd > answerUsd).length, 5);
  });

  it('cancelled while it is handed over, is given back, and counts at most: some of it may be answered', async () => {
    const controller = new AbortController();
    const taken = server.reply;
    server.reply = (exchange) => {
      controller.abort();
      return taken(exchange);
    };
    assert.equal((await run({ batch: true, signal: controller.signal })).status, 'cancelled');
    assert.equal(server.batches[0]?.state, 'ended');
    assert.equal(payments().filter(({ uncertain, usd }) => uncertain && usd > answerUsd).length, 5);
  });

  it('a batch that the provider does not know any more counts at most, and is waited for no longer', async () => {
    server.polls = 1000;
    const controller = new AbortController();
    void server.arrived(3).then(() => controller.abort());
    await run({ batch: true, signal: controller.signal });
    const atMost = paidUsd();
    server.batches.splice(0);
    server.polls = 0;
    assert.match((await run()).stopped?.message ?? '', /knows no such batch.*its items are asked anew/);
    near(paidUsd(), atMost);
    assert.equal((await run({ batch: true })).status, 'passed');
    near(paidUsd(), atMost + 5 * answerUsd);
  });

  it('a wait outlasts a server that is gone for a while', async () => {
    const taken = server.reply;
    let refused = 0;
    server.reply = (exchange) => {
      if (exchange.method === 'GET' && !exchange.path.endsWith('/results') && refused++ < 3) return exchange.socket.resetAndDestroy() as unknown as undefined;
      return taken(exchange);
    };
    assert.equal((await run({ batch: true })).status, 'passed');
    assert.equal(refused > 3, true);
  });
});
