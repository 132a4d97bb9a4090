import assert from 'node:assert/strict';
import { Cancelled, UserError } from '../../../src/ports';
import { parseLadder } from '../../../src/stage/ladder';
import { Bench, type Reply, stages, statuses } from './scripted';

const chain = stages(
  'Facts (Haiku)\n- Task: list facts\n- Output: Fact list',
  'Draft (Haiku)\n- Input: Fact list\n- Task: write\n- Output: Draft → d.md\n- Checks:\n  - contains: "apple"',
  'Polish (Haiku)\n- Input: Draft\n- Task: polish\n- Output: Final → f.md',
);
const ladder = parseLadder('haiku, haiku+feedback, haiku high+feedback, sonnet, opus', '--ladder');
const replies = { facts: 'FACTS', draft: 'pear', polish: 'POLISHED' };

const usage = { inputTokens: 700, outputTokens: 10_000, cacheReadTokens: 0, cacheWriteTokens: 0 };

const userOf = (bench: Bench, stage: string, tier: string) =>
  bench.model.calls
    .filter(({ label }) => label.stage === stage && label.tier === tier)
    .at(-1)
    ?.user.map((block) => block.text)
    .join('\n') ?? '';

describe('the ladder of a run', () => {
  it('goes from the stage as it is to feedback to high effort, each in a conversation of its own', async () => {
    const bench = new Bench(chain, { ...replies, 'draft haiku-3': 'an apple' });
    assert.deepEqual(statuses(await bench.run()), ['1 passed', '2 passed', '3 passed']);
    const draft = bench.model.calls.filter(({ label }) => label.stage === 'draft');
    assert.deepEqual(
      draft.map(({ effort }) => effort),
      [undefined, undefined, 'high'],
    );
    assert.ok(!draft[0]?.user.some(({ text }) => text.includes('failed_checks')) && draft[1]?.user.some(({ text }) => text.includes('failed_checks')));
    const rungs = bench.records().flatMap((record) => (record.type === 'attempt' && record.stage === 'draft' ? [record.rung] : []));
    assert.deepEqual(rungs, ['haiku', 'haiku+feedback', 'haiku high+feedback']);
  });

  it('stops there and offers, where no sum is set', async () => {
    const bench = new Bench(chain, replies);
    bench.settings = { ...bench.settings, ladder };
    assert.deepEqual(statuses(await bench.run()), ['1 passed', '2 failed', '3 skipped']);
    assert.equal(bench.model.asked.filter((call) => call.startsWith('draft')).length, 3);
    assert.equal(bench.person.estimates[0]?.climb, undefined);
  });

  it('climbs to Sonnet and Opus by itself within a sum that the estimate tells before', async () => {
    const bench = new Bench(chain, { ...replies, 'draft sonnet-1': 'plum', 'draft opus-1': 'an apple' });
    bench.settings = { ...bench.settings, ladder, maxEscalationUsd: 2 };
    const result = await bench.run();
    assert.deepEqual(statuses(result), ['1 passed', '2 passed', '3 passed']);
    assert.deepEqual(bench.person.estimates[0]?.climb, { tier: 'opus', model: 'claude-opus-5-5', usd: 2 });
    assert.deepEqual(
      bench.model.asked.filter((call) => call.startsWith('draft')),
      ['draft haiku-1', 'draft haiku-2', 'draft haiku-3', 'draft sonnet-1', 'draft opus-1'],
    );
    assert.equal(bench.model.calls.at(-1)?.model, 'claude-haiku-5-5', 'what depends on it stays cheap');
    const told = userOf(bench, 'draft', 'opus');
    assert.ok(told.includes('Attempt 4, by claude-sonnet-5-5') && !told.includes('pear\n'), 'it is told what failed, not what was written');
    assert.deepEqual(statuses(await bench.run()), ['1 cached', '2 cached', '3 cached']);
  });

  it('and an advisor ask a person about a model that the document made dearer', async () => {
    const mapped = (field: string) => `---\nmodels:\n  opus: claude-fable-5-1\n---\n\n${stages(`Draft (Haiku)\n- Task: write${field}`)}`;
    const dearer = async (field: string, settings: object) => {
      const bench = new Bench(mapped(field), () => 'text');
      bench.settings = { ...bench.settings, ...settings };
      await bench.run();
      return bench.person.estimates[0]?.dearer?.map(({ tier, model }) => `${tier} ${model}`);
    };
    assert.equal(await dearer('', {}), undefined);
    assert.deepEqual(await dearer('\n- Advisor: yes', {}), ['opus claude-fable-5-1']);
    assert.deepEqual(await dearer('', { ladder, maxEscalationUsd: 1 }), ['opus claude-fable-5-1']);
  });

  it('never passes that sum, whatever is under way at once', async () => {
    const items = Array.from({ length: 12 }, (_, i) => `- item ${i}`).join('\n');
    const document = stages('Texts (Haiku)\n- Each: Thing in list.md\n- Task: about Thing\n- Output: T\n- Retries: 0\n- Checks:\n  - contains: "good"');
    // Opus at its worst for a short answer: 16,000 tokens at $20 a million and the prompt, about $0.32.
    const bench = new Bench(
      document,
      ({ label, maxTokens }): Reply => (label.tier === 'opus' ? { text: 'good', usage: { ...usage, outputTokens: Math.min(10_000, maxTokens) } } : 'bad'),
      { '/w/list.md': items },
    );
    bench.settings = { ...bench.settings, concurrency: 6, ladder: parseLadder('haiku, opus', '--ladder'), maxEscalationUsd: 1 };
    const result = await bench.run();
    const paid = bench.records().reduce((sum, record) => sum + (record.type === 'attempt' && record.tier === 'opus' ? record.usd : 0), 0);
    assert.ok(paid <= 1 && paid > 0.5, `${paid} USD`);
    assert.equal(result.stages[0]?.status, 'failed');
    assert.ok(bench.events.some((event) => event.type === 'note' && /did not climb to claude-opus-5-5/.test(event.message)));
  });

  it('counts a call against that sum that was lost on the way, and sends it again only where the sum reaches', async () => {
    for (const [sum, sent] of [
      [0.4, 1],
      [0.8, 2],
      [5, 3],
    ] as const) {
      let tries = 0;
      const bench = new Bench(stages('Draft (Haiku)\n- Task: write\n- Retries: 0\n- Checks:\n  - contains: "good"'), async ({ label, repeat }, onText) => {
        if (label.tier !== 'opus') return 'bad';
        // Reset twice, as often as the client sends it again where it may.
        for (tries = 1; tries < 3; tries++) {
          onText('');
          if (!(await repeat?.())) return new UserError('The connection was lost.', { exitCode: 3 });
        }
        return 'good';
      });
      bench.settings = { ...bench.settings, ladder: parseLadder('haiku, opus', '--ladder'), maxEscalationUsd: sum };
      await bench.run();
      assert.equal(tries, sent);
      const paid = bench.records().reduce((total, record) => total + (record.type === 'attempt' && record.tier === 'opus' ? record.usd : 0), 0);
      assert.ok(paid <= sum && paid > (sent - 1) * 0.3, `${paid} USD of ${sum}`);
    }
  });

  for (const [broken, settings, asked] of [
    ['haiku-3', {}, ['draft haiku-3', 'polish haiku-1']],
    ['opus-1', { ladder, maxEscalationUsd: 2 }, ['draft opus-1', 'polish haiku-1']],
  ] as const)
    it(`goes on at ${broken} where it was cancelled there: no rung below is paid twice`, async () => {
      const abort = new AbortController();
      const bench = new Bench(chain, ({ label }): Reply => {
        if (label.stage === 'draft' && `${label.tier}-${label.attempt}` === broken) {
          abort.abort();
          return new Cancelled();
        }
        return replies[label.stage as 'draft'];
      });
      bench.settings = { ...bench.settings, ...settings };
      assert.equal((await bench.run({ signal: abort.signal })).status, 'cancelled');
      bench.script({ ...replies, [`draft ${broken}`]: 'an apple' });
      const result = await bench.run();
      assert.deepEqual(statuses(result), ['1 cached', '2 passed', '3 passed']);
      assert.deepEqual(bench.model.asked, asked);
      assert.equal(result.stages[1]?.attempts, 1, 'what an earlier run paid is no cost of this one');
    });

  it('keeps why, both outputs and their difference in the run', async () => {
    const bench = new Bench(chain, { ...replies, 'draft opus-1': 'an apple' });
    await bench.run();
    await bench.run({ escalate: 2 });
    const attempt = bench.records().find((record) => record.type === 'attempt' && record.tier === 'opus');
    assert.ok(attempt?.type === 'attempt');
    const { over, failed, diff } = attempt.escalation ?? {};
    assert.match(over?.output ?? '', /^draft\.haiku-3/);
    assert.match(failed?.join() ?? '', /contains: "apple".*apple/);
    const text = [...bench.files.texts].find(([path]) => path.endsWith(`/${diff}`))?.[1] ?? '';
    assert.match(text, /escalated from claude-haiku-5-5 to claude-opus-5-5/);
    assert.match(text, /^-pear$/m);
    assert.match(text, /^\+an apple$/m);
  });
});

