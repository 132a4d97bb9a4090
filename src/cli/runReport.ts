import { posix } from 'node:path';
import { aboutUsd, formatUsd } from '../catalog/tokens';
import { listed } from '../check/verdict';
import type { RunResult, StageResult } from '../stage/engine';
import type { Task } from '../steering/task';
import { plural } from '../text';
import { type StageStrategies, strategyJson } from './stageStrategies';
import { absolutePath, type Surroundings, shownPath } from './surroundings';

/** How runs are told: while they go on, at their end as text, and as JSON. */

/** A message with the paths in it as they are shown. */
export function relativeText(around: Pick<Surroundings, 'workingDirectory'>, task: Pick<Task, 'folder'>, text: string): string {
  const folder = shownPath(around, task.folder);
  return text.split(`${task.folder}/`).join(folder === '.' ? '' : `${folder}/`);
}

/** A stage's result with paths from the working directory, in its message too. */
export function shownStage(around: Pick<Surroundings, 'workingDirectory'>, task: Pick<Task, 'folder'>, stage: StageResult): StageResult {
  const { path, file } = stage.output;
  return {
    ...stage,
    output: { ...stage.output, path: path && shownPath(around, posix.resolve(task.folder, path)), file: file && shownPath(around, file) },
    outputs: stage.outputs.map((each) => shownPath(around, posix.resolve(task.folder, each))),
    ...(stage.failedItems ? { failedItems: stage.failedItems.map((each) => ({ ...each, file: shownPath(around, each.file) })) } : {}),
    message: stage.message && relativeText(around, task, stage.message),
  };
}

/** A run as it is shown. */
export function shownResult(around: Pick<Surroundings, 'workingDirectory'>, task: Pick<Task, 'folder'>, result: RunResult): RunResult {
  const { stopped } = result;
  return {
    ...result,
    stages: result.stages.map((stage) => shownStage(around, task, stage)),
    stopped: stopped && { ...stopped, message: relativeText(around, task, stopped.message) },
  };
}

/** A stage in the shape that `--json` promises. */
export function stageJson(stage: StageResult) {
  return { ...stage, effort: stage.effort ?? null };
}

/** A run in the shape that `--json` promises. */
export function runJson(result: RunResult, strategies: StageStrategies) {
  return { ...result, stages: result.stages.map((stage) => ({ ...stageJson(stage), strategy: strategyJson(strategies, stage.slug) })) };
}

/** `, advisor asked twice for $0.01`: shown also where it was never asked, as its definition costs in any case. */
export function adviceText({ advisor }: Pick<StageResult, 'advisor'>): string {
  if (!advisor) return '';
  return advisor.consults ? `, advisor asked ${plural(advisor.consults, 'time')} for ${formatUsd(advisor.usd)}` : ', advisor not asked';
}

const marks = { passed: '✔', cached: '=', failed: '✖', error: '!', skipped: '-', cancelled: '-' } as const;

/** So many items that have not passed are told with their files. */
const mostItems = 5;

/** `out/a.md`, or `3 files: out/a.md, out/b.md, out/c.md`; undefined where there is none. */
function filesText(paths: readonly string[]): string | undefined {
  return paths.length > 1 ? `${paths.length} files: ${listed(paths)}` : paths[0];
}

/** A stage's lines: how it ended, where its output is, what was found. Each thing is said once. */
export function stageLines(stage: StageResult): string[] {
  const { status, model, attempts, checks, message, output, outputs, failedItems = [] } = stage;
  const how = attempts > 1 ? `, ${attempts} attempts` : '';
  const spent = model && status !== 'cached' ? ` on ${model}${how}, ${formatUsd(stage.usd)}${adviceText(stage)}` : '';
  const lines = [`${marks[status]} Stage ${stage.number}: ${stage.title}: ${status === 'cached' ? 'unchanged since it passed' : status}${spent}`];
  const where = status === 'passed' || status === 'cached' ? (filesText(outputs) ?? output.path ?? output.file) : output.file;
  if (where) lines.push(`    → ${where}`);
  const open = status === 'failed' || status === 'error' ? checks.filter((check) => check.status !== 'pass') : [];
  for (const check of open) lines.push(`    ${check.text}: ${check.message}`);
  for (const { item, file } of failedItems.slice(0, mostItems)) lines.push(`    item ${item} → ${file}`);
  if (failedItems.length > mostItems) lines.push(`    and ${failedItems.length - mostItems} more items: \`haiku-first attempts\` lists them`);
  if (message && !open.some((check) => check.message === message)) lines.push(`    ${message}`);
  return lines;
}

/** The stages of a run that stopped: why is said at the first that it is said of, and not again at each that was not begun for it. */
function eachReasonOnce({ stages, stopped }: RunResult): StageResult[] {
  const told = new Set(stages.some(({ message }) => message === stopped?.message) && stopped ? [stopped.message] : []);
  const isTold = (reason: string) => [...told].some((each) => each.startsWith(reason));
  const broken = new Set<string>();
  return stages.map((stage) => {
    const { status, message } = stage;
    const reason = status === 'skipped' ? /^Not begun: (.+)$/s.exec(message ?? '')?.[1] : undefined;
    if (reason !== undefined) {
      if (isTold(reason)) return { ...stage, message: 'Not begun.' };
      told.add(reason);
    } else if (status === 'error' && message) {
      if (broken.has(message)) return { ...stage, message: 'For the same reason.' };
      broken.add(message);
    }
    return stage;
  });
}

/** A run in a few lines, and what can be done next. */
export function resultText(around: Surroundings, file: string, result: RunResult, escalated?: number): string {
  const lines = eachReasonOnce(result).flatMap(stageLines);
  const { usd, allOpusUsd } = result.total;
  lines.push(
    `${result.status}: ${formatUsd(usd)}${allOpusUsd ? `, all on Opus ${aboutUsd(allOpusUsd)}` : ''}${result.paid ? '' : ' (recorded samples: nothing was paid)'}`,
  );
  const shown = shownPath(around, absolutePath(around, file));
  const failed = result.stages.find((stage) => stage.status === 'failed' && stage.model !== 'code');
  if (failed?.model.includes('opus'))
    lines.push('Opus failed it too: its output is in the run. Read what was found, then sharpen the Task or the checks, or split the stage.');
  else if (failed)
    lines.push(
      `${failed.escalationExpected ? 'As its runner expects, e' : 'E'}scalate that one stage to Opus: haiku-first escalate ${shown} --stage ${failed.number}`,
      `Or have Opus write down how Haiku does it: haiku-first author ${shown} --stage ${failed.number}`,
    );
  else if (escalated !== undefined && result.status === 'passed')
    lines.push(
      `So that the next run passes on Haiku, have Opus write down how: haiku-first author ${shown} --stage ${escalated}`,
      `To undo it: haiku-first restore ${shown} --stage ${escalated} --undo`,
    );
  return `${lines.join('\n')}\n`;
}

/**
 * Why a run stopped, where nobody has been told yet: the text of the result says it at its stage, and a terminal shows both. Where stdout goes elsewhere,
 * stderr says it.
 */
export function stoppedText(around: Pick<Surroundings, 'terminal'>, result: RunResult, json: boolean): string {
  const { stopped } = result;
  if (!stopped) return '';
  const told = result.stages.some((stage) => stage.message === stopped.message || (stage.status === 'error' && stage.stopReason === 'refusal'));
  return told && around.terminal && !json ? '' : `${stopped.message}\n`;
}
