import { UserError } from '../ports';
import { judgeOutput } from '../steering/outputPath';
import type { PlannedStage } from '../steering/plan';
import { slug } from '../text';
import type { Unit } from './unit';
import { hashOf } from './unit';
import type { RunContext } from './unitRun';

/** Where a stage's output is to be written, as in the document, the item of `Each` put in; undefined where it names no path. */
export function outputPath(planned: PlannedStage, item?: Unit['item']): string | undefined {
  const { output, each } = planned.stage;
  if (!output?.path || !each || !item) return output?.path;
  const name = each.item.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return output.path.replace(new RegExp(`\\{${name}\\}|\\b${name}\\b`, 'g'), slug(item.value) || String(item.number));
}

/** True where the path names the item, so that each item has a file of its own. */
export function isPathPerItem(planned: PlannedStage): boolean {
  const { output, each } = planned.stage;
  return Boolean(each && output?.path && outputPath(planned, { number: 1, name: each.item, value: 'x' }) !== output.path);
}

/** The text that stands at a path and was not written there by a stage: a person's own, to be asked about before it is replaced. */
async function foreignText(
  context: Pick<RunContext, 'engine' | 'person' | 'options' | 'task' | 'state'>,
  stage: string,
  path: string,
): Promise<{ absolute: string; real: string; current?: string; foreign: boolean }> {
  const { files } = context.engine;
  const judged = await judgeOutput(context.task, path, files);
  if ('what' in judged) throw new UserError(judged.what, { path: context.task.document.path, todo: judged.todo, exitCode: 2 });
  const { absolute, real, exists } = judged;
  if (!exists) return { absolute, real, foreign: false };
  const current = await files.read(real, 64 * 1024 * 1024);
  const written = context.state.stages.get(stage)?.written.get(path);
  return { absolute, real, current, foreign: written === undefined || written !== hashOf(current) };
}

/**
 * Refuse before anything is spent what could not be asked about after: with nobody there, a file that a person wrote or edited.
 * @throws UserError (exit 2)
 */
export async function refuseForeign(context: Pick<RunContext, 'engine' | 'person' | 'options' | 'task' | 'state'>, planned: PlannedStage): Promise<void> {
  const path = outputPath(planned);
  if (!path) return;
  // Asked for in every case: a path that leads out of the workspace ends the run before it begins.
  const { foreign } = await foreignText(context, planned.stage.slug, path);
  if (!foreign || context.person.present) return;
  throw new UserError(`Stage ${planned.stage.number} writes ${path}, which somebody wrote or edited since.`, {
    path: context.task.document.path,
    line: planned.stage.output?.range.start.line,
    todo: 'Move or delete that file, name another path, or run in a terminal, where you are shown the difference and asked.',
    exitCode: 2,
  });
}

/**
 * Write a passed output to its file. A file that a person wrote or edited is replaced only with their yes; else the output stays in the run.
 * `cached`: nothing new was made, so a file is written again only where it is gone, or is what the stage wrote there when its items were others.
 * @returns the hash of what was written; undefined where the file was kept.
 */
export async function writeOutput(context: RunContext, stage: string, path: string, text: string, cached = false): Promise<string | undefined> {
  const { absolute, real, current, foreign } = await foreignText(context, stage, path);
  if (cached && current !== undefined && (foreign || current === text)) return undefined;
  if (current !== text) {
    if (foreign && current !== undefined && !(await context.person.confirmOverwrite(absolute, current, text))) return undefined;
    const { files } = context.engine;
    // Written to where it was found to lead, and only if that still leads nowhere else: a link put there meanwhile is not followed.
    if ((await files.realPath(absolute)) !== real) {
      throw new UserError(`“${path}” leads elsewhere than it did a moment ago.`, {
        path: context.task.document.path,
        todo: 'See who puts links there, then run it again.',
        exitCode: 2,
      });
    }
    await files.write(real, text, current);
  }
  return hashOf(text);
}
