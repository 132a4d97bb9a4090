import type { SecretFinding } from '../bundle/bundleTypes';
import { watchedFiles } from '../check/measure';
import { Cancelled, UserError } from '../ports';
import type { Plan, PlannedStage } from '../steering/plan';
import { isWithin } from '../steering/task';
import type { RunEstimate, RunOptions, RunResult, StageResult } from './engine';
import { gatherItems } from './items';
import { ignoreRuns, JournalWriter, type RunStarted, type RunStatus, runId, type StageStatus } from './journal';
import { isPathPerItem, outputPath, writeOutput } from './outputFile';
import { brokenResult, stageResult, totalOf } from './result';
import { estimateRun } from './runEstimate';
import { schedule } from './schedule';
import { indexOf } from './scope';
import { guardedModel, type SecretDesk, withDecisions } from './secretGate';
import { type Cap, CapReached, Spending } from './spending';
import { passedOutput } from './state';
import { buildUnits, type StageOutput, type Unit } from './unit';
import { type RunContext, runUnit, type UnitChoice, type UnitResult } from './unitRun';
import { readIfThere } from './verify';

export interface RunOrder {
  plan: Plan;
  /** Indexes of the stages that take part, ascending. */
  scope: readonly number[];
  /** Of these, the ones a person agreed to run: not up to date when they were asked. All of the scope where nothing is said. */
  todo?: readonly number[];
  /** By lower-case name. */
  answers: Map<string, string>;
  why: RunStarted['why'];
  /** Secrets that the person decided to send, for the record. */
  decided?: readonly SecretFinding[];
}

type Given = Pick<RunContext, 'engine' | 'person' | 'options' | 'task' | 'state'>;

/** A journal, a purse and what was there before: what a run of any kind begins with. */
export async function openRun(order: RunOrder, given: Given, estimate?: RunEstimate): Promise<RunContext> {
  const { engine, options, task } = given;
  const { budget } = task.document;
  const caps: Cap[] = budget.usd === undefined ? [] : [{ name: 'The budget in the document', usd: budget.usd }];
  const tokenCap = budget.tokens === undefined ? undefined : { name: 'The budget in the document', tokens: budget.tokens };
  const now = engine.clock.now();
  const journal = new JournalWriter(engine.files, task.haikuFolder, task.slug, runId(now, engine.random()), (record) =>
    options.onEvent?.({ type: 'record', record }),
  );
  const [haiku, root] = await Promise.all([engine.files.realPath(task.haikuFolder), engine.files.realPath(task.workspace)]);
  if (!isWithin(root, haiku)) {
    throw new UserError('The .haiku folder is a link that leads outside of the workspace.', {
      path: task.document.path,
      todo: 'Make it a folder of its own.',
      exitCode: 2,
    });
  }
  await ignoreRuns(engine.files, task.haikuFolder);
  await journal.append({
    type: 'run',
    at: now.toISOString(),
    run: journal.run,
    task: task.slug,
    client: engine.model.kind,
    paid: engine.model.paid,
    why: order.why,
    stages: order.scope.map((index) => order.plan.stages[index]?.stage.number ?? 0),
    estimateUsd: estimate?.usd ?? 0,
    estimates: Object.fromEntries((estimate?.stages ?? []).map((stage) => [stage.slug, stage.usd])),
    answers: Object.fromEntries(order.answers),
  });
  const record = async (findings: readonly SecretFinding[]) => {
    for (const { source, line, kind, hash } of findings)
      await journal.append({ type: 'secret-allowed', at: engine.clock.now().toISOString(), source, line, kind, hash });
  };
  await record(order.decided ?? []);
  const desk: SecretDesk = { person: given.person, state: given.state, record };
  const before = new Map<string, string | undefined>();
  for (const path of order.scope.flatMap((index) => (order.plan.stages[index]?.stage.checks ?? []).flatMap(watchedFiles))) {
    before.set(path, await readIfThere(engine.files, task, path));
  }
  return {
    ...given,
    engine: { ...engine, model: guardedModel(engine.model, desk) },
    desk,
    spending: new Spending(engine.catalog, [...caps, ...engine.settings.caps], tokenCap),
    journal,
    before,
  };
}

/** Run the stages of an order; all consents have been given. Never throws for what goes wrong on the way: it is in the result. */
export async function executeRun(order: RunOrder, given: Given): Promise<RunResult> {
  const estimate = await estimateRun(order.plan, order.scope, { engine: given.engine, answers: order.answers, escalate: given.options.escalate });
  const context = await openRun(order, given, estimate);
  const run = new TaskRun(order, context);
  return run.execute();
}