describe('an answer that was cut off', () => {
  const cut = (text: string, maxTokens = 16_000): Reply => ({
    text,
    stopReason: 'max_tokens',
    usage: { inputTokens: 100, outputTokens: maxTokens, cacheReadTokens: 0, cacheWriteTokens: 0 },
  });
  const one = stages('Draft (Haiku)\n- Task: write\n- Output: Draft → d.md');

  it('gets more room the next time', async () => {
    const bench = new Bench(one, ({ label, maxTokens }) => (label.attempt < 3 ? cut('half', maxTokens) : 'whole'));
    assert.equal((await bench.run()).status, 'passed');
    const [first = 0, second = 0, third = 0] = bench.model.calls.map(({ maxTokens }) => maxTokens);
    assert.ok(second >= 2 * first && third >= 2 * second, `${first} ${second} ${third}`);
    assert.ok(bench.model.calls[1]?.user.some(({ text }) => text.includes('half') && text.includes('cut off')));
  });

  it('is not asked for again where the model has no more, and says so', async () => {
    const bench = new Bench(one, ({ maxTokens }) => cut('half', maxTokens));
    bench.settings = {
      ...bench.settings,
      ladder: parseLadder('haiku, haiku+feedback, haiku+feedback, haiku+feedback, haiku+feedback, haiku+feedback', '--ladder'),
    };
    const result = await bench.run();
    assert.deepEqual(
      bench.model.calls.map(({ maxTokens }) => maxTokens),
      [16_000, 32_000, 64_000, 128_000],
    );
    assert.match(result.stages[0]?.checks[0]?.message ?? '', /cut off at 128000 tokens.*the most this model can answer with/);
  });

  it('is not asked for again where a cap leaves no more, and says so', async () => {
    const bench = new Bench(one, ({ maxTokens }) => cut('half', maxTokens));
    bench.settings = { ...bench.settings, caps: [{ name: '--max-cost', usd: 0.012 }] };
    const result = await bench.run();
    assert.equal(bench.model.calls.length, 1);
    assert.match(result.stopped?.message ?? '', /was cut off, and there is no money for a longer one\. --max-cost/);
    assert.equal(result.stopped?.exitCode, 1);
  });

  it('is not asked for again of the same window where prompt and answer fill it', async () => {
    const bench = new Bench(one, () => ({ text: 'half', stopReason: 'model_context_window_exceeded' }));
    const result = await bench.run();
    assert.equal(bench.model.calls.length, 1);
    assert.match(result.stages[0]?.checks[0]?.message ?? '', /fill the model’s window/);
  });
});

