import { posix } from 'node:path';
import { formatUsd } from '../catalog/tokens';
import type { RunEvent, RunResult, StageResult } from '../stage/engine';
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

/** Tells on stderr what happens, a line at each turn of a stage. What breaks a stage off is told once, with the result. */
export function progress(around: Pick<Surroundings, 'stderr'>): (event: RunEvent) => void {
  return (event) => {
    if (event.type === 'note') around.stderr(`${event.message}\n`);
    if (event.type !== 'record') return;
    const { record } = event;
    if (record.type === 'attempt-started')
      around.stderr(
        `  … ${record.stage}: asking ${record.model}${record.effort ? ` at ${record.effort} effort` : ''}${record.attempt > 1 ? `, attempt ${record.attempt}` : ''}\n`,
      );
    if (record.type === 'attempt') {
      const mark = record.status === 'passed' ? '✔' : '✖';
      around.stderr(
        `  ${mark} ${record.stage}: ${record.status} on ${record.model} (${formatUsd(record.usd)}${adviceText(record)}, ${(record.ms / 1000).toFixed(1)} s)\n`,
      );
      if (record.status === 'failed')
        for (const check of record.checks) if (check.status !== 'pass' && check.level === 'must') around.stderr(`      ${check.text}: ${check.message}\n`);
    }
    if (record.type === 'restored' && record.why === 'compared') around.stderr(`  = ${record.stage}: compared, ${record.output} is kept\n`);
    if (record.type === 'stage' && record.status === 'cached') around.stderr(`  = ${record.stage}: unchanged since it passed\n`);
  };
}

/** `, advisor asked twice for $0.01`: shown also where it was never asked, as its definition costs in any case. */
function adviceText({ advisor }: Pick<StageResult, 'advisor'>): string {
  if (!advisor) return '';
  return advisor.consults ? `, advisor asked ${plural(advisor.consults, 'time')} for ${formatUsd(advisor.usd)}` : ', advisor not asked';
}

const marks = { passed: '✔', cached: '=', failed: '✖', error: '!', skipped: '-', cancelled: '-' } as const;

/** A stage's lines: how it ended, where its output is, what was found. Each thing is said once. */
export function stageLines(stage: StageResult): string[] {
  const { status, model, attempts, checks, message, output } = stage;
  const how = attempts > 1 ? `, ${attempts} attempts` : '';
  const spent = model && status !== 'cached' ? ` on ${model}${how}, ${formatUsd(stage.usd)}${adviceText(stage)}` : '';
  const lines = [`${marks[status]} Stage ${stage.number}: ${stage.title}: ${status === 'cached' ? 'unchanged since it passed' : status}${spent}`];
  const where = status === 'passed' || status === 'cached' ? (output.path ?? output.file) : output.file;
  if (where) lines.push(`    → ${where}`);
  const open = status === 'failed' || status === 'error' ? checks.filter((check) => check.status !== 'pass') : [];
  for (const check of open) lines.push(`    ${check.text}: ${check.message}`);
  if (message && !open.some((check) => check.message === message)) lines.push(`    ${message}`);
  return lines;
}

/** A run in a few lines, and what can be done next. */
export function resultText(around: Surroundings, file: string, result: RunResult, escalated?: number): string {
  const lines = result.stages.flatMap(stageLines);
  const { usd, allOpusUsd } = result.total;
  lines.push(
    `${result.status}: ${formatUsd(usd)}${allOpusUsd ? `, all on Opus about ${formatUsd(allOpusUsd)}` : ''}${result.paid ? '' : ' (recorded samples: nothing was paid)'}`,
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
