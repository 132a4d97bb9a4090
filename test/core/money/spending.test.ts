import assert from 'node:assert/strict';
import { createCatalog } from '../../../src/catalog/catalog';
import { CapReached, type PlannedCall, Spending } from '../../../src/money/spending';
import { mostCountedTokens, mostInputTokens, worstCost } from '../../../src/money/worstCase';
import { Cancelled, type ModelRequest } from '../../../src/ports';
import { Bench, stages, statuses } from '../stage/scripted';

const catalog = createCatalog();
const haiku = 'claude-haiku-5-5';
const { signal } = new AbortController();

/** A prompt of so many bytes. */
function call(bytes: number, maxTokens: number, leastTokens: number, more: Partial<PlannedCall> & { advisor?: ModelRequest['advisor'] } = {}): PlannedCall {
  const { advisor, ...rest } = more;
  return { request: { model: haiku, system: [], user: [{ text: 'x'.repeat(bytes) }], maxTokens, advisor }, leastTokens, ...rest };
}

/** A cap that leaves just enough for one call. */
const capFor = ({ request }: PlannedCall) => ({ name: '--max-cost', usd: catalog.worstCase(haiku, mostInputTokens(request), request.maxTokens) });
const used = (inputTokens: number, outputTokens: number) => ({ inputTokens, outputTokens, cacheReadTokens: 0, cacheWriteTokens: 0 });

describe('Spending', () => {
  it('lets a call through that just fits, and shrinks the next', async () => {
    const spending = new Spending(catalog, [capFor(call(1000, 2000, 256))]);
    const first = await spending.take(call(1000, 2000, 256), signal);
    assert.equal(first.maxTokens, 2000);
    spending.settle(first, used(1000, 100));
    const second = await spending.take(call(10, 2000, 256), signal);
    assert.ok(second.maxTokens < 2000 && second.maxTokens > 1000, String(second.maxTokens));
    spending.settle(second, used(10, 10));
    assert.equal(spending.reservedUsd, 0);
  });

  it('keeps to the tightest of its caps and names that one', async () => {
    const spending = new Spending(catalog, [
      { name: 'high', usd: 100 },
      { name: 'tight', usd: 0.000001 },
      { name: 'low', usd: 1 },
    ]);
    await assert.rejects(spending.take(call(1000, 2000, 256), signal), /tight of <?\$.* would be passed/);
  });

  it('counts each byte as a token until it is told better, so that a local estimate that is too low passes no cap', async () => {
    // Three bytes each, and often a token or more.
    const text = '数'.repeat(1000);
    assert.ok(mostInputTokens({ system: [], user: [{ text }] }) >= 3000);
    assert.ok(mostInputTokens({ system: [{ text: 'ﷺ' }], user: [] }) >= Buffer.byteLength('ﷺ'.normalize('NFKC')), 'forms that a tokenizer may write out');
    const schema = { type: 'object', description: 'x'.repeat(500) };
    assert.ok(mostInputTokens({ system: [], user: [], schema }) - mostInputTokens({ system: [], user: [] }) > 500);
  });

  it('asks how long a prompt really is before a cap refuses it, and only then', async () => {
    let counts = 0;
    const count = async () => {
      counts++;
      return 400;
    };
    const roomy = new Spending(catalog, [{ name: 'cap', usd: 1 }]);
    await roomy.take(call(1000, 2000, 256, { count }), signal);
    assert.equal(counts, 0);
    const usd = catalog.worstCase(haiku, 700, 2000);
    const tight = new Spending(catalog, [{ name: 'cap', usd }]);
    const reservation = await tight.take(call(9000, 2000, 1900, { count }), signal);
    assert.equal(counts, 1);
    assert.equal(reservation.worstUsd, catalog.worstCase(haiku, mostCountedTokens(call(9000, 2000, 1900).request, 400), reservation.maxTokens));
    const silent = new Spending(catalog, [{ name: 'cap', usd }]);
    await assert.rejects(silent.take(call(9000, 2000, 1900, { count: async () => undefined }), signal), CapReached);
    await assert.rejects(silent.take(call(9000, 2000, 1900), signal), CapReached);
  });

  it('does not take that count for exact: it is of what is sent alone, and may be off by a few percent', async () => {
    const plain = { system: [], user: [{ text: 'x'.repeat(100_000) }] };
    const schema = { type: 'object' };
    const advisor = { model: 'claude-opus-5-5', maxUses: 1, maxTokens: 1024 };
    const bound = (request: Partial<ModelRequest>) => mostCountedTokens({ ...plain, ...request }, 20_000);
    assert.ok(bound({}) >= 20_000 * 1.05 + 256 && bound({}) < 22_000, String(bound({})));
    assert.ok(bound({ schema }) >= bound({}) + 500);
    assert.ok(bound({ advisor }) >= bound({}) + 1000, 'the tool is not sent to be counted');
    assert.equal(mostCountedTokens(plain, 99_999), mostInputTokens(plain), 'no more than each byte a token');
    // Billed for a little more than was counted, a call still keeps to its cap.
    const cap = catalog.worstCase(haiku, 22_000, 2000);
    const spending = new Spending(catalog, [{ name: 'cap', usd: cap }]);
    const { request } = call(100_000, 50_000, 256);
    const taken = await spending.take({ request, leastTokens: 256, count: async () => 20_000 }, signal);
    assert.ok(spending.settle(taken, used(20_900, taken.maxTokens)) <= cap);
  });

  it('holds nothing for a call that could not be put on record', async () => {
    const spending = new Spending(catalog, [capFor(call(1000, 2000, 256))]);
    await assert.rejects(
      spending.take(call(1000, 2000, 256), signal, async () => {
        throw new Error('disk full');
      }),
      /disk full/,
    );
    assert.equal(spending.reservedUsd, 0);
    assert.equal((await spending.take(call(1000, 2000, 256), signal)).maxTokens, 2000);
  });

  it('counts input tokens as estimated while a call is under way, and as billed afterwards', async () => {
    const spending = new Spending(catalog, [], { name: 'The budget', tokens: 1000 });
    const first = await spending.take(call(240, 100, 10), signal);
    spending.settle(first, used(850, 10));
    await assert.rejects(spending.take(call(480, 100, 10), signal), /850 are used and the next call sends about 200/);
    await spending.take(call(240, 100, 10), signal);
  });

  it('gives a call that holds another one all or nothing, at once: two that waited for each other would wait for ever', async () => {
    const spending = new Spending(catalog, [{ name: 'cap', usd: catalog.worstCase(haiku, mostInputTokens(call(1000, 0, 0).request), 2000) * 1.5 }]);
    await spending.take(call(1000, 2000, 256), signal);
    await assert.rejects(spending.take(call(1000, 2000, 256, { whole: true }), signal), CapReached);
    const rest = await spending.take(call(1000, 500, 256, { whole: true }), signal);
    assert.equal(rest.maxTokens, 500);
  });

  it('prices a call of a batch at half', async () => {
    const spending = new Spending(catalog, []);
    const plain = await spending.take(call(1000, 2000, 256), signal);
    const batch = await spending.take(call(1000, 2000, 256, { batch: true }), signal);
    assert.ok(Math.abs(batch.worstUsd * 2 - plain.worstUsd) < 1e-12);
    assert.ok(Math.abs(spending.settle(batch, used(1000, 100)) * 2 - spending.settle(plain, used(1000, 100))) < 1e-12);
  });
});

