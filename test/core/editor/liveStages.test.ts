import assert from 'node:assert/strict';
import { LiveStages } from '../../../src/editor/liveStages';
import { Pace } from '../../../src/editor/pace';
import type { RunEvent } from '../../../src/stage/engine';

const at = '2026-11-22T08:00:00.000Z';
const begins = (stage: string, more: { item?: number; attempt?: number } = {}): RunEvent => ({
  type: 'record',
  record: { type: 'attempt-started', at, stage, attempt: 1, tier: 'haiku', model: 'claude-haiku-5-5', reservedUsd: 0.01, ...more },
});
const says = (stage: string, text: string, more: { item?: number; attempt?: number } = {}): RunEvent => ({ type: 'text', stage, attempt: 1, text, ...more });
const ends = (stage: string): RunEvent => ({ type: 'record', record: { type: 'stage', at, stage, number: 1, title: stage, status: 'passed' } });

describe('what is shown of a run while it goes on', () => {
  it('is the end of what a model writes, however much that is', () => {
    const live = new LiveStages();
    live.follow(begins('draft'));
    for (let i = 0; i < 3000; i++) live.follow(says('draft', `${'x'.repeat(95)} ${i}\n`));
    const shown = live.outputs.get('draft');
    assert.ok(shown && shown.text.length <= 128 * 1024 && shown.text.length >= 64 * 1024);
    assert.ok(shown.text.endsWith(' 2999\n'));
    assert.ok(shown.characters > 290_000);
  });

  it('is one item of several that are written at once, never their words mixed', () => {
    const live = new LiveStages();
    live.follow(begins('notes', { item: 1 }));
    live.follow(says('notes', 'first ', { item: 1 }));
    live.follow(begins('notes', { item: 2 }));
    assert.equal(live.follow(says('notes', 'more of the first', { item: 1 })), false);
    live.follow(says('notes', 'second', { item: 2 }));
    assert.equal(live.outputs.get('notes')?.text, 'second');
  });

  it('keeps the texts of the last stages alone', () => {
    const live = new LiveStages();
    for (let i = 0; i < 500; i++) {
      live.follow(begins(`step-${i}`));
      live.follow(says(`step-${i}`, 'text'));
      live.follow(ends(`step-${i}`));
    }
    const kept = [...live.outputs].filter(([, { text }]) => text).map(([stage]) => stage);
    assert.ok(kept.length < 100, `${kept.length} are kept`);
    assert.equal(kept.at(-1), 'step-499');
    assert.equal(live.isRunning, false);
  });
});

describe('a pace', () => {
  it('takes a tenth of the time for what is dear, and does it once for all who asked', async () => {
    let now = 0;
    let done = 0;
    const pace = new Pace(
      async () => {
        done++;
      },
      () => now,
    );
    pace.took(1000);
    pace.soon();
    pace.soon();
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(done, 0, 'nine seconds have to pass');
    pace.cancel();
    now = 9000;
    pace.soon();
    pace.soon();
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(done, 1);
  });
});
