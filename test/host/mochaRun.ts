/** Runs mocha on given files and writes the report as it goes; the same inside the extension host and outside. */

import { appendFileSync } from 'node:fs';
import Mocha from 'mocha';
import type { TestRecord } from './testReport';

export interface MochaRun {
  /** Absolute paths, run in this order. */
  files: string[];
  /** Where the records are appended; nothing is written where there is none (a run by hand). */
  report: string | undefined;
  /** Milliseconds for each test. */
  timeout: number;
  /** In what the tests run, as `VS Code 1.139.1`. */
  host: string;
  /** Only tests whose full title matches. */
  grep?: string | undefined;
}

/** Returns how many tests failed. */
export function runMocha({ files, report, timeout, host, grep }: MochaRun): Promise<number> {
  const record = (entry: TestRecord) => {
    if (report) appendFileSync(report, `${JSON.stringify(entry)}\n`);
  };
  class RecordingReporter extends Mocha.reporters.Base {
    constructor(runner: Mocha.Runner) {
      super(runner);
      if (!report) new Mocha.reporters.Spec(runner, {});
      const result = (test: Mocha.Runnable, state: 'passed' | 'failed' | 'skipped', error?: unknown) =>
        record({ event: 'test', title: test.titlePath(), state, ms: test.duration ?? 0, ...(state === 'failed' ? { error: explained(error) } : {}) });
      runner.on('pass', (test) => result(test, 'passed'));
      runner.on('pending', (test) => result(test, 'skipped'));
      runner.on('fail', (test, error) => result(test, 'failed', error));
      runner.on('end', () => record({ event: 'done' }));
    }
  }
  record({ event: 'start', host });
  const mocha = new Mocha({ ui: 'bdd', timeout, reporter: RecordingReporter, forbidOnly: Boolean(process.env.CI), ...(grep ? { grep } : {}) });
  for (const file of files) mocha.addFile(file);
  return new Promise((resolve) => mocha.run(resolve));
}

/** The error with what was expected, without the frames of mocha and Node. */
function explained(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? `${error.name}: ${error.message}`;
  const lines = stack.split('\n').filter((line) => !/^\s+at .*(node_modules[\\/]mocha|node:internal)/.test(line));
  const cause = error.cause instanceof Error ? `\nCaused by: ${error.cause.message}` : '';
  return lines.join('\n') + cause;
}
