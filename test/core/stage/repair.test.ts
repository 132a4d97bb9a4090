import assert from 'node:assert/strict';
import { UserError } from '../../../src/ports';
import { acceptStage, checkAgain } from '../../../src/stage/review';
import { Bench, stages, statuses } from './scripted';

const chain = stages(
  'Facts (Haiku)\n- Task: list facts\n- Output: Fact list',
  'Draft (Haiku, high effort)\n- Input: Fact list\n- Task: write\n- Output: Draft → d.md\n- Checks:\n  - contains: "apple"',
  'Polish (Haiku)\n- Input: Draft\n- Task: polish\n- Output: Final → f.md',
);

/** A task whose second stage has failed. */
async function failed(): Promise<Bench> {
  const bench = new Bench(chain, { facts: 'FACTS', draft: 'pear', polish: 'POLISHED' });
  assert.deepEqual(statuses(await bench.run()), ['1 passed', '2 failed', '3 skipped']);
  bench.script({ facts: 'FACTS', 'draft haiku-3': 'an apple at last', 'draft opus-1': 'an apple by opus', polish: 'POLISHED' });
  return bench;
}

const userOf = (bench: Bench, call: number) => bench.model.calls[call]?.user.map((block) => block.text).join('\n') ?? '';

async function refused(promise: Promise<unknown>): Promise<UserError> {
  const error = await promise.then(
    () => assert.fail('It was not refused.'),
    (cause: unknown) => cause,
  );
  assert.ok(error instanceof UserError, String(error));
  return error;
}

describe('escalating a stage', () => {
  it('runs it alone on Opus with what failed, then what depends on it on its own model', async () => {
    const bench = await failed();
    const failure = 'contains: "apple"';
    const result = await bench.run({ escalate: 2 });
    assert.deepEqual(statuses(result), ['1 cached', '2 passed', '3 passed']);
    assert.equal(result.status, 'passed');
    assert.deepEqual(
      bench.model.calls.map((call) => [call.label.stage, call.model, call.effort]),
      [
        ['draft', 'claude-opus-5-5', undefined],
        ['polish', 'claude-haiku-5-5', undefined],
      ],
    );
    assert.ok(userOf(bench, 0).includes(failure) && userOf(bench, 0).includes('Attempt 2'), 'both failed attempts are told');
    assert.ok(!userOf(bench, 0).includes('pear\n'), 'their outputs are not sent');
    assert.ok(userOf(bench, 1).includes('an apple by opus'), 'what depends on it reads the new output');
    assert.equal(bench.text('/w/d.md'), 'an apple by opus\n');
    const estimate = bench.person.estimates.at(-1);
    assert.equal(estimate?.escalation, 2);
    assert.deepEqual(
      estimate?.stages.map((stage) => stage.model),
      ['claude-opus-5-5', 'claude-haiku-5-5'],
    );
    assert.ok((estimate?.stages[0]?.usd ?? 0) > (estimate?.stages[1]?.usd ?? 1), 'the dear model, though its answer is known to be short');
    const calls = bench.model.calls.length;
    assert.deepEqual(statuses(await bench.run()), ['1 cached', '2 cached', '3 cached']);
    assert.equal(bench.model.calls.length, calls);
  });

  it('leaves what depends on it alone where it is asked to', async () => {
    const bench = await failed();
    assert.deepEqual(statuses(await bench.run({ escalate: 2, alone: true })), ['1 cached', '2 passed']);
    assert.deepEqual(bench.model.asked, ['draft opus-1']);
    assert.deepEqual(statuses(await bench.run()), ['1 cached', '2 cached', '3 passed']);
  });

  it('fails where Opus fails the check as well: once, no retry', async () => {
    const bench = await failed();
    bench.script({ draft: 'plum' });
    const result = await bench.run({ escalate: 2 });
    assert.deepEqual(statuses(result), ['1 cached', '2 failed', '3 skipped']);
    assert.deepEqual(bench.model.asked, ['draft opus-1']);
    assert.equal(bench.text('/w/d.md'), undefined);
  });

  it('is refused for a Code stage and for a number that no stage has', async () => {
    const bench = new Bench(stages('Build (Code)\n- Run: make'), {});
    assert.equal((await refused(bench.run({ escalate: 1 }))).details.exitCode, 2);
    assert.equal((await refused(bench.run({ escalate: 7 }))).details.exitCode, 2);
  });
});

