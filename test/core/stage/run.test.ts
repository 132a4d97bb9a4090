import assert from 'node:assert/strict';
import { UserError } from '../../../src/ports';
import { Bench, hangs, type Reply, ScriptedCommands, stages, statuses } from './scripted';

const diamond = stages(
  'Facts (Haiku)\n- Task: list facts\n- Output: Fact list → out/facts.md',
  'Left (Haiku)\n- Input: Fact list\n- Task: left side\n- Output: Left text',
  'Right (Haiku)\n- Input: Fact list\n- Task: right side\n- Output: Right text',
  'Both (Haiku)\n- Input: Left text, Right text\n- Task: join\n- Output: Page → out/page.md',
);
const good = { facts: 'FACTS', left: 'LEFT', right: 'RIGHT', both: 'BOTH' };

async function refused(promise: Promise<unknown>): Promise<UserError> {
  const error = await promise.then(
    () => assert.fail('It was not refused.'),
    (cause: unknown) => cause,
  );
  assert.ok(error instanceof UserError, String(error));
  return error;
}

describe('a run', () => {
  it('passes all stages, hands outputs on and writes them to their files', async () => {
    const bench = new Bench(diamond, good);
    const result = await bench.run();
    assert.deepEqual(statuses(result), ['1 passed', '2 passed', '3 passed', '4 passed']);
    assert.equal(result.status, 'passed');
    assert.equal(result.stopped, undefined);
    assert.equal(bench.text('/w/out/facts.md'), 'FACTS\n');
    assert.equal(bench.text('/w/out/page.md'), 'BOTH\n');
    const last =
      bench.model.calls
        .at(-1)
        ?.user.map((block) => block.text)
        .join('') ?? '';
    assert.ok(last.includes('LEFT') && last.includes('RIGHT') && !last.includes('FACTS'), 'reads what it names and nothing else');
    assert.ok(last.trimEnd().endsWith('join'));
    assert.equal(bench.person.estimates.length, 1);
    assert.equal(bench.text('/w/.haiku/.gitignore'), 'runs/\n');
    assert.equal(
      result.total.usd,
      result.stages.reduce((sum, stage) => sum + stage.usd, 0),
    );
    assert.ok(result.total.allOpusUsd > result.total.usd * 20);
  });

  it('runs the parallel pair at the same time, and nothing before what it needs', async () => {
    const waiting: (() => void)[] = [];
    const bench = new Bench(diamond, async ({ label }) => {
      if (label.stage === 'left' || label.stage === 'right') {
        // Each waits for the other: one after the other would never end.
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          if (waiting.length === 2) for (const go of waiting) go();
        });
      }
      return good[label.stage as keyof typeof good];
    });
    assert.equal((await bench.run()).status, 'passed');
    assert.equal(bench.model.mostAtOnce, 2);
    assert.equal(bench.model.calls[0]?.label.stage, 'facts');
    assert.equal(bench.model.calls[3]?.label.stage, 'both');
  });

  it('runs one after the other where the settings say so', async () => {
    const bench = new Bench(diamond, good);
    bench.settings = { ...bench.settings, concurrency: 1 };
    await bench.run();
    assert.equal(bench.model.mostAtOnce, 1);
  });

  it('sends the feedback of a failed check back once, as a fresh conversation', async () => {
    const bench = new Bench(stages('Draft (Haiku)\n- Task: write\n- Output: Draft → d.md\n- Checks:\n  - contains: "apple"'), {
      'draft haiku-1': 'a pear',
      'draft haiku-2': 'an apple',
    });
    const result = await bench.run();
    assert.deepEqual(bench.model.asked, ['draft haiku-1', 'draft haiku-2']);
    assert.equal(result.status, 'passed');
    assert.equal(result.stages[0]?.attempts, 2);
    assert.equal(result.stages[0]?.usage.inputTokens, 200, 'both attempts count');
    const [first, second] = bench.model.calls.map((call) => call.user.map((block) => block.text).join('\n'));
    assert.ok(!first?.includes('failed_checks'));
    const failed = bench.records().flatMap((record) => (record.type === 'attempt' && record.status === 'failed' ? record.checks : []));
    assert.ok(failed[0] && second?.includes(failed[0].message) && second.includes('a pear'));
    assert.equal(bench.text('/w/d.md'), 'an apple\n');
  });

  it('fails after its retries: what depends on it is skipped, the rest runs, its file stays as it is', async () => {
    const document = stages(
      'Draft (Haiku)\n- Task: write\n- Output: Draft → d.md\n- Checks:\n  - contains: "apple"',
      'Polish (Haiku)\n- Input: Draft\n- Task: polish\n- Output: Final',
      'Other (Haiku)\n- Task: other\n- Output: Other',
    );
    const bench = new Bench(document, { draft: 'pear', other: 'fine' });
    const result = await bench.run();
    assert.deepEqual(statuses(result), ['1 failed', '2 skipped', '3 passed']);
    assert.equal(result.status, 'failed');
    assert.equal(bench.text('/w/d.md'), undefined);
    assert.equal(result.stages[0]?.output.text, 'pear\n');
    const kept = [...bench.files.texts].filter(([path, text]) => path.includes('/runs/') && text === 'pear\n');
    assert.equal(kept.length, 3, 'all attempts are in the run');
    assert.match(result.stages[1]?.message ?? '', /stage 1/i);
  });

  for (const retries of [0, 3]) {
    it(`tries ${retries + 1} times with Retries: ${retries}`, async () => {
      const bench = new Bench(stages(`Draft (Haiku)\n- Task: write\n- Retries: ${retries}\n- Checks:\n  - contains: "apple"`), { draft: 'pear' });
      assert.equal((await bench.run()).stages[0]?.attempts, retries + 1);
      assert.equal(bench.model.calls.length, retries + 1);
    });
  }

  it('does not fail for a check that should hold', async () => {
    const bench = new Bench(stages('Draft (Haiku)\n- Task: write\n- Checks:\n  - should contains: "apple"'), { draft: 'pear' });
    const {
      stages: [stage],
      status,
    } = await bench.run();
    assert.equal(status, 'passed');
    assert.deepEqual(
      stage?.checks.map((check) => [check.level, check.status]),
      [['should', 'fail']],
    );
  });

  const odd: [string, Reply, string, RegExp, number | undefined][] = [
    ['a refusal', { text: 'I will not.', stopReason: 'refusal' }, 'error', /refused/, 3],
    ['an answer that was cut off', { text: 'Half a', stopReason: 'max_tokens' }, 'failed', /cut off at \d+ tokens/, undefined],
    ['an empty answer', ' \n', 'failed', /empty/, undefined],
    ['a paused answer', { text: 'wait', stopReason: 'pause_turn' }, 'error', /paused/, undefined],
  ];
  for (const [name, reply, status, message, exitCode] of odd) {
    it(`takes ${name} for ${status}, never for an output`, async () => {
      const bench = new Bench(stages('Draft (Haiku)\n- Task: write\n- Retries: 0\n- Output: D → d.md', 'Next (Haiku)\n- Input: D\n- Task: n'), {
        draft: reply,
      });
      const result = await bench.run();
      assert.deepEqual(statuses(result), [`1 ${status}`, '2 skipped']);
      assert.equal(result.status, status);
      assert.match(result.stages[0]?.checks.map((check) => check.message).join() ?? '', message);
      assert.equal(result.stopped?.exitCode, exitCode);
      assert.equal(bench.text('/w/d.md'), undefined);
    });
  }

  it('stops where the model cannot be reached, keeps what has passed, and says so with exit code 3', async () => {
    const bench = new Bench(diamond, { ...good, left: new UserError('No connection.', { exitCode: 3 }) });
    bench.settings = { ...bench.settings, concurrency: 1 };
    const result = await bench.run();
    assert.deepEqual(statuses(result), ['1 passed', '2 error', '3 skipped', '4 skipped']);
    assert.deepEqual(result.stopped, { message: 'No connection.', exitCode: 3 });
    assert.equal(result.status, 'error');
    assert.equal(bench.text('/w/out/facts.md'), 'FACTS\n');
    bench.script(good);
    assert.deepEqual(statuses(await bench.run()), ['1 cached', '2 passed', '3 passed', '4 passed']);
  });

  it('counts what was paid for attempts before a call broke off', async () => {
    const bench = new Bench(stages('Draft (Haiku)\n- Task: write\n- Checks:\n  - contains: "apple"'), {
      'draft haiku-1': 'pear',
      'draft haiku-2': new UserError('No connection.', { exitCode: 3 }),
    });
    const result = await bench.run();
    assert.deepEqual(statuses(result), ['1 error']);
    assert.ok((result.stages[0]?.usd ?? 0) > 0);
    assert.equal(result.total.usd, result.stages[0]?.usd);
    assert.equal(result.stages[0]?.usage.inputTokens, 100);
  });

  it('tells a bug of ours as one line, logs it, and ends its journal', async () => {
    const bench = new Bench(stages('Draft (Haiku)\n- Task: write'), () => new TypeError('undefined is not a function'));
    const result = await bench.run();
    assert.equal(result.status, 'error');
    assert.ok(!/undefined is not/.test(result.stopped?.message ?? ''));
    assert.ok(bench.faults[0] instanceof TypeError);
    assert.equal(bench.records().at(-1)?.type, 'end');
  });

  it('sends the effort of its runner', async () => {
    const bench = new Bench(stages('A (Haiku, high effort)\n- Task: a', 'B (Opus)\n- Task: b'), { a: 'a', b: 'b' });
    await bench.run();
    assert.deepEqual(
      bench.model.calls.map((call) => [call.model, call.effort]),
      [
        ['claude-haiku-5-5', 'high'],
        ['claude-opus-5-5', undefined],
      ],
    );
  });
});

