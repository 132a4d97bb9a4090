import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanEnvironment } from '../host/command';

/** What one run of a program took. */
export interface ProcessRun {
  ms: number;
  /** Of all its processes and threads, user and system. */
  cpuMs: number;
  /** The most that one of its processes held, in MB. */
  peakMb: number;
  exitCode: number | null;
}

/** Loaded into the program before anything of its own, so that peers are measured as we are. */
const hook = `const { isMainThread } = require('node:worker_threads');
if (isMainThread) process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  require('node:fs').writeFileSync(process.env.HAIKU_FIRST_BENCH_USAGE + '/' + process.pid + '.json', JSON.stringify({ maxRSS, cpu: userCPUTime + systemCPUTime }));
});
`;

/** Run a Node program to its end and measure it from outside, with more variables in its environment. A run over the limit is ended; its exit code is null. */
export async function measureNode(args: readonly string[], cwd: string, limitMs: number, environment: Record<string, string> = {}): Promise<ProcessRun> {
  const notes = mkdtempSync(join(tmpdir(), 'haiku-first-bench-'));
  try {
    const script = join(notes, 'usage.cjs');
    writeFileSync(script, hook);
    const started = performance.now();
    const exitCode = await new Promise<number | null>((done, fail) => {
      const child = spawn(process.execPath, [...args], {
        cwd,
        stdio: 'ignore',
        timeout: limitMs,
        env: cleanEnvironment({ ...environment, NODE_OPTIONS: `--require ${script}`, HAIKU_FIRST_BENCH_USAGE: notes }),
      });
      child.on('error', fail);
      child.on('close', done);
    });
    const ms = performance.now() - started;
    // Linters end with 1 where they find something; anything else is no measurement.
    if (exitCode !== null && exitCode > 1) throw new Error(`${args.join(' ')} ended with ${exitCode}: build first, and see what it says.`);
    if (args[0] && !existsSync(args[0])) throw new Error(`There is no ${args[0]}: build first.`);
    const usages = readdirSync(notes)
      .filter((name) => name.endsWith('.json'))
      .map((name) => JSON.parse(readFileSync(join(notes, name), 'utf8')) as { maxRSS: number; cpu: number });
    return {
      ms,
      cpuMs: usages.reduce((sum, { cpu }) => sum + cpu, 0) / 1000,
      peakMb: Math.max(0, ...usages.map(({ maxRSS }) => maxRSS)) / 1024,
      exitCode,
    };
  } finally {
    rmSync(notes, { recursive: true, force: true });
  }
}
