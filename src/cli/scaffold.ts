import { UserError } from '../ports';
import { planScaffold, scaffoldKindOf } from '../steering/scaffold';
import { parseCommand } from './arguments';
import { diffText } from './person';
import { absolutePath, type Surroundings, shownPath } from './surroundings';

export async function scaffold(around: Surroundings, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('scaffold', args, { template: { type: 'string' }, dir: { type: 'string' }, force: { type: 'boolean' } });
  const into = absolutePath(around, values.dir ?? '.');
  const planned = await planScaffold(around.files, around.templatesFolder, values.template ?? 'blank', positionals.map(scaffoldKindOf), into);
  const conflicts = planned.filter((file) => file.current !== undefined && file.current !== file.text);
  if (conflicts.length && !values.force) {
    const names = conflicts.map((file) => shownPath(around, file.path));
    for (const file of conflicts) around.stderr(diffText(shownPath(around, file.path), file.current ?? '', file.text));
    const agreed = around.interactive && /^y(?:es)?$/i.test((await around.ask(`Replace ${names.join(', ')}? [y/N] `))?.trim() ?? '');
    if (!agreed)
      throw new UserError(`${names.join(', ')} ${names.length > 1 ? 'are' : 'is'} there already, so nothing was written.`, {
        todo: 'Add --force to replace, or name another --dir.',
        exitCode: 2,
      });
  }
  for (const file of planned) {
    if (file.current === file.text) {
      around.stdout(`unchanged ${shownPath(around, file.path)}\n`);
      continue;
    }
    await around.files.write(file.path, file.text);
    around.stdout(`${file.current === undefined ? 'wrote' : 'replaced'} ${shownPath(around, file.path)}\n`);
  }
  return 0;
}
