import { posix } from 'node:path';
import { UserError } from '../ports';
import { indexOf } from '../stage/scope';
import { type ExportKind, exportKinds, exportPath, readExportMark } from '../steering/exportMark';
import { planTask } from '../steering/plan';
import { readStrategy, strategyPath } from '../steering/strategy';
import { loadTask, pathInWorkspace } from '../steering/task';
import { exportedStage } from '../strategy/exportStage';
import { oneFile, parseCommand, wholeNumber, wrongUsage } from './arguments';
import { yesTo } from './commissioning';
import { jsonText } from './json';
import { diffText } from './person';
import { absolutePath, catalogOf, type Surroundings, shownPath } from './surroundings';

/** `haiku-first export`: a stage with its strategy as a file that Claude Code or VS Code runs on the cheap model. */
export async function exportStage(around: Surroundings, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('export', args, {
    stage: { type: 'string' },
    as: { type: 'string' },
    force: { type: 'boolean' },
    json: { type: 'boolean' },
  });
  const number = wholeNumber('export', '--stage', values.stage);
  if (number === undefined) throw wrongUsage('export', '--stage says which one.');
  const kind = exportKinds.find((each): each is ExportKind => each === (values.as ?? 'subagent'));
  if (!kind) throw wrongUsage('export', `--as is ${exportKinds.join(' or ')}; “${values.as}” is neither.`);
  const { files } = around;
  const task = await loadTask(absolutePath(around, oneFile('export', positionals)), files);
  const plan = await planTask(task, files);
  const stage = plan.stages[indexOf(plan, number)]?.stage;
  if (!stage || stage.runner.tier === 'code')
    throw new UserError(`Stage ${number} is a Code stage: there is no model to export it for.`, { path: task.document.path, exitCode: 2 });
  const own = strategyPath(task, stage);
  const strategy = (await files.stat(own)) ? readStrategy(own, await files.read(own)).strategy : undefined;
  const body = strategy?.status === 'rejected' ? undefined : strategy?.body;
  const text = exportedStage(kind, task, stage, body, catalogOf(around.env));
  const path = await pathInWorkspace(task, posix.join(task.workspace, exportPath(kind, task, stage)), files);
  const current = (await files.stat(path)) ? await files.read(path) : undefined;
  const shown = shownPath(around, path);
  if (current !== text) {
    if (current !== undefined && !values.force) {
      around.stderr(`${diffText(shown, current, text).trimEnd()}\n`);
      const agreed = await yesTo(around, readExportMark(current) ? `Replace ${shown}, exported earlier?` : `${shown} was not exported from here. Replace it?`);
      if (agreed === undefined)
        throw new UserError(`${shown} is there already.`, { todo: 'Look at the difference above, then add --force to replace it.', exitCode: 2 });
      if (!agreed) return 0;
    }
    await files.write(path, text, current);
  }
  if (values.json) around.stdout(jsonText({ path: shown, as: kind, strategy: body === undefined ? null : strategy?.status, written: current !== text }));
  else around.stdout(`${current === text ? 'Unchanged' : 'Wrote'} ${shown}${body === undefined ? ', without a strategy: there is none' : ''}.\n`);
  return 0;
}
