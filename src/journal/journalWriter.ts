import { posix } from 'node:path';
import { type Files, UserError } from '../ports';
import type { AttemptEnded, JournalRecord } from './records';

interface Waiting {
  record: JournalRecord;
  line: string;
  written(): void;
  failed(error: unknown): void;
}

/** What is only about to be done, and is not done where it can't be put on record. */
function announces(record: JournalRecord): boolean {
  const { type } = record;
  return type === 'attempt-started' || type === 'judge-started' || type === 'call-started' || (type === 'batch-started' && record.id === undefined);
}

/** A record whose writer has been told long ago that it could not be written. */
function silent(record: JournalRecord): Omit<Waiting, 'line'> {
  return { record, written: () => undefined, failed: () => undefined };
}

/**
 * Appends to one run's journal. What is ready at the same time goes to the disk together, in the order it came; records go to `onRecord` once they are there.
 * After a write that failed, such as on a full disk, what stood there before is made whole first, and what was to be told of paid calls is not dropped: it
 * is written with the next record that can be.
 */
export class JournalWriter {
  readonly folder: string;
  readonly path: string;
  /** The attempts of this run that are on record, in order. */
  readonly attempts: AttemptEnded[] = [];
  private readonly waiting: Waiting[] = [];
  private writing = false;
  /** Characters on the disk that are whole records. */
  private length = 0;
  /** A write failed: what stands behind `length` may be a part of a record. */
  private torn = false;
  /** Records that could not be written when they should have been. */
  private owed: JournalRecord[] = [];
  private readonly aside = new Set<Promise<void>>();

  constructor(
    private readonly files: Files,
    haikuFolder: string,
    task: string,
    readonly run: string,
    private readonly onRecord: (record: JournalRecord) => void,
  ) {
    this.folder = posix.join(haikuFolder, 'runs', task, run);
    this.path = posix.join(this.folder, 'journal.jsonl');
  }

  /** Resolves once the record is on the disk. @throws UserError where it can't be written: nothing may be spent that is not on record. */
  async append(record: JournalRecord): Promise<void> {
    if (record.type === 'end') await Promise.all(this.aside);
    const written = new Promise<void>((resolve, reject) => {
      this.waiting.push({ record, line: `${JSON.stringify(record)}\n`, written: resolve, failed: reject });
    });
    if (!this.writing) void this.write();
    await written;
  }

  private async write(): Promise<void> {
    this.writing = true;
    while (this.waiting.length) {
      // What else is ready in this turn of the loop goes along.
      await new Promise((resolve) => setImmediate(resolve));
      const together = this.waiting.splice(0);
      const text = this.owed.map((record) => `${JSON.stringify(record)}\n`).join('') + together.map(({ line }) => line).join('');
      try {
        if (this.torn) await this.mend();
        await this.files.append(this.path, text);
      } catch (error) {
        this.torn = true;
        // A call that is only announced is not made then: all else has happened and stays true.
        this.owed.push(...together.map(({ record }) => record).filter((record) => !announces(record)));
        for (const each of together) each.failed(error);
        continue;
      }
      this.length += text.length;
      for (const { record, written, failed } of [...this.owed.splice(0).map(silent), ...together]) {
        try {
          if (record.type === 'attempt') this.attempts.push(record);
          this.onRecord(record);
          written();
        } catch (error) {
          failed(error);
        }
      }
    }
    this.writing = false;
  }

  /** Cut off what a failed write has left behind the last whole record. */
  private async mend(): Promise<void> {
    if ((await this.files.stat(this.path))?.kind === 'file') {
      const text = await this.files.read(this.path, Number.MAX_SAFE_INTEGER);
      if (text.length !== this.length) await this.files.write(this.path, text.slice(0, this.length));
    }
    this.torn = false;
  }

  /** Where a file beside the journal stands. */
  pathOf(name: string): string {
    return posix.join(this.folder, name);
  }

  /** Write a file that only helps a person to understand what is on record: nobody waits for it but the last record, and a run goes on without it. */
  writeAside(name: string, text: string): void {
    const written = this.files.write(this.pathOf(name), text).catch((error: unknown) => {
      if (!(error instanceof UserError)) throw error;
    });
    this.aside.add(written);
    void written.finally(() => this.aside.delete(written));
  }

  /** Write a file beside the journal, whole or not at all. */
  async writeOutput(name: string, text: string): Promise<void> {
    await this.files.write(this.pathOf(name), text);
  }
}
