import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createCatalog } from '../../../src/catalog/catalog';
import { type EscalationHold, EscalationPurse } from '../../../src/money/escalationPurse';

const opus = 'claude-opus-5-5';

describe('the sum for climbing', () => {
  it('is never passed, whatever calls cost and in whatever order they end', async () => {
    const catalog = createCatalog();
    const call = fc.record({
      input: fc.nat(50_000),
      least: fc.integer({ min: 256, max: 8000 }),
      most: fc.integer({ min: 8000, max: 128_000 }),
      used: fc.double({ min: 0, max: 1, noNaN: true }),
      /** How often it is lost on the way, and to be sent again. */
      lost: fc.nat(3),
    });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(call, { maxLength: 12 }), fc.double({ min: 0, max: 3, noNaN: true }), async (scheduler, calls, limit) => {
        const purse = new EscalationPurse(catalog, limit);
        let paid = 0;
        const one = async ({ input, least, most, used, lost }: (typeof calls)[number]) => {
          const hold: EscalationHold | undefined = await purse.take(opus, input, least, most);
          assert.ok(purse.leftUsd >= -1e-9, `${purse.leftUsd} USD are left`);
          if (!hold) return;
          assert.ok(hold.maxTokens >= least && hold.maxTokens <= most);
          await scheduler.schedule(Promise.resolve());
          let usd = catalog.price(opus, { inputTokens: input, outputTokens: Math.floor(hold.maxTokens * used), cacheReadTokens: 0, cacheWriteTokens: 0 });
          for (let again = 0; again < lost && hold.again(); again++) {
            assert.ok(purse.leftUsd >= -1e-9, `${purse.leftUsd} USD are left`);
            usd += catalog.worstCase(opus, input, hold.maxTokens);
            await scheduler.schedule(Promise.resolve());
          }
          paid += usd;
          hold.settle(usd);
          hold.settle(undefined);
        };
        const all = Promise.all(calls.map(one));
        await scheduler.waitFor(all);
        assert.ok(paid <= limit + 1e-9, `${paid} of ${limit}`);
      }),
      { numRuns: 200 },
    );
  });

  it('counts what was lost and sent again at its worst as often as it was sent, where nobody knows what became of it', async () => {
    const catalog = createCatalog();
    const worst = catalog.worstCase(opus, 100, 5000);
    const purse = new EscalationPurse(catalog, worst * 3.5);
    const hold = await purse.take(opus, 100, 5000, 5000);
    const other = await purse.take(opus, 100, 5000, 5000);
    assert.deepEqual([hold?.again(), hold?.again()], [true, false]);
    hold?.settle(undefined);
    assert.ok(Math.abs(purse.leftUsd - worst * 0.5) < 1e-12, String(purse.leftUsd));
    other?.settle(0);
    assert.ok(Math.abs(purse.leftUsd - worst * 1.5) < 1e-12, String(purse.leftUsd));
    assert.equal(hold?.again(), false);
  });

  it('waits for a call under way, and gives up where none is', async () => {
    const purse = new EscalationPurse(createCatalog(), 0.2);
    const first = await purse.take(opus, 0, 256, 9000);
    const second = purse.take(opus, 0, 5000, 5000);
    first?.settle(0.01);
    assert.equal((await second)?.maxTokens, 5000);
    assert.equal(await new EscalationPurse(createCatalog(), 0.01).take(opus, 0, 5000, 5000), undefined);
    assert.equal(await new EscalationPurse(createCatalog(), 0).take(opus, 100, 256, 5000), undefined);
  });
});