describe('an advisor', () => {
  const advisor = { model: 'claude-opus-5-5', maxUses: 2, maxTokens: 2048 };

  it('is reserved with the call that may ask it, at its own price, and billed with it', async () => {
    const spending = new Spending(catalog, [{ name: 'cap', usd: 5 }]);
    const without = await spending.take(call(1000, 2000, 256), signal);
    const asked = await spending.take(call(1000, 2000, 256, { advisor }), signal);
    assert.equal(asked.advised, true);
    assert.ok(asked.worstUsd - without.worstUsd > catalog.worstCase('claude-opus-5-5', 2 * 3000, 2 * 2048), 'each consult reads all that was said');
    spending.settle(without, used(0, 0));
    const usd = spending.settle(asked, used(1000, 100), { model: 'claude-opus-5-5', consults: 1, usage: used(2000, 500) });
    assert.ok(Math.abs(usd - catalog.price(haiku, used(1000, 100)) - catalog.price('claude-opus-5-5', used(2000, 500))) < 1e-12);
  });

  it('is left out where the caps leave no room for it: the call goes without', async () => {
    const spending = new Spending(catalog, [{ name: 'cap', usd: 0.01 }]);
    const reservation = await spending.take(call(1000, 2000, 256, { advisor }), signal);
    assert.deepEqual([reservation.advised, reservation.maxTokens], [false, 2000]);
    assert.ok(reservation.worstUsd <= 0.01);
  });

  it('has no worst case where it may be asked without limit', () => {
    assert.throws(() => worstCost(catalog, { model: haiku, advisor: { model: 'claude-opus-5-5', maxTokens: 2048 } }, 1000, 1000), /no worst case/);
  });
});

