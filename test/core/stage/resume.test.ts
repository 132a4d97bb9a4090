import assert from 'node:assert/strict';
import { createCatalog } from '../../../src/catalog/catalog';
import type { ModelRequest } from '../../../src/ports';
import type { RunOptions, RunResult } from '../../../src/stage/engine';
import { runTask } from '../../../src/stage/run';
import { loadTask } from '../../../src/steering/task';
import { DyingFiles, type Fault } from './dyingFiles';
import { judgeReply } from './judgeReply';
import { answered, booked, callName, killedOutputs, killedReply, killedTask, recordsOf } from './killedTask';
import { Bench, contextPath, type Reply, ScriptedCommands, ScriptedModel, stages, statuses } from './scripted';

/** What each call of the scripted model costs: 100 tokens in, 10 out. */
const callUsd = createCatalog().price(createCatalog().modelFor('haiku'), { inputTokens: 100, outputTokens: 10, cacheReadTokens: 0, cacheWriteTokens: 0 });

/** A bench for the task; `before` is what an earlier one has left. */
function benchOn(before?: Bench): Bench {
  const bench = new Bench(killedTask, killedReply);
  bench.commands = new ScriptedCommands(() => ({ stdout: '2\n' }));
  for (const [path, text] of before?.files.texts ?? []) bench.files.put(path, text);
  return bench;
}

/** Run the task on files that end the process, or fail, at the n-th write. Answers the calls it made, and its result where it came to one. */
async function runUntil(
  bench: Bench,
  files: DyingFiles,
  reply: (request: ModelRequest) => Reply = killedReply,
  options: Partial<RunOptions> = {},
): Promise<{ calls: string[]; result?: RunResult; error?: Error }> {
  const calls: string[] = [];
  const model = new ScriptedModel((request) =>
    files.alive(async () => {
      calls.push(callName(request));
      return reply(request);
    }),
  );
  const commands = { run: (...asked: Parameters<ScriptedCommands['run']>) => files.alive(() => bench.commands.run(...asked)) };
  const engine = { ...bench.engine, files, model, commands };
  const running = loadTask(contextPath, files)
    .then((task) => runTask(engine, bench.person, task, bench.options(options)))
    .then(
      (result) => ({ result }),
      (error: Error) => ({ error }),
    );
  const ended = await Promise.race([running, files.death.then(() => ({}))]);
  // Whatever was on its way reaches a process that is no more.
  await new Promise((resolve) => setImmediate(resolve));
  bench.files.texts.clear();
  for (const [path, text] of files.texts) bench.files.put(path, text);
  return { calls, ...ended };
}

describe('a run that was killed', () => {
  let writes: number;
  let allCalls: string[];
  let outputs: (string | undefined)[];

  before(async () => {
    const bench = benchOn();
    const files = new DyingFiles(bench.files, Number.POSITIVE_INFINITY, { kind: 'full' });
    const { calls, result } = await runUntil(bench, files);
    assert.equal(result?.status, 'passed');
    writes = files.count;
    allCalls = calls.sort();
    outputs = killedOutputs.map((path) => bench.text(path));
    assert.ok(writes > 40 && outputs.every((text) => text?.length));
  });

  const ends: Fault[] = [
    { kind: 'killed before' },
    { kind: 'killed in the middle', share: 0.5 },
    { kind: 'killed in the middle', share: 1 },
    { kind: 'killed in the middle', share: 'first record' },
  ];
  for (const fault of ends) {
    it(`goes on after it was ${fault.kind}${'share' in fault ? ` of a write, ${fault.share === 1 ? 'all but its end' : fault.share === 0.5 ? 'half of it' : 'its first record'} done` : ' a write'}, at every write`, async function () {
      this.timeout(60_000);
      let repeated = 0;
      for (let at = 1; at <= writes; at++) {
        const bench = benchOn();
        const first = await runUntil(bench, new DyingFiles(bench.files, at, fault));
        const before = recordsOf(bench.files.texts);
        const paid = before.flatMap(answered);
        const second = benchOn(bench);
        second.person.agrees.overwrite = false;
        const result = await second.run();
        const again = second.model.calls.map(callName);
        repeated += again.filter((call) => paid.includes(call)).length;
        const where = `killed at write ${at} of ${writes}`;
        assert.equal(result.status, 'passed', `${where}: ${JSON.stringify(result.stopped ?? result.stages.map((stage) => stage.message))}`);
        assert.deepEqual([...paid, ...again].sort(), allCalls, `${where}: every call is paid once`);
        assert.deepEqual(
          killedOutputs.map((path) => second.text(path)),
          outputs,
          where,
        );
        const made = first.calls.length + again.length;
        assert.ok(booked(recordsOf(second.files.texts)) >= made * callUsd * 0.999, `${where}: what was paid is booked`);
        assert.deepEqual(second.person.overwrites, [], `${where}: nobody is asked about a file that a stage wrote`);
        if (at % 8) continue;
        const third = benchOn(second);
        assert.deepEqual(statuses(await third.run()), ['1 cached', '2 cached', '3 cached', '4 cached', '5 cached'], where);
        assert.equal(third.model.calls.length, 0);
      }
      console.log(`        ${writes} writes, ${repeated} paid calls repeated`);
      assert.equal(repeated, 0);
    });
  }

  it('is killed again and again, and still pays nothing twice', async () => {
    let bench = benchOn();
    let runs = 0;
    for (let result: RunResult | undefined; !result; runs++) {
      const next = benchOn(bench);
      ({ result } = await runUntil(next, new DyingFiles(next.files, 6 + (runs >> 1), { kind: 'killed in the middle', share: 0.7 })));
      bench = next;
      assert.ok(runs < 60, 'it comes to its end');
    }
    assert.ok(runs > 4);
    assert.deepEqual(recordsOf(bench.files.texts).flatMap(answered).sort(), allCalls);
  });

  it('says so when the next one begins: what is kept, and what nobody knows the end of', async () => {
    // The write after the answers of the first two stages began: one is kept, one is not.
    for (let at = 5; at < writes; at++) {
      const bench = benchOn();
      await runUntil(bench, new DyingFiles(bench.files, at, { kind: 'killed before' }));
      const kept = new Set(recordsOf(bench.files.texts).flatMap((records) => records.flatMap((record) => (record.type === 'answer' ? [record.stage] : []))))
        .size;
      const second = benchOn(bench);
      const result = await second.run();
      const notes = second.events.flatMap((event) => (event.type === 'note' ? [event.message] : []));
      assert.match(notes[0] ?? '', /^The run of 2026-11-22 08:\d\d UTC ended without a word: /);
      assert.ok(notes[0]?.includes(kept === 0 ? 'nothing of it' : kept === 1 ? 'one stage' : `${kept} stages`), notes[0]);
      const uncertain = result.uncertain ?? [];
      assert.deepEqual(
        notes.slice(1).filter((note) => /no answer is on record: it may have cost nothing, and at most \$\d/.test(note)).length,
        uncertain.length,
      );
      assert.ok(uncertain.every(({ atMostUsd, at: since }) => atMostUsd > 0 && since));
      const third = benchOn(second);
      assert.equal((await third.run()).uncertain, undefined, 'told once');
      if (uncertain.length && kept) return;
    }
    assert.fail('Nothing was uncertain.');
  });
});