describe('the journal of a run', () => {
  it('only grows, has one record a line, and an attempt is on it before its call', async () => {
    const bench = new Bench(diamond, async ({ label }) => {
      const journal = bench.journals().at(-1) ?? '';
      assert.ok(journal.startsWith(seen), 'append-only');
      seen = journal;
      const started = bench.records().filter((record) => record.type === 'attempt-started' && record.stage === label.stage);
      assert.equal(started.length, 1, `${label.stage} is on record before it is asked`);
      return good[label.stage as keyof typeof good];
    });
    let seen = '';
    const result = await bench.run();
    assert.equal(result.status, 'passed');
    assert.ok((bench.journals().at(-1) ?? '').startsWith(seen));
    assert.equal(bench.journals().length, 1);
    const records = bench.records();
    assert.deepEqual(
      [
        records[0]?.type,
        records.at(-1)?.type,
        records.filter((record) => record.type === 'attempt').length,
        records.filter((record) => record.type === 'stage').length,
      ],
      ['run', 'end', 4, 4],
    );
    assert.deepEqual(JSON.parse(JSON.stringify(bench.events.flatMap((event) => (event.type === 'record' ? [event.record] : [])))), records);
  });

  it('passes over a last line that was cut off, and refuses any other with its place', async () => {
    const bench = new Bench(diamond, good);
    await bench.run();
    const path = [...bench.files.texts.keys()].find((at) => at.endsWith('journal.jsonl')) as string;
    const text = bench.text(path) as string;
    bench.files.put(path, `${text}{"type":"attem`);
    assert.deepEqual(statuses(await bench.run()), ['1 cached', '2 cached', '3 cached', '4 cached']);
    bench.files.put(path, text.replace('\n', '\n{"type":\n'));
    const error = await refused(bench.run());
    assert.deepEqual([error.details.path, error.details.line, error.details.exitCode], [path, 1, 2]);
  });

  it('spends nothing where it cannot be written', async () => {
    const bench = new Bench(diamond, good);
    bench.files.forbidWrites = true;
    await refused(bench.run());
    assert.equal(bench.model.calls.length, 0);
  });
});

