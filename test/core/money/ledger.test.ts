import assert from 'node:assert/strict';
import { createCatalog } from '../../../src/catalog/catalog';
import { ledgerText } from '../../../src/cli/ledger';
import type { JournalRecord } from '../../../src/journal/records';
import { foldLedger, type Ledger } from '../../../src/money/ledger';
import type { Usage } from '../../../src/ports';
import { readContext } from '../../../src/steering/context';
import { Bench, stages } from '../stage/scripted';

const catalog = createCatalog();
const [haiku, opus] = ['claude-haiku-5-5', 'claude-opus-5-5'];
const usage = (inputTokens: number, outputTokens: number, cacheReadTokens = 0, cacheWriteTokens = 0): Usage => ({
  inputTokens,
  outputTokens,
  cacheReadTokens,
  cacheWriteTokens,
});
const at = (day: string) => `2026-${day}T12:00:00.000Z`;
const close = (actual: number | undefined, expected: number, what?: string) =>
  assert.ok(actual !== undefined && Math.abs(actual - expected) < 1e-12, `${what ?? ''} ${actual} is not ${expected}`);

type Fields = Record<string, unknown>;
const record = (fields: Fields) => fields as unknown as JournalRecord;
const opening = (more: Fields = {}) =>
  record({ type: 'run', at: at('11-22'), run: 'r', task: 't', paid: true, why: 'run', estimates: { a: 0.01 }, answers: {}, ...more });
const call = { stage: 'a', number: 1, title: 'A', attempt: 1, tier: 'haiku', model: haiku, at: at('11-22'), by: 'model' };
const started = (more: Fields = {}) => record({ ...call, type: 'attempt-started', reservedUsd: 0.5, ...more });
const attempt = (more: Fields = {}) =>
  record({ ...call, type: 'attempt', fingerprint: 'f', output: 'o', status: 'passed', checks: [], usage: usage(1000, 300), usd: 0.25, ms: 1, ...more });
const fold = (...journals: JournalRecord[][]): Ledger =>
  foldLedger(
    't',
    journals.map((records, i) => ({ run: `r${i}`, folder: '/w', records })),
    catalog,
  );

