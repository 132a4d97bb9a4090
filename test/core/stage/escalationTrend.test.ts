import assert from 'node:assert/strict';
import type { JournalRecord } from '../../../src/journal/records';
import { escalationTrend, trendText } from '../../../src/money/escalationTrend';

type Fields = Record<string, unknown>;
const opening = (run: string, more: Fields = {}) =>
  ({ type: 'run', at: '2026-11-22T12:00:00.000Z', run, task: 't', paid: true, why: 'run', estimates: {}, answers: {}, ...more }) as unknown as JournalRecord;
const attempt = (stage: string, more: Fields = {}) =>
  ({ type: 'attempt', stage, by: 'model', tier: 'haiku', output: 'o', status: 'passed', checks: [], ...more }) as unknown as JournalRecord;
const dear = (stage: string) => attempt(stage, { tier: 'opus', escalation: { failed: [] } });
const trend = (...journals: JournalRecord[][]) => escalationTrend(journals.map((records) => ({ records })));
const told = (...journals: JournalRecord[][]) => trend(...journals).map(({ run, stages, escalated }) => `${run} ${escalated}/${stages}`);

describe('stages escalated, run after run', () => {
  it('counts an escalation for the run that failed before it, with what goes on from there', () => {
    assert.deepEqual(
      told(
        [opening('a'), attempt('draft'), attempt('sort', { status: 'failed' }), attempt('sort', { status: 'failed' })],
        [opening('b', { why: 'escalate' }), dear('sort'), attempt('send')],
        [opening('c'), attempt('draft'), attempt('sort')],
      ),
      ['a 1/3', 'c 0/2'],
    );
  });

  it('counts a stage once, however many of its items or tries were dear, and climbs of the ladder too', () => {
    assert.deepEqual(told([opening('a'), attempt('sort'), dear('sort'), dear('sort')]), ['a 1/1']);
  });

  it('takes a retry for a part of its run, and an escalation that nothing precedes for one of its own', () => {
    assert.deepEqual(told([opening('a'), attempt('sort')], [opening('b', { again: 'sort' }), attempt('sort')]), ['a 0/1']);
    assert.deepEqual(told([opening('a', { why: 'escalate' }), dear('sort')]), ['a 1/1']);
  });

  it('leaves out what no model answered, and what was no run of stages', () => {
    assert.deepEqual(
      told(
        [opening('a')],
        [opening('b'), attempt('sort', { output: undefined })],
        [opening('c'), attempt('list', { by: 'command' })],
        [opening('d', { why: 'author' })],
        [opening('e', { why: 'check' }), attempt('sort', { by: 'person' })],
        [],
      ),
      [],
    );
  });

  it('is told in one line, the last twenty runs of many, and not at all where nothing was escalated', () => {
    const round = (escalated: number, at = '2026-11-22T11:09:00.000Z') => ({ run: 'r', at, stages: 2, escalated });
    assert.equal(trendText([round(0), round(0)]), '');
    assert.equal(
      trendText([round(2), round(0, '2026-11-23T08:00:00.000Z')]),
      'Stages escalated in each run, oldest first: 2/2 0/2. Each is a run with the escalations that followed it, begun from 2026-11-22 11:09 to 2026-11-23 08:00 UTC; runs in which no model answered are left out.',
    );
    assert.match(
      trendText([round(1), ...Array.from({ length: 25 }, () => round(0))]),
      /\(6 before them not shown\): (0\/2 ?){20}\. Each is a run .* begun 2026-11-22 11:09 UTC;/,
    );
  });
});
