import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createCatalog } from '../../../src/catalog/catalog';
import { parseJournal } from '../../../src/journal/journal';
import { adopt } from '../../../src/journal/origin';
import { paymentsOf } from '../../../src/journal/payments';
import type { JournalRecord } from '../../../src/journal/records';
import { FolderSpending, keepSpending } from '../../../src/money/folderSpending';
import { type Cap, CapReached, noUsage, Spending } from '../../../src/money/spending';
import { mostInputTokens } from '../../../src/money/worstCase';
import type { ModelRequest } from '../../../src/ports';
import { MemoryFiles } from '../memoryFiles';

const catalog = createCatalog();
const folder = '/w/.haiku';
const at = '2026-11-22T08:00:00.000Z';
const { signal } = new AbortController();

const opening = (run: string, task: string, paid = true): JournalRecord => ({
  type: 'run',
  at,
  run,
  task,
  client: 'anthropic',
  paid,
  why: 'run',
  stages: [1],
  estimateUsd: 0,
  estimates: {},
  answers: {},
});
const started = (attempt: number, reservedUsd: number, when = at): JournalRecord => ({
  type: 'attempt-started',
  at: when,
  stage: 'a',
  attempt,
  tier: 'haiku',
  model: 'claude-haiku-5-5',
  reservedUsd,
});
const ended = (attempt: number, usd: number, when = at): JournalRecord => ({
  type: 'attempt',
  at: when,
  stage: 'a',
  number: 1,
  title: 'A',
  attempt,
  by: 'model',
  tier: 'haiku',
  model: 'claude-haiku-5-5',
  fingerprint: 'f',
  output: 'a.md',
  status: 'passed',
  checks: [],
  usage: noUsage,
  usd,
  ms: 1,
});
const over: JournalRecord = { type: 'end', at, status: 'passed' };

function journal(task: string, run: string): string {
  return `${folder}/runs/${task}/${run}/journal.jsonl`;
}

