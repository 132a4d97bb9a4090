import { posix } from 'node:path';
import { isOwn, stamped } from '../journal/origin';
import type { JournalRecord } from '../journal/records';
import type { IsBusy, KnownRun } from '../journal/runs';
import { keepSpending } from '../money/folderSpending';
import { type Files, UserError } from '../ports';
import type { Engine } from './engine';
import { whenTaskIsFree, withTaskLock } from './taskLock';

/** The fields of records that hold no prompt, answer, verdict or word of a person: what sums and caps are made of, and who may overwrite what. */
const keptFields = new Set(
  [
    ['type', 'at', 'run', 'task', 'client', 'paid', 'why', 'stages', 'estimateUsd', 'estimates', 'again'],
    ['purpose', 'nth', 'parent', 'mean', 'passed', 'of'],
    ['stage', 'number', 'title', 'item', 'attempt', 'by', 'tier', 'model', 'effort', 'rung', 'status', 'stopReason', 'maxTokens'],
    ['reservedUsd', 'usage', 'usd', 'judged', 'ms', 'answered', 'advisor', 'output', 'written', 'source', 'line', 'kind', 'hash'],
    ['batch', 'unanswered', 'lost'],
  ].flat(),
);

/** A hash that is told from others of its run and fits nothing that is made later: what is emptied is never used again. */
function forgotten(hash: unknown): string {
  return `emptied:${String(hash).slice(0, 8)}`;
}

/** The records of a run without what was sent, answered or said: what it cost is left. */
export function emptied(records: readonly JournalRecord[], at: string): JournalRecord[] {
  const kept = records
    .filter(({ type }) => type !== 'adopted' && type !== 'emptied')
    .map((record) => {
      const left: Record<string, unknown> = {};
      for (const [name, value] of Object.entries(record)) {
        if (keptFields.has(name)) left[name] = value;
        else if (name === 'fingerprint' || name === 'asked') left[name] = forgotten(value);
        // A hash of a short value gives the value away to who guesses it.
        else if (name === 'itemKey') left[name] = forgotten('item' in record ? record.item : '');
      }
      if (record.type === 'run') left.answers = {};
      if (record.type === 'attempt') {
        left.checks = [];
        if (record.escalation) left.escalation = { failed: [] };
      }
      if (record.type === 'judge') left.text = '';
      // Without the provider's id nobody fetches what would be written here again.
      if (record.type === 'batch-started')
        left.calls = record.calls?.map((call) => ({ ...call, id: '', itemKey: forgotten(call.item), fingerprint: forgotten(call.fingerprint) }));
      if (record.type === 'answer') left.outputHash = '';
      return left as unknown as JournalRecord;
    });
  return [...kept, { type: 'emptied', at }];
}

/**
 * Delete what runs hold. Their journals stay with what they cost, so that ledger and caps go on counting it; with `purge` the whole folder goes, and only
 * the sums that caps need are kept.
 * @throws UserError (exit 2) while a run of the task is going on
 */
export async function deleteRuns(
  engine: Pick<Engine, 'files' | 'clock' | 'processes' | 'random'>,
  haikuFolder: string,
  runs: readonly KnownRun[],
  options: { purge?: boolean; signal: AbortSignal },
): Promise<void> {
  const { files, clock } = engine;
  for (const task of new Set(runs.map((run) => run.task))) {
    // Nobody begins a run, or goes on with one, that is taken away meanwhile.
    await withTaskLock(engine, taskAt(haikuFolder, task), options, async () => {
      for (const run of runs.filter((each) => each.task === task)) {
        // What others paid is no money of this person's; what can't be read can't be counted.
        const counts = run.status !== 'unreadable' && !run.foreign;
        if (options.purge || !counts) {
          if (counts) await keepSpending(files, haikuFolder, run.task, run.run, run.records);
          await files.remove(run.folder);
        } else await empty(files, run, clock.now());
      }
    });
  }
}

function taskAt(haikuFolder: string, slug: string) {
  return { haikuFolder, slug, workspace: posix.dirname(haikuFolder) };
}

/** Tells whether a process of this machine is at work on a task. */
export function isBusyWith(engine: Pick<Engine, 'files' | 'clock' | 'processes'>): IsBusy {
  return async (haikuFolder, task) => {
    try {
      await whenTaskIsFree(engine, taskAt(haikuFolder, task), { signal: new AbortController().signal });
      return false;
    } catch (error) {
      if (error instanceof UserError) return true;
      throw error;
    }
  };
}

async function empty(files: Files, { run, folder, records }: KnownRun, now: Date): Promise<void> {
  const own = await isOwn(files, run, records);
  const lines: string[] = [];
  for (const record of emptied(records, now.toISOString())) {
    lines.push(JSON.stringify(record.type === 'run' && own ? await stamped(files, record) : record));
  }
  // The journal first: a run whose files are gone and whose journal still names them would be one that was damaged.
  await files.write(posix.join(folder, 'journal.jsonl'), `${lines.join('\n')}\n`);
  for (const entry of await files.list(folder)) if (entry.name !== 'journal.jsonl') await files.remove(posix.join(folder, entry.name));
}

/**
 * The runs that an age takes: older than so many days, not going on, not emptied already, and not holding the result that stands for a stage, unless `all`.
 */
export function expiredRuns(runs: readonly KnownRun[], days: number, now: Date, all = false): KnownRun[] {
  const before = new Date(now.getTime() - days * 86_400_000).toISOString();
  return runs.filter(
    ({ at, status, standing, bytes }) => at !== '' && at < before && status !== 'running' && status !== 'emptied' && bytes > 0 && (all || !standing.length),
  );
}
