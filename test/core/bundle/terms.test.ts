import assert from 'node:assert/strict';
import fc from 'fast-check';
import { countTerms } from '../../../src/bundle/terms';

const same = (a: string, b: string) => assert.deepEqual([...countTerms(a)].sort(), [...countTerms(b)].sort(), `${a} | ${b}`);
const shares = (a: string, b: string) => [...countTerms(a).keys()].some((term) => countTerms(b).has(term));

describe('terms', () => {
  it('are the same for a word in its English forms', () => {
    for (const [one, ...others] of [
      ['cache', 'caches', 'cached', 'caching', 'Cache', 'CACHE'],
      ['parse', 'parses', 'parsed', 'parsing'],
      ['query', 'queries'],
      ['file', 'files'],
    ] as [string, ...string[]][])
      for (const other of others) same(one, other);
  });

  it('know identifiers whole and by their parts', () => {
    for (const identifier of ['getLatestPosts', 'GetLatestPost', 'get_latest_posts', 'get-latest-post', 'HTTPGetLatest'])
      assert.ok(shares('latest', identifier), identifier);
    assert.ok(shares('getlatestposts', 'getLatestPosts'));
    assert.ok(shares('http', 'HTTPServer') && shares('server', 'HTTPServer'));
    assert.ok(!shares('test', 'latest'));
  });

  it('leave out what says nothing: stop words, single letters, punctuation', () => {
    assert.equal(countTerms('the of a b and { } ;;; is').size, 0);
  });

  it('are found in any script, and one character is a word where it can be', () => {
    assert.ok(shares('größe', 'Die Größe der Datei'));
    assert.ok(shares('кэш', 'Этот КЭШ'));
    assert.ok(shares('猫', '猫'));
  });

  it('of two texts are those of both, and case never matters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.stringMatching(/^[a-z ]*$/), (a, b) => {
        const joined = countTerms(`${a}\n${b}`);
        for (const [term, count] of countTerms(a)) assert.equal(joined.get(term), count + (countTerms(b).get(term) ?? 0));
        same(
          b.toLowerCase(),
          b.toLowerCase().replace(/[a-z]+/g, (word) => word.toUpperCase()),
        );
      }),
    );
  });
});
