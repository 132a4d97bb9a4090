import { watchedFiles } from '../check/measure';
import { Cancelled, UserError } from '../ports';
import type { Plan, PlannedStage } from '../steering/plan';
import type { RunEstimate, RunOptions, RunResult, StageResult } from './engine';
import { gatherItems, listItems } from './items';
import { type AttemptEnded, ignoreRuns, JournalWriter, type RunStarted, type RunStatus, runId, type StageStatus } from './journal';
import { isPathPerItem, outputPath, writeOutput } from './outputFile';
import { emptyResult, stageResult, totalOf } from './result';
import { estimateRun } from './runEstimate';
import { schedule } from './schedule';
import { indexOf } from './scope';
import { type Cap, CapReached, Spending } from './spending';
import { buildUnit, type StageOutput, type Unit } from './unit';
import { type RunContext, runUnit, type UnitChoice, type UnitResult } from './unitRun';

export interface RunOrder {
  plan: Plan;
  /** Indexes of the stages that take part, ascending. */
  scope: readonly number[];
  /** By lower-case name. */
  answers: Map<string, string>;
  why: RunStarted['why'];
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
  const before = new Map<string, string | undefined>();
  for (const path of order.scope.flatMap((index) => (order.plan.stages[index]?.stage.checks ?? []).flatMap(watchedFiles))) {
    const absolute = `${task.folder}/${path}`;
    before.set(path, (await engine.files.stat(absolute)) ? await engine.files.read(absolute) : undefined);
  }
  return { ...given, spending: new Spending(engine.catalog, [...caps, ...engine.settings.caps], tokenCap), journal, before };
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
  private readonly attempts: AttemptEnded[] = [];
  /** Why no further stage begins. */
  private stopped: UserError | undefined;
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
    const status = this.status(stages);
    const now = engine.clock.now();
    await journal.append({ type: 'end', at: now.toISOString(), status, message: this.stopped?.message });
    return {
      run: journal.run,
      client: engine.model.kind,
      paid: engine.model.paid,
      status,
      stages,
      total: totalOf(stages, this.attempts, now.getTime() - this.started.getTime(), engine.catalog),
      stopped: this.stopped && { message: this.stopped.message, exitCode: this.stopped.details.exitCode ?? 1 },
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
    if (this.stopped) return this.endStage(planned, this.stopped instanceof Cancelled ? 'cancelled' : 'skipped', [], {});
    const unmet = planned.needs.find((need) => !this.outputs.has(need));
    if (unmet !== undefined) {
      const need = this.order.plan.stages[unmet]?.stage;
      return this.endStage(planned, 'skipped', [], { message: `Waits for stage ${need?.number} “${need?.title}”, which has not passed.` });
    }
    try {
      const units = await this.unitsOf(index);
      const results = await this.runUnits(units, index);
      await this.finish(planned, units, results);
    } catch (error) {
      if (!(error instanceof UserError)) this.context.engine.log.error(`Stage ${planned.stage.number} broke off.`, error);
      const told = error instanceof UserError ? error : new UserError('Something went wrong inside Haiku First: the log says what.', { cause: error });
      // What stops one call stops the next one too: no key, no connection, no money left.
      this.stopped ??= told;
      await this.endStage(planned, told instanceof Cancelled ? 'cancelled' : 'error', [], { message: told.message });
    }
  }

  /** The stage itself, or one unit for each item of its list. */
  private async unitsOf(index: number): Promise<Unit[]> {
    const planned = this.order.plan.stages[index] as PlannedStage;
    const sources = { engine: this.context.engine, plan: this.order.plan, outputs: this.outputs, answers: this.order.answers };
    if (!planned.stage.each || !planned.list) return [await buildUnit(sources, index)];
    const items = listItems(await this.listText(planned));
    if (!items.length) throw new UserError(`The list “${planned.list.name.text}” of stage ${planned.stage.number} has no items.`, { exitCode: 1 });
    const { item } = planned.stage.each;
    return Promise.all(items.map((value, i) => buildUnit(sources, index, { number: i + 1, name: item, value })));
  }

  private async listText(planned: PlannedStage): Promise<string> {
    const source = planned.list?.source;
    if (source?.kind === 'stage') return this.outputs.get(source.index)?.text ?? '';
    if (source?.kind === 'declared') return source.value;
    if (source?.kind === 'file') return this.context.engine.files.read(source.path);
    if (source?.kind === 'glob') return source.paths.join('\n');
    return this.order.answers.get(planned.list?.name.text.toLowerCase() ?? '') ?? '';
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
        ? units.map((unit, i) => ({ path: outputPath(planned, unit.item), text: results[i]?.text ?? '' }))
        : [{ path: outputPath(planned), text }];
      for (const target of targets) {
        if (!target.path) continue;
        const hash = await writeOutput(this.context, stage.slug, target.path, target.text, status === 'cached');
        if (hash) written[target.path] = hash;
        else if (status !== 'cached') message = `${target.path} was kept as somebody edited it; the new output is in the run.`;
      }
    }
    this.attempts.push(...results.filter((result) => result.status !== 'cached').flatMap((result) => result.attempts.map(({ record }) => record)));
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
    this.results.set(
      planned.index,
      results.length ? stageResult(planned, status, results, more.text ?? '', path, more.message) : emptyResult(planned, status, path, more.message),
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

const order: readonly UnitResult['status'][] = ['error', 'failed', 'passed', 'cached'];

/** A stage is as good as the worst of its items. */
function worst(statuses: readonly UnitResult['status'][]): UnitResult['status'] {
  return order.find((status) => statuses.includes(status)) ?? 'error';
}
