import { posix } from 'node:path';
import { listed } from '../check/verdict';
import { attemptName, countingAttempt, isEscalation } from '../journal/countingAttempt';
import { wholeOutput } from '../journal/state';
import { bestFirst, isSameItem, type KnownAttempt } from '../journal/unitHistory';
import { UserError } from '../ports';
import { plural } from '../text';
import type { StageResult } from './engine';
import { writeOutput } from './outputFile';
import { type Decision, type ReviewEnd, ReviewedStage, type ReviewOrder } from './reviewedStage';
import { keptText } from './stageOutput';
import { withTaskLock } from './taskLock';
import { ofItem, type Unit } from './unit';
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
  const undoneAt = new Map<number, KnownAttempt>();
  for (const { at, unit, attempt, undone, text } of targets) {
    await context.journal.append({
      type: 'restored',
      at: order.engine.clock.now().toISOString(),
      stage: attempt.stage,
      item: attempt.item,
      itemKey: unit.item?.key,
      run: attempt.run,
      output: attempt.output as string,
      why: 'undo' in choice ? 'undo' : 'restore',
      reason: 'undo' in choice ? undefined : choice.reason,
      fingerprint: unit.fingerprint,
    });
    decisions.set(at, { attempt: { record: attempt, text, earlier: attempt.run } });
    if (undone && attempt.status !== 'passed') undoneAt.set(at, undone);
  }
  return stage.end(context, decisions, await putBack(stage, context, undoneAt));
}

/** What counted before an escalation; undefined where what counts is none. */
function beforeEscalation(stage: ReviewedStage, unit: Unit): { attempt: KnownAttempt; undone: KnownAttempt } | undefined {
  const { history, planned } = stage;
  const now = countingAttempt(history, ofItem(unit));
  if (!now || !isEscalation(now, planned.stage.runner.tier)) return undefined;
  const { over } = now.escalation ?? {};
  const known = (history?.attempts ?? []).filter((each) => isSameItem(each, now) && each.output !== undefined);
  const attempt = over ? known.findLast((each) => each.run === over.run && each.output === over.output) : known.findLast((each) => each.place < now.place);
  return attempt && { attempt, undone: now };
}

function named({ history }: ReviewedStage, unit: Unit, { run, attempt }: { run?: string; attempt?: string }): { attempt: KnownAttempt } | undefined {
  const known = (history?.attempts ?? []).filter(
    (each) => isSameItem(each, ofItem(unit)) && each.output !== undefined && (run === undefined || each.run === run),
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
 * The files of a stage whose escalations are undone, where what counts now has failed and so is written nowhere: each gets back what the stage had written
 * there before. Where it had written nothing, a file stays as it is and a person is told: what stood there before a stage came is not in the runs.
 * @param undone by its place, from 0: of a stage without `Each` there is one
 */
async function putBack(stage: ReviewedStage, context: RunContext, undone: ReadonlyMap<number, KnownAttempt>): Promise<ReviewEnd> {
  const { engine, task } = stage.order;
  const written: Record<string, string> = {};
  const [left, kept]: [string[], string[]] = [[], []];
  // One file of all items holds whichever of them was undone.
  const [first] = undone.values();
  for (const { path, item } of undone.size ? await stage.targets() : []) {
    const own = item === undefined ? first : undone.get(item);
    if (!own || (await engine.files.stat(posix.resolve(task.folder, path))) === undefined) continue;
    const before = await writtenBefore(stage, path, own);
    if (before === undefined) {
      if (stage.history?.written.has(path)) left.push(path);
      continue;
    }
    const hash = await writeOutput(context, stage.planned.stage.slug, path, before);
    if (hash) written[path] = hash;
    else kept.push(path);
  }
  const told = kept.length ? [`${keptText(kept)}.`] : [];
  const [hold, them] = left.length > 1 ? ['hold', 'them'] : ['holds', 'it'];
  if (left.length) told.unshift(`${listed(left)} still ${hold} what was undone: delete ${them} if nothing is to stand there.`);
  return { told, written };
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
