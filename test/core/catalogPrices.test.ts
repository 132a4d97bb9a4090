import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createCatalog, type PriceOverride } from '../../src/catalog/catalog';
import { models } from '../../src/catalog/models';
import { type Usage, UserError } from '../../src/ports';

const million = 1_000_000;
const usage = (inputTokens: number, outputTokens: number, cacheReadTokens = 0, cacheWriteTokens = 0): Usage => ({
  inputTokens,
  outputTokens,
  cacheReadTokens,
  cacheWriteTokens,
});

/** The provider's list of November 2026, USD per million tokens: input, output, cache write (5 min), cache write (1 h), cache read, batch in, batch out. */
const published: Record<string, readonly number[]> = {
  'claude-haiku-5-5': [0.1, 0.5, 0.125, 0.2, 0.01, 0.05, 0.25],
  'claude-haiku-4-5': [1, 5, 1.25, 2, 0.1, 0.5, 2.5],
  'claude-sonnet-5-5': [2, 10, 2.5, 4, 0.1, 1, 5],
  'claude-opus-5-5': [4, 20, 5, 8, 0.2, 2, 10],
  'claude-fable-5-1': [10, 50, 12.5, 20, 0.25, 5, 25],
};
const publishedLong = [0.5, 2.5, 0.625, 1, 0.05, 0.25, 1.25];

/** A million tokens in calls that are no long prompt. */
const inShortCalls = (price: (tokens: number) => number) => price(100_000) * 10;
const close = (actual: number, expected: number, what: string) => assert.ok(Math.abs(actual - expected) < 1e-9, `${what}: ${actual} is not ${expected}`);

describe('the catalogue has the published price', () => {
  const catalog = createCatalog();

  for (const [id, [input = 0, output = 0, write = 0, writeHour = 0, read = 0, batchIn = 0, batchOut = 0]] of Object.entries(published)) {
    it(`of ${id}`, () => {
      close(
        inShortCalls((tokens) => catalog.price(id, usage(tokens, 0))),
        input,
        'input',
      );
      close(catalog.price(id, usage(0, million)), output, 'output');
      close(
        inShortCalls((tokens) => catalog.price(id, usage(0, 0, tokens))),
        read,
        'cache read',
      );
      close(
        inShortCalls((tokens) => catalog.price(id, usage(0, 0, 0, tokens))),
        write,
        'cache write',
      );
      close(
        inShortCalls((tokens) => catalog.price(id, usage(tokens, 0), { batch: true })),
        batchIn,
        'batch input',
      );
      close(catalog.price(id, usage(0, million), { batch: true }), batchOut, 'batch output');
      assert.equal(catalog.entry(id).prices.cacheWrite1h, writeHour);
    });
  }

  it('of Haiku 5.5 over 100k tokens, batches included', () => {
    const id = 'claude-haiku-5-5';
    const [input = 0, output = 0, write = 0, , read = 0, batchIn = 0, batchOut = 0] = publishedLong;
    close(catalog.price(id, usage(million, 0)), input, 'input');
    close(catalog.price(id, usage(million, million)), input + output, 'output');
    close(catalog.price(id, usage(0, 0, million)), read, 'cache read');
    close(catalog.price(id, usage(0, 0, 0, million)), write, 'cache write');
    close(catalog.price(id, usage(million, million), { batch: true }), batchIn + batchOut, 'batch');
  });

  it('and knows no other', () => {
    assert.deepEqual(models.map((model) => model.id).sort(), Object.keys(published).sort());
  });

  it('halved in a batch, cached tokens too', () => {
    for (const id of Object.keys(published)) {
      const used = usage(1000, 500, 3000, 2000);
      close(catalog.price(id, used, { batch: true }) * 2, catalog.price(id, used), id);
    }
  });
});

