import { posix } from 'node:path';
import type { Files } from '../ports';
import type { Task } from '../steering/task';
import { type Journal, parseJournal, readAllJournals } from './journal';
import { journalText } from './journalText';
import { isOwn, keepsRuns } from './origin';
import { paymentsOf } from './payments';
import type { JournalRecord, RunStatus } from './records';

/** What there is to say of one run, for a list of them. */
export interface KnownRun {
  run: string;
  task: string;
  /** Absolute. */
  folder: string;
  /** ISO 8601, UTC; '' where the journal does not say. */
  at: string;
  /** `interrupted`: no end is on record. `running`: a process is at it now. `emptied`: only what it cost is kept. `unreadable`: its journal is damaged or missing. */
  status: RunStatus | 'running' | 'interrupted' | 'emptied' | 'unreadable';
  /** The stages that came to an end in it, by number. */
  stages: { number: number; title: string; status: string }[];
  paid: boolean;
  /** At list prices, what is uncertain at its worst; paid only where `paid`. */
  usd: number;
  /** All its files together. */
  bytes: number;
  /** Made by somebody else or on another machine, and not adopted: it does not count. */
  foreign: boolean;
  /** Holds the result that stands for a stage: without it, that stage has to be run again. By number. */
  standing: number[];
  records: readonly JournalRecord[];
}

/** Tells whether a process is at work on a task now. */
export type IsBusy = (haikuFolder: string, task: string) => Promise<boolean>;

const runsAtATime = 16;

/** The journals of a task that somebody else made, or another machine, and that were not adopted. @throws UserError for one that can't be read */
export async function foreignRuns(files: Files, { haikuFolder, slug }: Pick<Task, 'haikuFolder' | 'slug'>): Promise<Journal[]> {
  const all = await readAllJournals(files, haikuFolder, slug);
  const own = await Promise.all(all.map(({ run, records }) => isOwn(files, run, records)));
  return all.filter((_, i) => !own[i]);
}

/** All runs of a `.haiku` folder, or of one task in it, oldest first. A damaged journal is told as such: it can be deleted all the same. */
export async function listRuns(files: Files, haikuFolder: string, only?: string, isBusy: IsBusy = async () => false): Promise<KnownRun[]> {
  const root = posix.join(haikuFolder, 'runs');
  const tasks = only === undefined ? foldersOf(await files.list(root)) : [only];
  const all: KnownRun[] = [];
  for (const task of tasks) {
    const runs: KnownRun[] = [];
    if (!(await keepsRuns(files, { haikuFolder, slug: task, workspace: posix.dirname(haikuFolder) }))) continue;
    const names = foldersOf(await files.list(posix.join(root, task)));
    for (let at = 0; at < names.length; at += runsAtATime) {
      runs.push(...(await Promise.all(names.slice(at, at + runsAtATime).map((run) => lookAt(files, posix.join(root, task, run), task, run)))));
    }
    for (const [run, numbers] of standingRuns(runs.filter(({ foreign }) => !foreign))) {
      const known = runs.find((each) => each.run === run);
      if (known) known.standing = numbers;
    }
    // A process that is at it writes to the last one.
    const last = runs.findLast(({ status }) => status === 'interrupted');
    if (last && (await isBusy(haikuFolder, task))) last.status = 'running';
    all.push(...runs);
  }
  return all.sort((a, b) => (a.run < b.run ? -1 : a.run > b.run ? 1 : 0));
}

function foldersOf(entries: Awaited<ReturnType<Files['list']>>): string[] {
  return entries.filter(({ kind }) => kind === 'folder').map(({ name }) => name);
}

async function lookAt(files: Files, folder: string, task: string, run: string): Promise<KnownRun> {
  const path = posix.join(folder, 'journal.jsonl');
  let records: readonly JournalRecord[] = [];
  let readable = true;
  try {
    records = parseJournal(await journalText(files, path), path);
  } catch {
    // What is wrong with it is told where it is needed; here it is one more thing that can be deleted.
    readable = false;
  }
  const opening = records.find((record) => record.type === 'run');
  const ended = records.findLast((record) => record.type === 'end');
  const emptied = records.some((record) => record.type === 'emptied');
  const stages = records.filter((record) => record.type === 'stage').map(({ number, title, status }) => ({ number, title, status }));
  return {
    run,
    task,
    folder,
    at: opening?.at ?? '',
    status: !readable || !opening ? 'unreadable' : emptied ? 'emptied' : (ended?.status ?? 'interrupted'),
    stages: stages.sort((a, b) => a.number - b.number),
    paid: opening?.paid ?? true,
    usd: paymentsOf(records).reduce((sum, payment) => sum + payment.usd, 0),
    bytes: await sizeOf(files, folder),
    foreign: !(await isOwn(files, run, records)),
    standing: [],
    records,
  };
}

/** Bytes of all files below a folder. */
async function sizeOf(files: Files, folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await files.list(folder)) {
    const path = posix.join(folder, entry.name);
    bytes += entry.kind === 'folder' ? await sizeOf(files, path) : ((await files.stat(path))?.size ?? 0);
  }
  return bytes;
}

/** The runs that hold the last result that passed of a stage or item, or one that was restored, with the numbers of these stages. */
export function standingRuns(runs: readonly Pick<KnownRun, 'run' | 'status' | 'records'>[]): Map<string, number[]> {
  const last = new Map<string, { run: string; number: number }>();
  const numbers = new Map<string, number>();
  for (const { run, status, records } of runs) {
    for (const record of records) {
      if (record.type === 'attempt') {
        numbers.set(record.stage, record.number);
        if (record.status === 'passed' && status !== 'emptied')
          last.set(`${record.stage} ${record.itemKey ?? record.item ?? ''}`, { run, number: record.number });
      } else if (record.type === 'restored') {
        last.set(`${record.stage} ${record.itemKey ?? record.item ?? ''}`, { run: record.run, number: numbers.get(record.stage) ?? 0 });
      }
    }
  }
  const standing = new Map<string, Set<number>>();
  for (const { run, number } of last.values()) standing.set(run, (standing.get(run) ?? new Set()).add(number));
  return new Map([...standing].map(([run, of]) => [run, [...of].sort((a, b) => a - b)]));
}

/** Bytes for people, in powers of ten: `1.2 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
