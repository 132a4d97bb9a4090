import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createCatalog } from '../../../src/catalog/catalog';
import { estimateTokens } from '../../../src/catalog/tokens';
import type { JournalRecord } from '../../../src/journal/records';
import { pastAnswers } from '../../../src/money/pastAnswers';
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
    const { inputTokens, outputTokens, usd, allOpusUsd, atMostUsd, model } = each[0] ?? {};
    assert.deepEqual([inputTokens, outputTokens, usd, allOpusUsd, atMostUsd, model], [0, 0, 0, 0, 0, 'code']);
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
    // And what it takes to have a judge choose among them.
    const variants = (await of('\n- Variants: 3')) / single;
    assert.ok(variants > 3 && variants < 6, String(variants));
    assert.ok(Math.abs((await of('\n- Each: Point in list.md', { items: () => 7 })) / single - 7) < 0.1);
  });

  it('counts an item for each call of Each, and not the whole list, though Input names it', async () => {
    const of = async (count: number) => {
      const list = Array.from({ length: count }, (_, i) => `- point ${i} ${'and more of it '.repeat(20)}`).join('\n');
      const files = { ...stages('A\n- Input: list.md\n- Each: Point in list.md\n- Task: x'), '/w/list.md': list };
      const [stage] = (await estimate(files, { items: () => count, itemTokens: () => 80 })).stages;
      return (stage?.inputTokens ?? 0) / count;
    };
    const [few, many] = [await of(2), await of(200)];
    assert.ok(Math.abs(many - few) <= 1, `${few} and ${many}`);
    const without = stages('A\n- Each: Point in list.md\n- Task: x');
    const [bare] = (await estimate({ ...without, '/w/list.md': '- a' }, { items: () => 1 })).stages;
    assert.equal(few - (bare?.inputTokens ?? 0), 80);
  });

  it('does not fail for a file that is not there', async () => {
    assert.ok(((await estimate(stages('A\n- Input: gone.md\n- Task: x'))).stages[0]?.inputTokens ?? 0) > 0);
  });
});

describe('the most that all tries of a stage can cost', () => {
  const catalog = createCatalog();
  const most = async (text: string, more: Partial<EstimateContext> = {}) => (await estimate(stages(text), more)).stages[0]?.atMostUsd ?? 0;

  it('is the worst case of every try on its ladder, whatever the answers turn out to be', async () => {
    const once = await most('A\n- Task: x\n- Retries: 0');
    const twice = await most('A\n- Task: x\n- Retries: 1');
    const usual = await most('A\n- Task: x');
    assert.ok(once >= catalog.worstCase('claude-haiku-5-5', 0, 16_000));
    assert.ok(twice > 2 * once, 'the second try is sent the first answer');
    assert.ok(usual > twice, 'and there is one at high effort');
    assert.ok((await most('A\n- Task: x\n- Variants: 3')) > usual + 2 * catalog.worstCase('claude-haiku-5-5', 0, 16_000));
    const asked = await most('A\n- Task: x\n- Retries: 0\n- Checks:\n  - judge: reads well, >= 4/5');
    assert.ok(asked - once >= catalog.worstCase('claude-haiku-5-5', 0, 4096), 'each answer is judged');
    assert.ok((await most('A\n- Task: x\n- Retries: 0\n- Advisor: yes')) - once > 2 * catalog.worstCase('claude-opus-5-5', 16_000, 2048));
  });

  it('leaves dearer models to the sum of their own, and is one try on Opus where the stage goes there', async () => {
    const ladder = {
      ladder: [
        { tier: 'own' as const, feedback: false },
        { tier: 'opus' as const, feedback: true },
      ],
      maxEscalationUsd: 5,
    };
    assert.ok((await most('A\n- Task: x', { ladder })) < catalog.worstCase('claude-opus-5-5', 0, 1000));
    const escalated = await most('A\n- Task: x', { escalate: 1 });
    assert.ok(escalated >= catalog.worstCase('claude-opus-5-5', 0, 16_000) && escalated < 2 * catalog.worstCase('claude-opus-5-5', 20_000, 16_000));
  });

  it('is above the estimate, for the essay too', async () => {
    const essay = (name: string) => readFileSync(`test/fixtures/essay/${name}`, 'utf8');
    const { stages: each, total } = await estimate({ '/w/CONTEXT.md': essay('CONTEXT.md'), '/w/VOICE.md': essay('VOICE.md') });
    for (const { usd, atMostUsd, least } of each) assert.ok(least.usd < usd && usd < atMostUsd && least.roomUsd < atMostUsd);
    assert.ok(Math.abs(total.atMostUsd - each.reduce((sum, { atMostUsd }) => sum + atMostUsd, 0)) < 1e-12);
  });
});

describe('earlier answers of a stage', () => {
  const run = (paid: boolean, ...outputs: number[]) => ({
    run: 'r',
    folder: '/w',
    records: [
      { type: 'run', paid },
      ...outputs.map((outputTokens, i) => ({
        type: 'attempt',
        stage: 'a',
        tier: 'haiku',
        model: 'claude-haiku-5-5',
        attempt: i + 1,
        by: 'model',
        output: 'o',
        checks: [],
        usage: { inputTokens: 1, outputTokens, cacheReadTokens: 0, cacheWriteTokens: 0 },
      })),
    ] as unknown as JournalRecord[],
  });

  it('say how long the next one will be, thinking included: the middle one of those that were paid', async () => {
    const past = pastAnswers([run(true, 100, 9000, 300), run(false, 1, 1, 1, 1, 1, 1)]);
    const [own] = (await estimate(stages('A\n- Task: x\n- Success: 3000+ words'), { past })).stages;
    assert.deepEqual([own?.outputTokens, own?.pastAnswers], [300, 3]);
    const [other] = (await estimate(stages('A (Haiku, high effort)\n- Task: x'), { past })).stages;
    assert.equal(other?.pastAnswers, 0, 'another effort thinks another while');
  });

  it('count by the answer alone where its judges have records of their own', () => {
    const journal = run(true, 5000);
    const answer = {
      type: 'answer',
      stage: 'a',
      tier: 'haiku',
      model: 'claude-haiku-5-5',
      attempt: 1,
      usage: { outputTokens: 400 },
    } as unknown as JournalRecord;
    journal.records.splice(1, 0, answer);
    assert.deepEqual(pastAnswers([journal])('a', 'claude-haiku-5-5', undefined), { count: 1, outputTokens: 400 });
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
