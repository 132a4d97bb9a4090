import type { StageEnded, StageStatus } from '../journal/journal';
import { passedOutput, unitKey } from '../journal/state';
import { CapReached } from '../money/spending';
import { Cancelled, UserError } from '../ports';
import type { PlannedStage } from '../steering/plan';
import { resolvePath } from '../steering/task';
import { askByBatch } from './batch';
import type { RunResult, StageResult } from './engine';
import { Glance } from './glance';
import { Lanes } from './lanes';
import { brokenResult, runStatus, stageResult, totalOf } from './result';
import { estimateRun } from './runEstimate';
import { type Given, openRun, type RunOrder } from './runOpening';
import { fanOut, longestWays, schedule } from './schedule';
import { indexOf, isForced } from './scope';
import { withDecisions } from './secretGate';
import { UnitOutputs, type Written, writeStage } from './stageOutput';
import type { Standing } from './standing';
import { listUnits, ofItem, type StageOutput, type Unit, type UnitList } from './unit';
import { type RunContext, runUnit, type UnitChoice, type UnitResult } from './unitRun';
import { runsCommands } from './verify';

/** Run the stages of an order; all consents have been given. Never throws for what goes wrong on the way: it is in the result. */
export async function executeRun(order: RunOrder, given: Given): Promise<RunResult> {
  const estimate =
    order.estimate ?? (await estimateRun(order.plan, order.scope, { engine: given.engine, answers: order.answers, escalate: given.options.escalate }));
  const context = await openRun(order, given, estimate);
  return new TaskRun(order, context).execute();
}

/** One run under way: the outputs and results so far, and whether it has been stopped. */
class TaskRun {
  private readonly outputs = new Map<number, StageOutput>();
  private readonly results = new Map<number, StageResult>();
  /** Why nothing further begins. */
  private stopped: UserError | undefined;
  /** What kept one stage from running or being answered, while others went on. */
  private trouble: UserError | undefined;
  private readonly started: Date;
  /** Stages and items that are under way at once: so many prompts are in memory, however many there are to run. */
  private readonly turns: Lanes;
  private readonly urgency: ReadonlyMap<number, number>;
  private readonly glance: Glance;
  /** The ends of stages on their way into the journal. */
  private readonly recording: Promise<void>[] = [];

  constructor(
    private readonly order: RunOrder,
    private readonly context: RunContext,
  ) {
    const { clock, files, settings } = context.engine;
    this.started = clock.now();
    if (order.estimate?.refusal) this.stopped = new CapReached(order.estimate.refusal);
    this.turns = new Lanes(settings.concurrency);
    this.urgency = longestWays(order.scope, this.needs);
    this.glance = order.glance ?? new Glance(files, clock);
  }

  private readonly needs = (index: number): readonly number[] => this.order.plan.stages[index]?.needs ?? [];

  async execute(): Promise<RunResult> {
    const { scope } = this.order;
    const { engine, journal } = this.context;
    await schedule(scope, this.needs, (index) => this.runStage(index));
    await Promise.all(this.recording);
    const stages = scope.map((index) => this.results.get(index) as StageResult);
    const now = engine.clock.now();
    const message = (this.stopped ?? this.trouble)?.message;
    await journal.append({ type: 'end', at: now.toISOString(), status: runStatus(stages, this.stopped), message }).catch(this.unrecorded);
    const why = this.stopped ?? this.trouble;
    return {
      run: journal.run,
      client: engine.model.kind,
      paid: engine.model.paid,
      status: runStatus(stages, this.stopped),
      stages,
      total: totalOf(stages, journal.attempts, now.getTime() - this.started.getTime(), engine.catalog),
      stopped: why && { message: why.message, exitCode: why.details.exitCode ?? 1 },
    };
  }

  /** What cannot be put on record ends the run: its result is told all the same. */
  private readonly unrecorded = (error: unknown): void => {
    if (!(error instanceof UserError)) throw error;
    this.stopped ??= error;
  };