function lines(...records: JournalRecord[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

/** One after the other, as the lock of a folder lets processes in. */
function turnstile(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };
}

describe('caps of a run, a task and a month', () => {
  const outcome = fc.record({
    process: fc.nat(2),
    model: fc.constantFrom('claude-haiku-5-5', 'claude-opus-5-5', 'claude-haiku-4-5'),
    bytes: fc.oneof(fc.nat(3000), fc.constantFrom(99_000, 100_500)),
    most: fc.integer({ min: 1, max: 20_000 }),
    /** What of the worst case it really took. */
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    cached: fc.double({ min: 0, max: 1, noNaN: true }),
    end: fc.constantFrom('answered', 'answered', 'broke off', 'refused', 'disk full', 'retried'),
    advised: fc.boolean(),
  });
  /** In USD: from what one small call takes to what most of them take together. */
  const money = fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 100, max: 2000 })).map((mills) => mills / 1000);

  it('are never passed, whatever is called by however many processes, in whatever order it ends; nothing stays reserved and nobody waits for ever', async () => {
    const seen = { granted: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(outcome, { maxLength: 14 }),
        fc.record({ run: money, task: money, month: money }),
        fc.array(
          fc.integer({ min: 0, max: 50 }).map((mills) => mills / 1000),
          { maxLength: 3 },
        ),
        async (scheduler, calls, limits, before) => {
          const files = new MemoryFiles();
          // Runs from before: one that was killed with a call under way, one of recorded answers, one of another month.
          before.forEach((usd, i) => {
            files.put(journal('t0', `0-killed-${i}`), lines(opening(`0-killed-${i}`, 't0'), started(1, usd)));
          });
          files.put(journal('t1', '0-recorded'), lines(opening('0-recorded', 't1', false), started(1, 9), ended(1, 9), over));
          files.put(journal('t2', '0-october'), lines(opening('0-october', 't2'), started(1, 9, '2026-10-31T23:59:59Z'), ended(1, 9), over));
          const uncertain = before.reduce((sum, usd) => sum + usd, 0);
          const alone = turnstile();
          const caps: Cap[] = [
            { name: 'run', usd: limits.run },
            { name: 'task', usd: limits.task, of: 'task' },
            { name: 'month', usd: limits.month, of: 'month' },
          ];
          // Two processes work on one task, the third on another.
          const processes = ['t0', 't0', 't1'].map((task, i) => {
            const run = `1-${i}`;
            files.put(journal(task, run), lines(opening(run, task)));
            const shared = { folder: new FolderSpending(files, folder, run), task, now: () => new Date(at), alone };
            return { task, run, spending: new Spending(catalog, caps, undefined, shared), worst: 0, paid: 0 };
          });
          const look = () => {
            const total = (of: typeof processes) => of.reduce((sum, each) => sum + each.worst + each.paid, 0);
            const slack = 1e-9;
            for (const each of processes) assert.ok(each.worst + each.paid <= limits.run + slack, `run ${each.worst + each.paid} > ${limits.run}`);
            const task = total(processes.slice(0, 2));
            if (task > 0) assert.ok(task + uncertain <= limits.task + slack, `task ${task + uncertain} > ${limits.task}`);
            assert.ok(total(processes.slice(2)) <= limits.task + slack);
            const month = total(processes);
            if (month > 0) assert.ok(month + uncertain <= limits.month + slack, `month ${month + uncertain} > ${limits.month}`);
          };
          const one = async (planned: (typeof calls)[number], number: number): Promise<void> => {
            const process = processes[planned.process] as (typeof processes)[number];
            const advisor = planned.advised ? { model: 'claude-opus-5-5', maxUses: 1, maxTokens: 1024 } : undefined;
            const request: Pick<ModelRequest, 'model' | 'system' | 'user' | 'maxTokens' | 'advisor'> = {
              model: planned.model,
              system: [],
              user: [{ text: 'x'.repeat(planned.bytes) }],
              maxTokens: planned.most,
              advisor,
            };
            await scheduler.schedule(Promise.resolve(), `begin ${number}`);
            const reservation = await process.spending
              .take({ request, leastTokens: 256 }, signal, async ({ worstUsd }) => {
                await scheduler.schedule(Promise.resolve(), `record ${number}`);
                if (planned.end === 'disk full') throw new Error('disk full');
                await files.append(journal(process.task, process.run), lines(started(number, worstUsd)));
                process.worst += worstUsd;
                look();
              })
              .catch((error: unknown) => {
                assert.ok(error instanceof CapReached || planned.end === 'disk full', String(error));
              });
            seen[reservation ? 'granted' : 'refused']++;
            if (!reservation) return;
            assert.ok(reservation.maxTokens <= planned.most && reservation.maxTokens >= Math.min(256, planned.most));
            await scheduler.schedule(Promise.resolve(), `end ${number}`);
            const tokens = Math.floor(mostInputTokens(request) * planned.share);
            const written = Math.floor(tokens * planned.cached);
            const usage = {
              inputTokens: tokens - written,
              outputTokens: Math.floor(reservation.maxTokens * planned.share),
              cacheReadTokens: 0,
              cacheWriteTokens: written,
            };
            const advice = reservation.advised
              ? { model: 'claude-opus-5-5', consults: 1, usage: { ...noUsage, inputTokens: tokens, outputTokens: 1024 } }
              : undefined;
            const usd =
              planned.end === 'broke off'
                ? process.spending.settle(reservation, undefined)
                : planned.end === 'refused'
                  ? process.spending.settle(reservation, noUsage)
                  : process.spending.settle(reservation, usage, advice);
            assert.ok(usd <= reservation.worstUsd * (1 + 1e-12), `${usd} > ${reservation.worstUsd}`);
            process.worst -= reservation.worstUsd;
            process.paid += usd;
            look();
            await files.append(journal(process.task, process.run), lines(ended(number, usd)));
            if (planned.end === 'retried') await one({ ...planned, end: 'answered' }, number + 1000);
          };
          await scheduler.waitFor(Promise.all(calls.map((each, i) => one(each, i + 1))));
          for (const { spending, paid } of processes) {
            assert.equal(spending.reservedUsd, 0);
            assert.ok(Math.abs(spending.usd - paid) < 1e-9);
          }
        },
      ),
      { numRuns: 150 },
    );
    assert.ok(seen.granted > 100 && seen.refused > 100, `It tried too little: ${JSON.stringify(seen)}`);
  });
});

