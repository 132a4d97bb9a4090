import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createCatalog } from '../../../src/catalog/catalog';
import { Cancelled } from '../../../src/ports';
import { CapReached, Spending } from '../../../src/stage/spending';
import { Bench, stages, statuses } from './scripted';

const catalog = createCatalog();
const haiku = 'claude-haiku-5-5';

describe('Spending', () => {
  it('never passes a cap, whatever calls are under way, as long as each stays within what it reserved', () => {
    const call = fc.record({
      model: fc.constantFrom(haiku, 'claude-opus-5-5', 'claude-haiku-4-5'),
      input: fc.integer({ min: 0, max: 150_000 }),
      most: fc.integer({ min: 1, max: 64_000 }),
      used: fc.double({ min: 0, max: 1, noNaN: true }),
      /** Settle the oldest call first. */
      settle: fc.boolean(),
      lost: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 25 }), fc.double({ min: 0, max: 2, noNaN: true }), (calls, cap) => {
        const spending = new Spending(catalog, [
          { name: 'high', usd: 100 },
          { name: 'cap', usd: cap },
        ]);
        const open: (() => void)[] = [];
        let reserved = 0;
        for (const { model, input, most, used, settle, lost } of calls) {
          if (settle) open.shift()?.();
          try {
            const reservation = spending.reserve(model, input, most, 256);
            assert.ok(reservation.maxTokens <= most && reservation.maxTokens >= Math.min(256, most));
            reserved += reservation.worstUsd;
            const usage = {
              inputTokens: Math.floor(input * used),
              outputTokens: Math.floor(reservation.maxTokens * used),
              cacheReadTokens: 0,
              cacheWriteTokens: input - Math.floor(input * used),
            };
            open.push(() => {
              spending.settle(reservation, lost ? undefined : usage);
              reserved -= reservation.worstUsd;
            });
          } catch (error) {
            assert.ok(error instanceof CapReached && error.message.includes('cap'));
          }
          assert.ok(spending.usd + reserved <= cap + 1e-9, `${spending.usd} + ${reserved} > ${cap}`);
        }
        for (const settle of open) settle();
        assert.ok(spending.usd <= cap + 1e-9);
      }),
      { numRuns: 300 },
    );
  });

  it('lets a call through that just fits, and shrinks the next', () => {
    const spending = new Spending(catalog, [{ name: '--max-cost', usd: catalog.worstCase(haiku, 1000, 2000) }]);
    const first = spending.reserve(haiku, 1000, 2000, 256);
    assert.equal(first.maxTokens, 2000);
    assert.throws(() => spending.reserve(haiku, 10, 2000, 256), /--max-cost.*reserved/);
    spending.settle(first, { inputTokens: 1000, outputTokens: 100, cacheReadTokens: 0, cacheWriteTokens: 0 });
    const second = spending.reserve(haiku, 10, 2000, 256);
    assert.ok(second.maxTokens < 2000 && second.maxTokens > 1000);
  });
});

describe('calls that wait for their turn', () => {
  const cap = () => new Spending(catalog, [{ name: '--max-cost', usd: catalog.worstCase(haiku, 1000, 2000) }]);
  const little = { inputTokens: 100, outputTokens: 10, cacheReadTokens: 0, cacheWriteTokens: 0 };
  const { signal } = new AbortController();

  it('get what a call under way did not use', async () => {
    const spending = cap();
    const first = await spending.reserveInTurn(haiku, 1000, 2000, 256, signal);
    const second = spending.reserveInTurn(haiku, 100, 2000, 256, signal);
    spending.settle(first, little);
    assert.ok((await second).maxTokens >= 256);
  });

  it('are refused once nothing is under way that could leave anything', async () => {
    const spending = cap();
    const first = await spending.reserveInTurn(haiku, 1000, 2000, 256, signal);
    const second = spending.reserveInTurn(haiku, 1000, 2000, 1500, signal);
    spending.settle(first, undefined);
    await assert.rejects(second, CapReached);
  });

  it('end when the run is cancelled', async () => {
    const spending = cap();
    const abort = new AbortController();
    const first = await spending.reserveInTurn(haiku, 1000, 2000, 256, signal);
    const second = spending.reserveInTurn(haiku, 100, 2000, 256, abort.signal);
    abort.abort();
    spending.settle(first, little);
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
    assert.equal(result.status, 'failed');
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
