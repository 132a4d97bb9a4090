import { adopt } from '../journal/origin';
import { foreignRuns } from '../journal/runs';
import type { Task } from '../steering/task';
import { plural } from '../text';
import type { Surroundings } from './surroundings';

/** Before a run: take the runs that were made elsewhere for the person's own where they said so, else say that they do not count. */
export async function settleForeignRuns(around: Surroundings, task: Task, trust: boolean): Promise<void> {
  const foreign = await foreignRuns(around.files, task);
  if (!foreign.length) return;
  if (trust) for (const { folder, records } of foreign) await adopt(around.files, folder, records, new Date());
  else
    around.stderr(
      `${plural(foreign.length, 'run')} in .haiku/runs were made by somebody else or on another machine, and do not count. If you know where they are from: --trust-runs.\n`,
    );
}
