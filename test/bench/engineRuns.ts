import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { cleanEnvironment } from '../host/command';
import { measureNode, type ProcessRun } from './processRun';

/** What is measured: `HAIKU_FIRST_BENCH_DIST` names another build than the one in this folder. */
const dist = process.env.HAIKU_FIRST_BENCH_DIST ?? resolve(__dirname, '../../dist');
export const sdkFile = join(dist, 'anthropic-sdk.js');
export const bareProgram = join(__dirname, 'bareSdk.mjs');
const limitMs = 120_000;

/** What a server has seen since it was last asked to forget. */
export interface Seen {
  calls: number;
  mostAtOnce: number;
  /** When the first call came, as `Date.now()`; 0 where none did. */
  firstAt: number;
}

/** A stand-in for the API in a process of its own, so that its work is not counted as ours. */
export class BenchServer {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(latencyMs: number): Promise<BenchServer> {
    const child = fork(join(__dirname, 'engineServer.mjs'), [String(latencyMs)], { execArgv: [], env: cleanEnvironment() });
    const { port } = await told<{ port: number }>(child);
    return new BenchServer(child, `http://127.0.0.1:${port}`);
  }

  ask(what: 'tell' | 'forget'): Promise<Seen> {
    this.child.send(what);
    return told<Seen>(this.child);
  }

  stop(): void {
    this.child.disconnect();
  }
}

function told<T>(child: ChildProcess): Promise<T> {
  return new Promise((done) => child.once('message', (message) => done(message as T)));
}

/** A run of a task as a whole process, with what the server saw of it. */
export interface EngineRun extends ProcessRun, Seen {
  /** From the start of the process to its first call; 0 where it made none. */
  firstCallMs: number;
}

/** One task in a folder of its own: run, run again, killed. */
export class BenchTask {
  readonly folder = mkdtempSync(join(tmpdir(), 'haiku-first-engine-'));

  constructor(
    document: string,
    private readonly server: BenchServer,
    private readonly atOnce: number,
  ) {
    mkdirSync(join(this.folder, '.git'));
    writeFileSync(join(this.folder, 'CONTEXT.md'), document);
  }

  private get environment(): Record<string, string> {
    return { ANTHROPIC_BASE_URL: this.server.url, ANTHROPIC_API_KEY: 'none', HAIKU_FIRST_CONCURRENCY: String(this.atOnce) };
  }

  private readonly args = [join(dist, 'cli.js'), 'run', 'CONTEXT.md', '--yes'];

  /** @throws Error where the run did not pass */
  async run(): Promise<EngineRun> {
    await this.server.ask('forget');
    const started = Date.now();
    const run = await measureNode(this.args, this.folder, limitMs, this.environment);
    if (run.exitCode !== 0) throw new Error(`The run ended with ${run.exitCode}.`);
    const seen = await this.server.ask('tell');
    return { ...run, ...seen, firstCallMs: seen.firstAt ? seen.firstAt - started : 0 };
  }

  /** Begin a run and kill it once the server has seen so many calls. */
  async runUntil(calls: number): Promise<void> {
    await this.server.ask('forget');
    const child = spawn(process.execPath, this.args, { cwd: this.folder, stdio: 'ignore', env: cleanEnvironment(this.environment) });
    const ended = new Promise((done) => child.on('close', done));
    while ((await this.server.ask('tell')).calls < calls && child.exitCode === null) await new Promise((done) => setTimeout(done, 5));
    child.kill('SIGKILL');
    await ended;
  }

  /** How long the last run took by its own journal, without the start of the process, in milliseconds. */
  journalMs(): number {
    const runs = join(this.folder, '.haiku/runs/context');
    const last = readdirSync(runs).sort().at(-1) ?? '';
    const lines = readFileSync(join(runs, last, 'journal.jsonl'), 'utf8')
      .trimEnd()
      .split('\n');
    const at = (line: string | undefined) => Date.parse((JSON.parse(line ?? '{}') as { at: string }).at);
    return at(lines.at(-1)) - at(lines[0]);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
