import assert from 'node:assert/strict';
import fc from 'fast-check';
import { comparePaired, exactMcNemar, fewestDiscordant, wilson } from '../../../src/evaluate/statistics';

const near = (actual: number, expected: number, digits: number) => assert.equal(actual.toFixed(digits), expected.toFixed(digits));

describe('statistics', () => {
  // R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table I, method 3.
  for (const [passed, of, low, high] of [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ] as const) {
    it(`gives Wilson's interval of ${passed} in ${of} as Newcombe printed it`, () => {
      const { low: l, high: h } = wilson(passed, of);
      near(l, low, 4);
      near(h, high, 4);
    });
  }

  // Exact two-sided p values of the sign test, as printed in tables of the binomial distribution with p = 0.5.
  for (const [better, worse, p] of [
    [5, 0, 0.0625],
    [6, 0, 0.03125],
    [1, 7, 0.0703],
    [1, 8, 0.0391],
    [2, 10, 0.0386],
    [5, 15, 0.0414],
    [10, 10, 1],
    [0, 0, 1],
    // The approval ratings of A. Agresti, Categorical Data Analysis: 86 and 150 of 1,600 changed their minds; R's exact2x2 prints p = 3.716e-05.
    [86, 150, 0.00003716],
  ] as const) {
    it(`gives exact McNemar of ${better} against ${worse} as ${p}`, () => near(exactMcNemar(better, worse), p, p < 0.001 ? 8 : p === 0.03125 ? 5 : 4));
  }

  it('needs six pairs that differ before anything can be claimed at 5%', () => {
    assert.equal(fewestDiscordant(0.05), 6);
    assert.equal(fewestDiscordant(0.01), 8);
  });

  it('is symmetric, between 0 and 1, and falls as one side wins more, also for thousands', () => {
    fc.assert(
      fc.property(fc.nat(3000), fc.nat(3000), (a, b) => {
        const p = exactMcNemar(a, b);
        assert.ok(p >= 0 && p <= 1);
        assert.equal(p, exactMcNemar(b, a));
        if (a > b) assert.ok(exactMcNemar(a + 1, b) <= p + 1e-9);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps the interval around the rate and within 0 and 1', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0, max: 1, noNaN: true }), (of, share) => {
        const { rate, low, high } = wilson(share * of, of);
        assert.ok(0 <= low && low <= rate + 1e-12 && rate <= high + 1e-12 && high <= 1);
      }),
    );
  });

  it('counts a case once, however often it was run', () => {
    const once = comparePaired([1, 1, 1, 1, 1, 1, 1, 0], [0, 0, 0, 0, 0, 0, 0, 0], 1);
    const often = comparePaired([9, 9, 9, 9, 9, 9, 9, 0], [0, 0, 0, 0, 0, 0, 0, 0], 9);
    assert.deepEqual([often.first.low, often.p, often.verdict], [once.first.low, once.p, 'better']);
    near(once.p, 0.0156, 4);
  });

  it('says when the cases are too few, and when they agree too often', () => {
    assert.match(comparePaired([1, 1], [0, 0], 1).tooFew ?? '', /2 cases are too few/);
    assert.match(comparePaired([1, 1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 0, 0], 1).tooFew ?? '', /Only 2 of 8 cases/);
    assert.match(comparePaired([1, 1, 1, 1, 1, 0, 0], [0, 0, 0, 0, 0, 1, 1], 1).tooFew ?? '', /could be chance/);
    assert.equal(comparePaired([0, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1], 1).verdict, 'worse');
    assert.throws(() => comparePaired([1], [1, 1], 1), RangeError);
  });
});
