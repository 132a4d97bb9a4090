import { formatUsd } from '../catalog/tokens';
import type { Engine, Person, RunOptions } from '../stage/engine';
import { loadTask, type Task } from '../steering/task';
import { allowances, amountOfMoney, type CommandName, inputValues } from './arguments';
import { settleForeignRuns } from './foreignRuns';
import { createTerminalPerson } from './person';
import { absolutePath, createEngine, type Surroundings } from './surroundings';

/** The options of every command that has something done which costs and is no run of stages. */
export const commissionOptions = {
  stage: { type: 'string' },
  input: { type: 'string', multiple: true },
  model: { type: 'string' },
  'max-cost': { type: 'string' },
  yes: { type: 'boolean' },
  'allow-commands': { type: 'boolean' },
  'allow-secret': { type: 'string', multiple: true },
  'allow-model': { type: 'string', multiple: true },
  'pass-env': { type: 'string', multiple: true },
  'trust-runs': { type: 'boolean' },
  wait: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

interface Values {
  input?: string[];
  model?: string;
  'max-cost'?: string;
  yes?: boolean;
  'allow-commands'?: boolean;
  'allow-secret'?: string[];
  'allow-model'?: string[];
  'pass-env'?: string[];
  'trust-runs'?: boolean;
  wait?: boolean;
}

/** What such a command works with. */
export interface Commissioning {
  task: Task;
  engine: Engine;
  person: Person;
  options: RunOptions;
}

/** The task, engine and person of a command line. @throws UserError (exit 2) for what can't be read */
export async function commissioning(around: Surroundings, name: CommandName, file: string, values: Values): Promise<Commissioning> {
  const allowed = allowances(name, values);
  const task = await loadTask(absolutePath(around, file), around.files);
  const engine = await createEngine(around, {
    model: values.model,
    maxCostUsd: amountOfMoney(name, '--max-cost', values['max-cost']),
    passEnv: values['pass-env'],
  });
  await settleForeignRuns(around, task, values['trust-runs'] ?? false);
  const person = createTerminalPerson(around, {
    yes: values.yes ?? false,
    allowCommands: values['allow-commands'] ?? false,
    ...allowed,
  });
  const options: RunOptions = {
    wait: values.wait,
    inputs: inputValues(name, values.input),
    signal: around.signal,
    onEvent(event) {
      if (event.type === 'note') around.stderr(`${event.message}\n`);
      if (event.type === 'record' && event.record.type === 'call-started') around.stderr(`  … asking ${event.record.model}\n`);
    },
  };
  return { task, engine, person, options };
}

/** What an order cost, as the end of a sentence. */
export function costText(usd: number, { paid }: Pick<Engine['model'], 'paid'>): string {
  return `${formatUsd(usd)}${paid ? '' : ' (recorded samples: nothing was paid)'}`;
}

/** A yes at the terminal; undefined where nobody is there to be asked. */
export async function yesTo(around: Surroundings, question: string): Promise<boolean | undefined> {
  if (!around.interactive) return undefined;
  return /^y(?:es)?$/i.test((await around.ask(`${question} [y/N] `))?.trim() ?? '');
}
