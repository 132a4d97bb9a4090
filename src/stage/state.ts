import { posix } from 'node:path';
import type { Files } from '../ports';
import { type AttemptEnded, type Journal, type RunStatus, readJournals, type StageEnded } from './journal';

/** An attempt with the place of its run: where its output can be read. */
export interface KnownAttempt extends AttemptEnded {
  run: string;
  folder: string;
}

/** All that is known of one stage, over all runs. */
export interface StageHistory {
  attempts: KnownAttempt[];
  /** The last end of the stage in a run that was not skipped or cancelled. */
  ended?: StageEnded & { run: string };
  /** The files the stage wrote, by path from the document's folder, with the hash of what it wrote last. */
  written: Map<string, string>;
}

/** A task's runs folded into what is so now. */
export interface TaskState {
  stages: Map<string, StageHistory>;
  /** The last inputs a person gave, by lower-case name. */
  answers: Map<string, string>;
  /** Hashes of secrets that the person decided to send. */
  allowedSecrets: Set<string>;
  lastRun?: { run: string; status?: RunStatus };
}

export function foldJournals(journals: readonly Journal[]): TaskState {
  const state: TaskState = { stages: new Map(), answers: new Map(), allowedSecrets: new Set() };
  const historyOf = (stage: string): StageHistory => {
    const known = state.stages.get(stage) ?? { attempts: [], written: new Map() };
    state.stages.set(stage, known);
    return known;
  };
  for (const { run, folder, records } of journals) {
    for (const record of records) {
      if (record.type === 'run') {
        state.lastRun = { run };
        for (const [name, value] of Object.entries(record.answers)) state.answers.set(name, value);
      } else if (record.type === 'secret-allowed') state.allowedSecrets.add(record.hash);
      else if (record.type === 'attempt') historyOf(record.stage).attempts.push({ ...record, run, folder });
      else if (record.type === 'stage') {
        const history = historyOf(record.stage);
        if (record.status !== 'skipped' && record.status !== 'cancelled') history.ended = { ...record, run };
        for (const [path, hash] of Object.entries(record.written ?? {})) history.written.set(path, hash);
      } else if (record.type === 'end' && state.lastRun) state.lastRun.status = record.status;
    }
  }
  return state;
}

export async function readState(files: Files, haikuFolder: string, task: string): Promise<TaskState> {
  return foldJournals(await readJournals(files, haikuFolder, task));
}

/**
 * The attempt whose output stands for a stage as it is now: the best that passed with this fingerprint, of the last run that has a verdict on it.
 * Variants end in any order, so the last on record need not be the one that was kept. What failed when it was run or checked again does not stand.
 */
function passedAttempt(history: StageHistory | undefined, fingerprint: string, item?: number): KnownAttempt | undefined {
  const own = history?.attempts.filter((attempt) => attempt.status !== 'error' && attempt.fingerprint === fingerprint && attempt.item === item) ?? [];
  const run = own.at(-1)?.run;
  const best = own.filter((attempt) => attempt.run === run).sort(bestFirst)[0];
  return best?.status === 'passed' ? best : undefined;
}

const byStatus = ['passed', 'failed', 'error'];

/** Orders attempts at the same thing: what passed before what failed, then the fewest failed checks, required ones first, then the earliest. */
export function bestFirst(a: AttemptEnded, b: AttemptEnded): number {
  const missed = ({ checks }: AttemptEnded, level: 'must' | 'should') => checks.filter((check) => check.level === level && check.status !== 'pass').length;
  return (
    byStatus.indexOf(a.status) - byStatus.indexOf(b.status) ||
    missed(a, 'must') - missed(b, 'must') ||
    missed(a, 'should') - missed(b, 'should') ||
    a.attempt - b.attempt
  );
}

/** The failed attempts with this fingerprint since the last pass, oldest first. */
export function failedAttempts(history: StageHistory | undefined, fingerprint: string, item?: number): KnownAttempt[] {
  const own = history?.attempts.filter((attempt) => attempt.fingerprint === fingerprint && attempt.item === item) ?? [];
  return own.slice(own.findLastIndex((attempt) => attempt.status === 'passed') + 1).filter((attempt) => attempt.status === 'failed');
}

/** The attempt that stands with its output; undefined where none passed, or its output was deleted since: then it has to be made again. */
export async function passedOutput(
  files: Files,
  history: StageHistory | undefined,
  fingerprint: string,
  item?: number,
): Promise<{ attempt: KnownAttempt; text: string } | undefined> {
  const attempt = passedAttempt(history, fingerprint, item);
  if (!attempt || (attempt.output && !(await files.stat(posix.join(attempt.folder, attempt.output))))) return undefined;
  return { attempt, text: await outputOf(files, attempt) };
}

/** The output of an attempt. @throws UserError where its file is gone. */
export async function outputOf(files: Files, attempt: Pick<KnownAttempt, 'folder' | 'output'>): Promise<string> {
  return attempt.output ? files.read(posix.join(attempt.folder, attempt.output), 64 * 1024 * 1024) : '';
}