  /** Why nothing further begins, if so: a person cancelled, something stopped the run, or its time is used up. What is under way ends. */
  private halted(): UserError | undefined {
    if (this.context.options.signal.aborted) this.stopped ??= new Cancelled();
    const { minutes } = this.context.task.document.budget;
    const spent = (this.context.engine.clock.now().getTime() - this.started.getTime()) / 60_000;
    if (minutes !== undefined && spent > minutes) this.stopped ??= new CapReached(`The time budget in the document, ${minutes} minutes, is used up.`);
    return this.stopped;
  }

  private async runStage(index: number): Promise<void> {
    const planned = this.order.plan.stages[index] as PlannedStage;
    const leave = await this.turns.enter(this.urgency.get(index));
    try {
      const halt = this.halted();
      if (halt instanceof Cancelled) return await this.endStage(planned, 'cancelled', [], {});
      // A run that was refused before it began says of what has passed that it has.
      if (halt && !(this.refused && this.standing(index))) return await this.endStage(planned, 'skipped', [], { message: `Not begun: ${halt.what}` });
      const unmet = planned.needs.find((need) => !this.outputs.has(need));
      if (unmet === undefined) return await this.runUnits(planned, leave);
      const need = this.order.plan.stages[unmet]?.stage;
      await this.endStage(planned, 'skipped', [], { message: `Waits for stage ${need?.number} “${need?.title}”, which has not passed.` });
    } finally {
      leave();
    }
  }

  /** It can't fit under a cap, whatever happens: nothing is begun. */
  private get refused(): boolean {
    return this.order.estimate?.refusal !== undefined;
  }

  /** What a stage made, where it was seen to stand and nothing was looked up anew since, or nothing is done at all: to look again would show the same. */
  private standing(index: number): Standing | undefined {
    const standing = this.order.standing?.get(index);
    return standing?.at === this.glance.now() || this.refused ? standing : undefined;
  }

  /** @param leave gives the stage's turn back: its first unit uses it */
  private async runUnits(planned: PlannedStage, leave: () => void): Promise<void> {
    const outputs = new UnitOutputs(this.context.engine.files, this.context.journal.folder);
    // What could not be put together, such as for a file that is gone, is this stage's own trouble: the others go on.
    const own = new Set<UserError>();
    const troubled = (error: unknown): never => {
      const told = this.told(planned, error);
      own.add(told);
      this.trouble ??= told;
      throw told;
    };
    // What stops one call stops the next one too: no key, no connection, no money left. Said before anybody else gets the turn.
    const broken = (error: unknown): never => {
      const told = this.told(planned, error);
      this.stopped ??= told;
      throw told;
    };
    const choice = this.choice(planned.index);
    const turns = {
      enter: () => this.turns.enter(this.urgency.get(planned.index)),
      halted: () => this.halted(),
    };
    try {
      const standing = this.standing(planned.index);
      if (standing) return await this.finish(planned, standing.units, standing.fingerprint, standing.output.text);
      const units = await this.unitsOf(planned).catch(troubled);
      const build = (at: number) => this.unit(units, at).catch(troubled);
      const fan = { planned, count: units.count, choice, wanted: this.order.batch === true, build };
      // Batches are waited for, for hours at times: other stages have the turn meanwhile.
      const batched = await askByBatch(this.context, fan, leave).catch(broken);
      const first = batched ? await turns.enter() : leave;
      let fingerprint: string | undefined;
      await fanOut(units.count, turns, first, async (at) => {
        const unit = await build(at);
        if (!at) fingerprint = unit.fingerprint;
        const missing = batched?.unanswered.get(unitKey(unit.fingerprint, ofItem(unit)));
        if (missing) broken(missing);
        outputs.add(at, unit.item, await runUnit(batched?.context ?? this.context, unit, batched?.choice ?? choice).catch(broken));
      });
      if (runsCommands(planned.stage)) this.glance.forget();
      await this.finish(planned, outputs, fingerprint);
    } catch (error) {
      const told = this.told(planned, error);
      if (!own.has(told)) this.stopped ??= told;
      await this.endStage(planned, told instanceof Cancelled ? 'cancelled' : 'error', [], { message: told.message });
    }
  }

