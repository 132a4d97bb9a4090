import assert from 'node:assert/strict';
import fc from 'fast-check';
import { assembleBundle } from '../../../src/bundle/bundle';
import { estimateTokens } from '../../../src/catalog/tokens';
import type { LanguageModel, ModelRequest } from '../../../src/ports';
import { exactTokens, previewStage } from '../../../src/stage/preview';
import { buildPrompt } from '../../../src/stage/prompt';
import { planTask } from '../../../src/steering/plan';
import { Bench, refused, stages } from './scripted';

async function previewOf(bench: Bench, number: number, options: Parameters<typeof previewStage>[3] = {}) {
  const plan = await planTask(await bench.task(), bench.files);
  const index = plan.stages.findIndex(({ stage }) => stage.number === number);
  return { plan, index, preview: await previewStage(bench.engine, plan, index, options) };
}

const long = (word: string) => `${word} `.repeat(800).trim();

describe('the beginning that stages share', () => {
  const fields = fc.subarray([
    '- Input: a.md',
    '- Context: VOICE.md',
    '- Context: src/x.ts',
    '- Input: other/CLAUDE.md',
    '- Input: CLAUDE.md#Rules',
    '- Success: reads like VOICE.md',
  ]);

  it('is the same, byte for byte, up to the first cache breakpoint, whatever each of them reads', async () => {
    await fc.assert(
      fc.asyncProperty(fields, fields, fc.boolean(), fc.boolean(), async (one, two, rules, imports) => {
        const stage = (own: string[], title: string) => {
          const [input, context] = ['- Input:', '- Context:'].map((name) =>
            own.filter((field) => field.startsWith(name)).map((field) => field.slice(name.length).trim()),
          );
          const rest = own.filter((field) => field.startsWith('- Success'));
          return [
            `${title} (Haiku)`,
            '- Task: Do it',
            ...(input?.length ? [`- Input: ${input.join(', ')}`] : []),
            ...(context?.length ? [`- Context: ${context.join(', ')}`] : []),
            ...rest,
          ].join('\n');
        };
        const document = `## Specification\n\nSell bees.\n\n${stages(stage(one, 'First'), stage(two, 'Second'))}`;
        const bench = new Bench(
          document,
          {},
          {
            '/w/CLAUDE.md': `# Project\n\n## Rules\n\n${imports ? '@more.md' : 'b'}\n`,
            '/w/more.md': 'more',
            '/w/other/CLAUDE.md': 'elsewhere',
            '/w/a.md': 'a',
            '/w/VOICE.md': 'calm',
            '/w/src/x.ts': 'x',
            ...(rules ? { '/w/.claude/rules/x.md': '---\npaths: src/**\n---\nrule', '/w/.claude/rules/all.md': 'all' } : {}),
          },
        );
        const plan = await planTask(await bench.task(), bench.files);
        const make = async (index: number) => {
          const context = {
            files: bench.files,
            countTokens: (text: string) => estimateTokens(text),
            outputs: () => undefined,
            answers: new Map(),
            windowTokens: 200_000,
          };
          return buildPrompt(plan, index, await assembleBundle(plan, index, context));
        };
        const [first, second] = [await make(0), await make(1)];
        assert.equal(first.system[0]?.text, second.system[0]?.text);
        assert.equal(first.system[0]?.cache, true);
      }),
      { numRuns: 60 },
    );
  });

  const document = (second: string) =>
    `## Specification\n\n${long('bees')}\n\n${stages('First (Haiku)\n- Input: VOICE.md\n- Task: x', 'Script (Code)\n- Run: true', second)}`;
  const files = { '/w/VOICE.md': long('calm'), '/w/CLAUDE.md': long('rule') };

  it('is told in tokens, with the stage that sends it too', async () => {
    const { preview } = await previewOf(new Bench(document('Third (Haiku)\n- Task: y'), {}, files), 3);
    const [block] = preview.prompt.system;
    assert.deepEqual(preview.reused, { tokens: estimateTokens(block?.text ?? '', preview.model), with: 1 });
    assert.ok((preview.reused?.tokens ?? 0) < preview.inputTokens);
  });

  it('holds VOICE.md where both stages get it', async () => {
    const { preview } = await previewOf(new Bench(document('Third (Haiku)\n- Input: VOICE.md\n- Task: y'), {}, files), 3);
    const own = preview.prompt.system.map(({ text }) => text).join('\n\n');
    assert.deepEqual(preview.reused, { tokens: estimateTokens(own, preview.model), with: 1 });
    assert.equal(preview.prompt.system.length, 2);
  });

  it('is none for the first stage, for another model, and below what the model caches', async () => {
    assert.equal((await previewOf(new Bench(document('Third (Haiku)\n- Task: y'), {}, files), 1)).preview.reused, undefined);
    assert.equal((await previewOf(new Bench(document('Third (Opus)\n- Task: y'), {}, files), 3)).preview.reused, undefined);
    const short = new Bench(stages('A (Haiku)\n- Task: x', 'B (Haiku)\n- Task: y'), {});
    assert.equal((await previewOf(short, 2)).preview.reused, undefined);
  });
});