/** One run under way: the outputs and results so far, and whether it has been stopped. */
class TaskRun {
  private readonly outputs = new Map<number, StageOutput>();
  private readonly results = new Map<number, StageResult>();
  /** Why no further stage begins. */
  private stopped: UserError | undefined;
  /** What kept one stage from running or being answered, while others went on. */
  private trouble: UserError | undefined;
  private readonly started: Date;

  constructor(
    private readonly order: RunOrder,
    private readonly context: RunContext,
  ) {
    this.started = context.engine.clock.now();
  }

  async execute(): Promise<RunResult> {
    const { plan, scope } = this.order;
    const { engine, journal } = this.context;
    await schedule(
      scope,
      (index) => plan.stages[index]?.needs ?? [],
      engine.settings.concurrency,
      (index) => this.runStage(index),
    );
    const stages = scope.map((index) => this.results.get(index) as StageResult);
    const why = this.stopped ?? this.trouble;
    const status = this.status(stages);
    const now = engine.clock.now();
    await journal.append({ type: 'end', at: now.toISOString(), status, message: why?.message });
    return {
      run: journal.run,
      client: engine.model.kind,
      paid: engine.model.paid,
      status,
      stages,
      total: totalOf(stages, journal.attempts, now.getTime() - this.started.getTime(), engine.catalog),
      stopped: why && { message: why.message, exitCode: why.details.exitCode ?? 1 },
    };
  }

  private status(stages: readonly StageResult[]): RunStatus {
    if (this.stopped instanceof Cancelled) return 'cancelled';
    if (stages.some((stage) => stage.status === 'failed') || this.stopped instanceof CapReached) return 'failed';
    return this.stopped || stages.some((stage) => stage.status === 'error') ? 'error' : 'passed';
  }

  private async runStage(index: number): Promise<void> {
    const planned = this.order.plan.stages[index] as PlannedStage;
    if (this.context.options.signal.aborted) this.stopped ??= new Cancelled();
    this.stopped ??= this.overtime();
    if (this.stopped) return this.endStage(planned, this.stopped instanceof Cancelled ? 'cancelled' : 'skipped', [], {});
    const unmet = planned.needs.find((need) => !this.outputs.has(need));
    if (unmet !== undefined) {
      const need = this.order.plan.stages[unmet]?.stage;
      return this.endStage(planned, 'skipped', [], { message: `Waits for stage ${need?.number} “${need?.title}”, which has not passed.` });
    }
    let units: Unit[];
    try {
      units = await this.unitsOf(index);
    } catch (error) {
      // A list without items or a file that is gone is this stage's own trouble: the others go on.
      const told = this.told(planned, error);
      this.trouble ??= told;
      return this.endStage(planned, 'error', [], { message: told.message });
    }
    try {
      const results = await this.runUnits(units, index);
      await this.finish(planned, units, results);
    } catch (error) {
      const told = this.told(planned, error);
      // What stops one call stops the next one too: no key, no connection, no money left.
      this.stopped ??= told;
      await this.endStage(planned, told instanceof Cancelled ? 'cancelled' : 'error', [], { message: told.message });
    }
  }

  /** The document's time is used up: what is under way ends, nothing else begins. */
  private overtime(): CapReached | undefined {
    const { minutes } = this.context.task.document.budget;
    const spent = (this.context.engine.clock.now().getTime() - this.started.getTime()) / 60_000;
    return minutes !== undefined && spent > minutes ? new CapReached(`The time budget in the document, ${minutes} minutes, is used up.`) : undefined;
  }

  /** An error as one a person can act on; a bug goes to the log with its stack. */
  private told(planned: PlannedStage, error: unknown): UserError {
    if (error instanceof UserError) return error;
    this.context.engine.log.error(`Stage ${planned.stage.number} broke off.`, error);
    return new UserError('Something went wrong inside Haiku First: the log says what.', { cause: error });
  }

  /** @throws UserError also where nobody agreed to run it: something else than a stage it needs has changed a file that it reads. */
  private async unitsOf(index: number): Promise<Unit[]> {
    const { engine, state } = this.context;
    const { plan, answers, todo } = this.order;
    const { allowedSecrets } = state;
    const units = await withDecisions(this.context.desk, () => buildUnits({ engine, plan, outputs: this.outputs, answers, allowedSecrets }, index));
    const { slug, number } = (plan.stages[index] as PlannedStage).stage;
    if (!todo || todo.includes(index)) return units;
    const stand = await Promise.all(units.map(({ fingerprint, item }) => passedOutput(engine.files, state.stages.get(slug), fingerprint, item?.number)));
    if (stand.includes(undefined)) throw new UserError(`What stage ${number} reads has changed during the run.`, { todo: 'Run it again.', exitCode: 1 });
    return units;
  }