describe('calls that wait for their turn', () => {
  const cap = () => new Spending(catalog, [capFor(call(1000, 2000, 256))]);
  const little = used(100, 10);

  it('get what a call under way did not use', async () => {
    const spending = cap();
    const first = await spending.take(call(1000, 2000, 256), signal);
    const second = spending.take(call(100, 2000, 256), signal);
    spending.settle(first, little);
    assert.ok((await second).maxTokens >= 256);
  });

  it('are refused once nothing is under way that could leave anything', async () => {
    const spending = cap();
    const first = await spending.take(call(1000, 2000, 256), signal);
    const second = spending.take(call(1000, 2000, 1500), signal);
    spending.settle(first, undefined);
    await assert.rejects(second, CapReached);
  });

  it('are refused at once where all that is under way would not be enough', async () => {
    const spending = cap();
    await spending.take(call(1000, 1000, 256), signal);
    await assert.rejects(spending.take(call(9000, 9000, 9000), signal), CapReached);
  });

  it('end when the run is cancelled, though nothing is settled', async () => {
    const spending = cap();
    const abort = new AbortController();
    await spending.take(call(1000, 2000, 256), signal);
    const second = spending.take(call(100, 2000, 256), abort.signal);
    abort.abort();
    await assert.rejects(second, Cancelled);
  });
});

describe('a spending cap', () => {
  const document = stages('A (Haiku)\n- Task: a\n- Output: A', 'B (Haiku)\n- Input: A\n- Task: b');

  it('shrinks what an answer may have', async () => {
    const bench = new Bench(document, { a: 'a', b: 'b' });
    bench.settings = { ...bench.settings, caps: [{ name: '--max-cost', usd: 0.004 }] };
    assert.equal((await bench.run()).status, 'passed');
    const [first] = bench.model.calls;
    assert.ok((first?.maxTokens ?? 0) < 16_000 && (first?.maxTokens ?? 0) > 1000);
  });

  it('stops the run with exit code 1 and its name where too little is left', async () => {
    const bench = new Bench(document, {
      a: { text: 'a', usage: { inputTokens: 100, outputTokens: 7000, cacheReadTokens: 0, cacheWriteTokens: 0 } },
      b: 'b',
    });
    bench.settings = {
      ...bench.settings,
      caps: [
        { name: '--max-cost', usd: 0.004 },
        { name: 'the other', usd: 5 },
      ],
    };
    const result = await bench.run();
    assert.deepEqual(statuses(result), ['1 passed', '2 error']);
    assert.equal(result.status, 'error');
    assert.equal(result.stopped?.exitCode, 1);
    assert.match(result.stopped?.message ?? '', /--max-cost/);
    assert.equal(bench.model.calls.length, 1);
  });

  it('of the document counts as well, in USD and in tokens', async () => {
    const usd = new Bench(`---\nbudget:\n  usd: 0.000001\n---\n${document}`, { a: 'a', b: 'b' });
    assert.match((await usd.run()).stopped?.message ?? '', /budget in the document/i);
    assert.equal(usd.model.calls.length, 0);
    const tokens = new Bench(`---\nbudget:\n  tokens: 20\n---\n${document}`, { a: 'a', b: 'b' });
    const result = await tokens.run();
    assert.match(result.stopped?.message ?? '', /20 input tokens/);
    assert.equal(result.stopped?.exitCode, 1);
    assert.equal(tokens.model.calls.length, 0);
  });

  it('holds for calls under way together', async () => {
    const pair = stages('A (Haiku)\n- Task: a', 'B (Haiku)\n- Task: b');
    let underWay = 0;
    let most = 0;
    const bench = new Bench(pair, async ({ model, maxTokens }) => {
      const worst = catalog.worstCase(model, 0, maxTokens);
      underWay += worst;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setTimeout(resolve, 5));
      underWay -= worst;
      return 'x';
    });
    const one = catalog.worstCase(haiku, 1000, 16_000);
    bench.settings = { ...bench.settings, caps: [{ name: 'cap', usd: one }] };
    const result = await bench.run();
    assert.equal(result.status, 'passed', 'What the first does not use, the second may.');
    assert.ok(most > 0 && most <= one, `${most} of ${one} was under way at once`);
    assert.ok(result.total.usd <= one);
  });
});
