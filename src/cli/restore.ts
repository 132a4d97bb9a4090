import { type RestoreChoice, restoreStage } from '../stage/restore';
import { loadTask } from '../steering/task';
import { oneFile, parseCommand, wholeNumber, wrongUsage } from './arguments';
import { settleForeignRuns } from './foreignRuns';
import { createTerminalPerson } from './person';
import { reviewEvents, tellReview } from './reviewing';
import { absolutePath, createEngine, type Surroundings } from './surroundings';

/** `haiku-first restore`: undo an escalation, or have an earlier attempt count. Exit code 1 where what counts then is a failed attempt. */
export async function restore(around: Surroundings, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('restore', args, {
    stage: { type: 'string' },
    item: { type: 'string' },
    undo: { type: 'boolean' },
    run: { type: 'string' },
    attempt: { type: 'string' },
    reason: { type: 'string' },
    wait: { type: 'boolean' },
    json: { type: 'boolean' },
  });
  const number = wholeNumber('restore', '--stage', values.stage);
  if (number === undefined) throw wrongUsage('restore', '--stage says which one.');
  if (values.undo && (values.run !== undefined || values.attempt !== undefined)) throw wrongUsage('restore', '--undo names no run and no attempt.');
  if (!values.undo && values.run === undefined && values.attempt === undefined) throw wrongUsage('restore', 'Say --undo, or which attempt.');
  if (values.attempt !== undefined && !/^[a-z][\w.-]*-\d+$/i.test(values.attempt))
    throw wrongUsage('restore', `--attempt is a tier and a number, such as haiku-2; “${values.attempt}” is not.`);
  const task = await loadTask(absolutePath(around, oneFile('restore', positionals)), around.files);
  const engine = await createEngine(around, { model: 'recorded', asksNobody: true });
  const person = createTerminalPerson(around, { yes: false, allowCommands: false });
  await settleForeignRuns(around, task, false);
  const events = reviewEvents(around);
  const choice: RestoreChoice = values.undo ? { undo: true } : { run: values.run, attempt: values.attempt, reason: values.reason?.trim() || undefined };
  const item = wholeNumber('restore', '--item', values.item);
  const made = await restoreStage(
    { engine, person, task, number, item, options: { wait: values.wait, signal: around.signal, onEvent: events.onEvent } },
    choice,
  );
  return tellReview(around, task, events.run, made, values.json);
}