describe('the worst case of a call', () => {
  const price = fc.double({ min: 0, max: 60, noNaN: true });
  const prices = fc.record({ input: price, output: price, cacheWrite5m: price, cacheRead: price, batchInput: price, batchOutput: price });
  const override: fc.Arbitrary<PriceOverride> = fc
    .record({ own: prices, long: fc.option(fc.record({ above: fc.integer({ min: 1, max: 200_000 }), prices }), { nil: undefined }) })
    .map(({ own, long }) => ({ ...own, ...(long ? { longPrompt: { above: long.above, prices: { ...long.prices, cacheWrite1h: 0 } } } : {}) }));
  const count = fc.oneof(fc.integer({ min: 0, max: 300_000 }), fc.constantFrom(0, 99_999, 100_000, 100_001));
  const share = fc.double({ min: 0, max: 1, noNaN: true });

  it('bounds every usage within its tokens and grows with them, for any model and any prices of a person, in a batch and out of one', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(published), 'claude-haiku-9', 'own-model'),
        override,
        fc.tuple(count, count),
        fc.tuple(share, share, share, share),
        fc.tuple(fc.nat(2000), fc.nat(2000)),
        fc.boolean(),
        (id, own, [input, output], [used, read, write, answered], [more, longer], batch) => {
          const catalog = createCatalog({ prices: { 'own-model': own } });
          const tokens = Math.floor(input * used);
          const reads = Math.floor(tokens * read);
          const writes = Math.floor((tokens - reads) * write);
          const real = usage(tokens - reads - writes, Math.floor(output * answered), reads, writes);
          const worst = catalog.worstCase(id, input, output, { batch });
          // Sums of whole pico-USD, divided once: what is left is one rounding.
          assert.ok(catalog.price(id, real, { batch }) <= worst * (1 + 1e-12), `${catalog.price(id, real, { batch })} > ${worst}`);
          assert.ok(worst <= catalog.worstCase(id, input + more, output + longer, { batch }) * (1 + 1e-12));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('takes all input as cache writes, the dearest kind', () => {
    const catalog = createCatalog();
    assert.equal(catalog.worstCase('claude-haiku-5-5', 100_000, 1000), (100_000 * 0.125 + 1000 * 0.5) / 1e6);
    assert.equal(catalog.worstCase('claude-haiku-5-5', 100_001, 1000), (100_001 * 0.625 + 1000 * 2.5) / 1e6);
  });
});

describe('prices by date', () => {
  const today = () => new Date('2026-12-31T23:00:00Z');
  const rows = [{ input: 2 }, { input: 3, from: '2027-01-01' }, { input: 5, from: '2027-06-01' }];
  const catalog = createCatalog({ prices: { 'claude-opus-5-5': rows }, today });
  const input = (at?: string) => catalog.price('claude-opus-5-5', usage(million, 0), { at });

  it('are those of the day of the call, in UTC', () => {
    assert.deepEqual(['2026-01-01', '2026-12-31T23:59:59Z', '2027-01-01T00:00:00Z', '2027-05-31', '2029-01-01'].map(input), [2, 2, 3, 3, 5]);
    assert.equal(input(), 2, 'of today where nothing is said');
    assert.equal(catalog.entry('claude-opus-5-5', '2027-02-01').asOf, '2027-01-01');
  });

  it("are the catalogue's own until the first row of a person begins", () => {
    const later = createCatalog({ prices: { 'claude-opus-5-5': { input: 9, from: '2027-01-01' } }, today });
    assert.equal(later.price('claude-opus-5-5', usage(million, 0)), 4);
    assert.equal(later.price('claude-opus-5-5', usage(million, 0), { at: '2027-01-01' }), 9);
  });

  it('are refused for what is no day', () => {
    for (const from of ['soon', '2027-13-01', '01/01/2027', 20270101 as unknown as string]) {
      assert.throws(
        () => createCatalog({ prices: { x: [{ input: 1, from }] } }),
        (error) => error instanceof UserError && error.details.exitCode === 2,
        from,
      );
    }
  });
});
