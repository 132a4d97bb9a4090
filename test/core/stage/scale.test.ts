import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Bench, ScriptedModel, stages, statuses } from './scripted';

const execute = promisify(execFile);

describe('a run of many', () => {
  it('goes through 5,000 items in little memory, and gathers them in order', async function () {
    this.timeout(300_000);
    const items = 5000;
    // Each item's prompt holds 16 KB: together, beside what a run keeps anyway, they would not fit.
    const { stdout } = await execute(process.execPath, ['--max-old-space-size=128', '--require', 'tsx', join(__dirname, 'scaleRun.ts'), String(items)], {
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const { status, stopped, calls, gathered, inOrder } = JSON.parse(stdout) as Record<string, unknown>;
    assert.deepEqual({ status, stopped, calls, gathered, inOrder }, { status: 'passed', stopped: undefined, calls: items + 1, gathered: items, inOrder: true });
  });

  it('goes down a chain of 400 stages, and finds all of it unchanged', async function () {
    this.timeout(60_000);
    const count = 400;
    const all = Array.from(
      { length: count },
      (_, i) => `Step ${i + 1} (Haiku)\n- Input: ${i ? `Paper ${i}` : 'notes'}\n- Task: go on\n- Output: Paper ${i + 1}`,
    );
    const bench = new Bench(`---\ninputs:\n  notes: begin\n---\n${stages(...all)}`, ({ label }) => `made by ${label.stage}`);
    const order: string[] = [];
    bench.model = new ScriptedModel(({ label }) => {
      order.push(label.stage);
      return `made by ${label.stage}`;
    });
    const first = await bench.run();
    assert.equal(first.status, 'passed');
    assert.deepEqual(
      order,
      all.map((_, i) => `step-${i + 1}`),
    );
    assert.equal(bench.model.mostAtOnce, 1);
    const again = await bench.run();
    assert.equal(order.length, count);
    assert.ok(again.stages.every((stage) => stage.status === 'cached'));
    // One change: what it makes is the same as before, so nothing that reads it runs again.
    bench.files.put(
      '/w/CONTEXT.md',
      (bench.text('/w/CONTEXT.md') ?? '').replace('- Input: Paper 389\n- Task: go on', '- Input: Paper 389\n- Task: go on at length'),
    );
    const changed = await bench.run({ stage: 392 });
    assert.deepEqual(statuses(changed).slice(387), ['388 cached', '389 cached', '390 passed', '391 cached', '392 cached']);
  });
});

describe('calls at once', () => {
  it('are bounded over all stages, items, variants and judges together, and all lanes are used', async () => {
    const list = JSON.stringify(Array.from({ length: 12 }, (_, i) => `item ${i}`));
    const document = `---\ninputs:\n  list: '${list}'\n---\n${stages(
      'One (Haiku)\n- Each: thing in list\n- Task: a\n- Output: A',
      'Two (Haiku)\n- Each: thing in list\n- Task: b\n- Output: B\n- Checks:\n  - judge: is good, >= 4/5',
      'Three (Haiku)\n- Task: c\n- Output: C\n- Variants: 5',
      'Four (Haiku)\n- Task: d\n- Output: D',
    )}`;
    const bench = new Bench(document, {});
    bench.settings = { ...bench.settings, concurrency: 3 };
    bench.model = new ScriptedModel(async ({ label, schema }) => {
      await new Promise((done) => setTimeout(done, 2));
      return label.purpose === 'judge' || schema ? JSON.stringify({ score: 5, reason: 'good', verdict: 'pass' }) : 'An answer.';
    });
    const result = await bench.run();
    assert.deepEqual(
      result.stages.map((stage) => stage.status).filter((status) => status === 'error' || status === 'skipped'),
      [],
    );
    assert.equal(bench.model.mostAtOnce, 3);
  });

  it('go round between two fan-outs: neither waits for the other to end', async () => {
    const list = JSON.stringify(Array.from({ length: 20 }, (_, i) => `item ${i}`));
    const document = `---\ninputs:\n  list: '${list}'\n---\n${stages('One (Haiku)\n- Each: thing in list\n- Task: a', 'Two (Haiku)\n- Each: thing in list\n- Task: b')}`;
    const bench = new Bench(document, {});
    bench.settings = { ...bench.settings, concurrency: 2 };
    const order: string[] = [];
    bench.model = new ScriptedModel(async ({ label }) => {
      order.push(label.stage.replace(/-\d+$/, ''));
      await new Promise((done) => setImmediate(done));
      return 'An answer.';
    });
    assert.equal((await bench.run()).status, 'passed');
    const first = order.slice(0, 20);
    assert.ok(Math.abs(first.filter((name) => name === 'one').length - 10) <= 2, first.join(' '));
  });
});

describe('a run that is told to stop', () => {
  const fan = (more = '') =>
    `---\ninputs:\n  list: '${JSON.stringify(Array.from({ length: 50 }, (_, i) => `item ${i}`))}'\n${more}---\n${stages(
      'One (Haiku)\n- Each: thing in list\n- Task: a\n- Output: A',
      'Two (Haiku)\n- Input: A\n- Task: b',
      'Three (Haiku)\n- Task: c',
    )}`;

  it('ends what is under way when its time is used up, begins nothing else, and says why', async () => {
    // The clock goes on by a second at each look.
    const bench = new Bench(fan('budget:\n  time: 1 min\n'), {});
    bench.settings = { ...bench.settings, concurrency: 2 };
    bench.model = new ScriptedModel(() => 'An answer.');
    const result = await bench.run();
    assert.ok(bench.model.calls.length > 1 && bench.model.calls.length < 50, `${bench.model.calls.length} calls`);
    const attempts = bench.records().filter(({ type }) => type === 'attempt').length;
    assert.equal(attempts, bench.model.calls.length, 'each call has its verdict');
    assert.equal(result.status, 'error');
    assert.match(result.stopped?.message ?? '', /time budget/);
    for (const stage of result.stages) if (stage.status !== 'passed') assert.match(stage.message ?? '', /time budget|has not passed/, stage.title);
  });

  it('ends what is under way when a person cancels, in the middle of items, and goes on from there', async () => {
    const abort = new AbortController();
    const bench = new Bench(fan(), {});
    bench.settings = { ...bench.settings, concurrency: 2 };
    let answered = 0;
    bench.model = new ScriptedModel(() => {
      answered++;
      if (answered === 10) abort.abort();
      return 'An answer.';
    });
    const result = await bench.run({ signal: abort.signal });
    assert.equal(result.status, 'cancelled');
    assert.ok(bench.model.calls.length <= 12, `${bench.model.calls.length} calls`);
    const before = bench.model.calls.length;
    bench.script(() => 'An answer.');
    const again = await bench.run();
    assert.equal(again.status, 'passed');
    assert.ok(bench.model.calls.length <= 52 - before + 2, 'what had passed is not asked again');
  });
});
