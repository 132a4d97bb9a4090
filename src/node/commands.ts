import { type ChildProcess, spawn } from 'node:child_process';
import type { CommandResult, Commands } from '../ports';
import { commandEnvironment } from './environment';
import { KeptOutput } from './keptOutput';
import { shellCall, systemProgram } from './shell';

/** What a machine grants a command. */
export interface CommandLimits {
  /** The most that is kept of each stream, in bytes: its beginning and its end. */
  keptBytes: number;
  /** A command that printed more than this, both streams together, is ended, in bytes. */
  endingBytes: number;
  /** How long a command that was asked to end may take before it is killed, and what it left running may hold its output open, in milliseconds. */
  graceMs: number;
  /** Names of variables that look like secrets and that the person passes on all the same. */
  passed(): readonly string[];
}

const usual: CommandLimits = { keptBytes: 16 * 1024 * 1024, endingBytes: 256 * 1024 * 1024, graceMs: 2000, passed: () => [] };

const windows = process.platform === 'win32';

/** The commands under way. A group of its own does not end with this process: they are ended when it exits. */
const running = new Set<ChildProcess>();
let watched = false;

function watch(child: ChildProcess): void {
  running.add(child);
  if (watched) return;
  watched = true;
  process.on('exit', () => {
    for (const each of running) endGroup(each, 'SIGKILL');
  });
}

/**
 * Runs commands in the platform's shell: the only place that does. Each gets a process group of its own, so that ending one ends all it started;
 * an environment without what looks like a secret; and, where it is given no input, a stdin that is at its end.
 */
export function createNodeCommands(limits: Partial<CommandLimits> = {}): Commands {
  const { keptBytes, endingBytes, graceMs, passed } = { ...usual, ...limits };
  return {
    async run(command, { cwd, env, input, timeoutMs, signal }) {
      const { variables, withheld } = await commandEnvironment(process.env, passed());
      if (signal?.aborted) return { exitCode: null, ended: 'cancelled', stdout: '', stderr: '' };
      return new Promise<CommandResult>((resolve) => {
        const { program, args, verbatim } = shellCall(command);
        let child: ChildProcess;
        try {
          child = spawn(program, args, {
            cwd,
            env: { ...variables, ...env },
            detached: !windows,
            windowsHide: true,
            windowsVerbatimArguments: verbatim,
            stdio: ['pipe', 'pipe', 'pipe'],
          });
        } catch (error) {
          // A command or variable that no system call takes: with a NUL in it, or longer than the system allows.
          resolve({ exitCode: 127, stdout: '', stderr: error instanceof Error ? error.message : String(error) });
          return;
        }
        watch(child);
        let ended: CommandResult['ended'];
        let left = '';
        const timers: NodeJS.Timeout[] = [];
        const after = (ms: number, act: () => void) => void timers.push(setTimeout(act, ms));
        const kept = { stdout: new KeptOutput(keptBytes), stderr: new KeptOutput(keptBytes) };
        const end = (why: CommandResult['ended']) => {
          if (ended) return;
          ended = why;
          endGroup(child, 'SIGTERM');
          after(graceMs, () => {
            endGroup(child, 'SIGKILL');
            // What left the group keeps the pipes open: nobody waits for it.
            after(graceMs, () => finish(child.exitCode));
          });
        };
        for (const stream of ['stdout', 'stderr'] as const) {
          child[stream]?.on('data', (piece: Buffer) => {
            kept[stream].add(piece);
            if (kept.stdout.size + kept.stderr.size > endingBytes) end('output');
          });
        }
        after(timeoutMs, () => end('timeout'));
        const cancel = () => end('cancelled');
        signal?.addEventListener('abort', cancel, { once: true });
        let finished = false;
        const finish = (exitCode: number | null, trouble = '') => {
          if (finished) return;
          finished = true;
          running.delete(child);
          for (const timer of timers) clearTimeout(timer);
          signal?.removeEventListener('abort', cancel);
          child.stdout?.destroy();
          child.stderr?.destroy();
          const stderr = [kept.stderr.text(), left, trouble, exitCode === 0 ? '' : withheldNote(command, kept.stderr.text(), withheld)]
            .filter(Boolean)
            .join('\n');
          const flaw = kept.stdout.flaw();
          resolve({ exitCode, ended: ended ?? (exitCode === null ? 'signal' : undefined), stdout: kept.stdout.text(), stderr, ...(flaw && { flaw }) });
        };
        child.on('error', (error) => finish(127, error.message));
        child.on('close', (code) => finish(code));
        child.on('exit', (code) => {
          // What a command leaves running is its own affair, unless it keeps the command's output open: that would never end.
          after(graceMs, () => {
            if (!ended) left = 'What it left running held its output open, and was ended.';
            endGroup(child, 'SIGKILL');
            after(graceMs, () => finish(code));
          });
        });
        // A command that does not read its input closes it: that is no fault.
        child.stdin?.on('error', () => undefined);
        child.stdin?.end(input ?? '');
      });
    },
  };
}

/** End a command with all it started and did not set apart from itself. */
function endGroup(child: ChildProcess, how: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  if (windows) {
    // There is no asking on Windows: what has no window only ends by force.
    spawn(systemProgram('taskkill.exe'), ['/pid', String(child.pid), '/t', '/f'], { windowsHide: true, stdio: 'ignore' }).on('error', () => undefined);
    return;
  }
  try {
    process.kill(-child.pid, how);
  } catch {
    // It has ended by itself meanwhile.
  }
}

/** What a failed command may lack: variables that were held back and that it, or its complaint, names. */
function withheldNote(command: string, complaint: string, withheld: readonly string[]): string {
  const named = withheld.filter((name) =>
    new RegExp(`(?<![A-Za-z0-9_])${name.replace(/[^A-Za-z0-9_]/g, '\\$&')}(?![A-Za-z0-9_])`).test(`${command}\n${complaint}`),
  );
  return named.length
    ? `Held back from it, as it looks like a secret: ${named.join(', ')}. Pass it on with --pass-env, or the setting haikuFirst.passEnvironment.`
    : '';
}
