import assert from 'node:assert/strict';
import { UserError } from '../../../src/ports';
import { Bench, type Reply, refused, stages, statuses } from './scripted';

describe('before anything is spent', () => {
  const asking = stages('Draft (Haiku)\n- Input: Blog topic\n- Task: write');

  it('an input that nothing provides is asked for, and remembered', async () => {
    const bench = new Bench(asking, { draft: 'text' });
    bench.person.answers['Blog topic'] = 'Trains';
    await bench.run();
    assert.deepEqual(bench.person.questions, ['Blog topic']);
    assert.ok(bench.model.calls[0]?.user.some((block) => block.text.includes('Trains')));
    await bench.run({ fresh: true });
    assert.deepEqual(bench.person.questions, ['Blog topic']);
    assert.ok(bench.model.calls[1]?.user.some((block) => block.text.includes('Trains')));
  });

  it('an input that is given is not asked for, in any case of its name; another value runs the stage again', async () => {
    const bench = new Bench(asking, { draft: 'text' });
    await bench.run({ inputs: new Map([['blog topic', 'Ships']]) });
    assert.deepEqual(bench.person.questions, []);
    assert.deepEqual(statuses(await bench.run({ inputs: new Map([['blog topic', 'Ships']]) })), ['1 cached']);
    assert.deepEqual(statuses(await bench.run({ inputs: new Map([['blog topic', 'Cars']]) })), ['1 passed']);
    assert.ok(bench.model.calls[1]?.user.some((block) => block.text.includes('Cars')));
  });

  it('a missing input ends the run, with its line', async () => {
    const bench = new Bench(asking, { draft: 'text' });
    const error = await refused(bench.run());
    assert.equal(
      error.details.line,
      asking.split('\n').findIndex((line) => line.includes('Blog topic')),
    );
    assert.match(error.message, /Blog topic.*--input/s);
    assert.equal(bench.model.calls.length, 0);
    assert.equal(bench.files.writeCount, 0);
  });

  it('a file that is not there ends the run', async () => {
    const bench = new Bench(stages('Draft (Haiku)\n- Input: gone.md\n- Task: write'), { draft: 'text' });
    assert.match((await refused(bench.run())).message, /gone\.md/);
    assert.equal(bench.model.calls.length, 0);
  });

  it('a cost that is not agreed to ends the run', async () => {
    const bench = new Bench(stages('Draft (Haiku)\n- Task: write'), { draft: 'text' });
    bench.person.agrees.spending = false;
    await refused(bench.run());
    assert.equal(bench.model.calls.length, 0);
    assert.equal(bench.files.writeCount, 0);
  });

  const broken: [string, string, RegExp][] = [
    ['no stages', '# Only a title\n', /no stages/],
    ['two stages of one title', stages('Draft (Haiku)\n- Task: a', 'Draft (Haiku)\n- Task: b'), /Two stages are called “Draft”/],
    ['two stages of one number', stages('A (Haiku)\n- Task: a', 'B (Haiku)\n- Task: b').replace('Stage 2', 'Stage 1'), /number 1/],
    ['an unknown runner', stages('Draft (Gemini)\n- Task: a'), /Gemini/],
    ['a check that cannot be read', stages('Draft (Haiku)\n- Task: a\n- Checks:\n  - wordz: 3'), /wordz/],
    ['a stage without a Task', stages('Draft (Haiku)\n- Output: x'), /no Task/],
    ['a stage that reads a later one', stages('A (Haiku)\n- Input: Later\n- Task: a', 'B (Haiku)\n- Task: b\n- Output: Later'), /later stage/],
    ['bad front matter', `---\nmodels: [\n---\n${stages('Draft (Haiku)\n- Task: a')}`, /front matter|YAML/i],
  ];
  for (const [name, document, message] of broken) {
    it(`${name} is refused`, async () => {
      const bench = new Bench(document, () => 'x');
      const error = await refused(bench.run());
      assert.match(error.message, message);
      assert.equal(error.details.path, '/w/CONTEXT.md');
      assert.ok(error.details.line !== undefined);
      assert.equal(bench.model.calls.length, 0);
    });
  }

  it('both prices are shown where the document maps a tier to a dearer model', async () => {
    const bench = new Bench(`---\nmodels:\n  haiku: claude-opus-5-5\n---\n${stages('Draft (Haiku)\n- Task: write')}`, { draft: 'text' });
    await bench.run();
    const [dearer] = bench.person.estimates[0]?.dearer ?? [];
    assert.deepEqual([dearer?.tier, dearer?.model, dearer?.insteadOf], ['haiku', 'claude-opus-5-5', 'claude-haiku-5-5']);
    assert.ok((dearer?.usd ?? 0) > 30 * (dearer?.insteadUsd ?? 1));
    assert.equal(bench.person.estimates[0]?.stages[0]?.usd, dearer?.usd);
    const plain = new Bench(stages('Draft (Haiku)\n- Task: write'), { draft: 'text' });
    await plain.run();
    assert.equal(plain.person.estimates[0]?.dearer, undefined);
  });
});

