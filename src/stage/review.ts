import type { SecretFinding } from '../bundle/bundleTypes';
import { UserError } from '../ports';
import { ancestors, type Plan, planTask } from '../steering/plan';
import { pathInWorkspace, type Task } from '../steering/task';
import { type AttemptResult, attemptPerson } from './attempt';
import { standingOutput } from './current';
import type { Engine, Person, RunOptions, StageResult } from './engine';
import { outputPath, writeOutput } from './outputFile';
import { stageResult } from './result';
import { indexOf } from './scope';
import { withDecisions } from './secretGate';
import { outputOf, readState, type TaskState } from './state';
import { openRun } from './taskRun';
import { buildUnit, hashOf, type StageOutput, type Unit } from './unit';
import { orderOf, type RunContext } from './unitRun';
import { asksModel, commandsOf } from './verify';

/** The last output of a stage counts as passed, for the reason the person gives. @throws UserError (exit 2) where there is no output to accept. */
export async function acceptStage(engine: Engine, person: Person, task: Task, number: number, reason: string, options: RunOptions): Promise<StageResult> {
  return review(engine, person, task, number, 'accept', options, async (state, unit) => {
    const { stage } = unit.planned;
    const latest = state.stages.get(stage.slug)?.attempts.findLast((attempt) => attempt.output !== undefined && attempt.item === undefined);
    if (!latest) throw new UserError(`Stage ${number} “${stage.title}” has no output to accept.`, { todo: 'Run it first.', exitCode: 2 });
    return { text: await outputOf(engine.files, latest), reason };
  });
}

/** Check the output of a stage again as it stands now in its file (or, without one, as it was made). Judges are asked only after a yes to their price. */
export async function checkAgain(engine: Engine, person: Person, task: Task, number: number, options: RunOptions): Promise<StageResult> {
  return review(engine, person, task, number, 'check', options, async (state, unit) => {
    const { stage } = unit.planned;
    const commands = commandsOf(stage.checks).map((command) => ({ stage: stage.number, title: stage.title, command }));
    if (commands.length && !(await person.confirmCommands(commands))) throw new UserError('The commands of these checks were not allowed.', { exitCode: 2 });
    if (engine.model.paid && asksModel(stage.checks)) {
      const model = engine.catalog.modelFor('haiku', task.document.models);
      const usd = engine.catalog.worstCase(model, 4000, 1000) * stage.checks.filter((check) => asksModel([check])).length;
      if (!(await person.confirmSpending({ paid: true, stages: [{ number, title: stage.title, slug: stage.slug, model, usd }], usd, allOpusUsd: usd }))) {
        throw new UserError('Nothing was sent: the estimated cost was not agreed to.', { exitCode: 2 });
      }
    }
    const path = outputPath(unit.planned);
    const absolute = path && (await pathInWorkspace(task, path, engine.files));
    if (absolute && (await engine.files.stat(absolute))) return { text: await engine.files.read(absolute, 64 * 1024 * 1024), inFile: true };
    const latest = state.stages.get(stage.slug)?.attempts.findLast((attempt) => attempt.output !== undefined);
    if (!latest) throw new UserError(`Stage ${number} “${stage.title}” has no output to check.`, { todo: 'Run it first.', exitCode: 2 });
    return { text: await outputOf(engine.files, latest) };
  });
}

async function review(
  engine: Engine,
  person: Person,
  task: Task,
  number: number,
  why: 'accept' | 'check',
  options: RunOptions,
  find: (state: TaskState, unit: Unit) => Promise<{ text: string; reason?: string; inFile?: boolean }>,
): Promise<StageResult> {
  const plan = await planTask(task, engine.files);
  const index = indexOf(plan, number);
  const state = await readState(engine.files, task.haikuFolder, task.slug);
  if (plan.stages[index]?.stage.each)
    throw new UserError(`Stage ${number} runs once per item: it is accepted or checked again by running it.`, { exitCode: 2 });
  const decided: SecretFinding[] = [];
  const unit = await withDecisions({ person, state, record: (findings) => void decided.push(...findings) }, () => unitNow(engine, plan, index, state));
  const { text, reason, inFile } = await find(state, unit);
  const given = { engine, person, options, task, state };
  const context: RunContext = await openRun({ plan, scope: [index], answers: new Map(state.answers), why, decided }, given);
  const attempt: AttemptResult = await attemptPerson(orderOf(context, unit, 'person', [], false), text, reason);
  const { stage } = unit.planned;
  const { status } = attempt.record;
  const path = outputPath(unit.planned);
  const written: Record<string, string> = {};
  if (status === 'passed' && path) {
    // What the person edited is now the stage's output: it stands there already.
    const hash = inFile ? hashOf(text) : await writeOutput(context, stage.slug, path, text);
    if (hash) written[path] = hash;
  }
  const at = engine.clock.now().toISOString();
  await context.journal.append({
    type: 'stage',
    at,
    stage: stage.slug,
    number: stage.number,
    title: stage.title,
    status,
    fingerprint: unit.fingerprint,
    written,
  });
  await context.journal.append({ type: 'end', at, status });
  return stageResult(unit.planned, status, [{ status, text, attempts: [attempt] }], text, path ?? null, context.journal.folder);
}

/** The stage as it would be run now, its needs taken from what passed. @throws UserError where an earlier stage has not passed. */
async function unitNow(engine: Engine, plan: Plan, index: number, state: TaskState): Promise<Unit> {
  const outputs = new Map<number, StageOutput>();
  const sources = { engine, plan, outputs, answers: state.answers, allowedSecrets: state.allowedSecrets };
  for (const need of ancestors(plan, index)) {
    const planned = plan.stages[need];
    if (!planned) continue;
    const standing = await standingOutput(sources, state, need);
    if (!standing)
      throw new UserError(`Stage ${planned.stage.number} “${planned.stage.title}” has changed or has not passed.`, { todo: 'Run it first.', exitCode: 2 });
    outputs.set(need, standing);
  }
  return buildUnit(sources, index);
}
