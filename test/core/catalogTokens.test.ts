import assert from 'node:assert/strict';
import fc from 'fast-check';
import { aboutUsd, estimateTokens, exactUsd, formatTokens, formatUsd, usdAbove } from '../../src/catalog/tokens';

const model = fc.constantFrom(undefined, 'claude-haiku-5-5', 'claude-haiku-4-5-20251001', 'something-else');
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes)),
);

describe('estimateTokens', () => {
  it('is a whole number, 0 for the empty text alone', () => {
    assert.equal(estimateTokens(''), 0);
    fc.assert(
      fc.property(text, model, (value, id) => {
        const tokens = estimateTokens(value, id);
        assert.ok(Number.isInteger(tokens));
        assert.equal(tokens === 0, value === '');
      }),
    );
  });

  it('grows with the text and never over the sum of its parts', () => {
    fc.assert(
      fc.property(text, text, model, (a, b, id) => {
        const whole = estimateTokens(a + b, id);
        assert.ok(whole <= estimateTokens(a, id) + estimateTokens(b, id));
        assert.ok(whole >= Math.max(estimateTokens(a, id), estimateTokens(b, id)));
      }),
    );
  });

  it('counts at least as many tokens as were measured of Markdown', () => {
    const characters = 38_300;
    const markdown = 'a'.repeat(characters);
    // 3.83 characters per o200k token; 1.18 and 1.53 Claude tokens per o200k token.
    assert.ok(estimateTokens(markdown, 'claude-haiku-4-5') >= (characters / 3.83) * 1.18);
    assert.ok(estimateTokens(markdown, 'claude-haiku-5-5') >= (characters / 3.83) * 1.53);
    assert.ok(estimateTokens(markdown, 'claude-haiku-5-5') <= (characters / 3.83) * 1.53 * 1.1);
    assert.equal(estimateTokens(markdown), estimateTokens(markdown, 'claude-haiku-5-5'));
  });

  it('counts bytes, so that scripts with wide characters are not underrated', () => {
    assert.ok(estimateTokens('東京都', 'claude-haiku-5-5') >= 3);
    assert.equal(estimateTokens('a'.repeat(24)), 10);
  });
});

describe('formatUsd', () => {
  for (const [usd, shown] of [
    [0, '$0'],
    [0.00001, '<$0.0001'],
    [0.0001, '$0.0001'],
    [0.00214, '$0.0021'],
    [0.02, '$0.02'],
    [0.054, '$0.054'],
    [0.0996, '$0.10'],
    [0.2149, '$0.21'],
    [0.5, '$0.50'],
    [0.996, '$1.00'],
    [1, '$1.00'],
    [12.345, '$12.35'],
    [-0.0021, '-$0.0021'],
  ] as const) {
    it(`shows ${usd} as ${shown}`, () => assert.equal(formatUsd(usd), shown));
  }
});

describe('formatTokens', () => {
  for (const [count, shown] of [
    [0, '0'],
    [950, '950'],
    [1000, '1k'],
    [1234, '1.2k'],
    [25_400, '25k'],
    [9_960, '10k'],
    [999_499, '999k'],
    [999_500, '1M'],
    [1_250_000, '1.3M'],
  ] as const) {
    it(`shows ${count} as ${shown}`, () => assert.equal(formatTokens(count), shown));
  }
});

describe('amounts beside a limit', () => {
  it('show a cap with all its digits', () => {
    assert.deepEqual([0, 5, 0.05, 0.001, 0.00001, 12.345].map(exactUsd), ['$0', '$5.00', '$0.05', '$0.001', '$0.00001', '$12.345']);
  });

  it('show what is above it as above it', () => {
    assert.deepEqual(
      [usdAbove(0.00103, 0.001), usdAbove(0.000042, 0.00001), usdAbove(0.21, 0.1), usdAbove(1.004, 1), usdAbove(0.5, 1)],
      ['$0.00103', '$0.00004', '$0.21', '$1.004', '$0.50'],
    );
  });

  it('is never about less than something', () => {
    assert.deepEqual([aboutUsd(0.00003), aboutUsd(0.0021)], ['less than $0.0001', 'about $0.0021']);
  });
});
