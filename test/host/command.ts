/** Child processes of the harness: run to their end, or kept as a group that is ended whole. */

import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** Variables to set, or with `undefined` to remove. */
export type Environment = Record<string, string | undefined>;

/** What of this process's environment would reach into another VS Code or npm, or spend a real key. */
const foreign =
  /^(VSCODE_|CODE_SERVER_|ELECTRON_|npm_(?!config_(registry|cache|userconfig|globalconfig|cafile|ca$|.*proxy))|INIT_CWD$|PORT$|PASSWORD$|NODE_OPTIONS$|ANTHROPIC_)/;

/** This process's environment without what would disturb a child, and with `extra`. */
export function cleanEnvironment(extra: Environment = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(kept), ...extra };
}

/**
 * Runs a command to its end and returns what it printed.
 * @throws Error with the end of its output when it fails or cannot be started.
 */
export function runCommand(command: string, args: string[], options: SpawnOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (data: Buffer) => {
      output += data.toString();
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(output) : reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output.slice(-3000)}`))));
  });
}

/** A process with all of its descendants (a server forks), which ends with us at the latest. */
export class ProcessGroup {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number>;
  #output = '';

  constructor(command: string, args: string[], options: SpawnOptions) {
    this.#child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], detached: process.platform !== 'win32' });
    const keep = (data: Buffer) => {
      this.#output = (this.#output + data.toString()).slice(-200_000);
    };
    this.#child.stdout?.on('data', keep);
    this.#child.stderr?.on('data', keep);
    this.#ended = new Promise((resolve) => {
      this.#child.on('error', (error) => {
        this.#output += String(error);
        resolve(127);
      });
      this.#child.on('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
    endOnExit(this);
    this.#ended.then(() => living.delete(this));
  }

  /** The exit code, once it has ended by itself or by `stop`. */
  get ended(): Promise<number> {
    return this.#ended;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null && this.#child.pid !== undefined;
  }

  /** The last 200,000 characters of what it printed. */
  get output(): string {
    return this.#output;
  }

  /** Ends every process of the group and returns when all are gone. */
  async stop(): Promise<void> {
    this.#signal('SIGTERM');
    for (let waited = 0; waited < 5000 && this.#signal(0); waited += 50) await sleep(50);
    this.kill();
    for (let waited = 0; waited < 2000 && this.#signal(0); waited += 50) await sleep(50);
    living.delete(this);
  }

  /** Ends the group at once. */
  kill(): void {
    this.#signal('SIGKILL');
  }

  /** Whether anything of the group was there to receive the signal. */
  #signal(signal: NodeJS.Signals | 0): boolean {
    if (this.#child.pid === undefined) return false;
    if (process.platform === 'win32') return this.running && this.#child.kill(signal === 0 ? 0 : 'SIGKILL');
    try {
      process.kill(-this.#child.pid, signal);
      return true;
    } catch {
      return false;
    }
  }
}

const living = new Set<ProcessGroup>();

function endOnExit(group: ProcessGroup): void {
  if (living.size === 0) installExitHooks();
  living.add(group);
}

let hooked = false;
function installExitHooks(): void {
  if (hooked) return;
  hooked = true;
  // Before other listeners, which may delete the folders that these processes use.
  process.prependListener('exit', () => {
    for (const group of living) group.kill();
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(128 + constants.signals[signal]));
}
