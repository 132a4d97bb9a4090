import { posix } from 'node:path';
import { type Effort, type Files, type Usage, UserError } from '../ports';
import { noUsage } from './spending';

/**
 * What happened, append-only, one JSON record a line in `.haiku/runs/<task>/<run>/journal.jsonl`, outputs beside it as files.
 * A record is written before and after each paid call. Everything shown of runs is folded from these records.
 */

export interface CheckVerdict {
  text: string;
  level: 'must' | 'should';
  status: 'pass' | 'fail' | 'error';
  message: string;
}

export type StageStatus = 'passed' | 'failed' | 'error' | 'skipped' | 'cached' | 'cancelled';
export type RunStatus = 'passed' | 'failed' | 'error' | 'cancelled';

interface Stamped {
  /** ISO 8601, UTC. */
  at: string;
}

export interface RunStarted extends Stamped {
  type: 'run';
  run: string;
  task: string;
  /** Kind of the model client: `anthropic`, `recorded`, … */
  client: string;
  /** False where answers cost nothing (recorded samples): usd is then what they would have cost. */
  paid: boolean;
  why: 'run' | 'escalate' | 'accept' | 'check';
  /** Numbers of the stages in this run. */
  stages: number[];
  estimateUsd: number;
  /** What each stage was estimated to cost, in USD, by its slug. */
  estimates: Record<string, number>;
  /** Inputs a person gave, by lower-case name. */
  answers: Record<string, string>;
}

/** Written before a call is sent: without a later `attempt` of the same number, what became of it is uncertain. */
export interface AttemptStarted extends Stamped {
  type: 'attempt-started';
  stage: string;
  item?: number;
  attempt: number;
  tier: string;
  model: string;
  /** Worst case in USD. */
  reservedUsd: number;
}

export interface AttemptEnded extends Stamped {
  type: 'attempt';
  stage: string;
  number: number;
  title: string;
  /** Which item of `Each`, from 1. */
  item?: number;
  attempt: number;
  by: 'model' | 'command' | 'person';
  tier: string;
  model: string;
  effort?: Effort;
  /** Hash of all the stage was made from: prompt, model, effort, checks, commands. */
  fingerprint: string;
  /** File name beside the journal; undefined where there was no output. */
  output?: string;
  status: 'passed' | 'failed' | 'error';
  checks: CheckVerdict[];
  /** Why there is no verdict, for status error. */
  error?: string;
  stopReason?: string;
  /** Of the answer and its judges together. */
  usage: Usage;
  usd: number;
  ms: number;
  /** A person's reason for accepting what failed. */
  reason?: string;
}

export interface StageEnded extends Stamped {
  type: 'stage';
  stage: string;
  number: number;
  title: string;
  status: StageStatus;
  fingerprint?: string;
  /** Files the output was written to, from the folder of the document, with the SHA-256 of what was written: to see later whether a person edited them. */
  written?: Record<string, string>;
  message?: string;
}

export interface RunEnded extends Stamped {
  type: 'end';
  status: RunStatus;
  message?: string;
}

/** A person decided to send what looks like a secret. The value is nowhere in the journal: its hash can be made only by who knows it. */
export interface SecretAllowed extends Stamped {
  type: 'secret-allowed';
  /** As of a piece of a bundle. */
  source: string;
  line: number;
  kind: string;
  /** SHA-256 of kind and value. */
  hash: string;
}

export type JournalRecord = RunStarted | SecretAllowed | AttemptStarted | AttemptEnded | StageEnded | RunEnded;

/** One run's journal as read back. */
export interface Journal {
  run: string;
  folder: string;
  records: JournalRecord[];
}

/** Appends to one run's journal. Records go to `onRecord` once they are on the disk. */
export class JournalWriter {
  readonly folder: string;
  /** The attempts of this run that are on record, in order. */
  readonly attempts: AttemptEnded[] = [];

  constructor(
    private readonly files: Files,
    haikuFolder: string,
    task: string,
    readonly run: string,
    private readonly onRecord: (record: JournalRecord) => void,
  ) {
    this.folder = posix.join(haikuFolder, 'runs', task, run);
  }

  private last: Promise<void> = Promise.resolve();

  /** @throws UserError where it can't be written: nothing may be spent that is not on record. */
  append(record: JournalRecord): Promise<void> {
    // One after the other: stages that run at the same time must not mix their lines.
    const written = this.last.then(() => this.files.append(posix.join(this.folder, 'journal.jsonl'), `${JSON.stringify(record)}\n`));
    this.last = written.catch(() => undefined);
    return written.then(() => {
      if (record.type === 'attempt') this.attempts.push(record);
      this.onRecord(record);
    });
  }

  async writeOutput(name: string, text: string): Promise<void> {
    await this.files.write(posix.join(this.folder, name), text);
  }
}

/** Git must not take runs along: they hold prompts and answers. */
export async function ignoreRuns(files: Files, haikuFolder: string): Promise<void> {
  const path = posix.join(haikuFolder, '.gitignore');
  if (!(await files.stat(path))) await files.write(path, 'runs/\n');
}

/** Run ids sort by time. `random` keeps two runs of the same millisecond apart. */
export function runId(now: Date, random: string): string {
  return `${now.toISOString().replace(/[:.]/g, '-').replace('Z', '')}-${random}`;
}

const longest = 64 * 1024 * 1024;

/**
 * A record as read back. A journal can have come with a folder: an output is a file beside it, never a path to somewhere else.
 * @throws TypeError for what is no record
 */
function readRecord(value: unknown): JournalRecord {
  if (typeof value !== 'object' || value === null || !('type' in value)) throw new TypeError('no record');
  const record = value as JournalRecord;
  if (record.type === 'run') return { ...record, answers: record.answers ?? {}, estimates: record.estimates ?? {}, stages: record.stages ?? [] };
  if (record.type !== 'attempt') return record;
  if (record.output !== undefined && !/^[^/\\]+$/.test(record.output)) throw new TypeError('an output elsewhere');
  return { ...record, checks: record.checks ?? [], usage: record.usage ?? noUsage, usd: record.usd ?? 0 };
}

/** All journals of a task, oldest first. A last line cut off by a crash is passed over; any other line that can't be read is an error with its place. */
export async function readJournals(files: Files, haikuFolder: string, task: string): Promise<Journal[]> {
  const root = posix.join(haikuFolder, 'runs', task);
  const journals: Journal[] = [];
  for (const entry of await files.list(root)) {
    const path = posix.join(root, entry.name, 'journal.jsonl');
    if (entry.kind !== 'folder' || !(await files.stat(path))) continue;
    const lines = (await files.read(path, longest)).split('\n');
    const records: JournalRecord[] = [];
    for (const [i, line] of lines.entries()) {
      if (!line) continue;
      try {
        records.push(readRecord(JSON.parse(line)));
      } catch (cause) {
        if (i === lines.length - 1) break;
        throw new UserError('This line of the journal is no record of a run.', {
          path,
          line: i,
          todo: 'Delete the line, or the folder of that run.',
          exitCode: 2,
          cause,
        });
      }
    }
    journals.push({ run: entry.name, folder: posix.join(root, entry.name), records });
  }
  return journals;
}
