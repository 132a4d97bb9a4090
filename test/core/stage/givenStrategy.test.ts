import assert from 'node:assert/strict';
import { bodyHash, stageHash, strategyText } from '../../../src/steering/strategy';
import { Bench, stages } from './scripted';

const body = '## Procedure\n\n1. Say yes.';
const own = '/w/.haiku/strategies/context/a.md';
const text = stages('A (Haiku)\n- Task: x\n- Retries: 0\n- Checks:\n  - contains: "yes"');

async function withStrategy(status: 'unproven' | 'rejected' = 'unproven'): Promise<Bench> {
  const bench = new Bench(text, { 'a haiku-1': 'no', 'a opus-1': 'yes' });
  const stage = (await bench.task()).document.stages[0] ?? assert.fail('no stage');
  const head = { stage: stage.slug, targetModel: 'claude-haiku-5-5', authorModel: 'claude-opus-5-5', date: '2026-11-22', stageHash: stageHash(stage) };
  await bench.files.write(own, strategyText({ ...head, status, body }));
  return bench;
}
const given = (bench: Bench) => bench.records().flatMap((record) => (record.type === 'attempt' ? [[record.tier, record.strategy]] : []));

describe('what an attempt was given', () => {
  it('is on record: the strategy by the hash of its text, for the model it was written for and for none that takes over', async () => {
    const bench = await withStrategy();
    await bench.run();
    assert.deepEqual(given(bench), [['haiku', bodyHash(body)]]);
    await bench.run({ escalate: 1 });
    assert.deepEqual(given(bench), [['opus', undefined]]);
  });

  it('is nothing where the strategy was rejected', async () => {
    const bench = await withStrategy('rejected');
    await bench.run();
    assert.deepEqual(given(bench), [['haiku', undefined]]);
  });
});
