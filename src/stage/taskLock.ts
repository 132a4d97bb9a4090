import { posix } from 'node:path';
import { holdLock, type LockOptions, whenFree } from '../journal/lock';
import { refuseLinkedRuns } from '../journal/origin';
import type { Task } from '../steering/task';
import type { Engine, RunOptions } from './engine';

function lockPath(task: Pick<Task, 'haikuFolder' | 'slug'>): string {
  return posix.join(task.haikuFolder, 'runs', task.slug, 'lock.json');
}

function lockOptions(task: Pick<Task, 'haikuFolder' | 'slug' | 'workspace'>, { signal, wait, onEvent }: RunOptions): LockOptions {
  const shown = posix.relative(task.workspace, lockPath(task));
  return {
    signal,
    wait,
    what: 'Another run of this task',
    todo: `Wait for its end (on the command line: --wait), or cancel it there. If nothing runs any more, delete ${shown}.`,
    onWait: (message) => onEvent?.({ type: 'note', message }),
    onTakenOver: ({ pid, host }) => onEvent?.({ type: 'note', message: `Process ${pid} on ${host} ended in the middle of a run: its lock was taken over.` }),
  };
}

/** See that nobody runs a task, before a person is asked anything. @throws UserError (exit 2) where somebody does and `options.wait` is not set */
export async function whenTaskIsFree(
  engine: Pick<Engine, 'files' | 'clock' | 'processes'>,
  task: Pick<Task, 'haikuFolder' | 'slug' | 'workspace'>,
  options: RunOptions,
): Promise<void> {
  const { processes } = engine;
  if (processes) await whenFree(lockPath(task), { ...engine, processes }, lockOptions(task, options));
}

/**
 * Do what writes a journal of a task, while no other process does. Where nobody can tell processes apart, it is just done.
 * @throws UserError (exit 2) where another run is under way and `options.wait` is not set
 */
export async function withTaskLock<T>(
  engine: Pick<Engine, 'files' | 'clock' | 'processes' | 'random'>,
  task: Pick<Task, 'haikuFolder' | 'slug' | 'workspace'>,
  options: RunOptions,
  work: () => Promise<T>,
): Promise<T> {
  const { processes } = engine;
  // The lock's file is the first that is written.
  await refuseLinkedRuns(engine.files, task);
  if (!processes) return work();
  const giveBack = await holdLock(lockPath(task), { ...engine, processes }, lockOptions(task, options));
  try {
    return await work();
  } finally {
    await giveBack();
  }
}
