import assert from 'node:assert/strict';
import { rankSections } from '../../../src/bundle/rank';

describe('rankSections', () => {
  it('prefers rare words, headings and short sections, and gives 0 for no shared word', () => {
    const sections = [
      { path: ['Cache'], text: 'The cache holds posts.' },
      { path: ['Posts'], text: 'Posts have tags.' },
      { path: ['Long'], text: `posts ${'filler '.repeat(200)}` },
      { path: ['Other'], text: 'Nothing of it.' },
    ];
    const [cache = 0, posts = 0, long = 0, other] = rankSections('Write posts', sections);
    assert.ok(posts > cache && cache > long && long > 0);
    assert.equal(other, 0);
    assert.deepEqual(rankSections('anything', []), []);
  });
});