describe('the preview of a stage with Each', () => {
  const document = stages(
    'List (Haiku)\n- Task: x\n- Output: Questions',
    'Answer (Haiku)\n- Each: Question in Questions\n- Task: Answer Question\n- Output: Answers',
  );

  it('shows the first item where the list is known, and says so where it is not', async () => {
    const bench = new Bench(document, { list: '- why?\n- how?\n' });
    const before = (await previewOf(bench, 2)).preview;
    assert.deepEqual([before.each, before.item], ['Question in Questions', undefined]);
    assert.doesNotMatch(before.prompt.text.user, /each_item/);
    await bench.run({ stage: 1 });
    const { preview } = await previewOf(bench, 2);
    assert.deepEqual(preview.item, { name: 'Question', value: 'why?', number: 1, of: 2 });
    assert.match(preview.prompt.text.user, /<each_item>\nwhy\?\n<\/each_item>/);
  });

  it('is what the run then sends, byte for byte', async () => {
    const bench = new Bench(
      document,
      { list: '- why?\n- how?\n', 'answer-1': 'A', 'answer-2': 'B' },
      { '/w/CLAUDE.md': 'rules', '/w/.claude/rules/a.md': 'a' },
    );
    await bench.run({ stage: 1 });
    const { preview } = await previewOf(bench, 2);
    await bench.run();
    const call = bench.model.calls.find(({ label }) => label.stage === 'answer-1');
    assert.deepEqual([call?.system, call?.user], [preview.prompt.system, preview.prompt.user]);
  });
});

describe('the preview of a Code stage', () => {
  it('says that nothing is sent, and shows what the command gets as files, whole', async () => {
    const bench = new Bench('---\nbudget:\n  tokens: 10\n---\n## Stage 1: Count (Code)\n- Run: wc\n- Input: a.txt\n', {}, { '/w/a.txt': long('a') });
    const { preview, plan, index } = await previewOf(bench, 1);
    assert.deepEqual([preview.sent, preview.model, preview.inputTokens, preview.prompt.text], [false, 'code', 0, { system: '', user: '' }]);
    assert.deepEqual(
      preview.bundle.pieces.map(({ source, outline }) => [source, outline]),
      [['a.txt', false]],
    );
    await refused(exactTokens(bench.model, plan, index, preview, new AbortController().signal));
  });
});

describe('an exact count', () => {
  const counting = (asked: ModelRequest[]): LanguageModel => ({
    kind: 'counting',
    paid: true,
    ask: () => assert.fail('counting asks nothing'),
    countTokens: async (request) => {
      asked.push(request);
      return 4711;
    },
  });

  it("is asked for the preview's own prompt", async () => {
    const { plan, index, preview } = await previewOf(new Bench(stages('A (Haiku)\n- Task: x'), {}), 1);
    const asked: ModelRequest[] = [];
    assert.equal(await exactTokens(counting(asked), plan, index, preview, new AbortController().signal), 4711);
    assert.deepEqual(
      asked.map(({ model, system, user }) => ({ model, system, user })),
      [{ model: preview.model, system: preview.prompt.system, user: preview.prompt.user }],
    );
  });

  it('is not asked for where a secret would go along', async () => {
    const token = `ghp_${'qZ8rT2mK5vB'.repeat(4).slice(0, 36)}`;
    const { plan, index, preview } = await previewOf(new Bench(stages(`A (Haiku)\n- Task: use ${token}`), {}), 1);
    const asked: ModelRequest[] = [];
    const error = await refused(exactTokens(counting(asked), plan, index, preview, new AbortController().signal));
    assert.match(error.message, /CONTEXT\.md:4 holds a GitHub token/);
    assert.deepEqual(asked, []);
  });
});
