import assert from 'node:assert/strict';
import type { Cap } from '../../../src/money/spending';
import type { RunEstimate } from '../../../src/stage/engine';
import { checkAgain } from '../../../src/stage/review';
import { Bench, refused, ScriptedCommands, stages, statuses } from './scripted';

const two = stages('A (Code)\n- Run: make a\n- Output: A', 'B (Haiku)\n- Input: A\n- Task: write');

function capped(caps: Cap[], document = two): Bench {
  const bench = new Bench(document, { b: 'text', a: 'text' });
  bench.commands = new ScriptedCommands(() => ({ stdout: 'a' }));
  bench.settings = { ...bench.settings, caps };
  return bench;
}

describe('an estimate and the caps', () => {
  it('refuse a run that cannot fit before its first command, and say which cap', async () => {
    for (const cap of [
      { name: 'run cap', usd: 0.0000001 },
      { name: 'month cap', usd: 0.0000001, of: 'month' as const },
    ]) {
      const bench = capped([{ name: 'other', usd: 50 }, cap]);
      const result = await bench.run();
      assert.deepEqual(statuses(result), ['1 skipped', '2 skipped']);
      assert.deepEqual([result.status, result.stopped?.exitCode, bench.commands.runs.length, bench.model.calls.length], ['failed', 1, 0, 0]);
      assert.match(result.stopped?.message ?? '', new RegExp(`${cap.name} of .* would be passed`));
      assert.deepEqual(bench.person.estimates, [], 'nobody is asked about what will not be done');
    }
  });

  it('refuse a call that a cap could never let through, though all of them together are cheap', async () => {
    const bench = capped([{ name: 'cap', usd: 0.0005 }], stages('A (Opus)\n- Task: x\n- Success: 300 words max'));
    assert.match((await bench.run()).stopped?.message ?? '', /one call of stage 1 “A” can cost/);
    assert.equal(bench.model.calls.length, 0);
  });

  it('let a run begin that may fit, and say that it may stop', async () => {
    const three = stages('A (Haiku)\n- Task: x', 'B (Haiku)\n- Task: y', 'C (Haiku)\n- Task: z');
    const estimated = async (usd: number) => {
      const bench = capped([{ name: 'cap', usd }], three);
      bench.script(() => 'text');
      await bench.run();
      return bench.person.estimates[0];
    };
    const roomy = await estimated(5);
    const [usd, most] = [roomy?.usd ?? 0, roomy?.atMostUsd ?? 0];
    const fits = async (cap: number) => (await estimated(cap))?.caps?.[0]?.fits;
    assert.deepEqual([roomy?.caps?.[0]?.fits, await fits(most * 0.9), await fits(usd * 0.9)], ['surely', 'perhaps', 'hardly']);
  });

  it('take nothing for certain of a list that is still to come', async () => {
    const document = stages('A (Haiku)\n- Task: x\n- Output: Points', 'B (Haiku)\n- Each: Point in Points\n- Task: y');
    const bench = capped([{ name: 'cap', usd: 1 }], document);
    bench.script({ a: '- one\n- two', 'b-1': 'x', 'b-2': 'y' });
    assert.equal((await bench.run()).status, 'passed');
    const [estimate] = bench.person.estimates;
    assert.deepEqual([estimate?.stages[0]?.assumedItems, estimate?.stages[1]?.assumedItems, estimate?.caps?.[0]?.fits], [undefined, 5, 'perhaps']);
    const least = capped([{ name: 'cap', usd: (estimate?.usd ?? 0) / 4 }], document);
    least.script({ a: '- one', 'b-1': 'x' });
    assert.notEqual((await least.run()).stages[0]?.status, 'skipped', 'with one item it may fit');
  });

  it('count what other runs of the task and the month have spent', async () => {
    const bench = capped([{ name: 'task cap', usd: 1, of: 'task' }], stages('A (Haiku)\n- Task: x'));
    const usage = { inputTokens: 100, outputTokens: 1_000_000, cacheReadTokens: 0, cacheWriteTokens: 0 };
    bench.script({ a: { text: 'long', usage } });
    const first = await bench.run();
    assert.ok(first.total.usd > 0.5);
    bench.settings = { ...bench.settings, caps: [{ name: 'task cap', usd: first.total.usd, of: 'task' }] };
    const second = await bench.run({ fresh: true });
    assert.match(second.stopped?.message ?? '', /task cap of \$0\.50001 leaves \$0 and would be passed/);
    bench.settings = { ...bench.settings, caps: [{ name: 'month cap', usd: first.total.usd + 0.02, of: 'month' }] };
    bench.script({ a: 'short' });
    assert.equal((await bench.run({ fresh: true })).status, 'passed');
    assert.ok((bench.model.calls[0]?.maxTokens ?? 0) > 256);
  });

  it('leave rehearsals out of the caps of a task and a month', async () => {
    const bench = capped([{ name: 'month cap', usd: 0, of: 'month' }]);
    bench.model.paid = false;
    assert.equal((await bench.run()).status, 'passed');
  });
});