describe('answers that are no answer', () => {
  for (const [what, reply, status, says] of [
    ['refused', { text: 'No.', stopReason: 'refusal' }, 'error', /refused to answer/],
    ['cut off', { text: 'half', stopReason: 'max_tokens' }, 'failed', /cut off at 16000/],
    ['empty', { text: ' \n', stopReason: 'end_turn' }, 'failed', /is empty/],
    ['paused', { text: 'wait', stopReason: 'pause_turn' }, 'error', /paused for a tool/],
    ['asking for a tool', { text: 'wait', stopReason: 'tool_use' }, 'error', /paused for a tool/],
  ] as [string, Reply, string, RegExp][])
    it(`${what}: ${status}, with a message of its own`, async () => {
      const bench = new Bench(stages('Draft (Haiku)\n- Task: write\n- Retries: 0\n- Output: D → d.md', 'Next (Haiku)\n- Input: D\n- Task: next'), {
        draft: reply,
      });
      const result = await bench.run();
      assert.deepEqual(statuses(result), [`1 ${status}`, '2 skipped']);
      const [first] = result.stages;
      assert.match([first?.message, ...(first?.checks ?? []).map(({ message }) => message)].join(' '), says);
      assert.equal(first?.stopReason, typeof reply === 'object' && !(reply instanceof Error) ? reply.stopReason : undefined);
      assert.equal(bench.text('/w/d.md'), undefined);
      bench.script({ draft: 'whole', next: 'next' });
      assert.deepEqual(statuses(await bench.run()), ['1 passed', '2 passed'], 'and the next run asks again');
    });
});
