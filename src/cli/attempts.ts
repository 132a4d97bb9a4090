import { formatUsd } from '../catalog/tokens';
import { type ListedAttempt, listAttempts } from '../stage/attempts';
import { loadTask } from '../steering/task';
import { oneFile, parseCommand, wholeNumber } from './arguments';
import { jsonText } from './json';
import { relativeText } from './runReport';
import { absolutePath, readingEngine, type Surroundings, shownPath } from './surroundings';

/** `haiku-first attempts`: what was tried at each stage, and which attempt counts. Calls nothing. */
export async function attempts(around: Surroundings, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('attempts', args, { stage: { type: 'string' }, json: { type: 'boolean' } });
  const task = await loadTask(absolutePath(around, oneFile('attempts', positionals)), around.files);
  const listed = await listAttempts(readingEngine(around), task, wholeNumber('attempts', '--stage', values.stage));
  const shown = listed.map((each) => ({
    ...each,
    error: each.error && relativeText(around, task, each.error),
    output: each.output && shownPath(around, each.output),
    diff: each.diff && shownPath(around, each.diff),
  }));
  if (values.json) {
    around.stdout(
      jsonText({ attempts: shown.map((each) => ({ ...each, item: each.item ?? null, effort: each.effort ?? null, output: each.output ?? null })) }),
    );
    return 0;
  }
  around.stdout(shown.length ? attemptsText(shown) : 'Nothing was tried yet.\n');
  return 0;
}

function attemptsText(listed: readonly ListedAttempt[]): string {
  const lines: string[] = [];
  let [stage, run]: [number | undefined, string | undefined] = [undefined, undefined];
  for (const each of listed) {
    if (each.stage !== stage) lines.push(`Stage ${each.stage}: ${each.title}`);
    if (each.stage !== stage || each.run !== run) lines.push(`  run ${each.run}`);
    [stage, run] = [each.stage, each.run];
    lines.push(attemptLine(each));
    for (const failed of each.failed) lines.push(`        ${failed}`);
    if (each.error && !each.failed.length) lines.push(`        ${each.error}`);
    if (each.reason) lines.push(`        accepted: ${each.reason}`);
    if (each.output) lines.push(`        → ${each.output}`);
    if (each.diff) lines.push(`        difference: ${each.diff}`);
  }
  return `${lines.join('\n')}\n`;
}

function attemptLine(each: ListedAttempt): string {
  const { name, item, model, effort, status, usd, counts, by, advisor, stopReason } = each;
  const who = by === 'model' ? ` on ${model}${effort ? `, ${effort} effort` : ''}` : '';
  const advice = advisor ? `, advisor asked ${advisor.consults}×` : '';
  const ended = stopReason && !['end_turn', 'stop_sequence'].includes(stopReason) ? `, ended with ${stopReason}` : '';
  return `    ${counts ? '●' : ' '} ${item === undefined ? '' : `item ${item}, `}${name}: ${status}${who}, ${formatUsd(usd)}${advice}${ended}`;
}
