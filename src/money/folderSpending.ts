import { posix } from 'node:path';
import { parseJournal } from '../journal/journal';
import { isOwn } from '../journal/origin';
import { monthOf, type Payment, paymentsOf } from '../journal/payments';
import type { JournalRecord } from '../journal/records';
import type { Files } from '../ports';

const longest = 256 * 1024 * 1024;

interface Known {
  /** Bytes of the journal when it was read; a run that has ended is not read again. */
  size: number;
  ended: boolean;
  /** Of this, task and month. */
  task: string;
  payments: Payment[];
}

/**
 * What all runs of a `.haiku` folder have paid, but for one: the run that asks, which knows its own. Derived from their journals and kept up by reading
 * again what grew, so that a run of another process counts with every call it has put on record.
 */
export class FolderSpending {
  private readonly known = new Map<string, Known>();
  /** What runs had cost whose journals were deleted since; by run. */
  private kept = new Map<string, KeptSpending>();

  constructor(
    private readonly files: Files,
    private readonly haikuFolder: string,
    private readonly ownRun: string,
  ) {}

  /** Read what was added since. @throws UserError (exit 2) for a journal that can't be read: what it cost is then not known. */
  async refresh(): Promise<void> {
    const runs = posix.join(this.haikuFolder, 'runs');
    for (const task of await this.files.list(runs)) {
      if (task.kind !== 'folder') continue;
      for (const run of await this.files.list(posix.join(runs, task.name))) {
        if (run.kind === 'folder' && run.name !== this.ownRun) await this.look(task.name, run.name, posix.join(runs, task.name, run.name, 'journal.jsonl'));
      }
    }
    this.kept = await readKept(this.files, this.haikuFolder);
  }

  /** USD of all other runs of a task. */
  ofTask(task: string): number {
    return this.sum(
      (own) => own.task === task,
      () => true,
    );
  }

  /** USD of all other runs in a month, such as 2026-11. */
  ofMonth(month: string): number {
    return this.sum(
      () => true,
      (at) => monthOf(at) === month,
    );
  }

  private sum(isOf: (of: { task: string }) => boolean, isIn: (at: string) => boolean): number {
    let usd = 0;
    for (const run of this.known.values()) if (isOf(run)) for (const payment of run.payments) if (isIn(payment.at)) usd += payment.usd;
    for (const [run, kept] of this.kept) {
      if (run === this.ownRun || this.known.has(run) || !isOf(kept)) continue;
      for (const [month, amount] of Object.entries(kept.months)) if (isIn(month)) usd += amount;
    }
    return usd;
  }

  private async look(task: string, run: string, path: string): Promise<void> {
    const known = this.known.get(run);
    if (known?.ended) return;
    const found = await this.files.stat(path);
    if (found?.kind !== 'file' || found.size === known?.size) return;
    const records = parseJournal(await (this.files.readLines?.(path, longest) ?? this.files.read(path, longest)), path);
    const opening = records.find((record) => record.type === 'run');
    this.known.set(run, {
      size: found.size,
      ended: records.some((record) => record.type === 'end'),
      task,
      // Recorded answers cost nothing, and what came with the folder others have paid.
      payments: opening?.paid === false || !(await isOwn(this.files, run, records)) ? [] : paymentsOf(records),
    });
  }
}

/** What a deleted run had cost, so that deleting it makes no room under a cap. */
interface KeptSpending {
  task: string;
  run: string;
  /** USD by month, such as 2026-11. */
  months: Record<string, number>;
}

function keptPath(haikuFolder: string): string {
  return posix.join(haikuFolder, 'runs', 'spent.jsonl');
}

async function readKept(files: Files, haikuFolder: string): Promise<Map<string, KeptSpending>> {
  const path = keptPath(haikuFolder);
  const kept = new Map<string, KeptSpending>();
  if (!(await files.stat(path))) return kept;
  for (const line of (await files.read(path, longest)).split('\n')) {
    if (!line) continue;
    try {
      const { task, run, months } = JSON.parse(line) as KeptSpending;
      const amounts = Object.entries(months).filter(([, usd]) => Number.isFinite(usd) && usd > 0);
      if (amounts.length) kept.set(run, { task, run, months: Object.fromEntries(amounts) });
    } catch {
      // Cut off while it was written: the run's journal is there still, as this is written before it is deleted.
    }
  }
  return kept;
}

/**
 * Keep what a run has cost, to be called before its journal is deleted: the caps of its task and month go on counting it.
 * @throws UserError where it can't be written
 */
export async function keepSpending(files: Files, haikuFolder: string, task: string, run: string, records: readonly JournalRecord[]): Promise<void> {
  const opening = records.find((record) => record.type === 'run');
  if (!opening?.paid) return;
  const months: Record<string, number> = {};
  for (const { at, usd } of paymentsOf(records)) if (usd > 0) months[monthOf(at)] = (months[monthOf(at)] ?? 0) + usd;
  // On a line of its own, whatever a killed process left of the last one.
  if (Object.keys(months).length) await files.append(keptPath(haikuFolder), `\n${JSON.stringify({ task, run, months })}\n`);
}