describe('a retry', () => {
  it('goes to the stage’s own model and effort with the last feedback, once', async () => {
    const bench = await failed();
    const result = await bench.run({ retry: 2 });
    assert.deepEqual(statuses(result), ['1 cached', '2 passed', '3 passed']);
    assert.deepEqual(bench.model.asked, ['draft haiku-3', 'polish haiku-1']);
    assert.equal(bench.model.calls[0]?.effort, 'high');
    assert.ok(userOf(bench, 0).includes('failed_checks') && userOf(bench, 0).includes('pear'));
  });
});

describe('accepting as it is', () => {
  it('costs nothing, writes the file, keeps the reason, and what depends on it runs', async () => {
    const bench = await failed();
    const asked = bench.person.estimates.length;
    const result = await acceptStage(bench.engine, bench.person, await bench.task(), 2, 'A pear will do.', bench.options());
    assert.equal(result.status, 'passed');
    assert.equal(bench.text('/w/d.md'), 'pear\n');
    assert.equal(bench.model.calls.length, 0);
    assert.equal(bench.person.estimates.length, asked);
    assert.ok(bench.records().some((record) => record.type === 'attempt' && record.reason === 'A pear will do.' && record.by === 'person'));
    assert.deepEqual(statuses(await bench.run()), ['1 cached', '2 cached', '3 passed']);
    assert.ok(userOf(bench, 0).includes('pear'));
  });

  it('is refused where there is nothing to accept', async () => {
    const bench = new Bench(chain, { facts: 'FACTS' });
    await bench.run({ stage: 1 });
    assert.equal((await refused(acceptStage(bench.engine, bench.person, await bench.task(), 2, 'why not', bench.options()))).details.exitCode, 2);
  });
});

describe('checking again', () => {
  it('takes the file as a person edited it, and what depends on it reads that', async () => {
    const bench = await failed();
    bench.files.put('/w/d.md', 'my own apple\n');
    const result = await checkAgain(bench.engine, bench.person, await bench.task(), 2, bench.options());
    assert.equal(result.status, 'passed');
    assert.equal(bench.text('/w/d.md'), 'my own apple\n');
    assert.equal(bench.model.calls.length, 0);
    assert.deepEqual(statuses(await bench.run()), ['1 cached', '2 cached', '3 passed']);
    assert.ok(userOf(bench, 0).includes('my own apple'));
    // It is the stage's output now: the next one replaces it without asking.
    await bench.run({ escalate: 2, alone: true });
    assert.deepEqual(bench.person.overwrites, []);
    assert.equal(bench.text('/w/d.md'), 'an apple by opus\n');
  });

  it('fails an edit that breaks it, though an earlier output passed', async () => {
    const bench = await failed();
    await bench.run({ retry: 2 });
    bench.files.put('/w/d.md', 'my own plum\n');
    assert.equal((await checkAgain(bench.engine, bench.person, await bench.task(), 2, bench.options())).status, 'failed');
    assert.equal(bench.text('/w/d.md'), 'my own plum\n');
    bench.person.agrees.overwrite = false;
    bench.script({ draft: 'an apple', polish: 'POLISHED' });
    assert.equal((await bench.run()).stages[1]?.status, 'passed', 'it is made again, not reused');
    assert.equal(bench.text('/w/d.md'), 'my own plum\n');
  });

  it('works below a stage that runs once per item', async () => {
    const document = stages(
      'Items (Haiku)\n- Each: Fruit in fruits.md\n- Task: about Fruit\n- Output: Texts',
      'Page (Haiku)\n- Input: Texts\n- Task: join\n- Output: Page → p.md\n- Checks:\n  - contains: "apple"',
    );
    const bench = new Bench(document, { 'items-1': 'one', 'items-2': 'two', page: 'pear' }, { '/w/fruits.md': '- apple\n- pear\n' });
    assert.deepEqual(statuses(await bench.run()), ['1 passed', '2 failed']);
    bench.files.put('/w/p.md', 'apple\n');
    assert.equal((await checkAgain(bench.engine, bench.person, await bench.task(), 2, bench.options())).status, 'passed');
  });
});