describe('what is reused', () => {
  it('is all that passed, at no cost and without asking', async () => {
    const bench = new Bench(diamond, good);
    await bench.run();
    const calls = bench.model.calls.length;
    const again = await bench.run();
    assert.deepEqual(statuses(again), ['1 cached', '2 cached', '3 cached', '4 cached']);
    assert.equal(again.status, 'passed');
    assert.equal(bench.model.calls.length, calls);
    assert.equal(bench.person.estimates.length, 1);
    assert.equal(again.total.usd, 0);
    assert.equal(again.stages[3]?.output.text, 'BOTH\n');
    assert.equal(again.stages[3]?.usage.inputTokens, 0);
  });

  it('is nothing with fresh', async () => {
    const bench = new Bench(diamond, good);
    await bench.run();
    assert.deepEqual(statuses(await bench.run({ fresh: true })), ['1 passed', '2 passed', '3 passed', '4 passed']);
    assert.deepEqual(statuses(await bench.run({ fresh: true, stage: 2 })), ['1 cached', '2 passed']);
  });

  it('is what does not depend on a changed Task', async () => {
    const bench = new Bench(diamond, good);
    await bench.run();
    bench.files.put('/w/CONTEXT.md', diamond.replace('left side', 'the other left side'));
    // Its output is the same as before, so the last stage has nothing new to read.
    assert.deepEqual(statuses(await bench.run()), ['1 cached', '2 passed', '3 cached', '4 cached']);
    bench.files.put('/w/CONTEXT.md', diamond.replace('left side', 'another left side'));
    bench.script({ ...good, left: 'NEW LEFT' });
    assert.deepEqual(statuses(await bench.run()), ['1 cached', '2 passed', '3 cached', '4 passed']);
  });

  it('is not what reads a changed file, nor what is measured by one', async () => {
    const document = stages(
      'A (Haiku)\n- Input: notes.txt\n- Task: a\n- Output: Aaa',
      'B (Haiku)\n- Task: b\n- Output: Bbb as json\n- Checks:\n  - schema: s.json',
      'C (Haiku)\n- Task: c',
    );
    const bench = new Bench(document, { a: 'a', b: '{}', c: 'c' }, { '/w/notes.txt': 'one', '/w/s.json': '{"type":"object"}' });
    assert.equal((await bench.run()).status, 'passed');
    bench.files.put('/w/notes.txt', 'two');
    assert.deepEqual(statuses(await bench.run()), ['1 passed', '2 cached', '3 cached']);
    bench.files.put('/w/s.json', '{"type":"array"}');
    assert.deepEqual(statuses(await bench.run()), ['1 cached', '2 failed', '3 cached']);
  });

  it('is not what is measured by a changed file that the prompt does not hold', async () => {
    const bench = new Bench(stages('A (Haiku)\n- Task: a\n- Retries: 0\n- Checks:\n  - not same as: old.txt'), { a: 'text' }, { '/w/old.txt': 'other' });
    assert.deepEqual(statuses(await bench.run()), ['1 passed']);
    bench.files.put('/w/old.txt', 'text\n');
    assert.deepEqual(statuses(await bench.run()), ['1 failed']);
  });

  it('is nothing that failed', async () => {
    const bench = new Bench(stages('Draft (Haiku)\n- Task: write\n- Checks:\n  - contains: "apple"'), { draft: 'pear' });
    await bench.run();
    bench.script({ draft: 'apple' });
    assert.deepEqual(statuses(await bench.run()), ['1 passed']);
  });

  it('is nothing whose output was deleted from the run', async () => {
    const bench = new Bench(diamond, good);
    await bench.run();
    for (const path of [...bench.files.texts.keys()]) if (path.includes('/runs/') && path.includes('left')) await bench.files.remove(path);
    assert.deepEqual(statuses(await bench.run()), ['1 cached', '2 passed', '3 cached', '4 cached']);
  });

  it('writes a file again that is gone, and leaves one that a person edited', async () => {
    const bench = new Bench(diamond, good);
    await bench.run();
    await bench.files.remove('/w/out/page.md');
    bench.files.put('/w/out/facts.md', 'edited');
    await bench.run();
    assert.equal(bench.text('/w/out/page.md'), 'BOTH\n');
    assert.equal(bench.text('/w/out/facts.md'), 'edited');
    assert.deepEqual(bench.person.overwrites, []);
  });

  it('takes in only what is asked for with what it needs', async () => {
    const bench = new Bench(diamond, good);
    assert.deepEqual(statuses(await bench.run({ stage: 2 })), ['1 passed', '2 passed']);
    assert.deepEqual(statuses(await bench.run({ from: 3 })), ['1 cached', '2 cached', '3 passed', '4 passed']);
    const error = await refused(bench.run({ stage: 9 }));
    assert.equal(error.details.exitCode, 2);
    assert.match(error.message, /no stage 9.*1, 2, 3, 4/);
  });

  it('never runs a stage that nobody agreed to, though a file it reads was changed on the way', async () => {
    const document = stages('Make (Code)\n- Run: make', 'Use (Code)\n- Input: made.txt\n- Run: use');
    const bench = new Bench(document, {}, { '/w/made.txt': 'one' });
    assert.equal((await bench.run()).status, 'passed');
    bench.files.put('/w/CONTEXT.md', document.replace('Run: make', 'Run: make more'));
    bench.settings = { ...bench.settings, concurrency: 1 };
    bench.commands = new ScriptedCommands(() => {
      bench.files.put('/w/made.txt', 'two');
      return {};
    });
    bench.person.commands.length = 0;
    const result = await bench.run();
    assert.deepEqual(bench.person.commands, ['make more']);
    assert.deepEqual(
      bench.commands.runs.map((run) => run.command),
      ['make more'],
    );
    assert.deepEqual(statuses(result), ['1 passed', '2 error']);
    assert.match(result.stages[1]?.message ?? '', /changed during the run/);
  });
});

