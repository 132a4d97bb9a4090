import { acceptStage } from '../stage/review';
import { loadTask } from '../steering/task';
import { oneFile, parseCommand, wholeNumber, wrongUsage } from './arguments';
import { settleForeignRuns } from './foreignRuns';
import { createTerminalPerson } from './person';
import { reviewEvents, tellReview } from './reviewing';
import { absolutePath, createEngine, type Surroundings } from './surroundings';

/** `haiku-first accept`: the output of a stage counts as passed, for a reason that is kept. */
export async function accept(around: Surroundings, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('accept', args, {
    stage: { type: 'string' },
    item: { type: 'string' },
    reason: { type: 'string' },
    wait: { type: 'boolean' },
    json: { type: 'boolean' },
  });
  const number = wholeNumber('accept', '--stage', values.stage);
  if (number === undefined) throw wrongUsage('accept', '--stage says which one.');
  const reason = values.reason?.trim();
  if (!reason) throw wrongUsage('accept', '--reason says why it is good enough: it is kept in the journal.');
  const task = await loadTask(absolutePath(around, oneFile('accept', positionals)), around.files);
  // Nothing is asked of a model: which one it would be does not matter.
  const engine = await createEngine(around, { model: 'recorded', asksNobody: true });
  const person = createTerminalPerson(around, { yes: false, allowCommands: false });
  await settleForeignRuns(around, task, false);
  const events = reviewEvents(around);
  const item = wholeNumber('accept', '--item', values.item);
  const made = await acceptStage(engine, person, task, number, reason, { item, wait: values.wait, signal: around.signal, onEvent: events.onEvent });
  return tellReview(around, task, events.run, made, values.json);
}
