import { posix } from 'node:path';
import { formatUsd } from '../catalog/tokens';
import type { RunEvent, RunOptions, RunResult } from '../stage/engine';
import { runTask } from '../stage/run';
import { loadTask, type Task } from '../steering/task';
import { amountOfMoney, inputValues, oneFile, parseCommand, wholeNumber, wrongUsage } from './arguments';
import { createTerminalPerson } from './person';
import { absolutePath, createEngine, type Surroundings, shownPath } from './surroundings';

const options = {
  stage: { type: 'string' },
  model: { type: 'string' },
  'max-cost': { type: 'string' },
  yes: { type: 'boolean' },
  'allow-commands': { type: 'boolean' },
  'allow-secret': { type: 'string', multiple: true },
  json: { type: 'boolean' },
} as const;

export async function run(around: Surroundings, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('run', args, {
    ...options,
    from: { type: 'string' },
    input: { type: 'string', multiple: true },
    fresh: { type: 'boolean' },
  });
  if (values.stage !== undefined && values.from !== undefined) throw wrongUsage('run', '--stage and --from exclude each other.');
  return runFile(around, 'run', oneFile('run', positionals), values, {
    stage: wholeNumber('run', '--stage', values.stage),
    from: wholeNumber('run', '--from', values.from),
    fresh: values.fresh,
    inputs: inputValues('run', values.input),
  });
}

export async function escalate(around: Surroundings, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('escalate', args, options);
  const number = wholeNumber('escalate', '--stage', values.stage);
  if (number === undefined) throw wrongUsage('escalate', '--stage says which one.');
  return runFile(around, 'escalate', oneFile('escalate', positionals), values, { escalate: number });
}

interface Values {
  model?: string;
  'max-cost'?: string;
  yes?: boolean;
  'allow-commands'?: boolean;
  'allow-secret'?: string[];
  json?: boolean;
}

async function runFile(around: Surroundings, name: 'run' | 'escalate', file: string, values: Values, choice: Omit<RunOptions, 'signal'>): Promise<number> {
  const path = absolutePath(around, file);
  const task = await loadTask(path, around.files);
  const engine = await createEngine(around, { model: values.model, maxCostUsd: amountOfMoney(name, '--max-cost', values['max-cost']) });
  const person = createTerminalPerson(around, {
    yes: values.yes ?? false,
    allowCommands: values['allow-commands'] ?? false,
    allowSecrets: values['allow-secret'],
  });
  const result = shownResult(around, task, await runTask(engine, person, task, { ...choice, signal: around.signal, onEvent: progress(around, task) }));
  if (values.json) around.stdout(`${JSON.stringify(runJson(result), null, 2)}\n`);
  else around.stdout(resultText(around, file, result));
  if (result.stopped) around.stderr(`${result.stopped.message}\n`);
  return exitCodeOf(result);
}

/** A message with the paths in it as they are shown. */
function relativeText(around: Surroundings, task: Task, text: string): string {
  const folder = shownPath(around, task.folder);
  return text.split(`${task.folder}/`).join(folder === '.' ? '' : `${folder}/`);
}

/** A run as it is shown: paths from the working directory, in messages too. */
function shownResult(around: Surroundings, task: Task, result: RunResult): RunResult {
  const relative = (text: string) => relativeText(around, task, text);
  const stages = result.stages.map((stage) => ({
    ...stage,
    output: {
      ...stage.output,
      path: stage.output.path && shownPath(around, posix.resolve(task.folder, stage.output.path)),
      file: stage.output.file && shownPath(around, stage.output.file),
    },
    message: stage.message && relative(stage.message),
  }));
  return { ...result, stages, stopped: result.stopped && { ...result.stopped, message: relative(result.stopped.message) } };
}

/** 0 passed, 1 failed, 130 cancelled, else what stopped it. */
export function exitCodeOf(result: RunResult): number {
  if (result.status === 'passed') return 0;
  if (result.status === 'cancelled') return 130;
  return result.stopped?.exitCode ?? 1;
}

/** A run in the shape that `--json` promises. */
export function runJson(result: RunResult) {
  return { ...result, stages: result.stages.map((stage) => ({ ...stage, effort: stage.effort ?? null })) };
}

/** Tells on stderr what happens, a line at each turn of a stage. */
function progress(around: Surroundings, task: Task): (event: RunEvent) => void {
  return (event) => {
    if (event.type === 'note') around.stderr(`${event.message}\n`);
    if (event.type !== 'record') return;
    const { record } = event;
    if (record.type === 'attempt-started')
      around.stderr(`  … ${record.stage}: asking ${record.model}${record.attempt > 1 ? `, attempt ${record.attempt}` : ''}\n`);
    if (record.type === 'attempt') {
      const failed = record.checks.filter((check) => check.status !== 'pass' && check.level === 'must');
      around.stderr(
        `  ${record.status === 'passed' ? '✔' : '✖'} ${record.stage}: ${record.status} on ${record.model} (${formatUsd(record.usd)}, ${(record.ms / 1000).toFixed(1)} s)\n`,
      );
      for (const check of failed) around.stderr(`      ${check.text}: ${check.message}\n`);
      if (record.error && !failed.length) around.stderr(`      ${relativeText(around, task, record.error)}\n`);
    }
    if (record.type === 'stage' && record.status === 'cached') around.stderr(`  = ${record.stage}: unchanged since it passed\n`);
  };
}

const marks = { passed: '✔', cached: '=', failed: '✖', error: '!', skipped: '-', cancelled: '-' } as const;

function resultText(around: Surroundings, file: string, result: RunResult): string {
  const lines: string[] = [];
  for (const stage of result.stages) {
    const how = stage.attempts > 1 ? `, ${stage.attempts} attempts` : '';
    lines.push(
      `${marks[stage.status]} Stage ${stage.number}: ${stage.title}: ${stage.status === 'cached' ? 'unchanged since it passed' : stage.status}${stage.model && stage.status !== 'cached' ? ` on ${stage.model}${how}, ${formatUsd(stage.usd)}` : ''}`,
    );
    const where = stage.output.path ?? stage.output.file;
    if (where) lines.push(`    → ${where}`);
    if (stage.status === 'failed' || stage.status === 'error') {
      for (const check of stage.checks) if (check.status !== 'pass') lines.push(`    ${check.text}: ${check.message}`);
    }
    if (stage.message && stage.status !== 'failed') lines.push(`    ${stage.message}`);
  }
  const { usd, allOpusUsd } = result.total;
  lines.push(
    `${result.status}: ${formatUsd(usd)}${allOpusUsd ? `, all on Opus about ${formatUsd(allOpusUsd)}` : ''}${result.paid ? '' : ' (recorded samples: nothing was paid)'}`,
  );
  const failed = result.stages.find((stage) => stage.status === 'failed' && stage.model !== 'code');
  if (failed?.model.includes('opus'))
    lines.push('Opus failed it too: its output is in the run. Read what was found, then sharpen the Task or the checks, or split the stage.');
  else if (failed)
    lines.push(`Escalate that one stage to Opus: haiku-first escalate ${shownPath(around, absolutePath(around, file))} --stage ${failed.number}`);
  return `${lines.join('\n')}\n`;
}
