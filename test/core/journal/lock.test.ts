import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { holdLock } from '../../../src/journal/lock';
import { createNodeFiles, toSlashes } from '../../../src/node/files';
import { createNodeProcesses } from '../../../src/node/processes';
import { type ProcessIdentity, UserError } from '../../../src/ports';
import { runTask } from '../../../src/stage/run';
import { MemoryFiles } from '../memoryFiles';
import { Bench, refused, stages, statuses } from '../stage/scripted';

const path = '/w/.haiku/runs/context/lock.json';
const one = stages('Draft (Haiku)\n- Task: write\n- Output: Draft → d.md');

/** A process among those that run. */
function processOf(self: ProcessIdentity, running: readonly ProcessIdentity[] = [self]) {
  return { self, isRunning: ({ pid, host, start }: ProcessIdentity) => host !== self.host || running.some((each) => each.pid === pid && each.start === start) };
}

const me = { pid: 10, host: 'here', start: 'a' };
const other = { pid: 20, host: 'here', start: 'b' };

function heldBy(holder: ProcessIdentity, since = '2026-11-22T10:12:13.000Z'): string {
  return `${JSON.stringify({ ...holder, since, token: 'x' })}\n`;
}

function engineOf(bench: Bench, processes = processOf(me, [me, other])) {
  return { ...bench.engine, processes };
}

describe('two processes on one task', () => {
  it('the second says who holds it and what to do, and asks and pays nothing', async () => {
    const bench = new Bench(one, { draft: 'x' }, { [path]: heldBy(other) });
    const error = await refused(bench.task().then((task) => runTask(engineOf(bench), bench.person, task, bench.options())));
    assert.match(
      error.message,
      /^Another run of this task is under way, in process 20 on here since 2026-11-22 10:12 UTC\. Wait .*--wait.* delete \.haiku\/runs\/context\/lock\.json\.$/,
    );
    assert.deepEqual([bench.model.calls.length, bench.person.estimates.length, bench.files.writeCount], [0, 0, 0]);
  });

  it('the second waits where it is told to, then makes nothing twice', async () => {
    const bench = new Bench(one, { draft: 'x' });
    const task = await bench.task();
    const first = runTask(engineOf(bench), bench.person, task, bench.options());
    const second = runTask(engineOf(bench, processOf(other, [me, other])), bench.person, task, bench.options({ wait: true }));
    assert.deepEqual([statuses(await first), statuses(await second)], [['1 passed'], ['1 cached']]);
    assert.equal(bench.model.calls.length, 1);
    assert.equal(bench.text(path), undefined, 'given back');
  });

  it('both were asked before either began: the one that comes late looks again', async () => {
    const bench = new Bench(one, { draft: 'x' });
    const task = await bench.task();
    const late = new Bench(one, { draft: 'x' });
    late.person.confirmSpending = async (estimate) => {
      if (!late.person.estimates.length) assert.equal((await runTask(engineOf(bench), bench.person, task, bench.options())).status, 'passed');
      late.person.estimates.push(estimate);
      return true;
    };
    const result = await runTask({ ...engineOf(late, processOf(other, [me, other])), files: bench.files }, late.person, task, late.options());
    assert.deepEqual(statuses(result), ['1 cached']);
    assert.equal(bench.model.calls.length + late.model.calls.length, 1);
  });

  it('waiting ends where the person cancels', async () => {
    const bench = new Bench(one, { draft: 'x' }, { [path]: heldBy(other) });
    const controller = new AbortController();
    const options = bench.options({ wait: true, signal: controller.signal });
    const clock = { ...bench.engine.clock, now: () => new Date(0), sleep: () => new Promise<void>((done) => setImmediate(done)) };
    const running = bench.task().then((task) => runTask({ ...engineOf(bench), clock }, bench.person, task, options));
    setImmediate(() => controller.abort());
    await assert.rejects(running, /Cancelled/);
    assert.equal(bench.text(path), heldBy(other));
  });
});

