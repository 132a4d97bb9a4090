import assert from 'node:assert/strict';
import { listAttempts } from '../../../src/stage/attempts';
import type { RunOptions } from '../../../src/stage/engine';
import { parseLadder } from '../../../src/stage/ladder';
import { type RestoreChoice, restoreStage } from '../../../src/stage/restore';
import { acceptStage, checkAgain } from '../../../src/stage/review';
import { Bench, refused, stages, statuses } from './scripted';

const chain = stages(
  'Facts (Haiku)\n- Task: list facts\n- Output: Fact list',
  'Draft (Haiku, high effort)\n- Input: Fact list\n- Task: write\n- Output: Draft → d.md\n- Checks:\n  - contains: "apple"',
  'Polish (Haiku)\n- Input: Draft\n- Task: polish\n- Output: Final → f.md',
);

const replies = { facts: 'FACTS', draft: 'pear', 'draft opus-1': 'an apple by opus', polish: 'POLISHED' };

/** A task whose second stage failed twice and was escalated; the third has read what Opus made. */
async function escalated(more: Record<string, string> = {}): Promise<Bench> {
  const bench = new Bench(chain, { ...replies, ...more });
  await bench.run();
  assert.deepEqual(statuses(await bench.run({ escalate: 2 })), ['1 cached', '2 passed', '3 passed']);
  return bench;
}

async function restore(bench: Bench, choice: RestoreChoice, number = 2, item?: number) {
  return restoreStage({ engine: bench.engine, person: bench.person, task: await bench.task(), number, item, options: bench.options() as RunOptions }, choice);
}

const attempts = async (bench: Bench) => (await listAttempts(bench.engine, await bench.task())).filter(({ stage }) => stage === 2);

describe('undoing an escalation', () => {
  it('makes the stage as failed as it was, costs nothing, and what depends on it waits', async () => {
    const bench = await escalated();
    const [calls, asked] = [bench.model.calls.length, bench.person.estimates.length];
    const result = await restore(bench, { undo: true });
    assert.deepEqual([result.status, result.usd, result.attempts], ['failed', 0, 0]);
    assert.match(result.message ?? '', /d\.md still holds what was undone/);
    assert.deepEqual([bench.model.calls.length, bench.person.estimates.length], [calls, asked]);
    const restored = bench.records().find((record) => record.type === 'restored');
    assert.ok(restored?.type === 'restored' && restored.why === 'undo' && restored.output.startsWith('draft.haiku-2'));
    assert.deepEqual(
      (await attempts(bench)).map(({ name, counts }) => [name, counts]),
      [
        ['haiku-1', false],
        ['haiku-2', true],
        ['opus-1', false],
      ],
    );
    // It runs again as the failed stage it is; what Opus wrote is the stage's own, so nobody is asked to replace it.
    bench.script({ ...replies, draft: 'an apple after all' });
    assert.deepEqual(statuses(await bench.run()), ['1 cached', '2 passed', '3 passed']);
    assert.deepEqual(bench.person.overwrites, []);
    assert.equal(bench.text('/w/d.md'), 'an apple after all\n');
  });

  it('can be taken back: the escalation is restored and what read it stands again, unpaid', async () => {
    const bench = await escalated();
    await restore(bench, { undo: true });
    const calls = bench.model.calls.length;
    const result = await restore(bench, { attempt: 'opus-1', reason: 'It was better.' });
    assert.equal(result.status, 'passed');
    assert.deepEqual(statuses(await bench.run()), ['1 cached', '2 cached', '3 cached']);
    assert.equal(bench.model.calls.length, calls);
  });

  it('brings back what passed before, in the file too', async () => {
    const bench = new Bench(chain, { ...replies, draft: 'a cheap apple' });
    await bench.run();
    assert.deepEqual(statuses(await bench.run({ escalate: 2, alone: true })), ['1 cached', '2 passed']);
    assert.equal(bench.text('/w/d.md'), 'an apple by opus\n');
    assert.match((await attempts(bench)).at(-1)?.diff ?? '', /opus-1\.escalation\.diff$/);
    assert.equal((await restore(bench, { undo: true })).status, 'passed');
    assert.equal(bench.text('/w/d.md'), 'a cheap apple\n');
    assert.deepEqual(bench.person.overwrites, []);
    assert.deepEqual(statuses(await bench.run()), ['1 cached', '2 cached', '3 cached']);
  });

  it('goes back step by step where a run climbed by itself', async () => {
    const bench = new Bench(chain, { ...replies, 'draft sonnet-1': 'plum' });
    bench.settings = { ...bench.settings, ladder: parseLadder('haiku, sonnet, opus', '--ladder'), maxEscalationUsd: 2 };
    assert.equal((await bench.run()).status, 'passed');
    const counts = async () => (await attempts(bench)).find((each) => each.counts)?.name;
    assert.equal(await counts(), 'opus-1');
    assert.equal((await restore(bench, { undo: true })).status, 'failed');
    assert.equal(await counts(), 'sonnet-1');
    assert.equal((await restore(bench, { undo: true })).status, 'failed');
    assert.equal(await counts(), 'haiku-1');
    assert.match((await refused(restore(bench, { undo: true }))).message, /no escalation/);
  });

  it('never overwrites what a person edited without their yes', async () => {
    const bench = new Bench(chain, { ...replies, draft: 'a cheap apple' });
    await bench.run();
    await bench.run({ escalate: 2, alone: true });
    bench.files.put('/w/d.md', 'my own words');
    bench.person.agrees.overwrite = false;
    const result = await restore(bench, { undo: true });
    assert.deepEqual(bench.person.overwrites, ['/w/d.md']);
    assert.equal(bench.text('/w/d.md'), 'my own words');
    assert.match(result.message ?? '', /d\.md was kept/);
  });

  it('is refused where what counts is no escalation', async () => {
    const bench = new Bench(chain, { ...replies, draft: 'a cheap apple' });
    await bench.run();
    assert.match((await refused(restore(bench, { undo: true }))).message, /no escalation/);
  });
});

