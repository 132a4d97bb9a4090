import { outputOf } from '../journal/state';
import { UserError } from '../ports';
import { pathInWorkspace, type Task } from '../steering/task';
import { attemptPerson } from './attempt';
import { agreeToDearer } from './dearer';
import type { Engine, Person, RunEstimate, RunOptions, StageResult } from './engine';
import { isPathPerItem, outputPath } from './outputFile';
import { type Decision, ReviewedStage, type ReviewOrder } from './reviewedStage';
import { noteDearer } from './runEstimate';
import { withTaskLock } from './taskLock';
import type { Unit } from './unit';
import { orderOf } from './unitRun';
import { asksModel, commandsOf } from './verify';

/** Options of a review: of a stage with `Each`, one item, from 1. */
export type ReviewOptions = RunOptions & { item?: number };

/** Not more than a judge's question and answer take, in tokens, for the price that is shown before. */
const judgeTokens = { input: 4000, output: 1000 };

/**
 * The last output of a stage counts as passed, for the reason the person gives; of a stage with `Each` the item that was named, else all that have not passed.
 * @throws UserError (exit 2) where there is no output to accept.
 */
export function acceptStage(engine: Engine, person: Person, task: Task, number: number, reason: string, options: ReviewOptions): Promise<StageResult> {
  return withTaskLock(engine, task, options, async () => accept(await open(engine, person, task, number, options), reason));
}

async function accept(stage: ReviewedStage, reason: string): Promise<StageResult> {
  const { engine, number } = stage.order;
  const found: { at: number; unit: Unit; text: string }[] = [];
  for (const at of stage.places) {
    const unit = await stage.unit(at);
    if (stage.order.item === undefined && unit.item && (await stage.passed(unit))) continue;
    const latest = stage.lastOutput(unit);
    if (!latest) throw new UserError(`${whatIt(stage, unit)} has no output to accept.`, { todo: 'Run it first.', exitCode: 2 });
    found.push({ at, unit, text: await outputOf(engine.files, latest) });
  }
  if (!found.length) throw new UserError(`All items of stage ${number} have passed.`, { todo: 'Name one with --item to accept it all the same.', exitCode: 2 });
  return decide(
    stage,
    'accept',
    found.map((each) => ({ ...each, reason })),
  );
}

/**
 * Check the output of a stage again as it stands now in its file (or, without one, as it was made); of a stage with `Each` the item that was named, else all.
 * Judges are asked only after a yes to their price.
 */
export function checkAgain(engine: Engine, person: Person, task: Task, number: number, options: ReviewOptions): Promise<StageResult> {
  return withTaskLock(engine, task, options, async () => check(await open(engine, person, task, number, options)));
}

async function check(stage: ReviewedStage): Promise<StageResult> {
  const { engine, person, task, number } = stage.order;
  const { checks, title, slug } = stage.planned.stage;
  const commands = commandsOf(checks).map((command) => ({ stage: number, title, command }));
  if (commands.length && !(await person.confirmCommands(commands))) throw new UserError('The commands of these checks were not allowed.', { exitCode: 2 });
  const { places } = stage;
  if (engine.model.paid && asksModel(checks)) {
    const model = engine.catalog.modelFor('haiku', task.document.models);
    const usd = engine.catalog.worstCase(model, judgeTokens.input, judgeTokens.output) * checks.filter((check) => asksModel([check])).length * places.length;
    const estimate: RunEstimate = { paid: true, stages: [{ number, title, slug, model, usd }], usd, allOpusUsd: usd };
    const count = checks.filter((check) => asksModel([check])).length * places.length;
    const tokens = { inputTokens: judgeTokens.input * count, outputTokens: judgeTokens.output * count };
    noteDearer(estimate, 'haiku', model, tokens, engine.catalog);
    await agreeToDearer(estimate, task, engine, person);
    if (!(await person.confirmSpending(estimate))) {
      throw new UserError('Nothing was sent: the estimated cost was not agreed to.', { exitCode: 2 });
    }
  }
  const found: { at: number; unit: Unit; text: string; inFile?: boolean }[] = [];
  for (const at of places) {
    const unit = await stage.unit(at);
    const edited = await inFile(stage, unit);
    const latest = edited === undefined ? stage.lastOutput(unit) : undefined;
    if (edited !== undefined) found.push({ at, unit, text: edited, inFile: true });
    else if (latest) found.push({ at, unit, text: await outputOf(engine.files, latest) });
    else throw new UserError(`${whatIt(stage, unit)} has no output to check.`, { todo: 'Run it first.', exitCode: 2 });
  }
  return decide(stage, 'check', found);
}

function open(engine: Engine, person: Person, task: Task, number: number, options: ReviewOptions): Promise<ReviewedStage> {
  const order: ReviewOrder = { engine, person, task, number, item: options.item, options };
  return ReviewedStage.open(order);
}

function whatIt({ planned: { stage } }: ReviewedStage, { item }: Unit): string {
  return item ? `Item ${item.number}, “${item.value}”, of stage ${stage.number}` : `Stage ${stage.number} “${stage.title}”`;
}

/** The text of a unit's own file; undefined where there is none. The one file that all items share is no item's own. */
async function inFile({ planned, order: { task, engine } }: ReviewedStage, unit: Unit): Promise<string | undefined> {
  if (unit.item && !isPathPerItem(planned)) return undefined;
  const path = outputPath(planned, unit.item);
  const absolute = path && (await pathInWorkspace(task, path, engine.files));
  return absolute && (await engine.files.stat(absolute)) ? engine.files.read(absolute, 64 * 1024 * 1024) : undefined;
}

/** Put a person's verdicts on record, and the stage's end with them. Without a reason the checks decide. */
async function decide(
  stage: ReviewedStage,
  why: 'accept' | 'check',
  found: readonly { at: number; unit: Unit; text: string; reason?: string; inFile?: boolean }[],
): Promise<StageResult> {
  const context = await stage.openRun(why);
  const decisions = new Map<number, Decision>();
  for (const { at, unit, text, reason, inFile: there } of found) {
    const order = orderOf(context, unit, 'person', [], { fresh: false, escalate: false, retry: false });
    decisions.set(at, { attempt: await attemptPerson(order, text, reason), inFile: there });
  }
  return stage.end(context, decisions);
}
