import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createCatalog } from '../../src/catalog/catalog';
import { models, tiers } from '../../src/catalog/models';
import { type Usage, UserError } from '../../src/ports';

const usage = (inputTokens: number, outputTokens: number, cacheReadTokens = 0, cacheWriteTokens = 0): Usage => ({
  inputTokens,
  outputTokens,
  cacheReadTokens,
  cacheWriteTokens,
});

describe('catalog', () => {
  const catalog = createCatalog();

  it('stands for the 5.5 models where nobody says otherwise', () => {
    assert.deepEqual(
      tiers.map((tier) => catalog.modelFor(tier)),
      ['claude-haiku-5-5', 'claude-sonnet-5-5', 'claude-opus-5-5'],
    );
  });

  it('puts a document before the settings, and the settings before the defaults', () => {
    const own = createCatalog({ models: { haiku: 'claude-haiku-4-5', opus: '' } });
    assert.equal(own.modelFor('haiku'), 'claude-haiku-4-5');
    assert.equal(own.modelFor('haiku', { haiku: 'claude-sonnet-5-5' }), 'claude-sonnet-5-5');
    assert.equal(own.modelFor('haiku', { opus: 'claude-fable-5-1' }), 'claude-haiku-4-5');
    assert.equal(own.modelFor('opus'), 'claude-opus-5-5');
  });

  it('prices each kind of token by itself', () => {
    assert.equal(catalog.price('claude-opus-5-5', usage(1_000_000, 0)), 4);
    assert.equal(catalog.price('claude-opus-5-5', usage(0, 1_000_000)), 20);
    assert.equal(catalog.price('claude-opus-5-5', usage(0, 0, 1_000_000)), 0.2);
    assert.equal(catalog.price('claude-opus-5-5', usage(0, 0, 0, 1_000_000)), 5);
    assert.equal(catalog.price('claude-sonnet-5-5', usage(1, 1, 1, 1)), 0.0000146);
    // 3 × 0.1 is no 0.3 in floating point: the sum is made of whole numbers.
    assert.equal(catalog.price('claude-haiku-5-5', usage(3, 0)), 0.0000003);
  });

  it('reprices a whole Haiku 5.5 call once its prompt is over 100k tokens, cache reads and writes counted', () => {
    assert.equal(catalog.price('claude-haiku-5-5', usage(100_000, 1000)), 0.0105);
    assert.equal(catalog.price('claude-haiku-5-5', usage(100_001, 1000)), 0.0525005);
    assert.equal(catalog.price('claude-haiku-5-5', usage(1, 1000, 60_000, 40_000)), (0.5 + 2500 + 60_000 * 0.05 + 40_000 * 0.625) / 1e6);
    assert.equal(catalog.price('claude-haiku-5-5', usage(0, 1000, 60_000, 40_000)), (500 + 600 + 5000) / 1e6);
    assert.equal(catalog.price('claude-opus-5-5', usage(200_000, 0)), 0.8);
  });

  it('never prices a call above its worst case', () => {
    const count = fc.integer({ min: 0, max: 150_000 });
    fc.assert(
      fc.property(fc.constantFrom(...models.map((model) => model.id), 'something-else'), count, count, count, count, (id, input, output, read, write) => {
        const worst = catalog.worstCase(id, input + read + write, output + 10);
        assert.ok(catalog.price(id, usage(input, output, read, write)) <= worst);
        assert.ok(worst <= catalog.worstCase(id, input + read + write + 1, output + 10));
      }),
    );
  });

  it('takes dated ids for their model', () => {
    for (const id of ['claude-haiku-4-5-20251001', 'claude-haiku-4-5@20251001', 'claude-haiku-4-5-latest']) {
      assert.equal(catalog.entry(id).known, true, id);
      assert.equal(catalog.price(id, usage(1_000_000, 0)), 1, id);
    }
    assert.equal(catalog.entry('claude-haiku-4-56').known, false);
  });

  it('prices an unknown model as the dearest of its tier, and says that it is a guess', () => {
    const unknown = catalog.entry('claude-haiku-9');
    assert.equal(unknown.known, false);
    assert.equal(unknown.tier, 'haiku');
    assert.deepEqual([unknown.prices.input, unknown.prices.output, unknown.prices.cacheRead], [1, 5, 0.1]);
    const mapped = createCatalog({ models: { sonnet: 'qwen3:8b' } }).entry('qwen3:8b');
    assert.deepEqual([mapped.tier, mapped.prices.output, mapped.known], ['sonnet', 10, false]);
    assert.equal(catalog.entry('qwen3:8b').prices.output, Math.max(...models.map((model) => model.prices.output)));
  });

  it('lets a person override any price', () => {
    const own = createCatalog({
      prices: {
        'claude-opus-5-5': { input: 3 },
        'qwen3:8b': { input: 0, output: 0 },
        'claude-haiku-5-5': { longPrompt: null },
        'other-model': { input: 2, output: 4 },
      },
    });
    assert.equal(own.price('claude-opus-5-5', usage(1_000_000, 1_000_000)), 23);
    assert.equal(own.price('claude-opus-5-5-20261001', usage(1_000_000, 0)), 3);
    assert.equal(own.price('qwen3:8b', usage(1_000_000, 1_000_000, 5, 5)), 0);
    assert.equal(own.entry('qwen3:8b').known, true);
    assert.equal(own.price('claude-haiku-5-5', usage(200_000, 0)), 0.02);
    assert.equal(own.price('other-model', usage(0, 0, 1_000_000)), 2);
  });

  it('refuses prices that are no amount of money', () => {
    for (const input of [-1, Number.NaN, Number.POSITIVE_INFINITY, '3' as unknown as number]) {
      assert.throws(
        () => createCatalog({ prices: { 'claude-opus-5-5': { input } } }),
        (error) => error instanceof UserError && error.details.exitCode === 2 && error.message.includes('claude-opus-5-5'),
      );
    }
  });

  it('has the name of an object member as a model id without taking it for an override', () => {
    assert.equal(createCatalog({ prices: {} }).entry('constructor').known, false);
  });
});
