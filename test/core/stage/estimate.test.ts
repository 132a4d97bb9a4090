import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createCatalog } from '../../../src/catalog/catalog';
import { estimateTokens } from '../../../src/catalog/tokens';
import { type EstimateContext, estimatePlan, expectedAnswer } from '../../../src/stage/estimate';
import { planTask } from '../../../src/steering/plan';
import { taskOf } from '../../../src/steering/task';
import { MemoryFiles } from '../memoryFiles';

const countTokens = (text: string) => estimateTokens(text);

async function estimate(files: Record<string, string>, more: Partial<EstimateContext> = {}) {
  const memory = new MemoryFiles(files);
  memory.makeFolder('/w/.git');
  const plan = await planTask(await taskOf('/w/CONTEXT.md', files['/w/CONTEXT.md'] as string, memory), memory);
  return {
    plan,
    ...(await estimatePlan(plan, { files: memory, catalog: createCatalog(), countTokens, outputs: () => undefined, answers: new Map(), ...more })),
  };
}

const stages = (...all: string[]) => ({ '/w/CONTEXT.md': `# T\n\n${all.map((text, i) => `## Stage ${i + 1}: ${text}\n`).join('\n')}` });

describe('estimatePlan', () => {
  it("prices the essay's four stages before anything exists", async () => {
    const essay = (name: string) => readFileSync(`test/fixtures/essay/${name}`, 'utf8');
    const { stages: each, total } = await estimate({
      '/w/CONTEXT.md': essay('CONTEXT.md'),
      '/w/VOICE.md': essay('VOICE.md'),
      '/w/CLAUDE.md': essay('CLAUDE.md'),
    });
    assert.equal(each.length, 4);
    for (const { inputTokens, outputTokens, usd, allOpusUsd } of each) assert.ok(inputTokens > 500 && outputTokens > 200 && usd > 0 && allOpusUsd > 30 * usd);
    const [, , draft, polish] = each;
    assert.ok((draft?.outputTokens ?? 0) > 3000 * 1.3, '3000+ words are more tokens than words');
    assert.ok((polish?.inputTokens ?? 0) > 4000, 'reads the draft that is not there yet');
    assert.ok(Math.abs(total.usd - each.reduce((sum, { usd }) => sum + usd, 0)) < 1e-12);
    assert.ok(total.allOpusUsd > total.usd);
  });

  it('takes nothing for Code stages', async () => {
    const { stages: each } = await estimate(stages('Build (Code)\n- Run: npm run build', 'Write\n- Task: x'));
    assert.deepEqual(each[0], { inputTokens: 0, outputTokens: 0, usd: 0, allOpusUsd: 0 });
    assert.ok((each[1]?.usd ?? 0) > 0);
  });

  it('reads an output that is there instead of guessing it', async () => {
    const files = stages('A\n- Task: x\n- Output: List\n- Success: 3000+ words', 'B\n- Input: List\n- Task: y');
    const guessed = (await estimate(files)).stages[1]?.inputTokens ?? 0;
    const known = (await estimate(files, { outputs: () => ({ text: 'short' }) })).stages[1]?.inputTokens ?? 0;
    assert.ok(guessed - known > 3000);
  });

  it('keeps what it guesses within the budget', async () => {
    const files = stages('A\n- Task: x\n- Output: List\n- Success: 30000+ words', 'B\n- Input: List\n- Task: y\n- Budget: 1000');
    assert.ok(((await estimate(files)).stages[1]?.inputTokens ?? 9999) < 2500);
  });

  it('counts variants and items, at the price of each call', async () => {
    const of = async (field: string, more: Partial<EstimateContext> = {}) =>
      (await estimate({ ...stages(`A\n- Task: x${field}`), '/w/list.md': '- a' }, more)).stages[0]?.usd ?? 0;
    const single = await of('');
    assert.ok(Math.abs((await of('\n- Variants: 3')) / single - 3) < 0.01);
    assert.ok(Math.abs((await of('\n- Each: Point in list.md', { items: () => 7 })) / single - 7) < 0.1);
  });

  it('does not fail for a file that is not there', async () => {
    assert.ok(((await estimate(stages('A\n- Input: gone.md\n- Task: x'))).stages[0]?.inputTokens ?? 0) > 0);
  });
});

describe('expectedAnswer', () => {
  it('follows the checks, else the format', async () => {
    const { plan } = await estimate(
      stages(
        'A\n- Checks:\n  - words: 300-500',
        'B\n- Checks:\n  - tokens: 100-200',
        'C\n- Output: X as json',
        'D\n- Checks:\n  - not words: >= 9000',
        'E\n- Checks:\n  - items: 10-20',
      ),
    );
    const [words = 0, tokens = 0, json = 0, plain = 0, items = 0] = plan.stages.map(({ stage }) => expectedAnswer(stage, countTokens));
    assert.ok(words > 400 && words < 400 * 3);
    assert.equal(tokens, 150);
    assert.ok(json > 0 && json < plain && plain < 3000);
    assert.ok(items > 15 * 20);
  });
});
