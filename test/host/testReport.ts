/**
 * What a test run says of itself: one JSON record a line, appended as it goes. The verdict is read from here and never from an exit
 * code alone, since an extension host that was killed also ends with 0.
 */

import { existsSync, readFileSync } from 'node:fs';

export type TestRecord =
  | { event: 'start'; host: string }
  | { event: 'test'; title: string[]; state: 'passed' | 'failed' | 'skipped'; ms: number; error?: string }
  | { event: 'done' };

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  /** What goes wrong beside failed tests, as one line; such a run counts as one more failure. */
  broken?: string;
}

/** The complete records of a report so far; none where there is no file yet. */
export function readRecords(path: string): TestRecord[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.slice(0, -1).map((line) => JSON.parse(line) as TestRecord);
}

/** Counts a run. One that did not reach its end, or in which nothing passed, is broken. */
export function tally(records: TestRecord[]): Tally {
  const count = (state: string) => records.filter((record) => record.event === 'test' && record.state === state).length;
  const counts = { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
  const broken = !records.some(({ event }) => event === 'done')
    ? 'The run ended before its last test.'
    : counts.passed + counts.failed === 0
      ? 'Nothing was tested.'
      : undefined;
  return broken ? { ...counts, failed: counts.failed + 1, broken } : counts;
}

/** Prints the records as they come in, until told to stop. */
export class ReportPrinter {
  readonly #path: string;
  readonly #print: (line: string) => void;
  readonly #timer: NodeJS.Timeout;
  #printed = 0;

  constructor(path: string, print: (line: string) => void) {
    this.#path = path;
    this.#print = print;
    this.#timer = setInterval(() => this.#catchUp(), 200);
  }

  /** Prints what is left, and returns all records. */
  stop(): TestRecord[] {
    clearInterval(this.#timer);
    return this.#catchUp();
  }

  #catchUp(): TestRecord[] {
    const records = readRecords(this.#path);
    for (const record of records.slice(this.#printed)) for (const line of readable(record)) this.#print(line);
    this.#printed = records.length;
    return records;
  }
}

function readable(record: TestRecord): string[] {
  if (record.event === 'start') return [`Running in ${record.host}`];
  if (record.event === 'done') return [];
  const mark = { passed: '✔', failed: '✖', skipped: '-' }[record.state];
  const error = record.error ? record.error.split('\n').map((line) => `      ${line}`) : [];
  return [`  ${mark} ${record.title.join(' › ')}${record.state === 'skipped' ? '' : ` (${record.ms} ms)`}`, ...error];
}