  /** An error as one a person can act on; a bug goes to the log with its stack. */
  private told(planned: PlannedStage, error: unknown): UserError {
    if (error instanceof UserError) return error;
    this.context.engine.log.error(`Stage ${planned.stage.number} broke off.`, error);
    return new UserError('Something went wrong inside Haiku First: the log says what.', { cause: error });
  }

  private unitsOf({ index }: PlannedStage): Promise<UnitList> {
    const { engine, desk, state } = this.context;
    const { plan, answers } = this.order;
    const sources = { engine: { ...engine, files: this.glance }, plan, outputs: this.outputs, answers, allowedSecrets: state.allowedSecrets };
    return withDecisions(desk, () => listUnits(sources, index));
  }

  /** @throws UserError also where nobody agreed to run it: something else than a stage it needs has changed a file that it reads. */
  private async unit(units: UnitList, at: number): Promise<Unit> {
    const { engine, desk, state } = this.context;
    const { todo } = this.order;
    const unit = await withDecisions(desk, () => units.build(at));
    const { index, stage } = unit.planned;
    if (!todo || todo.includes(index) || (await passedOutput(engine.files, state.stages.get(stage.slug), unit.fingerprint, ofItem(unit)))) return unit;
    throw new UserError(`What stage ${stage.number} reads has changed during the run.`, { todo: 'Run it again.', exitCode: 1 });
  }

  private choice(index: number): UnitChoice {
    const { options } = this.context;
    const is = (number: number | undefined) => number !== undefined && indexOf(this.order.plan, number) === index;
    return { fresh: options.fresh === true && isForced(this.order.plan, index, options), escalate: is(options.escalate), retry: is(options.retry) };
  }

  /** Gather the items, write what passed to its file, and put the stage's end on record. */
  private async finish(planned: PlannedStage, outputs: UnitOutputs, fingerprint: string | undefined, gathered?: string): Promise<void> {
    const { results, status } = outputs;
    const text = gathered ?? (await outputs.gathered(planned));
    let end: Partial<Written> = {};
    if (status === 'passed' || status === 'cached') {
      end = await writeStage(this.context, planned, outputs, text, status === 'cached');
      for (const path of Object.keys(end.written ?? {})) this.glance.forget(resolvePath(this.context.task, path));
      this.outputs.set(planned.index, { text, format: planned.stage.output?.format });
    }
    await this.endStage(planned, status, results, { ...end, text, fingerprint });
  }

  private async endStage(
    planned: PlannedStage,
    status: StageStatus,
    results: readonly UnitResult[],
    more: Partial<Written> & { text?: string; fingerprint?: string },
  ): Promise<void> {
    const { stage } = planned;
    const { engine, journal } = this.context;
    const path = planned.stage.output?.path ?? null;
    const refused = status === 'error' && journal.attempts.findLast((attempt) => attempt.stage === stage.slug)?.stopReason === 'refusal';
    if (refused) this.trouble ??= new UserError(`The model refused stage ${stage.number} “${stage.title}”.`, { exitCode: 3 });
    this.results.set(
      planned.index,
      results.length
        ? stageResult(planned, status, results, more.text ?? '', more.files ?? [], journal.folder, more.message)
        : brokenResult(planned, status, journal.attempts, path, more.message),
    );
    const record: StageEnded = {
      type: 'stage',
      at: engine.clock.now().toISOString(),
      stage: stage.slug,
      number: stage.number,
      title: stage.title,
      status,
      fingerprint: more.fingerprint,
      written: more.written,
      message: more.message,
    };
    // What was paid for is on record with its attempts: others need not wait for this. Whatever they put on record is written behind it.
    this.recording.push(journal.append(record).catch(this.unrecorded));
  }
}
