import { posix } from 'node:path';
import { type Files, UserError } from '../ports';
import { readContext } from './context';
import type { ContextDocument } from './contextTypes';
import { kindOf } from './kinds';
import { taskSlug } from './task';

/** Where a strategy or a playbook is at home: its task, by the folder that it stands in. */
export interface StrategyHome {
  /** The file's name without its end: a stage's slug, or `playbook`. */
  name: string;
  /** What the task is called in `.haiku`. */
  task: string;
  /** The folder that holds `.haiku`. */
  folder: string;
  /** The task's document, as its files say; undefined where there is none. */
  document?: ContextDocument;
}

/** Where a file of `.haiku/strategies/<task>/` is at home; undefined for a path of another form. Reads the documents of the folder that holds `.haiku`. */
export async function homeOf(path: string, files: Pick<Files, 'list' | 'read'>): Promise<StrategyHome | undefined> {
  const match = /^(.*)\/\.haiku\/strategies\/([^/]+)\/([^/]+)\.md$/.exec(path);
  if (!match) return undefined;
  const folder = match[1] || '/';
  const task = match[2] as string;
  const home: StrategyHome = { name: match[3] as string, task, folder };
  const names = await files.list(folder).then(
    (entries) => entries.filter(({ name, kind }) => kind === 'file' && kindOf(name) === 'context' && taskSlug(name) === task).map(({ name }) => name),
    () => [],
  );
  // Of two with one name in `.haiku`, the plain one.
  const own = names.sort((a, b) => Number(b === 'CONTEXT.md') - Number(a === 'CONTEXT.md') || (a < b ? -1 : 1))[0];
  if (own === undefined) return home;
  const at = posix.join(folder, own);
  try {
    return { ...home, document: readContext(at, await files.read(at)) };
  } catch (error) {
    // What can't be read is said of that file.
    if (error instanceof UserError) return home;
    throw error;
  }
}
