import assert from 'node:assert/strict';
import { comparePaired } from '../../../src/evaluate/statistics';
import type { TrialReport } from '../../../src/evaluate/trial';
import { holdsMarkdown, trialMarkdown, verdictText } from '../../../src/evaluate/trialReport';
import { readContext } from '../../../src/steering/context';
import { readStrategy } from '../../../src/steering/strategy';

const [stage] = readContext('/w/CONTEXT.md', '## Stage 1: Answer (Haiku)\n- Task: Answer.\n- Output: Reply\n').stages;

function report(withIt: number[], without: number[]): TrialReport {
  assert.ok(stage);
  return {
    stage,
    model: 'claude-haiku-5-5',
    runs: 1,
    cases: withIt.map((passes, i) => ({ id: `[a|${i}](command:quit)`, with: passes, without: without[i] ?? 0 })),
    comparison: comparePaired(withIt, without, 1),
    left: { learnt: 2, twins: 0, unsettled: 1 },
    with: { usd: 0.002, ms: 1500, errors: 1 },
    without: { usd: 0.001, ms: 1000, errors: 0 },
    usd: 0.036,
    ms: 20_000,
    known: 4,
    run: 'r1',
  };
}

describe('a trial as a page', () => {
  const page = trialMarkdown(report(Array(12).fill(1), [...Array(10).fill(0), 1, 1]));

  it('has the verdict first, either side with its interval, what differs, and what it cost', () => {
    assert.match(
      page,
      /^# Trial of [^\n]*\n\n\*\*The strategy helps: 83 points more of the runs passed \(10 cases better, 0 worse, exact p = 0\.0020\)\.\*\*\n/,
    );
    assert.match(page, /\n\| With \| 100% \[76–100%\] \| \$0\.002 \| 1\.5 s \|\n\| Without \| 17% \[4\.7–45%\] \| \$0\.001 \| 1\.0 s \|\n/);
    assert.equal(page.match(/^\| \S+ \| 1 of 1 \| 0 of 1 \|$/gm)?.length, 10);
    assert.match(page, /\n\nLeft out, as the strategy was learnt from them: 2 cases\.\n\nLeft out, as a check could not run, which proves nothing: 1 case\.\n/);
    assert.match(page, /cost \$0\.036; 4 runs of it on record/);
  });

  it('has no table or link that a document’s words made', () => {
    assert.match(page, /^\| \\\[a\\\|0\\\]\(command:quit\) \|/m);
  });

  it('claims nothing of too few cases, and says how it stands on another model', () => {
    const few = report([1, 1], [0, 0]);
    assert.match(trialMarkdown(few), /\*\*Nothing can be claimed /);
    const { strategy } = readStrategy('/w/s.md', '---\nstage: answer\nfor: a\nby: b\ndate: "2026-11-22"\nstageHash: x\n---\n\nBe kind.\n');
    assert.ok(stage && strategy);
    const kept = { planned: {} as never, path: '/w/s.md', text: '', strategy };
    const table = holdsMarkdown([{ kept, report: few }], 'claude-haiku-4-5');
    assert.match(table, /\| 1 Answer \| none \| 100% \\\[34–100%\\\] \| 0% \\\[0–66%\\\] \| [\d.]+ \| not shown \| \$0\.036 \|\n/);
    assert.ok(table.includes(few.comparison.tooFew ?? '!') && verdictText(few.comparison).includes(few.comparison.tooFew ?? '!'));
  });
});
