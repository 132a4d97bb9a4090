import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Processes, ProcessIdentity } from '../ports';

/** The processes of this machine. */
export function createNodeProcesses(): Processes {
  const self: ProcessIdentity = { pid: process.pid, host: hostname(), start: startOf(process.pid) };
  return {
    self,
    isRunning({ pid, host, start }) {
      // What runs on another machine that shares the folder, nobody here can tell.
      if (host !== self.host) return true;
      if (!exists(pid) || hasEnded(pid)) return false;
      // Numbers are given again: it is the one that was meant only if it began when that one did.
      const now = startOf(pid);
      return start === undefined || now === undefined || start === now;
    },
  };
}

function exists(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process may not be signalled, but it is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** True for a process that has ended and is only still listed, as in a container nobody there asks how it ended: it holds and writes nothing any more. */
function hasEnded(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  try {
    return /^[ZX]$/i.test(statOf(pid)[0] ?? '');
  } catch {
    return false;
  }
}

/** The fields of proc(5)'s stat from the third on, the state; the name before may hold spaces and brackets. */
function statOf(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** When a process began, told from every other time that number was given since and before; undefined where the platform does not tell. */
function startOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    // Field 22 of proc(5)'s stat, in ticks since the machine was started.
    const ticks = statOf(pid)[19];
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    return ticks && `${boot} ${ticks}`;
  } catch {
    // Not mounted, or gone in this moment.
    return undefined;
  }
}
