import { posix } from 'node:path';
import { attemptName, countingAttempt, isEscalation } from '../journal/countingAttempt';
import { wholeOutput } from '../journal/state';
import { bestFirst, type KnownAttempt } from '../journal/unitHistory';
import { UserError } from '../ports';
import { plural } from '../text';
import type { StageResult } from './engine';
import { writeOutput } from './outputFile';
import { type Decision, type ReviewEnd, ReviewedStage, type ReviewOrder } from './reviewedStage';
import { withTaskLock } from './taskLock';
import type { Unit } from './unit';
import type { RunContext } from './unitRun';

/** Which attempt shall count: what an escalation replaced, or one that is named. */
export type RestoreChoice =
  | { undo: true }
  | {
      /** The last one with such an attempt where nothing is said. */
      run?: string;
      /** `haiku-2`, `opus-1`: tier and number, as in the file name of its output; the run's best where nothing is said. */
      attempt?: string;
      reason?: string;
    };

/**
 * An earlier attempt counts from now on: it is put on record, its file is written by the usual rules where it had passed, and what depends on the stage is
 * made from it. Nothing is sent, nothing costs. An attempt that had failed is a failed stage again.
 * @throws UserError (exit 2) where there is no such attempt, or its output is gone
 */
export function restoreStage(order: ReviewOrder, choice: RestoreChoice): Promise<StageResult> {
  return withTaskLock(order.engine, order.task, order.options, () => restore(order, choice));
}

async function restore(order: ReviewOrder, choice: RestoreChoice): Promise<StageResult> {
  const stage = await ReviewedStage.open(order);
  const targets: { at: number; unit: Unit; attempt: KnownAttempt; undone?: KnownAttempt; text: string }[] = [];
  for (const at of stage.places) {
    const unit = await stage.unit(at);
    const found = 'undo' in choice ? beforeEscalation(stage, unit) : named(stage, unit, choice);
    if (!found) continue;
    const text = await wholeOutput(order.engine.files, found.attempt);
    if (text === undefined)
      throw new UserError(`The output of ${attemptName(found.attempt)} in run ${found.attempt.run} is gone or was changed.`, {
        todo: 'Restore another one.',
        exitCode: 2,
      });
    targets.push({ at, unit, ...found, text });
  }
  if (!targets.length) throw nothingFound(stage, choice);
  const context = await stage.openRun('restore');
  const decisions = new Map<number, Decision>();
  let more: ReviewEnd = {};
  for (const { at, unit, attempt, undone, text } of targets) {
    await context.journal.append({
      type: 'restored',
      at: order.engine.clock.now().toISOString(),
      stage: attempt.stage,
      item: attempt.item,
      run: attempt.run,
      output: attempt.output as string,
      why: 'undo' in choice ? 'undo' : 'restore',
      reason: 'undo' in choice ? undefined : choice.reason,
      fingerprint: unit.fingerprint,
    });
    decisions.set(at, { attempt: { record: attempt, text, earlier: attempt.run } });
    if (undone && attempt.status !== 'passed') more = await putBack(stage, context, undone);
  }
  return stage.end(context, decisions, more);
}

/** What counted before an escalation; undefined where what counts is none. */
function beforeEscalation(stage: ReviewedStage, unit: Unit): { attempt: KnownAttempt; undone: KnownAttempt } | undefined {
  const { history, planned } = stage;
  const now = countingAttempt(history, unit.item?.number);
  if (!now || !isEscalation(now, planned.stage.runner.tier)) return undefined;
  const { over } = now.escalation ?? {};
  const known = (history?.attempts ?? []).filter((each) => each.item === now.item && each.output !== undefined);
  const attempt = over ? known.findLast((each) => each.run === over.run && each.output === over.output) : known.findLast((each) => each.place < now.place);
  return attempt && { attempt, undone: now };
}

function named({ history }: ReviewedStage, unit: Unit, { run, attempt }: { run?: string; attempt?: string }): { attempt: KnownAttempt } | undefined {
  const known = (history?.attempts ?? []).filter(
    (each) => each.item === unit.item?.number && each.output !== undefined && (run === undefined || each.run === run),
  );
  const found =
    attempt === undefined
      ? known.filter((each) => each.run === known.at(-1)?.run).sort(bestFirst)[0]
      : known.findLast((each) => attemptName(each) === attempt.toLowerCase());
  return found && { attempt: found };
}

function nothingFound({ planned: { stage }, history }: ReviewedStage, choice: RestoreChoice): UserError {
  const what = `Stage ${stage.number} “${stage.title}”`;
  if ('undo' in choice)
    return new UserError(`${what}: what counts is no escalation, so there is none to undo.`, { todo: 'Name the attempt to restore.', exitCode: 2 });
  const known = [...new Set((history?.attempts ?? []).filter((each) => each.output !== undefined).map(attemptName))];
  return new UserError(
    `${what} has no attempt ${[choice.attempt, choice.run && `in run ${choice.run}`].filter(Boolean).join(' ')}.`.replace(' attempt .', ' attempt.'),
    {
      todo: known.length
        ? `There ${known.length === 1 ? 'is' : 'are'} ${plural(known.length, 'attempt')}: ${known.join(', ')}. \`haiku-first attempts\` lists them.`
        : 'Run it first.',
      exitCode: 2,
    },
  );
}

/**
 * The file of a stage whose escalation is undone, where what counts now has failed and so is written nowhere: it gets back what the stage had written there
 * before. Where it had written nothing, the file stays as it is and a person is told: what stood there before a stage came is not in the runs.
 */
async function putBack(stage: ReviewedStage, context: RunContext, undone: KnownAttempt): Promise<ReviewEnd> {
  const { engine, task } = stage.order;
  const { output, slug } = stage.planned.stage;
  const path = output?.path;
  if (!path || undone.item !== undefined || (await engine.files.stat(posix.resolve(task.folder, path))) === undefined) return {};
  const before = await writtenBefore(stage, path, undone);
  if (before === undefined) return { message: `${path} still holds what was undone: delete it if nothing is to stand there.` };
  const hash = await writeOutput(context, slug, path, before);
  return hash ? { written: { [path]: hash } } : { message: `${path} was kept as somebody wrote or edited it.` };
}

/** What the stage had written to a path before the run of an attempt; undefined where it had written nothing, or that is gone. */
async function writtenBefore({ state, planned, history, order }: ReviewedStage, path: string, undone: KnownAttempt): Promise<string | undefined> {
  const runs = state.journals.findIndex(({ run }) => run === undone.run);
  const hashes = state.journals
    .slice(0, Math.max(0, runs))
    .flatMap(({ records }) => records)
    .flatMap((record) => (record.type === 'stage' && record.stage === planned.stage.slug ? (record.written?.[path] ?? []) : []));
  const maker = hashes.length ? history?.attempts.findLast((attempt) => attempt.outputHash === hashes.at(-1)) : undefined;
  return maker && wholeOutput(order.engine.files, maker);
}
