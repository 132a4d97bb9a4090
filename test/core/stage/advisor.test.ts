import assert from 'node:assert/strict';
import { createCatalog } from '../../../src/catalog/catalog';
import { readLedger } from '../../../src/money/ledger';
import { advisorFor, consultRate } from '../../../src/stage/advice';
import { Bench, type Reply, stages } from './scripted';

const document = (runner = 'Haiku', more = '') => stages(`Draft (${runner})\n- Task: write\n- Advisor: yes\n${more}`);
const usage = { inputTokens: 1000, outputTokens: 100, cacheReadTokens: 0, cacheWriteTokens: 0 };

/** As the API answers where the model asked its advisor so often. */
const advised = (text: string, consults: number): Reply => ({
  text,
  advisor: { model: 'claude-opus-5-5', consults, usage: consults ? usage : { ...usage, inputTokens: 0, outputTokens: 0 } },
});

describe('Advisor: yes', () => {
  it('gives the model Opus to ask, tells it when to, and keeps how often it did and what that cost', async () => {
    const bench = new Bench(document(), () => advised('text', 1));
    const result = await bench.run();
    const [call] = bench.model.calls;
    assert.deepEqual([call?.advisor?.model, call?.advisor?.maxUses], ['claude-opus-5-5', 2]);
    assert.ok((call?.advisor?.maxTokens ?? 0) >= 1024);
    const user = call?.user.map(({ text }) => text).join('\n') ?? '';
    assert.match(user, /You have the advisor tool/);
    assert.ok(user.trimEnd().endsWith('The task:\nwrite'), 'the task stands last all the same');
    const attempt = bench.records().find((record) => record.type === 'attempt');
    assert.ok(attempt?.type === 'attempt' && attempt.advisor?.consults === 1);
    // 1,000 tokens in at $4 and 100 out at $20 a million, beside what Haiku cost.
    assert.ok(
      Math.abs((attempt.usd ?? 0) - (0.004 + 0.002) - createCatalog().price('claude-haiku-5-5', { ...usage, inputTokens: 100, outputTokens: 10 })) < 1e-9,
    );
    assert.deepEqual(result.stages[0]?.usage.inputTokens, 100, 'its tokens are no tokens of Haiku');
  });

  it('has its consult rate in the ledger', async () => {
    let calls = 0;
    const bench = new Bench(`${document()}- Checks:\n  - contains: "apple"\n`, () => advised('text', calls++ ? 0 : 2));
    await bench.run();
    const task = await bench.task();
    const [stage] = (await readLedger(bench.files, task.haikuFolder, task.slug, createCatalog())).stages;
    assert.deepEqual([stage?.advisedCalls, stage?.consults], [3, 2]);
    assert.ok(Math.abs((stage?.advisorUsd ?? 0) - 0.006) < 1e-9);
    assert.equal(consultRate(stage ? [stage] : []), 'asked 2 times in 3 calls');
  });

  it('is shown in the estimate', async () => {
    const usd = async (text: string) => {
      const bench = new Bench(text, () => 'text');
      await bench.run();
      return bench.person.estimates[0]?.usd ?? 0;
    };
    assert.ok((await usd(document())) > 5 * (await usd(document().replace('- Advisor: yes\n', ''))));
  });

  it('is not sent where a stage says nothing, and makes a stage another one', async () => {
    const bench = new Bench(stages('Draft (Haiku)\n- Task: write'), () => 'text');
    await bench.run();
    assert.equal(bench.model.calls[0]?.advisor, undefined);
    assert.doesNotMatch(bench.model.calls[0]?.user.map(({ text }) => text).join('') ?? '', /advisor/);
    bench.files.put('/w/CONTEXT.md', document());
    await bench.run();
    assert.equal(bench.model.calls.length, 2, 'it is not reused');
  });

  it('asks nobody where the model is Opus itself, too old, unknown, or a recording', () => {
    const catalog = createCatalog();
    const stage = { advisor: true };
    const http = { kind: 'anthropic' };
    assert.ok(advisorFor(stage, 'haiku', http, catalog, {}));
    assert.ok(advisorFor(stage, 'sonnet', http, catalog, {}));
    assert.equal(advisorFor(stage, 'opus', http, catalog, {}), undefined);
    assert.equal(advisorFor({ advisor: false }, 'haiku', http, catalog, {}), undefined);
    assert.equal(advisorFor(stage, 'haiku', { kind: 'recorded' }, catalog, {}), undefined);
    assert.equal(advisorFor(stage, 'haiku', { kind: 'vscode' }, catalog, {}), undefined);
    assert.equal(advisorFor(stage, 'haiku', http, catalog, { haiku: 'claude-haiku-4-5' }), undefined);
    assert.equal(advisorFor(stage, 'haiku', http, catalog, { haiku: 'llama-4-8b' }), undefined);
  });

  it('is left out, and nothing else, where a cap has no room for it', async () => {
    const bench = new Bench(document(), () => 'text');
    bench.settings = { ...bench.settings, caps: [{ name: '--max-cost', usd: 0.01 }] };
    const result = await bench.run();
    assert.equal(result.status, 'passed');
    const [call] = bench.model.calls;
    assert.equal(call?.advisor, undefined);
    assert.ok(!call?.user.some(({ text }) => text.includes('advisor')), 'nor told of one');
  });
});
