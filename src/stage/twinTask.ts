import { posix } from 'node:path';
import { type Files, UserError } from '../ports';
import { kindOf } from '../steering/kinds';
import { type Task, taskSlug } from '../steering/task';

/**
 * Two documents of a folder that are called the same in `.haiku` would take each other's runs for their own.
 * @throws UserError (exit 2) where there are two
 */
export async function refuseTwin(files: Files, task: Task): Promise<void> {
  const { path } = task.document;
  const own = posix.basename(path);
  const twin = (await files.list(task.folder)).find(
    ({ name, kind }) => kind === 'file' && name !== own && kindOf(name) === 'context' && taskSlug(name) === task.slug,
  );
  if (!twin) return;
  throw new UserError(`${own} and ${twin.name} would both keep their runs in .haiku/runs/${task.slug}.`, { path, todo: 'Rename one of them.', exitCode: 2 });
}
