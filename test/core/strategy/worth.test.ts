import assert from 'node:assert/strict';
import { createCatalog } from '../../../src/catalog/catalog';
import { estimateTokens } from '../../../src/catalog/tokens';
import { readState } from '../../../src/journal/state';
import type { ModelRequest } from '../../../src/ports';
import { type Strategy, stageHash, strategyPath, strategyText } from '../../../src/steering/strategy';
import { worthText } from '../../../src/strategy/worth';
import { readStrategyWorth } from '../../../src/strategy/worthReading';
import { Bench, type Reply, stages } from '../stage/scripted';

const document = stages('Greet (Haiku)\n- Input: Name\n- Task: Greet the person.\n- Output: Greeting\n- Retries: 0\n- Checks:\n  - contains: "Dear"');
const body = 'Begin with the word Dear.';
const catalog = createCatalog();

/** A cheap model that greets well only where it is told how (or never); the dear one always does. */
const replies =
  (learns: boolean) =>
  ({ label, system }: ModelRequest): Reply =>
    label.tier === 'opus' || (learns && system.some(({ text }) => text.includes(body))) ? 'Dear Ada,' : 'Hi Ada';

async function bench(learns = true) {
  const made = new Bench(document, replies(learns));
  made.person.answers = { Name: 'Ada' };
  const task = await made.task();
  const [stage] = task.document.stages;
  assert.ok(stage);
  const path = strategyPath(task, stage);
  const strategy: Strategy = {
    stage: stage.slug,
    targetModel: 'claude-haiku-5-5',
    authorModel: 'person',
    date: '2026-11-22',
    stageHash: stageHash(stage),
    status: 'unproven',
    body,
  };
  return {
    keep: (more: Partial<Strategy> = {}) => made.files.put(path, strategyText({ ...strategy, ...more })),
    /** So many runs, each escalated where it fails and that is wanted. */
    async runs(count: number, escalates = true) {
      for (let i = 0; i < count; i++) {
        await made.run({ fresh: true });
        const state = await readState(made.files, task.haikuFolder, task.slug);
        if (escalates && state.stages.get(stage.slug)?.ended?.status === 'failed') await made.run({ escalate: 1 });
      }
    },
    async worth() {
      const state = await readState(made.files, task.haikuFolder, task.slug);
      return readStrategyWorth(made.files, catalog, task, stage, state.stages.get(stage.slug));
    },
  };
}

const usage = { inputTokens: 100, outputTokens: 10, cacheReadTokens: 0, cacheWriteTokens: 0 };
const escalation = catalog.price('claude-opus-5-5', usage);
const token = catalog.entry('claude-haiku-5-5').prices.input / 1e6;

describe('what a strategy is worth', () => {
  it('is the escalations it spares against its tokens, once enough is on record', async () => {
    const { keep, runs, worth } = await bench();
    await runs(8);
    keep();
    assert.equal(await worth(), undefined, 'nothing was done with it yet');
    await runs(7);
    assert.equal(await worth(), undefined);
    await runs(1);
    const found = await worth();
    assert.ok(found);
    assert.ok(Math.abs(found.savesUsd - escalation) < 1e-9, `${found.savesUsd}`);
    assert.ok(Math.abs(found.costUsd - estimateTokens(body, 'claude-haiku-5-5') * token) < 1e-9, `${found.costUsd}`);
    assert.match(worthText(found), /failed 8 of 8 times without it, 0 of 8 with it/);
  });

  it('is nothing where the stage fails as often with it, escalated or not', async () => {
    const { keep, runs, worth } = await bench(false);
    await runs(8, false);
    keep();
    await runs(8, false);
    const found = await worth();
    assert.ok(found && Math.abs(found.savesUsd) < 1e-9 && found.costUsd > 0);
    assert.match(found.basis, /priced as Opus would be/);
    assert.match(worthText(found), /saves nothing/);
  });

  it('starts anew with another text, and is not said of one that is not used', async () => {
    const { keep, runs, worth } = await bench();
    await runs(8);
    keep();
    await runs(8);
    keep({ body: `${body} Then the name.` });
    assert.equal(await worth(), undefined);
    keep({ status: 'rejected' });
    assert.equal(await worth(), undefined);
  });
});
