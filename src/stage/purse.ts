import { posix } from 'node:path';
import { holdLock } from '../journal/lock';
import { monthOf } from '../journal/payments';
import { FolderSpending } from '../money/folderSpending';
import { type Cap, type SharedSpending, Spending } from '../money/spending';
import type { Task } from '../steering/task';
import type { Engine } from './engine';

type PurseEngine = Pick<Engine, 'files' | 'clock' | 'catalog' | 'settings' | 'processes' | 'random'> & { model: Pick<Engine['model'], 'paid'> };

/** The limits in USD that hold for a run of a task: the document's and the person's own. Recorded answers cost nothing, so they count for no task or month. */
export function capsInForce({ settings, model }: Pick<PurseEngine, 'settings'> & { model?: { paid: boolean } }, task: Task): Cap[] {
  const { usd } = task.document.budget;
  const own: Cap[] = usd === undefined ? [] : [{ name: 'The budget in the document', usd }];
  return [...own, ...settings.caps].filter((cap) => model?.paid !== false || !isShared(cap));
}

/** True for a cap that other runs count for as well. */
function isShared({ of }: Cap): boolean {
  return of === 'task' || of === 'month';
}

/** The money of a run. Other processes' runs are looked at, and waited for at each call, only where a cap of a task or month asks for it. */
export function openPurse(engine: PurseEngine, task: Task, run: string, signal: AbortSignal): Spending {
  const { tokens } = task.document.budget;
  const caps = capsInForce(engine, task);
  const shared: SharedSpending | undefined = caps.some(isShared)
    ? {
        folder: new FolderSpending(engine.files, task.haikuFolder, run),
        task: task.slug,
        now: () => engine.clock.now(),
        alone: turns(engine, task, signal),
      }
    : undefined;
  return new Spending(engine.catalog, caps, tokens === undefined ? undefined : { name: 'The budget in the document', tokens }, shared);
}

/** One at a time: in this run by queueing, among processes by a lock that is held for the moment it takes to put one call on record. */
function turns(engine: PurseEngine, task: Task, signal: AbortSignal): SharedSpending['alone'] {
  const { processes } = engine;
  const path = posix.join(task.haikuFolder, 'runs', 'spending.lock.json');
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(async () => {
      // Where nobody can tell processes apart, there is but one.
      if (!processes) return work();
      const shown = posix.relative(task.workspace, path);
      const giveBack = await holdLock(
        path,
        { ...engine, processes },
        { signal, wait: true, what: 'A look at what may still be spent', todo: `If nothing runs any more, delete ${shown}.` },
      );
      try {
        return await work();
      } finally {
        await giveBack();
      }
    });
    last = turn.catch(() => undefined);
    return turn;
  };
}

/** What a cap leaves before a run begins, in USD; negative where it is passed already. */
export interface CapRoom {
  cap: Cap;
  leftUsd: number;
}

/** What each cap leaves now. @throws UserError (exit 2) where a journal of the folder can't be read */
export async function roomUnderCaps(engine: Pick<PurseEngine, 'files' | 'clock' | 'settings'> & { model?: { paid: boolean } }, task: Task): Promise<CapRoom[]> {
  const caps = capsInForce(engine, task);
  if (!caps.some(isShared)) return caps.map((cap) => ({ cap, leftUsd: cap.usd }));
  const folder = new FolderSpending(engine.files, task.haikuFolder, '');
  await folder.refresh();
  const month = monthOf(engine.clock.now().toISOString());
  return caps.map((cap) => ({ cap, leftUsd: cap.usd - (cap.of === 'task' ? folder.ofTask(task.slug) : cap.of === 'month' ? folder.ofMonth(month) : 0) }));
}
