import type { Tier } from '../catalog/models';
import { formatUsd } from '../catalog/tokens';
import { type OpenBatch, openBatches } from '../journal/openBatches';
import type { BatchedCall, BatchStarted } from '../journal/records';
import { foldJournals, passedOutput, readState, unitKey } from '../journal/state';
import { noUsage } from '../journal/usage';
import type { Reservation } from '../money/spending';
import { type Usage, UserError } from '../ports';
import type { PlannedStage } from '../steering/plan';
import { answerRoom } from './answerRoom';
import { endedRun, fetchAnswers, lose } from './batchAnswers';
import { isBatchable } from './batchable';
import { type RoomyCall, reserveBatch } from './batchRoom';
import { untilEnded } from './batchWait';
import { rungsOf, rungText, type StageRung } from './ladder';
import { ofItem, type Unit } from './unit';
import { orderOf, type RunContext, type UnitChoice } from './unitRun';

/** A stage whose items may be asked together. */
export interface FanOut {
  planned: PlannedStage;
  count: number;
  choice: UnitChoice;
  /** A person wishes that what can be asked together is. */
  wanted: boolean;
  /** From 0. */
  build(at: number): Promise<Unit>;
}

/** How the items go on once their answers are on record. */
export interface Batched {
  /** Knows the answers: whoever runs an item in it only checks what came. */
  context: RunContext;
  choice: UnitChoice;
  /** Why items came back without an answer, by `unitKey`. */
  unanswered: ReadonlyMap<string, UserError>;
}

/** A call that is to be handed over. */
interface Planned extends RoomyCall {
  call: Omit<BatchedCall, 'reservedUsd' | 'maxTokens'>;
}

/** Prompts that are in memory at once, in characters, and calls: what is more goes in a further batch. */
const mostCharacters = 32_000_000;
const mostCalls = 10_000;

/**
 * Ask the items of a stage through the provider's batches, at half price: those that a run before handed over are fetched, in any case; those that have no
 * answer yet are handed over where a person wishes it. Waits until all have ended. Undefined where there is nothing to wait for.
 *
 * Cancelled or killed while it waits, the batch stays on record: the next run of the stage, on any day, fetches it and pays nothing again.
 * @param waiting Called when all is handed over.
 * @throws UserError where a cap leaves no room, or the provider can't be reached; Cancelled
 */
export async function askByBatch(context: RunContext, fan: FanOut, waiting: () => void): Promise<Batched | undefined> {
  const { stage } = fan.planned;
  const { engine, state, task } = context;
  if (!engine.model.batches || !stage.each || stage.runner.tier === 'code' || fan.choice.escalate || fan.choice.retry) return undefined;
  const desk = new BatchDesk(context, fan);
  desk.take(openBatches(state.journals, stage.slug));
  let unanswered: Map<string, UserError>;
  try {
    if (fan.wanted && fan.count > 1 && isBatchable(stage)) await desk.handOver();
    if (!desk.isOpen) return undefined;
    waiting();
    unanswered = await desk.answers();
  } finally {
    desk.close();
  }
  const fresh = await readState(engine.files, task.haikuFolder, task.slug);
  // Made fresh, only what this run has asked counts.
  const own = fan.choice.fresh ? foldJournals(fresh.journals.filter(({ run }) => run === context.journal.run)) : fresh;
  const known = { ...own, answers: state.answers, allowedSecrets: state.allowedSecrets };
  return { context: { ...context, state: known }, choice: { ...fan.choice, fresh: false }, unanswered };
}

/** The batches of one stage in one run. */
class BatchDesk {
  private readonly open: OpenBatch[] = [];
  private readonly reservations = new Map<string, Reservation>();
  /** `unitKey` of what is asked already. */
  private readonly asked = new Set<string>();
  private readonly rung: StageRung;
  private readonly model: string;

  constructor(
    private readonly context: RunContext,
    private readonly fan: FanOut,
  ) {
    const { engine, task } = context;
    const { stage } = fan.planned;
    const entry = (tier: Tier) => engine.catalog.entry(engine.catalog.modelFor(tier, task.document.models));
    const [rung] = rungsOf(stage, engine.settings, (tier) => entry(tier).takesEffort);
    if (!rung) throw new RangeError(`Stage ${stage.number} has no rung.`);
    this.rung = rung;
    this.model = engine.catalog.modelFor(rung.tier, task.document.models);
  }

  get isOpen(): boolean {
    return this.open.length > 0;
  }

  take(batches: readonly OpenBatch[]): void {
    this.open.push(...batches);
    if (this.fan.choice.fresh) return;
    for (const { calls } of batches) for (const call of calls) this.asked.add(unitKey(call.fingerprint, call));
  }

  /** Hand over all items that have neither an answer nor a batch. */
  async handOver(): Promise<void> {
    const most = this.context.engine.model.batches?.mostRequests ?? mostCalls;
    let some: Planned[] = [];
    let characters = 0;
    for (let at = 0; at < this.fan.count; at++) {
      const planned = await this.plan(await this.fan.build(at));
      if (!planned) continue;
      some.push(planned);
      characters += [...planned.request.system, ...planned.request.user].reduce((sum, { text }) => sum + text.length, 0);
      if (characters < mostCharacters && some.length < most) continue;
      await this.submit(some);
      some = [];
      characters = 0;
    }
    if (some.length) await this.submit(some);
  }