describe('a cap of a month', () => {
  it('holds for the calls of a run, judges included, and is looked at anew at each', async () => {
    const document = stages('A (Haiku)\n- Task: x\n- Output: X', 'B (Haiku)\n- Input: X\n- Task: y\n- Checks:\n  - judge: good, >= 1/5');
    const usage = { inputTokens: 100, outputTokens: 2000, cacheReadTokens: 0, cacheWriteTokens: 0 };
    const bench = new Bench(document, { a: { text: 'a', usage }, b: { text: 'b', usage }, 'b judge': '{"reason":"r","score":5}' });
    bench.settings = { ...bench.settings, caps: [{ name: 'month cap', usd: 0.05, of: 'month' }] };
    const result = await bench.run();
    assert.equal(result.status, 'passed', result.stopped?.message);
    // Another process spends the rest of it between two calls of this one.
    const other = new Bench(document, async ({ label }) => {
      if (label.stage === 'a') {
        const records = [
          { type: 'run', at: '2026-11-22T09:00:00.000Z', run: 'x', task: 'other', paid: true, why: 'run' },
          { type: 'attempt-started', at: '2026-11-22T09:00:00.000Z', stage: 's', attempt: 1, tier: 'haiku', model: 'm', reservedUsd: 0.0499 },
        ];
        await other.files.append('/w/.haiku/runs/other/x/journal.jsonl', records.map((record) => `${JSON.stringify(record)}\n`).join(''));
      }
      return 'text';
    });
    other.settings = bench.settings;
    const stopped = await other.run();
    assert.deepEqual(statuses(stopped), ['1 passed', '2 error']);
    assert.match(stopped.stopped?.message ?? '', /month cap of \$0\.050? a month would be passed: .* by other runs/);
  });
});

describe('inputs', () => {
  const document = stages('A (Haiku)\n- Input: Audience, Tone\n- Task: x\n- Output: X', 'B (Haiku)\n- Input: X, Release date\n- Task: y');

  it('that are missing are named together where nobody can be asked', async () => {
    const bench = new Bench(document, { a: 'a', b: 'b' });
    bench.person.present = false;
    const error = await refused(bench.run({ inputs: new Map([['tone', 'dry']]) }));
    assert.match(error.message, /Stage 1 “A” reads “Audience”, stage 2 “B” reads “Release date”, and nothing provides them/);
    assert.match(error.message, /--input "Audience=…" --input "Release date=…"/);
  });

  it('are not asked for any more once a person has closed a question', async () => {
    const bench = new Bench(document, { a: 'a', b: 'b' });
    await refused(bench.run());
    assert.deepEqual(bench.person.questions, ['Audience']);
  });

  it('that no stage has are refused, with the name that was meant', async () => {
    const bench = new Bench(document, { a: 'a', b: 'b' });
    const error = await refused(bench.run({ inputs: new Map([['audiance', 'x']]) }));
    assert.match(error.message, /No stage has an input called “audiance”.*Did you mean “Audience”\?/);
    assert.equal(bench.model.calls.length, 0);
  });
});

describe('a judge of what a command prints', () => {
  const document = stages('A (Code)\n- Run: make a\n- Checks:\n  - judge: reads well, >= 4/5');
  const bench = () => {
    const made = new Bench(document, { 'a judge': '{"reason":"r","score":5}' });
    made.commands = new ScriptedCommands(() => ({ stdout: 'text' }));
    return made;
  };

  it('is in the estimate, and not asked without a yes', async () => {
    const agreed = bench();
    assert.equal((await agreed.run()).status, 'passed');
    const [estimate] = agreed.person.estimates;
    assert.deepEqual(
      [estimate?.stages[0]?.model, (estimate?.usd ?? 0) > 0, (estimate?.atMostUsd ?? 0) > (estimate?.usd ?? 1)],
      ['claude-haiku-5-5', true, true],
    );
    const refusing = bench();
    refusing.person.agrees.spending = false;
    await refused(refusing.run());
    assert.deepEqual([refusing.model.calls.length, refusing.commands.runs.length], [0, 0]);
  });
});

