import { createHmac, timingSafeEqual } from 'node:crypto';
import { posix } from 'node:path';
import { type Files, UserError } from '../ports';
import { isWithin, type Task } from '../steering/task';
import { journalText } from './journalText';
import type { JournalRecord, RunStarted } from './records';

/**
 * Whose runs are whose. A folder can come with journals in `.haiku/runs` that somebody wrote to be believed: stages that passed, answers a person gave,
 * files that may be overwritten. So the opening record of a run carries a stamp that only this person on this machine can make, and a journal without
 * one does not count until the person adopts it.
 */

/** What is stamped: which run, and what a person is said to have answered in it. */
function stamp(key: string, { run, task, at, answers }: Pick<RunStarted, 'run' | 'task' | 'at' | 'answers'>): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([run, task, at, Object.entries(answers ?? {})]))
    .digest('hex');
}

/** The opening record with its stamp; as it is where there is no key to make one. */
export async function stamped(files: Files, opening: RunStarted): Promise<RunStarted> {
  const key = await files.personKey?.();
  return key ? { ...opening, origin: stamp(key, opening) } : opening;
}

/** True where this person made or adopted the run, or where there is no key to tell by. */
export async function isOwn(files: Files, run: string, records: readonly JournalRecord[]): Promise<boolean> {
  const key = await files.personKey?.();
  if (!key || !records.length) return true;
  const opening = records.find((record) => record.type === 'run');
  // A journal under another run's name is a copy.
  if (!opening || opening.run !== run) return false;
  const own = Buffer.from(stamp(key, opening));
  return records.some((record) => {
    const origin = record.type === 'run' || record.type === 'adopted' ? record.origin : undefined;
    if (typeof origin !== 'string') return false;
    const given = Buffer.from(origin);
    return given.length === own.length && timingSafeEqual(given, own);
  });
}

/** Take a run for one's own from now on, whoever made it. Nothing is written where there is no key to say so with, or no opening record. */
export async function adopt(files: Files, folder: string, records: readonly JournalRecord[], now: Date): Promise<void> {
  const key = await files.personKey?.();
  const opening = records.find((record) => record.type === 'run');
  if (!key || !opening) return;
  const record: JournalRecord = { type: 'adopted', at: now.toISOString(), origin: stamp(key, opening) };
  const path = posix.join(folder, 'journal.jsonl');
  const text = await journalText(files, path);
  // A last line that was cut off would be no last line any more.
  await files.write(path, `${text}${JSON.stringify(record)}\n`);
}

/** False where the folder of a task's runs is a link, or stands behind one: what is written or deleted there would be somewhere else. */
export async function keepsRuns(files: Files, { haikuFolder, slug, workspace }: Pick<Task, 'haikuFolder' | 'slug' | 'workspace'>): Promise<boolean> {
  const [root, haiku, runs] = await Promise.all([workspace, haikuFolder, posix.join(haikuFolder, 'runs', slug)].map((path) => files.realPath(path)));
  return haiku !== undefined && isWithin(root ?? '', haiku) && runs === posix.join(haiku, 'runs', slug);
}

/** @throws UserError (exit 2) where what a run keeps would be written somewhere else */
export async function refuseLinkedRuns(files: Files, task: Pick<Task, 'haikuFolder' | 'slug' | 'workspace'>): Promise<void> {
  if (await keepsRuns(files, task)) return;
  throw new UserError('The .haiku folder, or the folder of runs in it, is a link that leads elsewhere.', {
    path: task.haikuFolder,
    todo: 'Make it a folder of its own.',
    exitCode: 2,
  });
}
