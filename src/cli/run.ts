import type { RunOptions, RunResult } from '../stage/engine';
import { runTask } from '../stage/run';
import { loadTask } from '../steering/task';
import { allowances, amountOfMoney, inputValues, oneFile, parseCommand, wholeNumber, wrongUsage } from './arguments';
import { settleForeignRuns } from './foreignRuns';
import { jsonText } from './json';
import { createTerminalPerson } from './person';
import { createProgress } from './progress';
import { resultText, runJson, shownResult, stoppedText } from './runReport';
import { stageStrategies } from './stageStrategies';
import { absolutePath, createEngine, type Surroundings } from './surroundings';

const options = {
  stage: { type: 'string' },
  model: { type: 'string' },
  'max-cost': { type: 'string' },
  yes: { type: 'boolean' },
  'allow-commands': { type: 'boolean' },
  'allow-secret': { type: 'string', multiple: true },
  'allow-model': { type: 'string', multiple: true },
  exact: { type: 'boolean' },
  'pass-env': { type: 'string', multiple: true },
  'trust-runs': { type: 'boolean' },
  wait: { type: 'boolean' },
  ladder: { type: 'string' },
  'max-escalation-cost': { type: 'string' },
  json: { type: 'boolean' },
} as const;

export async function run(around: Surroundings, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('run', args, {
    ...options,
    from: { type: 'string' },
    input: { type: 'string', multiple: true },
    fresh: { type: 'boolean' },
    batch: { type: 'boolean' },
  });
  if (values.stage !== undefined && values.from !== undefined) throw wrongUsage('run', '--stage and --from exclude each other.');
  return runFile(around, 'run', oneFile('run', positionals), values, {
    stage: wholeNumber('run', '--stage', values.stage),
    from: wholeNumber('run', '--from', values.from),
    fresh: values.fresh,
    batch: values.batch,
    inputs: inputValues('run', values.input),
  });
}

export async function escalate(around: Surroundings, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('escalate', args, { ...options, fresh: { type: 'boolean' } });
  const number = wholeNumber('escalate', '--stage', values.stage);
  if (number === undefined) throw wrongUsage('escalate', '--stage says which one.');
  return runFile(around, 'escalate', oneFile('escalate', positionals), values, { escalate: number, fresh: values.fresh });
}

interface Values {
  model?: string;
  'max-cost'?: string;
  yes?: boolean;
  'allow-commands'?: boolean;
  'allow-secret'?: string[];
  'allow-model'?: string[];
  exact?: boolean;
  'pass-env'?: string[];
  'trust-runs'?: boolean;
  wait?: boolean;
  ladder?: string;
  'max-escalation-cost'?: string;
  json?: boolean;
}

async function runFile(around: Surroundings, name: 'run' | 'escalate', file: string, values: Values, choice: Omit<RunOptions, 'signal'>): Promise<number> {
  const allowed = allowances(name, values);
  const path = absolutePath(around, file);
  const task = await loadTask(path, around.files);
  const engine = await createEngine(around, {
    model: values.model,
    maxCostUsd: amountOfMoney(name, '--max-cost', values['max-cost']),
    passEnv: values['pass-env'],
    ladder: values.ladder,
    maxEscalationUsd: amountOfMoney(name, '--max-escalation-cost', values['max-escalation-cost']),
  });
  await settleForeignRuns(around, task, values['trust-runs'] ?? false);
  const person = createTerminalPerson(around, {
    yes: values.yes ?? false,
    allowCommands: values['allow-commands'] ?? false,
    ...allowed,
  });
  const progress = createProgress(around, task, around.terminal && !values.json);
  const result = shownResult(
    around,
    task,
    await runTask(engine, person, task, { ...choice, exact: values.exact, wait: values.wait, signal: around.signal, onEvent: progress.onEvent }),
  );
  if (values.json) around.stdout(jsonText(runJson(result, await stageStrategies(around, task))));
  else around.stdout(resultText(around, file, result, choice.escalate));
  if (!result.stopped || !progress.told.has(result.stopped.message)) around.stderr(stoppedText(around, result, values.json ?? false));
  return exitCodeOf(result);
}

/** 0 passed, 1 failed, 130 cancelled, else what stopped it. */
function exitCodeOf(result: RunResult): number {
  if (result.status === 'passed') return 0;
  if (result.status === 'cancelled') return 130;
  return result.stopped?.exitCode ?? 1;
}
