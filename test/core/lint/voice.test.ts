import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { fixAll, lintText } from '../../../src/lint/linter';
import { rescaled } from '../../../src/lint/rules/voice/weights';
import { MemoryFiles } from '../memoryFiles';

const lint = (text: string) => lintText({ path: '/w/VOICE.md', text, files: new MemoryFiles({ '/w/.git/HEAD': '' }) });
const rulesOf = async (text: string) => (await lint(text)).map(({ rule }) => rule);
const avoid = '\n## Words to avoid\n\nleverage, hype\n';

describe('rules for VOICE.md', () => {
  it('find weights that do not add to 100, and rescale them', async () => {
    const text = `# Voice\n\n## Tone\n\n- 60% — Calm\n- 60% — Exact\n- 30% — Warm\n${avoid}`;
    const issues = await lint(text);
    assert.deepEqual(
      issues.map(({ rule, severity }) => [rule, severity]),
      [['voice/weights', 'error']],
    );
    assert.match(issues[0]?.message ?? '', /add to 150%/);
    const fixed = fixAll(text, issues);
    assert.match(fixed, /- 40% — Calm\n- 40% — Exact\n- 20% — Warm/);
    assert.deepEqual(await rulesOf(fixed), []);
  });

  it('let groups alone that add to 100, thirds, and single percentages', async () => {
    assert.deepEqual(await rulesOf(`# Voice\n\n- 33.3% — A\n- 33.3% — B\n- 33.3% — C\n\n## Readers\n\n- 80% — come from search\n${avoid}`), []);
  });

  it('find a negative weight', async () => {
    assert.deepEqual(await rulesOf(`# Voice\n\n- 120% — A\n- -20% — B\n${avoid}`), ['voice/negative-weight']);
  });

  it('find a term both wanted and unwanted, and an example that breaks the rules', async () => {
    assert.deepEqual(await rulesOf(`# Voice\n\n## Words to use\n\nyou, Hype\n${avoid}`), ['voice/contradictory-term']);
    assert.deepEqual(await rulesOf(`# Voice\n${avoid}\n## Example\n\nWe leverage queues.\n`), ['voice/own-example']);
    assert.deepEqual(await rulesOf(`# Voice\n${avoid}\n## Examples\n\n- Bad: We leverage queues.\n- Good: We use queues. Leveraged is another word.\n`), []);
  });

  it('find words with hyphens', async () => {
    assert.deepEqual(await rulesOf('# Voice\n\n## Words to avoid\n\ngame-changer\n\n## Example\n\nA real game-changer.\n'), ['voice/own-example']);
  });

  it('say so where no words to avoid are named', async () => {
    assert.deepEqual(await rulesOf('# Voice\n\nPlain.\n'), ['voice/no-forbidden-words']);
  });

  it('have no error for the essay', async () => {
    const issues = await lint(readFileSync(join(__dirname, '../../fixtures/essay/VOICE.md'), 'utf8'));
    assert.deepEqual(
      issues.map(({ rule, severity }) => `${severity} ${rule}`),
      ['info voice/no-forbidden-words'],
    );
  });

  it('rescale to whole numbers that add to 100 and keep the order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 12 }), (weights) => {
        const result = rescaled(weights);
        if (!weights.some((weight) => weight > 0)) return assert.equal(result, undefined);
        assert.equal(
          result?.reduce((sum, weight) => sum + weight, 0),
          100,
        );
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        for (const [i, weight] of weights.entries()) assert.ok(Math.abs((result?.[i] as number) - (weight / total) * 100) < 1);
      }),
    );
  });
});
