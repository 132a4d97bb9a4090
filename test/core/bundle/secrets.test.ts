import assert from 'node:assert/strict';
import { secretHash } from '../../../src/bundle/secretFindings';
import { bundled, oneStage, sourcesOf } from './bundling';

// Put together here, so that no scanner takes this file for a leak.
const letters = (count: number) => 'qZ8rT2mK5vB'.repeat(Math.ceil(count / 11)).slice(0, count);
const token = `ghp_${letters(36)}`;
const key = `-----BEGIN RSA PRIVATE KEY-----\n${Array.from({ length: 70 }, (_, i) => `MI${i}${letters(60)}`).join('\n')}\n-----END RSA PRIVATE KEY-----`;

describe('secrets in a bundle', () => {
  const make = async (fields: string, files: Record<string, string>, more: Parameters<typeof bundled>[2] = {}) =>
    (await bundled(1, { ...files, '/w/CONTEXT.md': oneStage(`- Task: Explain the deployment\n${fields}`) }, more)).bundle;

  it('leave out the piece that holds one, wherever it comes from, with line and kind', async () => {
    const holding = `# Deployment\n\nThe deployment.\n\nUse ${token} here.\n`;
    const cases: [string, string, Record<string, string>, Parameters<typeof bundled>[2]][] = [
      ['named file', '- Input: notes.md', { '/w/notes.md': holding }, {}],
      ['section', '- Input: notes.md#Deployment', { '/w/notes.md': holding }, {}],
      ['lines', '- Input: notes.md:4-6', { '/w/notes.md': holding }, {}],
      ['glob', '- Context: *.txt', { '/w/notes.txt': holding }, {}],
      ['project file', '', { '/w/CLAUDE.md': holding }, {}],
      ['import', '', { '/w/CLAUDE.md': '@more.md', '/w/more.md': holding }, {}],
      ['rule', '', { '/w/.claude/rules/a.md': holding }, {}],
      ['background', '', { '/w/ARCHITECTURE.md': holding }, {}],
      ['relevant code', '- Context: relevant code', { '/w/src/deployment.ts': `// The deployment.\n\n\n\nexport const deployment = '${token}';\n` }, {}],
      ['answer', '- Input: deployment notes', {}, { context: { answers: new Map([['deployment notes', holding]]) } }],
    ];
    for (const [name, fields, files, more] of cases) {
      const bundle = await make(fields, files, more);
      assert.deepEqual(
        bundle.secrets.map(({ line, kind, hash }) => ({ line, kind, hash })),
        [{ line: 5, kind: 'a GitHub token', hash: secretHash('a GitHub token', token) }],
        name,
      );
      const left = bundle.omitted.find(({ source }) => source === bundle.secrets[0]?.source);
      assert.match(left?.reason ?? '', /^holds a GitHub token in line 5: not sent/, name);
      assert.ok(!JSON.stringify(bundle).includes(token), `${name}: the value is nowhere`);
    }
  });

  it('of an earlier output and a declared input count, too', async () => {
    const document = `---\ninputs:\n  Login: ${token}\n---\n## Stage 1: One\n- Output: Notes\n\n## Stage 2: Two\n- Input: Notes, Login\n- Task: x\n`;
    const { bundle } = await bundled(2, { '/w/CONTEXT.md': document }, { context: { outputs: () => ({ text: `a\n${token}` }) } });
    assert.deepEqual(
      bundle.secrets.map(({ source, line }) => `${source}:${line}`),
      ['stage:1 Notes:2', 'input:Login:1'],
    );
    assert.deepEqual(bundle.pieces, []);
  });

  it('tell the line of the file, whatever comments and front matter were taken out', async () => {
    const bundle = await make('', { '/w/CLAUDE.md': `---\na: 1\n---\n<!-- one\ntwo -->\n# Title\n\n${token}\n` });
    assert.equal(bundle.secrets[0]?.line, 8);
    const commented = await make('', { '/w/CLAUDE.md': `# Title\n\n<!-- ${token} -->\n` });
    assert.deepEqual([sourcesOf(commented), commented.secrets], [['CLAUDE.md'], []], 'a comment is not sent');
  });

  it('are found though only a part of one is asked for', async () => {
    const bundle = await make('- Input: deploy.txt:20-30', { '/w/deploy.txt': `a\n\n${key}\n` });
    assert.deepEqual([bundle.pieces, bundle.secrets[0]?.line], [[], 3]);
    const beside = await make('- Input: deploy.txt:1-2', { '/w/deploy.txt': `a text\n\n${key}\n` });
    assert.deepEqual([sourcesOf(beside), beside.secrets], [['deploy.txt'], []]);
  });

  it('do not count where the stage leaves the file out, or the person decided', async () => {
    const files = { '/w/CLAUDE.md': token };
    assert.deepEqual((await make('- Context: not CLAUDE.md', files)).secrets, []);
    const allowed = await make('', files, { context: { allowedSecrets: new Set([secretHash('a GitHub token', token)]) } });
    assert.deepEqual([sourcesOf(allowed), allowed.secrets], [['CLAUDE.md'], []]);
    const other = await make('', files, { context: { allowedSecrets: new Set([secretHash('a GitHub token', `${token}x`)]) } });
    assert.deepEqual(other.pieces, []);
  });
});