describe('restoring an attempt', () => {
  it('takes any that left an output, passed or not, of any run', async () => {
    const bench = await escalated();
    bench.script({ ...replies, draft: 'another apple' });
    await bench.run({ stage: 2, fresh: true });
    assert.equal(bench.text('/w/d.md'), 'another apple\n');
    assert.equal((await restore(bench, { attempt: 'opus-1' })).status, 'passed');
    assert.equal(bench.text('/w/d.md'), 'an apple by opus\n');
    const [first] = await attempts(bench);
    assert.equal((await restore(bench, { run: first?.run, attempt: 'haiku-1' })).status, 'failed');
    assert.equal((await acceptStage(bench.engine, bench.person, await bench.task(), 2, 'fine', bench.options())).status, 'passed');
    assert.equal(bench.text('/w/d.md'), 'pear\n', 'what counts is what is accepted');
  });

  it('is stale for what read another output, and only for that', async () => {
    const bench = await escalated();
    bench.script({ ...replies, draft: 'another apple' });
    await bench.run({ fresh: true, from: 2 });
    await restore(bench, { attempt: 'opus-1' });
    bench.script({ facts: 'never asked', draft: 'never asked', polish: 'never asked' });
    assert.deepEqual(statuses(await bench.run()), ['1 cached', '2 cached', '3 cached'], 'what was made from it before stands again');
  });

  it('says which there are where there is no such one', async () => {
    const bench = await escalated();
    const error = await refused(restore(bench, { attempt: 'opus-7' }));
    assert.match(error.message, /no attempt opus-7.*haiku-1, haiku-2, opus-1/s);
  });

  it('is refused where its output was changed or is gone', async () => {
    const bench = await escalated();
    const [first] = await attempts(bench);
    bench.files.put(first?.output ?? '', 'something else');
    assert.match((await refused(restore(bench, { attempt: 'haiku-1' }))).message, /gone or was changed/);
  });
});