  /** The first call of an item; undefined where nothing is to be asked. */
  private async plan(unit: Unit): Promise<Planned | undefined> {
    const { engine, state, task } = this.context;
    const { planned, item, fingerprint } = unit;
    const { tier } = this.rung;
    if (!item || this.asked.has(unitKey(fingerprint, ofItem(unit)))) return undefined;
    if (!this.fan.choice.fresh && (await passedOutput(engine.files, state.stages.get(planned.stage.slug), fingerprint, ofItem(unit)))) return undefined;
    const order = orderOf(this.context, unit, tier, [], this.fan.choice);
    const { attempt } = order;
    if (order.left.judged(tier, attempt) || order.left.unchecked(tier, attempt)) return undefined;
    const entry = engine.catalog.entry(this.model);
    const { least, most } = answerRoom(order.expectedOutputTokens, undefined, entry.maxOutput);
    const { system, user } = unit.prompt({ advisor: false });
    return {
      call: { id: `${item.number}-${attempt}-${fingerprint.slice(0, 40)}`, item: item.number, itemKey: item.key, attempt, fingerprint },
      request: {
        model: this.model,
        effort: entry.takesEffort ? this.rung.effort : undefined,
        system,
        user,
        maxTokens: most,
        label: { folder: task.haikuFolder, task: task.slug, stage: order.stage, purpose: 'stage', tier, attempt },
      },
      leastTokens: least,
      mostTokens: most,
    };
  }

  private async submit(planned: readonly Planned[]): Promise<void> {
    const { engine, journal, options } = this.context;
    const { stage } = this.fan.planned;
    const { tier, effort } = this.rung;
    const batch = `${stage.slug}-${this.open.length + 1}`;
    const about = { stage: stage.slug, batch, tier, model: this.model, effort, rung: rungText(this.rung) };
    const now = () => engine.clock.now().toISOString();
    let started: BatchStarted | undefined;
    const record = async (reservations: readonly Reservation[]): Promise<void> => {
      const calls = planned.map(({ call }, i): BatchedCall => {
        const { maxTokens = 0, worstUsd = 0 } = reservations[i] ?? {};
        return { ...call, maxTokens, reservedUsd: worstUsd };
      });
      started = { type: 'batch-started', at: now(), ...about, calls };
      await journal.append(started);
    };
    const reservations = await reserveBatch(this.context.spending, planned, record);
    for (const [i, { call }] of planned.entries()) this.reservations.set(call.id, reservations[i] as Reservation);
    const calls = started?.calls ?? [];
    const batches = engine.model.batches as NonNullable<typeof engine.model.batches>;
    const requests = planned.map(({ call, request }, i) => ({ id: call.id, request: { ...request, maxTokens: calls[i]?.maxTokens ?? request.maxTokens } }));
    let id: string;
    try {
      id = await batches.submit(requests, options.signal);
    } catch (error) {
      // Where nobody knows whether the provider has it, it is left open on record and counts at the most it can cost.
      if (error instanceof UserError && !error.details.uncertain) {
        for (const { call } of planned) this.settle(call.id, noUsage);
        await journal.append({ type: 'batch-ended', at: now(), stage: stage.slug, batch, answered: 0, unanswered: planned.length });
      }
      throw error;
    }
    try {
      await journal.append({ type: 'batch-started', at: now(), ...about, id });
    } catch (error) {
      // Nobody will find it again: what is not answered yet need not be paid for.
      await batches.cancel(id).catch(() => undefined);
      throw error;
    }
    const { run, folder } = journal;
    this.open.push({ run, folder, started: started as BatchStarted, calls, id, answered: new Set() });
    this.note(
      `${planned.length} items are handed over as batch ${id}, at half price; they are answered within 24 hours. Cancel whenever you like: the next run of the stage fetches them.`,
    );
  }

  private settle(call: string, usage: Usage | undefined): void {
    const reservation = this.reservations.get(call);
    if (reservation) this.context.spending.settle(reservation, usage);
    this.reservations.delete(call);
  }

  /**
   * To be called in the end, however it came: what was handed over and not fetched is paid for sooner or later, so it counts at its worst. Others may wait
   * for the money that is held for it.
   */
  close(): void {
    const left = [...this.reservations].map(([call, { worstUsd }]) => ({ call, worstUsd }));
    for (const { call } of left) this.settle(call, undefined);
    if (!left.length) return;
    const usd = left.reduce((sum, { worstUsd }) => sum + worstUsd, 0);
    this.note(`${left.length} items are handed over and their answers not fetched: they count at the most they can cost, ${formatUsd(usd)}.`);
  }

  /** Wait for all batches, put their answers on record, and say which items have none. */
  async answers(): Promise<Map<string, UserError>> {
    const { engine, planned, spending, journal, options } = { ...this.context, ...this.fan };
    const unanswered = new Map<string, UserError>();
    for (const batch of this.open) {
      const recorder = batch.run === journal.run ? journal : endedRun(engine.files, batch.folder);
      try {
        await untilEnded(batch, { engine, signal: options.signal, note: (message) => this.note(message) });
      } catch (error) {
        if (error instanceof UserError && error.details.gone) await lose(batch, recorder, engine.clock);
        throw error;
      }
      const missing = await fetchAnswers({ engine, planned, spending, signal: options.signal, recorder, reservations: this.reservations }, batch);
      for (const [unit, error] of missing) unanswered.set(unit, error);
      this.note(`Batch ${batch.id} has ended: ${batch.calls.length - missing.size} of ${batch.calls.length} items are answered.`);
    }
    return unanswered;
  }

  private note(message: string): void {
    const { stage } = this.fan.planned;
    this.context.options.onEvent?.({ type: 'note', stage: stage.slug, message: `Stage ${stage.number} “${stage.title}”: ${message}` });
  }
}