describe('an escalation that was killed', () => {
  const document = stages(
    'Draft (Haiku)\n- Task: write\n- Retries: 1\n- Output: Draft → d.md\n- Checks:\n  - contains: "good"\n  - judge: is clear, >= 4/5',
    'Next (Haiku)\n- Input: Draft\n- Task: go on\n- Output: Next',
  );
  const reply = ({ label }: ModelRequest) =>
    label.purpose === 'judge' ? judgeReply(5) : label.stage === 'next' ? 'next' : label.tier === 'opus' ? 'good' : 'bad';

  /** Where the escalation failed once, on Haiku. */
  async function failedOnce(): Promise<Bench> {
    const bench = new Bench(document, reply);
    assert.deepEqual(statuses(await bench.run()), ['1 failed', '2 skipped']);
    return bench;
  }

  for (const [how, options] of [
    ['escalated again', { escalate: 1 }],
    ['run', {}],
  ] as const) {
    it(`goes on when the stage is ${how}: Opus is not paid twice`, async function () {
      this.timeout(60_000);
      let usedOpus = 0;
      for (let at = 1; ; at++) {
        const bench = await failedOnce();
        const files = new DyingFiles(bench.files, at, { kind: 'killed before' });
        const first = await runUntil(bench, files, reply, { escalate: 1 });
        if (first.result) break;
        const paid = recordsOf(bench.files.texts).flatMap(answered);
        const judgedBefore = paid.includes('draft judge of opus-1');
        const second = new Bench(document, reply);
        for (const [path, text] of bench.files.texts) second.files.put(path, text);
        const result = await second.run(options);
        const judges = second.model.calls.filter(({ label }) => label.purpose === 'judge').length;
        const again = second.model.calls.filter(({ label }) => label.purpose === 'stage').map(callName);
        const opusOnRecord = paid.includes('draft opus-1');
        if (how !== 'run' || opusOnRecord) assert.equal(result.status, 'passed', `killed at write ${at}`);
        if (opusOnRecord) usedOpus++;
        if (judgedBefore) assert.equal(judges, 0, `killed at write ${at}`);
        assert.deepEqual(
          again.filter((call) => paid.includes(call)),
          [],
          `killed at write ${at}`,
        );
        assert.equal(again.includes('draft opus-2'), false);
      }
      assert.ok(usedOpus > 3);
    });
  }
});

describe('a disk that fails', () => {
  const faults: Fault[] = [{ kind: 'full' }, { kind: 'half written, then full' }, { kind: 'read-only' }];
  for (const fault of faults) {
    for (const times of [1, Number.POSITIVE_INFINITY]) {
      it(`${fault.kind}, ${times === 1 ? 'once' : 'from then on'}: at every write the journals stay whole, and the next run goes on`, async function () {
        this.timeout(60_000);
        const whole = new DyingFiles(benchOn().files, Number.POSITIVE_INFINITY, fault);
        await runUntil(benchOn(), whole);
        for (let at = 1; at <= whole.count; at++) {
          const where = `write ${at} of ${whole.count}`;
          const bench = benchOn();
          const first = await runUntil(bench, new DyingFiles(bench.files, at, fault, times));
          const told = first.error ?? first.result?.stopped;
          if (first.result?.status !== 'passed') assert.match(told?.message ?? '', /could not be written.*Make room/, where);
          const paid = recordsOf(bench.files.texts).flatMap(answered);
          const second = benchOn(bench);
          const result = await second.run();
          assert.equal(result.status, 'passed', `${where}: ${JSON.stringify(result.stopped)}`);
          const again = second.model.calls.map(callName);
          assert.deepEqual(
            again.filter((call) => paid.includes(call)),
            [],
            `${where}: nothing on record is paid again`,
          );
          const made = first.calls.length + again.length;
          assert.ok(booked(recordsOf(second.files.texts)) >= made * callUsd * 0.999, `${where}: what was paid is booked`);
        }
      });
    }
  }
});