describe('what a folder has spent', () => {
  const other = (files: MemoryFiles) => new FolderSpending(files, folder, 'own');

  it('counts a call without an end at its worst, in the month in which it began, and one of a run under way as soon as it is on record', async () => {
    const files = new MemoryFiles();
    files.put(journal('t', 'a'), lines(opening('a', 't'), started(1, 0.5, '2026-10-31T23:59:59.000Z'), ended(1, 0.25), started(2, 0.125)));
    const spending = other(files);
    await spending.refresh();
    assert.deepEqual([spending.ofMonth('2026-10'), spending.ofMonth('2026-11'), spending.ofTask('t'), spending.ofTask('u')], [0.25, 0.125, 0.375, 0]);
    await files.append(journal('t', 'a'), lines(ended(2, 0.0625), over));
    await files.append(journal('u', 'b'), lines(opening('b', 'u'), started(1, 2)));
    await spending.refresh();
    assert.deepEqual([spending.ofMonth('2026-11'), spending.ofTask('t'), spending.ofTask('u')], [2.0625, 0.3125, 2]);
  });

  it('counts an answer that is on record without its checks, and the judges it has asked so far', async () => {
    const files = new MemoryFiles();
    const call = { stage: 'a', attempt: 1, tier: 'haiku', at, model: 'm' };
    const answer: JournalRecord = {
      ...call,
      type: 'answer',
      fingerprint: 'f',
      output: 'o',
      outputHash: 'h',
      stopReason: 'end_turn',
      usage: noUsage,
      usd: 0.5,
      ms: 1,
    };
    const judges: JournalRecord[] = [
      { ...call, type: 'judge-started', asked: 'x', reservedUsd: 4 },
      { ...call, type: 'judge', asked: 'x', text: '', stopReason: 'end_turn', usage: noUsage, usd: 0.125, ms: 1 },
      { ...call, type: 'judge-started', asked: 'y', reservedUsd: 2 },
    ];
    files.put(journal('t', 'a'), lines(opening('a', 't'), started(1, 8), answer, ...judges));
    const spending = other(files);
    await spending.refresh();
    assert.equal(spending.ofTask('t'), 0.5 + 0.125 + 2);
    await files.append(journal('t', 'a'), lines(ended(1, 0.75)));
    await spending.refresh();
    assert.equal(spending.ofTask('t'), 0.75, 'The end of an attempt holds the sum.');
  });

  it('does not read runs again that have ended, and passes over a line that is still being written', async () => {
    const files = new MemoryFiles();
    files.put(journal('t', 'a'), lines(opening('a', 't'), ended(1, 0.5), over));
    files.put(journal('t', 'b'), `${lines(opening('b', 't'), started(1, 0.25))}{"type":"attempt-sta`);
    const spending = other(files);
    await spending.refresh();
    await spending.refresh();
    assert.equal(spending.ofTask('t'), 0.75);
    assert.equal(files.reads.filter((path) => path.endsWith('journal.jsonl')).length, 2);
  });

  it('reads of a run that goes on only what was added, where it can', async () => {
    class Appended extends MemoryFiles {
      readonly asked: number[] = [];
      async readLines(path: string, maxBytes: number, from = 0): Promise<string> {
        const bytes = Buffer.from(await this.read(path, maxBytes));
        const text = bytes.subarray(from, Math.max(from, bytes.lastIndexOf(10) + 1)).toString();
        this.asked.push(Buffer.byteLength(text));
        return text;
      }
    }
    const files = new Appended();
    files.put(journal('t', 'a'), lines(opening('a', 't'), ...Array.from({ length: 500 }, (_, i) => ended(i, 0.5))));
    const spending = other(files);
    await spending.refresh();
    for (let more = 0; more < 20; more++) {
      await files.append(journal('t', 'a'), lines(started(1000 + more, 0.25)));
      await spending.refresh();
    }
    assert.equal(spending.ofTask('t'), 250 + 20 * 0.25);
    const [first = 0, ...others] = files.asked;
    assert.equal(others.length, 20);
    assert.ok(Math.max(...others) < first / 100, `${first} bytes, then ${others}`);
  });

  it('is the same however often it looked while runs went on, were cut off in the middle of a line, mended, emptied or adopted', async () => {
    const record = fc.oneof(
      fc.tuple(fc.constantFrom('started', 'ended'), fc.nat(5), fc.integer({ min: 0, max: 64 }), fc.constantFrom(at, '2026-10-31T23:59:59.000Z')),
      fc.constant('rewritten' as const),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(record, fc.nat(400), fc.boolean()), { maxLength: 25 }), async (steps) => {
        const files = new MemoryFiles();
        const path = journal('t', 'a');
        let whole = lines(opening('a', 't'));
        files.put(path, whole);
        const spending = other(files);
        for (const [step, cut, looks] of steps) {
          if (step === 'rewritten') {
            // As when what a run holds is deleted: other texts, and a record more.
            whole = `${whole.replace('"model":"claude-haiku-5-5"', '"model":"m"')}${lines({ type: 'emptied', at })}`;
            files.put(path, whole);
          } else {
            const [kind, attempt, eighths, when] = step;
            const line = lines(kind === 'started' ? started(attempt, eighths / 8, when) : ended(attempt, eighths / 8, when));
            // Somebody looks while the line is being written.
            files.put(path, whole + line.slice(0, cut));
            if (looks) await spending.refresh();
            whole += line;
            files.put(path, whole);
          }
          if (looks) await spending.refresh();
        }
        await spending.refresh();
        const anew = other(files);
        await anew.refresh();
        for (const sum of [spending, anew].map((each) => [each.ofTask('t'), each.ofMonth('2026-10'), each.ofMonth('2026-11'), each.ofTask('u')]))
          assert.deepEqual(sum, monthsOf(whole));
      }),
      { numRuns: 150 },
    );
  });

  it('reads a journal anew that another was put in place of, and counts a run once it is adopted', async () => {
    const files = new MemoryFiles();
    files.put(journal('t', 'a'), lines(opening('a', 't'), ended(1, 0.5)));
    files.put(journal('t', 'b'), lines(opening('b', 't'), ended(1, 4)));
    const spending = other(files);
    await spending.refresh();
    // As many bytes to the same place.
    files.put(journal('t', 'a'), lines(opening('a', 't'), ended(1, 0.7), ended(2, 1)));
    await spending.refresh();
    assert.equal(spending.ofTask('t'), 1.7 + 4);
    files.personKey = async () => 'k';
    const strict = other(files);
    await strict.refresh();
    assert.equal(strict.ofTask('t'), 0);
    await adopt(files, `${folder}/runs/t/b`, [opening('b', 't')], new Date(at));
    await strict.refresh();
    assert.equal(strict.ofTask('t'), 4);
  });

  /** Of one journal: all of it, in October, in November, and of another task. */
  function monthsOf(text: string): number[] {
    const of = (month: string) => paymentsOf(parseJournal(text, 'j')).reduce((sum, payment) => sum + (payment.at.startsWith(month) ? payment.usd : 0), 0);
    return [of(''), of('2026-10'), of('2026-11'), 0];
  }

  it('is not known where a journal can be read no more: nothing is spent on a guess', async () => {
    const files = new MemoryFiles();
    files.put(journal('t', 'a'), `${lines(opening('a', 't'))}garbage\n${lines(ended(1, 0.5))}`);
    await assert.rejects(other(files).refresh(), /no record of a run/);
  });

  it('takes nothing from a journal that claims a negative cost', async () => {
    const files = new MemoryFiles();
    files.put(journal('t', 'a'), lines(opening('a', 't'), ended(1, -100), ended(2, Number.NaN), ended(3, 1)));
    const spending = other(files);
    await spending.refresh();
    assert.equal(spending.ofMonth('2026-11'), 1);
  });

  it('goes on counting a run that was deleted', async () => {
    const files = new MemoryFiles();
    const records = [opening('a', 't'), started(1, 0.5), started(2, 0.25), ended(2, 0.125)];
    files.put(journal('t', 'a'), lines(...records));
    await keepSpending(files, folder, 't', 'a', records);
    const spending = other(files);
    await spending.refresh();
    assert.equal(spending.ofTask('t'), 0.625, 'not twice');
    await files.remove(`${folder}/runs/t/a`);
    const later = other(files);
    await later.refresh();
    assert.deepEqual([later.ofTask('t'), later.ofMonth('2026-11'), later.ofMonth('2026-10')], [0.625, 0.625, 0]);
  });
});
