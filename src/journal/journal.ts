import { posix } from 'node:path';
import { type Files, UserError } from '../ports';
import { journalText } from './journalText';
import { isOwn } from './origin';
import type { JournalRecord } from './records';
import { noUsage } from './usage';

/** The journal of a run: append-only, one JSON record a line in `.haiku/runs/<task>/<run>/journal.jsonl`, outputs beside it as files. */

export { JournalWriter } from './journalWriter';
export type {
  AnswerArrived,
  AttemptEnded,
  AttemptRestored,
  AttemptStarted,
  CallEnded,
  CallPurpose,
  CallStarted,
  CheckVerdict,
  JournalRecord,
  JudgeAnswered,
  JudgeStarted,
  RunEnded,
  RunStarted,
  RunStatus,
  SecretAllowed,
  StageEnded,
  StageStatus,
} from './records';

/** One run's journal as read back. */
export interface Journal {
  run: string;
  folder: string;
  records: JournalRecord[];
}

/** Git must not take runs along: they hold prompts and answers. */
export async function ignoreRuns(files: Files, haikuFolder: string): Promise<void> {
  const path = posix.join(haikuFolder, '.gitignore');
  if (!(await files.stat(path))) await files.write(path, 'runs/\n');
}

const runTime = /^([0-8]\d{3}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d{3})-/;

/**
 * The name of a new run: names sort by time, and what is known of a task is folded in their order. So a run that comes later sorts behind all that are
 * there, though a clock was set back since.
 * @param random keeps two runs of the same millisecond apart
 * @param runs names of those that are there
 */
export function runId(now: Date, random: string, runs: readonly string[] = []): string {
  const last = runs.reduce((latest, run) => {
    const [, day, hours, minutes, seconds, ms] = runTime.exec(run) ?? [];
    return day ? Math.max(latest, Date.parse(`${day}T${hours}:${minutes}:${seconds}.${ms}Z`) || 0) : latest;
  }, 0);
  return `${new Date(Math.max(now.getTime(), last + 1)).toISOString().replace(/[:.]/g, '-').replace('Z', '')}-${random}`;
}

/** A name beside the journal, at most one folder down: a journal can have come with a folder, and is no way to somewhere else. */
function isBeside(name: unknown): boolean {
  return typeof name === 'string' && /^(?:(?:prompts|calls)\/)?[^/\\]+$/.test(name) && !name.split('/').some((part) => part === '.' || part === '..');
}

/**
 * A record as read back; what an older journal does not say is filled in.
 * @throws TypeError for what is no record
 */
function readRecord(value: unknown): JournalRecord {
  if (typeof value !== 'object' || value === null || !('type' in value)) throw new TypeError('no record');
  const record = value as JournalRecord;
  if ('output' in record && record.output !== undefined && !isBeside(record.output)) throw new TypeError('an output elsewhere');
  switch (record.type) {
    case 'run':
      return { ...record, answers: record.answers ?? {}, estimates: record.estimates ?? {}, stages: record.stages ?? [] };
    case 'attempt-started':
      if (record.prompt !== undefined && !isBeside(record.prompt)) throw new TypeError('a prompt elsewhere');
      return record;
    case 'attempt':
      if (record.escalation?.diff !== undefined && !isBeside(record.escalation.diff)) throw new TypeError('a difference elsewhere');
      return { ...record, checks: record.checks ?? [], usage: record.usage ?? noUsage, usd: record.usd ?? 0 };
    case 'answer':
    case 'call':
      return { ...record, usage: record.usage ?? noUsage, usd: record.usd ?? 0 };
    default:
      return record;
  }
}

/**
 * The records of a journal's text. What stands behind the last line break was cut off while it was written and is passed over: nothing was done on the
 * strength of it.
 * @param before lines of the journal that stand before the text
 * @throws UserError for a line that can't be read, with its place
 */
export function parseJournal(text: string, path: string, before = 0): JournalRecord[] {
  const lines = text.split('\n');
  const records: JournalRecord[] = [];
  for (const [i, line] of lines.slice(0, -1).entries()) {
    if (!line) continue;
    try {
      records.push(readRecord(JSON.parse(line)));
    } catch (cause) {
      throw new UserError('This line of the journal is no record of a run.', {
        path,
        line: before + i,
        todo: 'Delete the line, or the folder of that run.',
        exitCode: 2,
        cause,
      });
    }
  }
  return records;
}

/** Which journals a task has and how long they are: where this is the same, nothing was added meanwhile. */
export async function journalSizes(files: Files, haikuFolder: string, task: string): Promise<string> {
  const root = posix.join(haikuFolder, 'runs', task);
  const folders = (await files.list(root)).filter((entry) => entry.kind === 'folder');
  const sizes = await Promise.all(folders.map(async ({ name }) => `${name} ${(await files.stat(posix.join(root, name, 'journal.jsonl')))?.size}`));
  return sizes.join('\n');
}

const journalsAtATime = 16;

/** The journals of a task that are this person's own or that they adopted, oldest first: what others wrote is not believed. @throws UserError as `parseJournal` */
export async function readJournals(files: Files, haikuFolder: string, task: string): Promise<Journal[]> {
  const all = await readAllJournals(files, haikuFolder, task);
  const own = await Promise.all(all.map(({ run, records }) => isOwn(files, run, records)));
  return all.filter((_, i) => own[i]);
}

/** All journals of a task, whoever made them, oldest first. @throws UserError as `parseJournal` */
export async function readAllJournals(files: Files, haikuFolder: string, task: string): Promise<Journal[]> {
  const root = posix.join(haikuFolder, 'runs', task);
  const folders = (await files.list(root)).filter((entry) => entry.kind === 'folder');
  const journals: Journal[] = [];
  for (let at = 0; at < folders.length; at += journalsAtATime) {
    const read = folders.slice(at, at + journalsAtATime).map(async ({ name }): Promise<Journal | undefined> => {
      const path = posix.join(root, name, 'journal.jsonl');
      if ((await files.stat(path))?.kind !== 'file') return undefined;
      return { run: name, folder: posix.join(root, name), records: parseJournal(await journalText(files, path), path) };
    });
    journals.push(...(await Promise.all(read)).filter((journal) => journal !== undefined));
  }
  return journals;
}
