import { posix } from 'node:path';
import type { ContextDocument } from '../../../steering/contextTypes';
import type { Resolved } from '../../../steering/plan';
import { pathInWorkspace } from '../../../steering/task';
import type { Subject } from '../../issue';

/** Everything stages say they read, with the index of the stage. */
export function reads(subject: Subject): Promise<(Resolved & { stage: number })[]> {
  const found = known.get(subject) ?? readsOf(subject);
  known.set(subject, found);
  return found;
}

/** Many rules ask. */
const known = new WeakMap<Subject, ReturnType<typeof readsOf>>();

async function readsOf(subject: Subject): Promise<(Resolved & { stage: number })[]> {
  const plan = await subject.plan();
  return plan.stages.flatMap(({ index, inputs, context, list }) => [...inputs, ...context, ...(list ? [list] : [])].map((read) => ({ ...read, stage: index })));
}

/** What stages write, from the folder of the document, each with the index of the first stage that does. */
export function writers({ context }: Pick<Subject, 'context'>): Map<string, number> {
  const known = written.get(context);
  if (known) return known;
  const paths = new Map<string, number>();
  context.stages.forEach(({ output }, index) => {
    const path = output?.path && posix.normalize(output.path);
    if (path && !paths.has(path)) paths.set(path, index);
  });
  written.set(context, paths);
  return paths;
}

const written = new WeakMap<ContextDocument, Map<string, number>>();

/** True where a stage before this one writes a path. */
export function isWrittenBefore(subject: Pick<Subject, 'context'>, path: string, stage: number): boolean {
  return (writers(subject).get(path) ?? Number.POSITIVE_INFINITY) < stage;
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
