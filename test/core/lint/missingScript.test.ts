import assert from 'node:assert/strict';
import { issuesOf, parts, textsOf } from './contextSubject';

const rule = 'context/missing-script';
const code = (run: string, more = '') => `${parts}Stage 1: A (Code)\n- Run: ${run}\n- Output: A → a.txt\n${more}`;
const files = { 'scripts/count.mjs': '', 'x.py': '', '.gitignore': 'local/\n', 'package.json': '{}' };

describe('a script that a stage runs', () => {
  const missing: [string, string][] = [
    ['node scripts/nope.mjs', 'scripts/nope.mjs'],
    ['`python nope.py --all`', 'nope.py'],
    ['`bash nope.sh && npm test`', 'nope.sh'],
    ['./nope.sh', './nope.sh'],
    ['`npx tsx scripts/nope.ts a.txt`', 'scripts/nope.ts'],
    ['NODE_ENV=test node ./nope.js', './nope.js'],
  ];
  for (const [run, path] of missing) it(`is missing: ${run}`, async () => assert.deepEqual(await textsOf(rule, code(run), files), [path]));

  const fine = [
    'node scripts/count.mjs',
    'python x.py',
    'node -e "1"',
    'python -m pytest tests/nope.py',
    'node dist/nope.js',
    'bash local/nope.sh',
    'cd sub && node nope.mjs',
    'curl -o nope.sh https://example.com/nope.sh && bash nope.sh',
    '[ -f nope.sh ] && bash nope.sh',
    'node nope.mjs || true',
    'node $SCRIPT.mjs',
    'npm test',
    'node --require ts-node/register',
    'echo scripts/nope.mjs',
    'node /opt/nope.mjs',
    'node ../../nope.mjs',
  ];
  for (const run of fine) it(`is not told: ${run}`, async () => assert.deepEqual(await textsOf(rule, code(run), files), []));

  it('is one that an earlier stage writes, or may write', async () => {
    const later = 'Stage 2: B (Code)\n- Input: A\n- Run: node scripts/nope.mjs\n';
    assert.deepEqual(await textsOf(rule, code('x', later), files), ['scripts/nope.mjs']);
    assert.deepEqual(await textsOf(rule, code('x', later).replace('a.txt', 'scripts/nope.mjs'), files), []);
    assert.deepEqual(await textsOf(rule, code('make nope.mjs', later), files), []);
  });

  it('is told of a check, with the file that was meant', async () => {
    const text = `${parts}Stage 1: A (Haiku)\n- Task: x\n- Output: A → new.mjs\n- Checks:\n  - command: node scripts/cuont.mjs\n  - command: node new.mjs\n`;
    const [issue, ...more] = await issuesOf(rule, text, files);
    assert.equal(more.length, 0);
    assert.equal(issue?.message, 'scripts/cuont.mjs, which this check runs, does not exist. Did you mean scripts/count.mjs?');
    assert.equal(issue.fixes[0]?.edits[0]?.newText, 'scripts/count.mjs');
  });
});