describe('cancelling', () => {
  it('ends promptly with everything on record and nothing lost', async () => {
    const abort = new AbortController();
    const bench = new Bench(diamond, async ({ label }, onText, signal) => {
      if (label.stage === 'facts') return 'FACTS';
      if (label.stage === 'right') setTimeout(() => abort.abort(), 5);
      return hangs(onText, signal);
    });
    const result = await bench.run({ signal: abort.signal });
    assert.equal(result.status, 'cancelled');
    assert.deepEqual(statuses(result), ['1 passed', '2 cancelled', '3 cancelled', '4 cancelled']);
    assert.equal(result.stopped?.exitCode, 130);
    const records = bench.records();
    const last = records.at(-1);
    assert.ok(last?.type === 'end' && last.status === 'cancelled');
    const started = records.filter((record) => record.type === 'attempt-started').length;
    assert.equal(started, records.filter((record) => record.type === 'attempt').length, 'each call that began has its end on record');
    assert.ok(result.stages[1]?.usd, 'an answer that broke off counts at its worst');
    assert.equal(bench.text('/w/out/facts.md'), 'FACTS\n');
    bench.script(good);
    assert.deepEqual(statuses(await bench.run()), ['1 cached', '2 passed', '3 passed', '4 passed']);
  });

  it('calls nothing where it is cancelled already', async () => {
    const bench = new Bench(diamond, good);
    const result = await bench.run({ signal: AbortSignal.abort() });
    assert.equal(result.status, 'cancelled');
    assert.equal(bench.model.calls.length, 0);
  });

  it('of a command is no failed check', async () => {
    const bench = new Bench(stages('Build (Code)\n- Run: make'), {});
    const abort = new AbortController();
    bench.commands.run = async () => {
      abort.abort();
      return { exitCode: null, ended: 'cancelled', stdout: '', stderr: '' };
    };
    const result = await bench.run({ signal: abort.signal });
    assert.equal(result.status, 'cancelled');
    assert.deepEqual(statuses(result), ['1 cancelled']);
  });
});
