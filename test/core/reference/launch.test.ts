import assert from 'node:assert/strict';
import fc from 'fast-check';
import { estimateTokens } from '../../../src/catalog/tokens';
import { type AgentsFile, launchContext, launchFolder, scopePatterns } from '../../../src/reference/launch';
import { MemoryFiles } from '../memoryFiles';

const git = { '/w/.git/HEAD': '' };

async function pieces(texts: Record<string, string>, folder = '/w', agentsFile?: AgentsFile, links: Record<string, string> = {}) {
  const found = await launchContext(folder, new MemoryFiles({ ...git, ...texts }, links), agentsFile ? { agentsFile } : {});
  assert.equal(
    found.tokens,
    found.pieces.reduce((sum, { tokens }) => sum + tokens, 0),
  );
  return found.pieces.map(({ path, via }) => `${path.replace('/w/', '')}${via ? ` < ${via.replace('/w/', '')}` : ''}`);
}

describe('what every session loads', () => {
  it('goes from the root down, with imports, unscoped rules and the personal file', async () => {
    const texts = {
      '/CLAUDE.md': 'above the repository',
      '/w/CLAUDE.md': '@docs/a.md, `@docs/no.md`, @alice and @docs/a.md again',
      '/w/docs/a.md': '@b.md',
      '/w/docs/b.md': '@../CLAUDE.md',
      '/w/docs/no.md': '',
      '/w/.claude/rules/all.md': 'for all',
      '/w/.claude/rules/web/some.md': '---\npaths: "web/**"\n---\nfor some',
      '/w/.claude/rules/web/deep.md': 'for all too',
      '/w/CLAUDE.local.md': 'mine',
      '/w/web/CLAUDE.md': 'the web',
    };
    const root = ['CLAUDE.md', 'docs/a.md < CLAUDE.md', 'docs/b.md < docs/a.md', '.claude/rules/all.md', '.claude/rules/web/deep.md', 'CLAUDE.local.md'];
    assert.deepEqual(await pieces(texts), root);
    assert.deepEqual(await pieces(texts, '/w/web'), [...root, 'web/CLAUDE.md']);
  });

  it('has AGENTS.md where there is no CLAUDE.md, or as it is set', async () => {
    const both = { '/w/CLAUDE.md': 'a', '/w/AGENTS.md': 'b' };
    assert.deepEqual(await pieces(both), ['CLAUDE.md']);
    assert.deepEqual(await pieces(both, '/w', 'always'), ['CLAUDE.md', 'AGENTS.md']);
    assert.deepEqual(await pieces({ '/w/AGENTS.md': 'b' }), ['AGENTS.md']);
    assert.deepEqual(await pieces({ '/w/AGENTS.md': 'b', '/w/.claude/CLAUDE.md': 'a' }), ['.claude/CLAUDE.md']);
    assert.deepEqual(await pieces({ '/w/AGENTS.md': 'b' }, '/w', 'never'), []);
    assert.deepEqual(await pieces({ '/w/AGENTS.md': 'b' }, '/w', 'always', { '/w/CLAUDE.md': '/w/AGENTS.md' }), ['CLAUDE.md']);
  });

  it('ends four imports away, unless a shorter way leads on', async () => {
    const chain = { '/w/a.md': '@b.md', '/w/b.md': '@c.md', '/w/c.md': '@d.md', '/w/d.md': '@e.md', '/w/e.md': '' };
    assert.equal((await pieces({ ...chain, '/w/CLAUDE.md': '@a.md' })).at(-1), 'd.md < c.md');
    assert.equal((await pieces({ ...chain, '/w/CLAUDE.md': '@a.md @c.md' })).at(-1), 'e.md < d.md');
  });

  it('reads nothing out of the workspace and counts what is loaded, comments not', async () => {
    const files = new MemoryFiles(
      { ...git, '/w/CLAUDE.md': '<!-- a long note -->\nShort @/etc/x.md @../y.md @~/z.md @l.md', '/etc/x.md': 'x', '/y.md': 'y' },
      { '/w/l.md': '/y.md' },
    );
    const found = await launchContext('/w', files);
    assert.deepEqual(files.reads, ['/w/CLAUDE.md']);
    assert.equal(found.tokens, estimateTokens('\nShort @/etc/x.md @../y.md @~/z.md @l.md'));
  });

  it('has each file once and comes to an end, whatever imports what', async () => {
    const names = ['CLAUDE', 'a', 'b', 'c', 'd', 'e', 'f'];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.constantFrom(...names), { maxLength: 5 }), { minLength: 7, maxLength: 7 }), async (imports) => {
        const texts = Object.fromEntries(names.map((name, i) => [`/w/${name}.md`, (imports[i] ?? []).map((other) => `@${other}.md`).join(' ')]));
        const found = (await launchContext('/w', new MemoryFiles({ ...git, ...texts }))).pieces.map(({ path }) => path);
        assert.equal(new Set(found).size, found.length);
        // What is loaded is what is at most four imports away.
        let near = new Set(['/w/CLAUDE.md']);
        for (let hop = 0; hop < 4; hop++)
          near = new Set([...near, ...[...near].flatMap((path) => [...(texts[path] as string).matchAll(/@(\w+\.md)/g)].map((match) => `/w/${match[1]}`))]);
        assert.deepEqual(new Set(found), near);
      }),
      { numRuns: 100 },
    );
  });

  it('knows the folder of a session and what scopes a rule', () => {
    assert.equal(launchFolder('/w/CLAUDE.md'), '/w');
    assert.equal(launchFolder('/w/.claude/CLAUDE.md'), '/w');
    assert.equal(launchFolder('/w/web/.claude/rules/a/b.md'), '/w/web');
    assert.equal(launchFolder('/w/.claude/skills/x/CLAUDE.md'), '/w/.claude/skills/x');
    assert.deepEqual(scopePatterns({ paths: 'src/{a,b}/**, docs/**' }), ['src/{a,b}/**', 'docs/**']);
    assert.deepEqual(scopePatterns({ paths: ['a', ' b '] }), ['a', 'b']);
    for (const paths of [undefined, '', [], null, '**', 7]) assert.equal(scopePatterns({ paths }), undefined);
  });
});
