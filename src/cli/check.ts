import { checkAgain } from '../stage/review';
import { loadTask } from '../steering/task';
import { amountOfMoney, oneFile, parseCommand, wholeNumber, wrongUsage } from './arguments';
import { settleForeignRuns } from './foreignRuns';
import { createTerminalPerson } from './person';
import { reviewEvents, tellReview } from './reviewing';
import { absolutePath, createEngine, type Surroundings } from './surroundings';

/** `haiku-first check`: the checks are asked again about what stands in the stage's file. A judge costs, and is asked only after a yes to its price. */
export async function check(around: Surroundings, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('check', args, {
    stage: { type: 'string' },
    item: { type: 'string' },
    model: { type: 'string' },
    'max-cost': { type: 'string' },
    yes: { type: 'boolean' },
    'allow-commands': { type: 'boolean' },
    'pass-env': { type: 'string', multiple: true },
    wait: { type: 'boolean' },
    json: { type: 'boolean' },
  });
  const number = wholeNumber('check', '--stage', values.stage);
  if (number === undefined) throw wrongUsage('check', '--stage says which one.');
  const task = await loadTask(absolutePath(around, oneFile('check', positionals)), around.files);
  const engine = await createEngine(around, {
    model: values.model,
    maxCostUsd: amountOfMoney('check', '--max-cost', values['max-cost']),
    passEnv: values['pass-env'],
  });
  const person = createTerminalPerson(around, { yes: values.yes ?? false, allowCommands: values['allow-commands'] ?? false });
  await settleForeignRuns(around, task, false);
  const events = reviewEvents(around);
  const item = wholeNumber('check', '--item', values.item);
  const made = await checkAgain(engine, person, task, number, { item, wait: values.wait, signal: around.signal, onEvent: events.onEvent });
  return tellReview(around, task, events.run, made, values.json);
}