describe('the ledger', () => {
  it('prices the last answer of each try on Opus, and on Opus at low effort with less thinking', () => {
    const { total, stages: each, basis } = fold([opening(), attempt({ status: 'failed', usage: usage(900, 150) }), attempt({ attempt: 2 })]);
    close(total.usd, 0.5);
    close(total.allOpusUsd, (1000 * 4 + 300 * 20) / 1e6, 'all on Opus');
    // 300 tokens at medium effort are 200 of answer and 100 of thinking; at low effort it thinks a fifth of the answer.
    close(total.allOpusLowUsd, (1000 * 4 + 240 * 20) / 1e6, 'Opus low');
    assert.deepEqual([each[0]?.calls, each[0]?.estimatedUsd, basis.answers, basis.paidAnswers], [2, 0.01, 1, 1]);
  });

  it('knows the thinking of an effort, and that some models have none', () => {
    close(fold([opening(), attempt({ effort: 'high', usage: usage(0, 400) })]).total.allOpusLowUsd, (240 * 20) / 1e6, 'high');
    close(fold([opening(), attempt({ model: 'claude-haiku-4-5', usage: usage(0, 200) })]).total.allOpusLowUsd, (240 * 20) / 1e6, 'no thinking');
  });

  it('prices an answer without its judges, which Opus would have had too', () => {
    const judged = { usage: usage(500, 50), usd: 0.05 };
    const { total } = fold([opening(), attempt({ usage: usage(1500, 350), judged, usd: 0.3 })]);
    close(total.allOpusUsd, (1000 * 4 + 300 * 20) / 1e6 + 0.05);
  });

  it('says "at most" for calls that broke off and for those without an end', () => {
    const brokeOff = attempt({ output: undefined, status: 'error', usage: usage(0, 0), usd: 0.125 });
    const ledger = fold([opening(), started(), brokeOff, started({ attempt: 2 }), started({ stage: 'b', reservedUsd: 0.0625 })], [opening(), attempt()]);
    close(ledger.total.usd, 0.125 + 0.5 + 0.0625 + 0.25);
    close(ledger.total.atMostUsd, 0.125 + 0.5 + 0.0625);
    assert.equal(ledger.total.uncertainCalls, 2);
    assert.deepEqual(ledger.stages.map(({ stage, calls, atMostUsd }) => [stage, calls, atMostUsd]).sort(), [
      ['a', 1, 0.625],
      ['b', 0, 0.0625],
    ]);
    assert.match(ledgerText(ledger), /≤ \$0\.94/);
    assert.match(ledgerText(ledger), /\$0\.69 is the worst case of calls that broke off.*2 of them have no end on record/);
  });

  it('keeps amounts as they were booked, by the month in which a call began', () => {
    const old = [opening({ at: at('10-31') }), started({ at: at('10-31') }), attempt({ at: at('11-01'), usd: 7 })];
    const ledger = fold(old, [opening({ paid: false }), attempt({ usd: 3 })], [opening(), attempt({ usd: 1 })]);
    assert.deepEqual(
      ledger.months.map(({ month, usd, recordedUsd, runs }) => [month, usd, recordedUsd, runs]),
      [
        ['2026-10', 7, 0, 1],
        ['2026-11', 1, 3, 2],
      ],
    );
    assert.deepEqual([ledger.total.usd, ledger.total.paidUsd, ledger.basis.answers, ledger.basis.paidAnswers], [11, 8, 3, 2]);
    assert.match(ledgerText(ledger), /rests on 3 answers, 1 of them recorded samples/);
  });

  it('tells what the cache saved, what was written to it in vain, and what judges and the advisor took', () => {
    const saved = fold([opening(), attempt({ usage: usage(0, 0, 10_000) })]).total.cacheSavedUsd;
    close(saved, (10_000 * (0.1 - 0.01)) / 1e6);
    close(fold([opening(), attempt({ usage: usage(0, 0, 0, 10_000) })]).total.cacheSavedUsd, -(10_000 * (0.125 - 0.1)) / 1e6);
    const judges = [
      record({ ...call, type: 'judge-started', asked: 'x', reservedUsd: 1 }),
      record({ ...call, type: 'judge', asked: 'x', text: '', usage: usage(0, 0), usd: 0.0625 }),
    ];
    const advisor = { model: opus, consults: 1, usage: usage(1, 1), usd: 0.125 };
    const ledger = fold([opening(), started(), ...judges, attempt({ usd: 0.5, advisor })]);
    assert.deepEqual([ledger.total.judgeUsd, ledger.total.advisorUsd, ledger.total.usd], [0.0625, 0.125, 0.5]);
    assert.match(ledgerText(ledger), /In it: judges \$0\.063, the advisor \$0\.1[23]/);
  });

  it('counts escalations by run, oldest first', () => {
    const escalated = attempt({ tier: 'opus', model: opus, escalation: { failed: [] } });
    const ledger = fold(
      [opening(), attempt({ status: 'failed' }), escalated],
      [opening(), attempt()],
      [opening({ why: 'check' }), attempt({ by: 'person', tier: 'person', usd: 0 })],
    );
    assert.deepEqual(
      ledger.history.map(({ escalations, answers }) => [escalations, answers]),
      [
        [1, 2],
        [0, 1],
      ],
    );
    assert.equal(ledger.stages[0]?.escalations, 1);
    assert.match(ledgerText(ledger), /Stages escalated in each run, oldest first: 1\/1 0\/1\./);
  });

  it('says which passes rest on a strategy that no trial has shown to help', () => {
    const journals = [
      [opening(), attempt({ status: 'failed', strategy: 'old' }), attempt({ attempt: 2, strategy: 'old' })],
      [opening(), attempt({ strategy: 'proven' }), attempt({ stage: 'b', number: 2, title: 'B' })],
    ];
    const folded = (proven: [string, string][]) =>
      foldLedger(
        't',
        journals.map((records, i) => ({ run: `r${i}`, folder: '/w', records })),
        catalog,
        undefined,
        new Map(proven),
      );
    const passes = (ledger: Ledger) => ledger.stages.map(({ strategyPasses, unprovenPasses }) => [strategyPasses, unprovenPasses]);
    const some = folded([['a', 'proven']]);
    assert.deepEqual(passes(some), [
      [2, 1],
      [0, 0],
    ]);
    assert.match(ledgerText(some), /Passed with a strategy that no trial has shown to help: 1 A \(1 of 2\)\./);
    assert.deepEqual(passes(folded([['b', 'proven']]))[0], [2, 2]);
  });

  it('tells what other calls cost by what they were for, worst cases too, also before the first run', () => {
    const asked = { type: 'call-started', at: at('11-22'), purpose: 'author', stage: 'a', model: opus, asked: 'x', nth: 1, reservedUsd: 0.5 };
    const answered = { ...asked, type: 'call', output: 'o', stopReason: 'end_turn', usage: usage(1, 1), usd: 0.25, ms: 1 };
    const ledger = fold([opening({ why: 'author' }), record(asked), record(answered)], [opening({ why: 'trial' }), record({ ...asked, purpose: 'trial' })]);
    assert.deepEqual(ledger.other, [
      { purpose: 'author', calls: 1, usd: 0.25, atMostUsd: 0 },
      { purpose: 'trial', calls: 1, usd: 0.5, atMostUsd: 0.5 },
    ]);
    assert.equal(ledger.total.usd, 0.75);
    assert.match(ledgerText(ledger), /Strategies written +1 .*\$0\.25/);
    assert.match(ledgerText(ledger), /Strategies tried +1 .*≤ \$0\.50/);
  });

  it("has what the document's own cost section says", () => {
    const text = '# T\n\n## Stage 1: A (Haiku)\n- Task: x\n\n## Estimated cost\n\nStage 1: A: ~$0.02\nTotal: ~$0.03\nOne-shot Opus: ~$0.50\n';
    const document = readContext('/w/CONTEXT.md', text);
    const ledger = foldLedger('t', [{ run: 'r', folder: '/w', records: [opening(), attempt()] }], catalog, document);
    if (document.estimates) {
      assert.deepEqual([ledger.total.documentUsd, ledger.total.documentOneShotUsd, ledger.stages[0]?.documentUsd], [0.03, 0.5, 0.02]);
    } else assert.fail('The section was not read.');
  });

  it('and the result of a run price the same answers alike', async () => {
    const bench = new Bench(stages('A (Haiku)\n- Task: x\n- Retries: 1\n- Checks:\n  - contains: "b"'), { 'a haiku-1': 'a', 'a haiku-2': 'b' });
    const { total } = await bench.run();
    const ledger = fold(bench.records());
    close(ledger.total.usd, total.usd);
    close(ledger.total.allOpusUsd, total.allOpusUsd);
    close(ledger.total.allOpusLowUsd, total.allOpusLowUsd);
    assert.equal(ledger.total.atMostUsd, 0);
  });
});
