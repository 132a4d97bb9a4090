import assert from 'node:assert/strict';
import { globMatcher, isCostlyGlob } from '../../../src/steering/glob';

describe('globs', () => {
  it('match as people write them', () => {
    for (const [pattern, path] of [
      ['src/**/*.ts', 'src/a/b.ts'],
      ['**/*.{spec,test}.*', '.github/a.test.ts'],
      ['*-*-*.md', '2026-11-22.md'],
      ['@(a|b)/*.md', 'a/x.md'],
    ] as const) {
      assert.equal(globMatcher([pattern])(path), true, pattern);
      assert.equal(isCostlyGlob(pattern), false, pattern);
    }
    assert.equal(globMatcher(['', 'a.md'])('a.md'), true);
    assert.equal(globMatcher([''])('a.md'), false);
  });

  it('written to take forever match nothing, at once', () => {
    const started = performance.now();
    for (const pattern of [`${'*a'.repeat(12)}b`, '+(a|*a)b', '*(+(a)|aa)b', '**/+(a+|b)c']) {
      assert.equal(isCostlyGlob(pattern), true, pattern);
      assert.equal(globMatcher([pattern])('a'.repeat(200)), false);
    }
    assert.ok(performance.now() - started < 500);
  });
});