describe('a stage with Each', () => {
  const document = (output: string) =>
    stages(
      `Texts (Haiku)\n- Each: Fruit in fruits.md\n- Task: about Fruit\n- Output: Texts → ${output}\n- Retries: 0\n- Checks:\n  - contains: "good"`,
      'Page (Haiku)\n- Input: Texts\n- Task: join',
    );
  const fruits = { '/w/fruits.md': '- apple\n- pear\n- plum\n' };
  const made = { 'texts-1': 'good 1', 'texts-2': 'bad 2', 'texts-3': 'bad 3', page: 'PAGE' };

  async function failed(output = 'out/Fruit.md'): Promise<Bench> {
    const bench = new Bench(document(output), made, fruits);
    assert.deepEqual(statuses(await bench.run()), ['1 failed', '2 skipped']);
    return bench;
  }

  it('is accepted item by item; it has passed when all have', async () => {
    const bench = await failed();
    const one = await acceptStage(bench.engine, bench.person, await bench.task(), 1, 'fine', { ...bench.options(), item: 2 });
    assert.deepEqual([one.status, one.message], ['failed', '1 of 3 items have not passed.']);
    assert.equal(bench.text('/w/out/pear.md'), 'bad 2\n');
    assert.equal(bench.text('/w/out/plum.md'), undefined);
    const rest = await acceptStage(bench.engine, bench.person, await bench.task(), 1, 'fine too', bench.options());
    assert.equal(rest.status, 'passed');
    assert.equal(bench.text('/w/out/plum.md'), 'bad 3\n');
    assert.deepEqual(statuses(await bench.run()), ['1 cached', '2 passed']);
    assert.ok(bench.model.calls.at(-1)?.user.some((block) => block.text.includes('good 1\n\nbad 2\n\nbad 3')));
  });

  it('writes the one file of all items when the last has passed', async () => {
    const bench = await failed('all.md');
    await acceptStage(bench.engine, bench.person, await bench.task(), 1, 'fine', { ...bench.options(), item: 2 });
    assert.equal(bench.text('/w/all.md'), undefined);
    await acceptStage(bench.engine, bench.person, await bench.task(), 1, 'fine', { ...bench.options(), item: 3 });
    assert.equal(bench.text('/w/all.md'), 'good 1\n\nbad 2\n\nbad 3\n');
  });

  it('is checked again item by item, as edited in its file', async () => {
    const bench = await failed();
    bench.files.put('/w/out/pear.md', 'good at last');
    const task = await bench.task();
    assert.equal((await checkAgain(bench.engine, bench.person, task, 1, { ...bench.options(), item: 2 })).status, 'failed');
    bench.files.put('/w/out/plum.md', 'good as well');
    assert.equal((await checkAgain(bench.engine, bench.person, task, 1, bench.options())).status, 'passed');
    assert.equal(bench.text('/w/out/pear.md'), 'good at last');
    assert.deepEqual(statuses(await bench.run()), ['1 cached', '2 passed']);
    assert.equal(bench.model.asked.filter((call) => call.startsWith('texts')).length, 3, 'nothing is asked again');
  });

  it('undoes the escalation of one item', async () => {
    const bench = await failed();
    bench.script({ ...made, 'texts-2 opus-1': 'good 2 by opus', 'texts-3 opus-1': 'good 3 by opus' });
    assert.equal((await bench.run({ escalate: 1 })).status, 'passed');
    const result = await restore(bench, { undo: true }, 1, 3);
    assert.equal(result.status, 'failed');
    assert.match(result.message ?? '', /^out\/plum\.md still holds what was undone.* 1 of 3 items have not passed\.$/);
    assert.deepEqual(result.outputs, [], 'nothing was written now');
    const counting = (await listAttempts(bench.engine, await bench.task(), 1))
      .filter(({ counts }) => counts)
      .map(({ item, name }) => `${item} ${name}`)
      .sort();
    assert.deepEqual(counting, ['1 haiku-1', '2 opus-1', '3 haiku-1']);
  });

  it('tells of each file that still holds what was undone, and puts back what had passed', async () => {
    const bench = await failed();
    bench.script({ ...made, 'texts-2 opus-1': 'good 2 by opus', 'texts-3 opus-1': 'good 3 by opus' });
    await bench.run({ escalate: 1 });
    const result = await restore(bench, { undo: true }, 1);
    assert.equal(result.status, 'failed');
    assert.match(result.message ?? '', /^out\/pear\.md, out\/plum\.md still hold what was undone.* 2 of 3 items have not passed\.$/);
    assert.deepEqual([bench.text('/w/out/pear.md'), bench.text('/w/out/plum.md')], ['good 2 by opus\n', 'good 3 by opus\n']);
  });

  it('gets back in an item’s file what the stage had written there before', async () => {
    const bench = new Bench(document('out/Fruit.md'), { ...made, 'texts-2': 'good 2', 'texts-3': 'good 3' }, fruits);
    await bench.run();
    bench.files.put('/w/out/pear.md', 'bad now');
    await checkAgain(bench.engine, bench.person, await bench.task(), 1, { ...bench.options(), item: 2 });
    bench.script({ ...made, 'texts-2 opus-1': 'good 2 by opus' });
    assert.equal((await bench.run({ escalate: 1 })).status, 'passed');
    assert.equal(bench.text('/w/out/pear.md'), 'good 2 by opus\n');
    const result = await restore(bench, { undo: true }, 1);
    assert.equal(result.status, 'failed');
    assert.equal(bench.text('/w/out/pear.md'), 'good 2\n', result.message);
  });

  it('says of the one file of all items that it still holds what was undone', async () => {
    const bench = await failed('all.md');
    bench.script({ ...made, 'texts-2 opus-1': 'good 2 by opus', 'texts-3 opus-1': 'good 3 by opus' });
    await bench.run({ escalate: 1 });
    assert.match((await restore(bench, { undo: true }, 1, 2)).message ?? '', /^all\.md still holds what was undone.*1 of 3 items have not passed\.$/);
  });

  it('refuses an item that there is not', async () => {
    const bench = await failed();
    const task = await bench.task();
    assert.match((await refused(acceptStage(bench.engine, bench.person, task, 1, 'x', { ...bench.options(), item: 4 }))).message, /from 1 to 3/);
    await acceptStage(bench.engine, bench.person, task, 1, 'all of them', bench.options());
    assert.match((await refused(acceptStage(bench.engine, bench.person, task, 1, 'x', bench.options()))).message, /All items of stage 1 have passed/);
  });
});