describe('a lock that was left', () => {
  const cases: [string, ProcessIdentity, boolean][] = [
    ['by a process that is no more', { pid: 30, host: 'here', start: 'c' }, true],
    ['by a process whose number another one has now', { ...other, start: 'earlier' }, true],
    ['by this very process, which does not know it', me, true],
    ['by a process on another machine', { pid: 30, host: 'there', start: 'c' }, false],
  ];
  for (const [who, holder, taken] of cases) {
    it(`${who} is ${taken ? 'taken over, with a note' : 'left alone'}`, async () => {
      // Whatever the clock said then: no time is compared.
      const bench = new Bench(one, { draft: 'x' }, { [path]: heldBy(holder, '2031-01-01T00:00:00.000Z') });
      const running = bench.task().then((task) => runTask(engineOf(bench), bench.person, task, bench.options()));
      if (!taken) {
        assert.match((await refused(running)).message, /process 30 on there/);
        return;
      }
      assert.deepEqual(statuses(await running), ['1 passed']);
      assert.ok(bench.events.some((event) => event.type === 'note' && /ended in the middle of a run: its lock was taken over/.test(event.message)));
      assert.equal(bench.text(path), undefined);
    });
  }

  it('in a file that is no lock is left alone, and said so', async () => {
    const bench = new Bench(one, { draft: 'x' }, { [path]: 'half a lo' });
    const running = bench.task().then((task) => runTask(engineOf(bench), bench.person, task, bench.options()));
    assert.match((await refused(running)).message, /is under way.*delete/);
  });
});

describe('a lock', () => {
  it('is held by one at a time, of many that want it and of one that died with it', async () => {
    const files = new MemoryFiles({ '/l/lock.json': heldBy({ pid: 99, host: 'here' }) });
    const everybody = Array.from({ length: 8 }, (_, i) => ({ pid: i + 1, host: 'here', start: `s${i}` }));
    let holding = 0;
    let turns = 0;
    let tokens = 0;
    const clock = { now: () => new Date(0), sleep: () => new Promise<void>((done) => setImmediate(done)) };
    await Promise.all(
      everybody.map(async (self) => {
        const world = { files, clock, processes: processOf(self, everybody), random: () => `t${++tokens}` };
        const giveBack = await holdLock('/l/lock.json', world, { what: 'It', todo: 'Wait.', wait: true, signal: new AbortController().signal });
        assert.equal(++holding, 1);
        turns++;
        await new Promise((done) => setImmediate(done));
        holding--;
        await giveBack();
      }),
    );
    assert.equal(turns, 8);
    assert.deepEqual([...files.texts.keys()], []);
  });

  it('is given back where the work fails', async () => {
    const bench = new Bench(one, { draft: 'x' });
    bench.files.put('/w/.haiku/runs/context/2026-01-01T00-00-00-000-aa/journal.jsonl', '{"type":"run","answers":{}}\nno record\n');
    await assert.rejects(
      bench.task().then((task) => runTask(engineOf(bench), bench.person, task, bench.options())),
      UserError,
    );
    assert.equal(bench.text(path), undefined);
  });
});

describe('files and processes of this machine', () => {
  const folder = toSlashes(mkdtempSync(join(tmpdir(), 'haiku-first-lock-')));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('one of many that make the same file at the same time makes it', async () => {
    const files = createNodeFiles();
    const made = await Promise.all(Array.from({ length: 30 }, (_, i) => files.createNew?.(`${folder}/deep/lock`, `by ${i}`)));
    assert.equal(made.filter(Boolean).length, 1);
    assert.equal(readFileSync(`${folder}/deep/lock`, 'utf8'), `by ${made.indexOf(true)}`);
    assert.deepEqual(
      (await files.list(`${folder}/deep`)).map(({ name }) => name),
      ['lock'],
      'nothing else is left there',
    );
  });

  it('a process is running until it has ended, and is no other one with its number', async () => {
    const { self, isRunning } = createNodeProcesses();
    assert.equal(await isRunning(self), true);
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const identity = { pid: child.pid as number, host: self.host };
    assert.equal(await isRunning(identity), true);
    if (self.start) assert.equal(await isRunning({ ...identity, start: self.start }), false);
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await ended;
    assert.equal(await isRunning(identity), false);
    assert.equal(await isRunning({ ...identity, host: 'elsewhere' }), true, 'nobody here can tell');
  });
});