describe('a dearer model that the document asks for', () => {
  const document = (model: string) => `---\nmodels:\n  haiku: ${model}\n---\n${stages('Draft (Haiku)\n- Task: write')}`;
  const agreeing = (bench: Bench, yes: boolean, kept = new Set<string>()) => {
    const asked: NonNullable<RunEstimate['dearer']>[] = [];
    Object.assign(bench.person, {
      confirmDearer: async (mappings: NonNullable<RunEstimate['dearer']>) => {
        asked.push(mappings);
        return yes;
      },
    });
    const agreements = {
      has: async (what: string) => kept.has(what),
      add: async (what: string) => {
        kept.add(what);
      },
    };
    const plain = Object.getOwnPropertyDescriptor(Bench.prototype, 'engine')?.get;
    Object.defineProperty(bench, 'engine', { get: () => ({ ...plain?.call(bench), agreements }) });
    return { asked, kept };
  };

  it('is agreed to once, with both prices, and again only where the model is another', async () => {
    const bench = new Bench(document('claude-opus-5-5'), { draft: 'text' });
    const { asked, kept } = agreeing(bench, true);
    await bench.run();
    await bench.run({ fresh: true });
    assert.equal(asked.length, 1);
    assert.ok((asked[0]?.[0]?.usd ?? 0) > (asked[0]?.[0]?.insteadUsd ?? 1));
    const other = new Bench(document('claude-fable-5-1'), { draft: 'text' });
    const again = agreeing(other, true, kept);
    await other.run();
    assert.equal(again.asked.length, 1);
  });

  it('is not used without: nothing is sent, and it is asked again', async () => {
    const bench = new Bench(document('claude-opus-5-5'), { draft: 'text' });
    const { asked } = agreeing(bench, false);
    assert.match((await refused(bench.run())).message, /dearer model was not agreed to/);
    await refused(bench.run());
    assert.deepEqual([asked.length, bench.model.calls.length], [2, 0]);
  });

  it('is asked about for judges of other stages too, in a run and in a check', async () => {
    const judged = `---\nmodels:\n  haiku: claude-opus-5-5\n---\n${stages('Draft (Sonnet)\n- Task: write\n- Checks:\n  - judge: reads well, >= 4/5')}`;
    const bench = new Bench(judged, { draft: 'text', 'draft judge': '{"reason":"r","score":5}' });
    const { asked } = agreeing(bench, true);
    await bench.run();
    assert.deepEqual(
      asked.map((mappings) => mappings.map(({ tier, model }) => `${tier} ${model}`)),
      [['haiku claude-opus-5-5']],
    );
    const again = new Bench(judged, { draft: 'text', 'draft judge': '{"reason":"r","score":5}' });
    for (const [path, text] of bench.files.texts) again.files.put(path, text);
    const unwilling = agreeing(again, false);
    await refused(checkAgain(again.engine, again.person, await again.task(), 1, again.options()));
    assert.deepEqual([unwilling.asked.length, again.model.calls.length], [1, 0]);
  });

  it('needs no word where it is cheaper, or where nothing is paid', async () => {
    const cheaper = new Bench(document('claude-haiku-5-5'), { draft: 'text' });
    const rehearsal = new Bench(document('claude-opus-5-5'), { draft: 'text' });
    rehearsal.model.paid = false;
    for (const bench of [cheaper, rehearsal]) {
      const { asked } = agreeing(bench, false);
      assert.equal((await bench.run()).status, 'passed');
      assert.equal(asked.length, 0);
    }
  });
});

describe('exact counts', () => {
  it('are asked for only where the person wants them, for what is there already', async () => {
    const document = stages('A (Haiku)\n- Task: x\n- Output: X', 'B (Haiku)\n- Input: X\n- Task: y');
    const estimates = async (exact: boolean) => {
      const bench = new Bench(document, { a: 'a', b: 'b' });
      const counted: string[] = [];
      Object.assign(bench.model, {
        countTokens: async ({ label }: { label: { stage: string } }) => {
          counted.push(label.stage);
          return 123_456;
        },
      });
      await bench.run({ exact });
      return { counted, estimate: bench.person.estimates[0] };
    };
    const plain = await estimates(false);
    assert.deepEqual([plain.counted, plain.estimate?.exact], [[], undefined]);
    const exact = await estimates(true);
    assert.deepEqual([exact.counted, exact.estimate?.exact], [['a'], true]);
    assert.ok((exact.estimate?.stages[0]?.usd ?? 0) > 0.05, 'a long prompt has its price');
  });
});
