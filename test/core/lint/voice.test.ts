import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { applyFixes, fixAll, lintText } from '../../../src/lint/linter';
import { rescaled } from '../../../src/lint/rules/voice/weights';
import { MemoryFiles } from '../memoryFiles';

const lint = (text: string) => lintText({ path: '/w/VOICE.md', text, files: new MemoryFiles({ '/w/.git/HEAD': '' }) });
const rulesOf = async (text: string) => (await lint(text)).map(({ rule }) => rule);
const avoid = '\n## Words to avoid\n\nleverage, hype\n';
/** So that nothing is missed in a voice that is weighed. */
const whole = `${avoid}\n## Cadence and metaphors\n\n- Longest sentence: 30 words\n- No metaphors.\n\n## Example\n\nIt works now.\n`;

describe('rules for VOICE.md', () => {
  it('find weights that do not add to 100, and rescale them', async () => {
    const text = `# Voice\n\n## Tone\n\n- 60% — Calm\n- 60% — Exact\n- 30% — Warm\n${whole}`;
    const issues = await lint(text);
    assert.deepEqual(
      issues.map(({ rule, severity }) => [rule, severity]),
      [['voice/weights', 'error']],
    );
    assert.match(issues[0]?.message ?? '', /add to 150%/);
    assert.equal(fixAll(text, issues), text, 'nobody rescales unasked');
    const fixed = applyFixes(text, [issues[0]?.fixes[0]?.edits ?? []]);
    assert.match(fixed, /- 40% — Calm\n- 40% — Exact\n- 20% — Warm/);
    assert.deepEqual(await rulesOf(fixed), []);
  });

  it('are sure of weights only where they are plainly shares of one whole', async () => {
    const severities = async (text: string) =>
      (await lint(`# Voice\n\n${text}${whole}`)).filter(({ rule }) => rule === 'voice/weights').map(({ severity }) => severity);
    for (const text of [
      '- 50% — Calm\n- 60% — Exact\n',
      '## Voice mix\n\n- 90% — Calm\n- 60% — Exact\n',
      '## How we sound\n\nEach line has its weight:\n\n- 90% — Calm\n- 60% — Exact\n',
      '## How we sound\n\n- 50% — Calm\n- 40% — Exact\n',
    ])
      assert.deepEqual(await severities(text), ['error'], text);
    for (const text of [
      '## Confidence\n\n- Certain: 95%\n- Likely: 70%\n- Unsure: 40%\n',
      '## Targets\n\n- Active voice: 90%\n- Short sentences: 80%\n- Jargon: 5%\n\n| Share of | Most |\n|---|---|\n| Questions | 30% |\n| Lists | 10% |\n',
      '## Formality\n\n- Email: 80%\n- Slack: 20%\n- Docs: 60%\n',
      '## Last month\n\n- Open rate: 40%\n- Click rate: 5%\n',
      '## Tone sliders\n\n| Formal to casual | 70% |\n|---|---|\n| Serious to funny | 20% |\n| Plain to rich | 30% |\n',
    ])
      assert.deepEqual(await severities(text), ['info'], text);
    const beside = '## Tone\n\n- 60% — Calm\n- 60% — Exact\n\n| Reader | Share |\n|---|---|\n| New | 30% |\n| Old | 60% |\n';
    const issues = await lint(`# Voice\n\n${beside}${whole}`);
    assert.match(
      applyFixes(`# Voice\n\n${beside}`, [issues.find(({ rule }) => rule === 'voice/weights')?.fixes[0]?.edits ?? []]),
      /50% — Exact[\s\S]*30%[\s\S]*60%/,
    );
  });

  it('let groups alone that add to 100, thirds, and single percentages', async () => {
    assert.deepEqual(await rulesOf(`# Voice\n\n- 33.3% — A\n- 33.3% — B\n- 33.3% — C\n\n## Readers\n\n- 80% — come from search\n${whole}`), []);
  });

  it('find a negative weight', async () => {
    assert.deepEqual(await rulesOf(`# Voice\n\n- 120% — A\n- -20% — B\n${whole}`), ['voice/negative-weight']);
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
      ['info voice/no-example', 'info voice/no-forbidden-words'],
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