describe('a judge', () => {
  const document = stages('Draft (Haiku)\n- Task: write\n- Retries: 0\n- Checks:\n  - judge: reads like VOICE.md, >= 4/5');
  const more = { '/w/VOICE.md': '# Voice\n\nPlain.\n' };
  const judged = async (reply: Reply) => {
    const bench = new Bench(document, { draft: 'text', 'draft judge': reply }, more);
    return { bench, result: await bench.run() };
  };

  it('decides, with its reason, on the cheap model, and is paid for', async () => {
    const { bench, result } = await judged('{"reason":"Plain words.","score":4}');
    const [stage] = result.stages;
    assert.equal(result.status, 'passed');
    assert.match(stage?.checks[0]?.message ?? '', /4 of 5.*Plain words/);
    assert.deepEqual(bench.model.asked, ['draft haiku-1', 'draft judge haiku-1']);
    assert.equal(stage?.usage.inputTokens, 200);
    assert.equal(stage?.usage.outputTokens, 20);
    assert.ok(Math.abs((stage?.usd ?? 0) - 2 * (100 * 0.1e-6 + 10 * 0.5e-6)) < 1e-12);
    assert.equal(result.total.usd, stage?.usd);
    assert.ok(bench.model.calls[1]?.schema);
    assert.ok(
      bench.model.calls[1]?.user.some((block) => block.text.includes('Plain.')),
      'the rubric’s file is shown to it',
    );
    assert.equal((await judged('{"reason":"Stiff.","score":3}')).result.status, 'failed');
  });

  for (const answer of ['Looks great!', '{"score":"5"}', '{"reason":"x"}', '{"score":99}', 'null', '5', '[]']) {
    it(`that answers ${answer} is an error, no pass`, async () => {
      const { result } = await judged(answer);
      assert.deepEqual(statuses(result), ['1 error']);
      assert.equal(result.stages[0]?.checks[0]?.status, 'error');
    });
  }

  it('that cannot be reached stops the run; the answer is on record and counted', async () => {
    const { bench, result } = await judged(new UserError('No connection.', { exitCode: 3 }));
    assert.equal(result.stopped?.exitCode, 3);
    assert.ok((result.total.usd ?? 0) > 0);
    const attempt = bench.records().find((record) => record.type === 'attempt');
    assert.ok(attempt?.type === 'attempt' && attempt.output && attempt.status === 'error');
  });

  it('is not asked about an answer that was cut off', async () => {
    const bench = new Bench(document, { draft: { text: 'half', stopReason: 'max_tokens' } }, more);
    assert.deepEqual(statuses(await bench.run()), ['1 failed']);
    assert.deepEqual(bench.model.asked, ['draft haiku-1']);
  });
});
