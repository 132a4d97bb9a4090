/**
 * `npm test`: everything, in order, each step's output as it comes; then a table and the totals as the last line.
 * `npm test -- core editor` runs only those (and what they are built from). Options: `--grep PATTERN` for the mocha steps.
 * Exits with 1 when anything failed.
 */

import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { cleanEnvironment } from './host/command';
import { runSuite } from './host/suite';
import { ReportPrinter, type Tally, tally } from './host/testReport';

const root = resolve(__dirname, '..');
const print = (line: string) => console.log(line);

interface Step {
  /** Steps that must have passed for this one to make sense; they are run with it. */
  needs?: string[];
  run: () => Promise<Tally>;
}

/** In the order in which they run. */
const steps: Record<string, Step> = {
  types: { run: () => command('tsc', '--noEmit') },
  lint: { run: () => command('biome', 'ci', '.') },
  core: { run: () => mocha('core') },
  build: { run: () => command('npm', 'run', '--silent', 'build') },
  editor: { needs: ['build'], run: () => suite('editor', true) },
  untrusted: { needs: ['build'], run: () => suite('editor/untrusted', false) },
  empty: { needs: ['build'], run: () => suite('editor/empty', true, 'test/fixtures/plain') },
  package: { run: () => command('npm', 'run', '--silent', 'package') },
  'end-to-end': { needs: ['package'], run: () => mocha('end-to-end', '--timeout', '180000') },
};

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { grep: { type: 'string', short: 'g' } } });
  const unknown = positionals.filter((name) => !(name in steps));
  if (unknown.length > 0) throw new Error(`There is no step ${unknown.join(', ')}. The steps are ${Object.keys(steps).join(', ')}.`);
  if (values.grep) process.env.HAIKU_FIRST_TEST_GREP = values.grep;
  process.chdir(root);
  mkdirSync('out', { recursive: true });
  const results = new Map<string, Tally & { seconds: number }>();
  for (const [name, step] of Object.entries(steps)) {
    if (positionals.length > 0 && !wanted(name, positionals)) continue;
    print(`\n━━ ${name}`);
    const started = Date.now();
    const result = await outcome(step, results);
    if (result.broken) print(`  ✖ ${result.broken}`);
    results.set(name, { ...result, seconds: (Date.now() - started) / 1000 });
  }
  summarize(results);
}

function wanted(name: string, named: string[]): boolean {
  return named.includes(name) || named.some((other) => steps[other]?.needs?.includes(name));
}

async function outcome(step: Step, results: Map<string, Tally>): Promise<Tally> {
  const missing = step.needs?.find((name) => results.get(name)?.failed);
  if (missing) return broken(`Not run, since ${missing} failed.`);
  try {
    return await step.run();
  } catch (error) {
    return broken(error instanceof Error ? error.message : String(error));
  }
}

function broken(reason: string): Tally {
  return { passed: 0, failed: 1, skipped: 0, broken: reason };
}

/** A step that is one test: it passes when the command ends with 0. */
async function command(name: string, ...args: string[]): Promise<Tally> {
  const code = await run(name, args);
  return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : broken(`${name} ended with ${code}.`);
}

/** The tests of a folder that need no VS Code around them. */
async function mocha(folder: string, ...args: string[]): Promise<Tally> {
  const report = join(root, 'out', `${folder}.jsonl`);
  rmSync(report, { force: true });
  const printer = new ReportPrinter(report, print);
  const grep = process.env.HAIKU_FIRST_TEST_GREP;
  await run(process.execPath, ['--import', 'tsx', join('test', 'host', 'mochaMain.ts'), join('test', folder), ...args, ...(grep ? ['--grep', grep] : [])], {
    HAIKU_FIRST_TEST_REPORT: report,
  });
  return tally(printer.stop());
}

/** The tests of a folder that run inside VS Code, on a copy of the sample or another folder. */
async function suite(folder: string, trusted: boolean, workspace = 'templates/sample'): Promise<Tally> {
  return runSuite({ tests: join(root, 'test', folder), workspace: join(root, workspace), trusted }, print);
}

/** Runs a command with this terminal's output and without the variables that would spend a real key; returns its exit code. */
function run(name: string, args: string[], env: Record<string, string> = {}): Promise<number> {
  return new Promise((done) => {
    const child = spawn(name, args, { stdio: ['ignore', 'inherit', 'inherit'], env: cleanEnvironment(env), shell: process.platform === 'win32' });
    child.on('error', (error) => {
      print(String(error));
      done(127);
    });
    child.on('close', (code) => done(code ?? 1));
  });
}

function summarize(results: Map<string, Tally & { seconds: number }>): void {
  print(`\n${'step'.padEnd(12)} ${'passed'.padStart(7)} ${'failed'.padStart(7)} ${'skipped'.padStart(8)} ${'seconds'.padStart(8)}`);
  const total = { passed: 0, failed: 0 };
  for (const [name, { passed, failed, skipped, seconds }] of results) {
    total.passed += passed;
    total.failed += failed;
    const cells = [String(passed).padStart(7), String(failed).padStart(7), String(skipped).padStart(8), seconds.toFixed(1).padStart(8)];
    print(`${name.padEnd(12)} ${cells.join(' ')}`);
  }
  print(`\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

main().then(
  () => process.exit(),
  (error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