  private async runUnits(units: readonly Unit[], index: number): Promise<UnitResult[]> {
    const { options, engine } = this.context;
    const is = (number: number | undefined) => number !== undefined && indexOf(this.order.plan, number) === index;
    const choice: UnitChoice = {
      fresh: options.fresh === true && isForced(this.order.plan, index, options),
      escalate: is(options.escalate),
      retry: is(options.retry),
    };
    const results: UnitResult[] = [];
    await schedule(
      units.map((_, i) => i),
      () => [],
      engine.settings.concurrency,
      async (i) => {
        results[i] = await runUnit(this.context, units[i] as Unit, choice);
      },
    );
    return results;
  }

  /** Gather the items, write what passed to its file, and put the stage's end on record. */
  private async finish(planned: PlannedStage, units: readonly Unit[], results: readonly UnitResult[]): Promise<void> {
    const { stage } = planned;
    const status = worst(results.map((result) => result.status));
    const text = units[0]?.item
      ? gatherItems(
          results.map((result) => result.text),
          stage.output?.format === 'json',
        )
      : (results[0]?.text ?? '');
    let message: string | undefined;
    const written: Record<string, string> = {};
    if (status === 'passed' || status === 'cached') {
      this.outputs.set(planned.index, { text, format: stage.output?.format });
      const perItem = isPathPerItem(planned);
      const targets = perItem
        ? apart(units.map((unit, i) => ({ path: outputPath(planned, unit.item), text: results[i]?.text ?? '' })))
        : [{ path: outputPath(planned), text }];
      for (const target of targets) {
        if (!target.path) continue;
        const hash = await writeOutput(this.context, stage.slug, target.path, target.text, status === 'cached');
        if (hash) written[target.path] = hash;
        else if (status !== 'cached') message = `${target.path} was kept as somebody wrote or edited it; the new output is in the run.`;
        else if ((await readIfThere(this.context.engine.files, this.context.task, target.path)) !== target.text)
          message = `${target.path} is not what passed: somebody edited it, or it was kept. Delete it to have it written again, or check it again in the editor.`;
      }
    }
    await this.endStage(planned, status, results, { message, text, fingerprint: units[0]?.fingerprint, written });
  }

  private async endStage(
    planned: PlannedStage,
    status: StageStatus,
    results: readonly UnitResult[],
    more: { message?: string; text?: string; fingerprint?: string; written?: Record<string, string> },
  ): Promise<void> {
    const { stage } = planned;
    const { engine, journal } = this.context;
    const path = planned.stage.output?.path ?? null;
    const refused = journal.attempts.findLast((attempt) => attempt.stage === stage.slug)?.stopReason === 'refusal';
    if (refused && status === 'error') this.trouble ??= new UserError(`The model refused stage ${stage.number} “${stage.title}”.`, { exitCode: 3 });
    this.results.set(
      planned.index,
      results.length
        ? stageResult(planned, status, results, more.text ?? '', path, journal.folder, more.message)
        : brokenResult(planned, status, journal.attempts, path, more.message),
    );
    await journal.append({
      type: 'stage',
      at: engine.clock.now().toISOString(),
      stage: stage.slug,
      number: stage.number,
      title: stage.title,
      status,
      fingerprint: more.fingerprint,
      written: more.written,
      message: more.message,
    });
  }
}

/** Run again though it passed: `--fresh` means what was named, or all; an escalation means its stage. */
export function isForced(plan: Plan, index: number, options: RunOptions): boolean {
  const again = options.escalate ?? options.retry;
  if (again !== undefined) return index === indexOf(plan, again);
  if (!options.fresh) return false;
  if (options.stage !== undefined) return index === indexOf(plan, options.stage);
  return options.from === undefined || index >= indexOf(plan, options.from);
}

/** Items whose names come to the same path get a number, so that none is written over another. */
function apart(targets: { path?: string; text: string }[]): { path?: string; text: string }[] {
  const seen = new Map<string, number>();
  return targets.map(({ path, text }) => {
    if (!path) return { path, text };
    const count = (seen.get(path) ?? 0) + 1;
    seen.set(path, count);
    return { path: count > 1 ? path.replace(/(\.[^./]*)?$/, `-${count}$1`) : path, text };
  });
}

const order: readonly UnitResult['status'][] = ['error', 'failed', 'passed', 'cached'];

/** A stage is as good as the worst of its items. */
function worst(statuses: readonly UnitResult['status'][]): UnitResult['status'] {
  return order.find((status) => statuses.includes(status)) ?? 'error';
}
