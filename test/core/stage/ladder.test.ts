import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Tier } from '../../../src/catalog/models';
import { efforts, UserError } from '../../../src/ports';
import { climbsTo, defaultLadder, type Ladder, ladderText, parseLadder, rungsOf } from '../../../src/stage/ladder';
import { readContext } from '../../../src/steering/context';

const stageOf = (runner: string, fields = '') => {
  const stage = readContext('/w/CONTEXT.md', `# T\n\n## Stage 1: Draft (${runner})\n- Task: write\n${fields}`).stages[0];
  assert.ok(stage);
  return stage;
};

const rungs = (runner: string, settings: Parameters<typeof rungsOf>[1] = {}, fields = '', takesEffort: (tier: Tier) => boolean = () => true) =>
  rungsOf(stageOf(runner, fields), settings, takesEffort).map(
    ({ tier, effort, feedback }) => `${tier}${effort ? ` ${effort}` : ''}${feedback ? '+feedback' : ''}`,
  );

describe('the ladder of a stage', () => {
  it('is, where nothing is said: as it is, with feedback, with feedback at high effort', () => {
    assert.deepEqual(rungs('Haiku'), ['haiku', 'haiku+feedback', 'haiku high+feedback']);
    assert.deepEqual(rungs('Opus if needed'), ['haiku', 'haiku+feedback', 'haiku high+feedback']);
    assert.deepEqual(rungs('Sonnet, low effort'), ['sonnet low', 'sonnet low+feedback', 'sonnet high+feedback']);
  });

  it('has no third rung where it would ask the same again', () => {
    for (const runner of ['Haiku, high effort', 'Haiku, max effort']) {
      const effort = runner.split(' ')[1];
      assert.deepEqual(rungs(runner), [`haiku ${effort}`, `haiku ${effort}+feedback`]);
    }
    assert.deepEqual(
      rungs('Haiku', {}, '', () => false),
      ['haiku', 'haiku+feedback'],
    );
  });

  it('with Retries has exactly so many tries with feedback', () => {
    assert.deepEqual(rungs('Haiku', {}, '- Retries: 0\n'), ['haiku']);
    assert.deepEqual(rungs('Haiku', {}, '- Retries: 1\n'), ['haiku', 'haiku+feedback']);
    assert.deepEqual(rungs('Haiku', {}, '- Retries: 3\n'), ['haiku', 'haiku+feedback', 'haiku+feedback', 'haiku+feedback']);
  });

  it('climbs to dearer models only where a sum is set', () => {
    const ladder = parseLadder('haiku, haiku+feedback, haiku high+feedback, sonnet, opus high', '--ladder');
    assert.deepEqual(rungs('Haiku', { ladder }), ['haiku', 'haiku+feedback', 'haiku high+feedback']);
    assert.deepEqual(rungs('Haiku', { ladder, maxEscalationUsd: 1 }), [
      'haiku',
      'haiku+feedback',
      'haiku high+feedback',
      'sonnet+feedback',
      'opus high+feedback',
    ]);
    assert.deepEqual(rungs('Haiku', { ladder, maxEscalationUsd: 1 }, '- Retries: 0\n'), ['haiku', 'sonnet+feedback', 'opus high+feedback']);
    assert.deepEqual(rungs('Sonnet', { ladder, maxEscalationUsd: 1 }), ['sonnet', 'sonnet+feedback', 'sonnet high+feedback', 'opus high+feedback']);
    assert.deepEqual(rungs('Opus', { ladder, maxEscalationUsd: 1 }), ['opus', 'opus+feedback', 'opus high+feedback']);
    assert.equal(climbsTo([stageOf('Haiku')], { ladder, maxEscalationUsd: 1 }), 'opus');
    assert.equal(climbsTo([stageOf('Haiku')], { ladder }), undefined);
    assert.equal(climbsTo([stageOf('Opus')], { ladder, maxEscalationUsd: 1 }), undefined);
  });

  it('never asks for less effort than the stage does', () => {
    const ladder = parseLadder('haiku low, haiku medium+feedback', '--ladder');
    assert.deepEqual(rungs('Haiku', { ladder }), ['haiku low', 'haiku medium+feedback']);
    assert.deepEqual(rungs('Haiku, high effort', { ladder }), ['haiku high', 'haiku high+feedback']);
  });

  it('keeps a rung that a person wrote twice', () => {
    assert.deepEqual(rungs('Haiku', { ladder: parseLadder('haiku, haiku+feedback, haiku+feedback', '--ladder') }), [
      'haiku',
      'haiku+feedback',
      'haiku+feedback',
    ]);
  });
});

describe('a ladder as text', () => {
  it('reads what is written, whatever its blanks, case and arrows', () => {
    const expected: Ladder = [
      { tier: 'own', feedback: false },
      { tier: 'own', effort: 'high', feedback: true },
      { tier: 'opus', feedback: false },
    ];
    for (const text of ['haiku, haiku high+feedback, opus', ' Haiku ,haiku  HIGH effort + feedback,, OPUS', 'own → own high+feedback → opus'])
      assert.deepEqual(parseLadder(text, '--ladder'), expected);
    assert.deepEqual(parseLadder(ladderText(defaultLadder), '--ladder'), defaultLadder);
  });

  it('gives back any ladder it writes', () => {
    const rung = fc.record({ effort: fc.option(fc.constantFrom(...efforts), { nil: undefined }), feedback: fc.boolean() });
    const own = fc
      .array(rung, { minLength: 1, maxLength: 4 })
      .map((all) => all.map(({ effort, feedback }, i) => ({ tier: 'own' as const, ...(effort ? { effort } : {}), feedback: feedback && i > 0 })));
    const dear = fc.subarray(['sonnet', 'opus'] as const).map((all) => all.map((tier) => ({ tier, feedback: false })));
    fc.assert(fc.property(own, dear, (a, b) => assert.deepEqual(parseLadder(ladderText([...a, ...b]), 'x'), [...a, ...b])));
  });

  for (const [text, says] of [
    ['', /empty/],
    ['gpt, opus', /“gpt” is no rung/],
    ['haiku hihg', /“hihg” in “haiku hihg” is no effort/],
    ['haiku+feedback', /first try can have no feedback/],
    ['opus, haiku', /begins with opus/],
    ['haiku, opus, sonnet', /“sonnet” stands after opus/],
    ['haiku,'.repeat(11), /11 rungs/],
  ] as const)
    it(`refuses “${text.slice(0, 30)}” and says why`, () => {
      assert.throws(
        () => parseLadder(text, '--ladder'),
        (error) => error instanceof UserError && error.details.exitCode === 2 && error.message.startsWith('--ladder: ') && says.test(error.message),
      );
    });
});
