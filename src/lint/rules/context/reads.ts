import { posix } from 'node:path';
import type { Resolved } from '../../../steering/plan';
import { pathInWorkspace } from '../../../steering/task';
import type { Subject } from '../../issue';

/** Everything stages say they read, with the index of the stage. */
export async function reads(subject: Subject): Promise<(Resolved & { stage: number })[]> {
  const plan = await subject.plan();
  return plan.stages.flatMap(({ index, inputs, context, list }) => [...inputs, ...context, ...(list ? [list] : [])].map((read) => ({ ...read, stage: index })));
}

/** What earlier stages write, from the folder of the document. */
export function writtenBefore(subject: Subject, stage: number): string[] {
  return subject.context.stages.slice(0, stage).flatMap(({ output }) => (output?.path ? [posix.normalize(output.path)] : []));
}

/** True where a path of the document leads out of the workspace. */
export async function outside(subject: Subject, path: string): Promise<boolean> {
  try {
    await pathInWorkspace((await subject.plan()).task, path, subject.files);
    return false;
  } catch {
    // The only thing it throws for.
    return true;
  }
}
