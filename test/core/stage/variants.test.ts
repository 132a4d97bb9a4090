import assert from 'node:assert/strict';
import { CapReached } from '../../../src/money/spending';
import type { ModelRequest } from '../../../src/ports';
import { Bench, type Reply, stages, statuses } from './scripted';

const document = stages(
  'Draft (Haiku)\n- Task: write of apples\n- Variants: 3\n- Output: Draft → d.md\n- Checks:\n  - contains: "apple"',
  'Next (Haiku)\n- Input: Draft\n- Task: next',
);

const textOf = (request: ModelRequest) => request.user.map(({ text }) => text).join('\n');

/** A judge that prefers the longest text, and says which it was. */
function longest(request: ModelRequest): Reply {
  const [first = '', second = ''] = [...textOf(request).matchAll(/<text name="\w+">\n([\s\S]*?)\n<\/text>/g)].map(([, text]) => text);
  return JSON.stringify({ reason: 'It says more.', winner: first.length === second.length ? 'tie' : first.length > second.length ? 'first' : 'second' });
}

const drafts = ['an apple', 'an apple, red and round, on a table', 'an apple, red'];

const scripted =
  (judge: (request: ModelRequest) => Reply) =>
  (request: ModelRequest): Reply => {
    if (request.label.purpose === 'judge') return judge(request);
    return request.label.stage === 'next' ? 'next' : (drafts[request.label.attempt - 1] as string);
  };

describe('variants that pass alike', () => {
  it('are compared by a judge, each pair in both orders; the winner counts, now and in the next run', async () => {
    const bench = new Bench(document, scripted(longest));
    const result = await bench.run();
    assert.equal(bench.text('/w/d.md'), `${drafts[1]}\n`);
    assert.deepEqual(
      bench.model.asked.filter((call) => call.includes('judge')),
      ['draft-compare-1-2 judge haiku-1', 'draft-compare-1-2 judge haiku-2', 'draft-compare-2-3 judge haiku-1', 'draft-compare-2-3 judge haiku-2'],
    );
    assert.ok(
      bench.model.calls.some((call) => call.label.purpose === 'judge' && textOf(call).includes('write of apples')),
      'by what the stage asks for',
    );
    assert.equal(result.stages[0]?.usage.inputTokens, 700, 'three answers and four of the judge');
    assert.ok(Math.abs((result.stages[0]?.usd ?? 0) * 3 - (result.stages[1]?.usd ?? 0) * 21) < 1e-9);
    const chosen = bench.records().find((record) => record.type === 'restored');
    assert.ok(chosen?.type === 'restored' && chosen.why === 'compared' && /haiku-2 is better.*It says more/.test(chosen.reason ?? ''));
    const calls = bench.model.calls.length;
    const again = await bench.run();
    assert.deepEqual(statuses(again), ['1 cached', '2 cached']);
    assert.equal(again.stages[0]?.output.text, `${drafts[1]}\n`);
    assert.equal(bench.model.calls.length, calls, 'and nothing is asked twice');
  });

  it('stay in their order where the judge names whoever comes first', async () => {
    const bench = new Bench(
      document,
      scripted(() => JSON.stringify({ reason: 'The first.', winner: 'first' })),
    );
    await bench.run();
    assert.equal(bench.text('/w/d.md'), `${drafts[0]}\n`);
  });

  it('are not worth failing for: without a judge the first of them counts', async () => {
    for (const judge of [() => 'no verdict at all', () => new CapReached('No money.')]) {
      const bench = new Bench(document, scripted(judge));
      const result = await bench.run();
      assert.deepEqual(statuses(result), ['1 passed', '2 passed']);
      assert.equal(bench.text('/w/d.md'), `${drafts[0]}\n`);
    }
  });

  it('are not compared where checks decide, or all say the same', async () => {
    for (const replies of [
      ['apple', 'pear', 'pear'],
      ['apple', 'apple', 'apple'],
      ['pear', 'plum', 'fig'],
    ]) {
      const bench = new Bench(document, ({ label }) => {
        assert.equal(label.purpose, 'stage');
        return label.stage === 'next' ? 'next' : (replies[label.attempt - 1] ?? 'apple');
      });
      await bench.run();
      assert.deepEqual(bench.faults, []);
    }
  });
});
