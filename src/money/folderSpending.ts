import { posix } from 'node:path';
import { parseJournal } from '../journal/journal';
import { isOwn } from '../journal/origin';
import { monthOf, type Payment, PaymentFold, paymentsOf } from '../journal/payments';
import type { JournalRecord } from '../journal/records';
import type { Files } from '../ports';

const longest = 256 * 1024 * 1024;

/** A run as far as its journal has been read; one that has ended is not read again. */
class Known {
  /** Bytes that the file had, and of these, whole lines that were read. */
  size = 0;
  private read = 0;
  /** The last line that was read: stands at its place as long as nothing but additions is made. */
  private last = '';
  ended = false;
  private lines = 0;
  private readonly fold = new PaymentFold();
  private readonly spent = new Map<string, number>();
  /** What tells whose run it is, and whether it was paid for. */
  private readonly origins: JournalRecord[] = [];
  /** USD by month, such as 2026-11: what is under way at its worst. Empty where it counts for nobody here. */
  months: ReadonlyMap<string, number> = new Map();

  constructor(
    readonly task: string,
    private readonly run: string,
  ) {}

  /** Read what was added. False where something else than an addition was made: then it is to be read anew. @throws UserError */
  async grow(files: Files, path: string, size: number): Promise<boolean> {
    const from = this.read - Buffer.byteLength(this.last);
    const text = await linesFrom(files, path, from);
    if (size < this.read || !text.startsWith(this.last)) return false;
    const added = text.slice(this.last.length);
    const records = parseJournal(added, path, this.lines);
    this.size = size;
    this.lines += added.split('\n').length - 1;
    this.read += Buffer.byteLength(added);
    if (added) this.last = added.slice(added.lastIndexOf('\n', added.length - 2) + 1);
    for (const record of records) {
      if (record.type === 'run' || record.type === 'adopted' || !this.origins.length) this.origins.push(record);
      if (record.type === 'end') this.ended = true;
      this.fold.add(record);
    }
    for (const payment of this.fold.ended.splice(0)) add(this.spent, payment);
    const opening = this.origins.find((record) => record.type === 'run');
    // Recorded answers cost nothing, and what came with the folder others have paid.
    const counts = opening?.paid !== false && (await isOwn(files, this.run, this.origins));
    const months = new Map(counts ? this.spent : []);
    if (counts) for (const payment of this.fold.underWay) add(months, payment);
    this.months = months;
    return true;
  }
}

function add(months: Map<string, number>, { at, usd }: Pick<Payment, 'at' | 'usd'>): void {
  months.set(monthOf(at), (months.get(monthOf(at)) ?? 0) + usd);
}

/** The whole lines of a journal behind its first bytes. @throws UserError */
async function linesFrom(files: Files, path: string, from: number): Promise<string> {
  if (files.readLines) return files.readLines(path, longest, from);
  const bytes = Buffer.from(await files.read(path, longest));
  return bytes.subarray(from, Math.max(from, bytes.lastIndexOf(0x0a) + 1)).toString();
}

/**
 * What all runs of a `.haiku` folder have paid, but for one: the run that asks, which knows its own. Derived from their journals and kept up by reading
 * again what grew, so that a run of another process counts with every call it has put on record.
 */
export class FolderSpending {
  private readonly known = new Map<string, Known>();
  /** What runs had cost whose journals were deleted since; by run. */
  private kept = new Map<string, KeptSpending>();
  /** In USD, by task and by month; made when they are asked for. */
  private sums: { tasks: Map<string, number>; months: Map<string, number> } | undefined;

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
    this.sums = undefined;
  }

  /** USD of all other runs of a task. */
  ofTask(task: string): number {
    return this.summed().tasks.get(task) ?? 0;
  }

  /** USD of all other runs in a month, such as 2026-11. */
  ofMonth(month: string): number {
    return this.summed().months.get(month) ?? 0;
  }

  private summed(): { tasks: Map<string, number>; months: Map<string, number> } {
    if (this.sums) return this.sums;
    const [tasks, months] = [new Map<string, number>(), new Map<string, number>()];
    const count = (task: string, month: string, usd: number) => {
      tasks.set(task, (tasks.get(task) ?? 0) + usd);
      months.set(month, (months.get(month) ?? 0) + usd);
    };
    for (const run of this.known.values()) for (const [month, usd] of run.months) count(run.task, month, usd);
    for (const [run, kept] of this.kept) {
      if (run === this.ownRun || this.known.has(run)) continue;
      for (const [month, usd] of Object.entries(kept.months)) count(kept.task, month, usd);
    }
    this.sums = { tasks, months };
    return this.sums;
  }

  private async look(task: string, run: string, path: string): Promise<void> {
    const known = this.known.get(run);
    if (known?.ended) return;
    const found = await this.files.stat(path);
    if (found?.kind !== 'file' || found.size === known?.size) return;
    // What was emptied or mended meanwhile may be cut in the middle of anything.
    if (known && (await known.grow(this.files, path, found.size).catch(() => false))) return;
    const anew = new Known(task, run);
    await anew.grow(this.files, path, found.size);
    this.known.set(run, anew);
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
