import { spawn } from 'node:child_process';
import type { CommandResult, Commands } from '../ports';

/** The most that is kept of what a command prints, in bytes; what comes after is dropped. */
const longestOutput = 16 * 1024 * 1024;

/** The keys that pay for models: a command of a document has no use for them. */
const modelKeys = new Set(['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_CUSTOM_HEADERS']);

/** Runs commands in the platform's shell, in a process group of their own, so that ending one ends all it started. */
export function createNodeCommands(): Commands {
  return {
    run(command, { cwd, env, input, timeoutMs, signal }) {
      return new Promise<CommandResult>((resolve) => {
        const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !modelKeys.has(name)));
        const windows = process.platform === 'win32';
        const child = spawn(command, {
          cwd,
          env: { ...inherited, ...env },
          shell: true,
          detached: !windows,
          windowsHide: true,
          stdio: ['pipe', 'pipe', 'pipe'],
        });
        let ended: CommandResult['ended'];
        const kept = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
        const sizes = { stdout: 0, stderr: 0 };
        for (const stream of ['stdout', 'stderr'] as const) {
          child[stream].on('data', (piece: Buffer) => {
            if (sizes[stream] < longestOutput) kept[stream].push(piece);
            sizes[stream] += piece.length;
          });
        }
        const end = (why: CommandResult['ended']) => {
          ended ??= why;
          if (child.pid === undefined) return;
          if (windows) spawn('taskkill', ['/pid', String(child.pid), '/t', '/f'], { windowsHide: true });
          else {
            try {
              process.kill(-child.pid, 'SIGKILL');
            } catch {
              // It has ended by itself meanwhile.
            }
          }
        };
        const timer = setTimeout(() => end('timeout'), timeoutMs);
        const cancel = () => end('cancelled');
        signal?.addEventListener('abort', cancel, { once: true });
        if (signal?.aborted) cancel();
        const finish = (exitCode: number | null, trouble = '') => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', cancel);
          resolve({ exitCode, ended: ended ?? (exitCode === null ? 'signal' : undefined), stdout: text(kept.stdout), stderr: text(kept.stderr) + trouble });
        };
        child.on('error', (error) => finish(127, error.message));
        child.on('close', (code) => finish(code));
        // A command that does not read its input closes it: that is no fault.
        child.stdin.on('error', () => undefined);
        child.stdin.end(input ?? '');
      });
    },
  };
}

function text(pieces: Buffer[]): string {
  return Buffer.concat(pieces).toString('utf8').replace(/\r\n/g, '\n');
}
