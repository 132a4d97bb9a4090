import type { Tier } from '../catalog/models';
import { estimateTokens } from '../catalog/tokens';
import { wasCutOff } from '../journal/completeness';
import type { CheckVerdict } from '../journal/records';
import { failedAttempts, outputOf, passedOutput } from '../journal/state';
import type { KnownAttempt } from '../journal/unitHistory';
import type { EscalationHold } from '../money/escalationPurse';
import { CapReached } from '../money/spending';
import { mostInputTokens } from '../money/worstCase';
import { advisorFor } from './advice';
import { answerRoom, type Room } from './answerRoom';
import { type AttemptResult, attemptModel } from './attempt';
import { type Bettered, escalationDiff, escalationRecord } from './escalation';
import { expectedAnswer } from './estimate';
import { rungsOf, rungText, type StageRung } from './ladder';
import type { PromptOptions } from './prompt';
import { ofItem, type Unit } from './unit';
import { orderOf, type RunContext, type UnitChoice } from './unitRun';
import { bestVariant } from './variants';

/** The tries of a unit on its ladder: each a conversation of its own, with what the ones before failed at. */
export class Climb {
  private readonly made: AttemptResult[] = [];

  constructor(
    private readonly context: RunContext,
    private readonly unit: Unit,
    private readonly choice: UnitChoice,
  ) {}

  /** Rung by rung until one passes, is refused, or the ladder ends. All attempts of this run, the one that counts last. */
  async byItself(): Promise<AttemptResult[]> {
    const { stage } = this.unit.planned;
    const [first, ...others] = rungsOf(stage, this.context.engine.settings, (tier) => this.entry(tier).takesEffort);
    if (!first) throw new RangeError(`Stage ${stage.number} has no rung.`);
    await this.variants(first);
    for (const rung of others) {
      const before = this.made.at(-1);
      if (before?.record.status !== 'failed') break;
      const room = this.roomAfter(before, rung);
      if (room === 'none') continue;
      if (rung.dearer) await this.climbTo(rung, before, room);
      else await this.attempt(rung, rung.feedback ? { feedback: { previousOutput: before.text, failures: failures(before.record) } } : {}, { room });
    }
    return this.made;
  }

  /** Once on Opus, with what failed: at a person's wish. */
  async escalated(): Promise<AttemptResult[]> {
    const failed = this.failedBefore();
    const last = failed.at(-1) ?? (await this.standing());
    const over = last && { record: last, run: last.run, text: await outputOf(this.context.engine.files, last) };
    const rung: StageRung = { tier: 'opus', feedback: true, dearer: true };
    await this.better(rung, over, { room: last && wasCutOff(last.stopReason) ? this.roomFor(rung.tier, last) : undefined });
    return this.made;
  }

  /** Once more on the stage's own model, with the feedback of its last failed attempt. */
  async retried(): Promise<AttemptResult[]> {
    const { tier, effort } = this.unit.planned.stage.runner;
    const last = this.failedBefore().at(-1);
    const feedback = last && { previousOutput: await outputOf(this.context.engine.files, last), failures: failures(last) };
    const rung: StageRung = { tier: tier as Tier, effort, feedback: true, dearer: false };
    await this.attempt(rung, feedback ? { feedback } : {}, { room: last && wasCutOff(last.stopReason) ? this.roomFor(rung.tier, last) : undefined });
    return this.made;
  }

  private entry(tier: Tier) {
    const { engine, task } = this.context;
    return engine.catalog.entry(engine.catalog.modelFor(tier, task.document.models));
  }

  /** The first rung: one try, or several at once, of which the best goes last. */
  private async variants(rung: StageRung): Promise<void> {
    const { stage } = this.unit.planned;
    // All have ended before a trouble of one is told: nothing of a run goes on once its end is on record.
    const ended = await Promise.allSettled(Array.from({ length: stage.variants }, (_, variant) => this.ask(rung, {}, { variant })));
    const attempts = ended.map((each) => {
      if (each.status === 'rejected') throw each.reason;
      return each.value;
    });
    this.made.push(...(await bestVariant(this.context, this.unit, attempts, this.choice)));
  }

  private async attempt(rung: StageRung, options: PromptOptions, more: Asked = {}): Promise<AttemptResult> {
    const result = await this.ask(rung, options, more);
    this.made.push(result);
    return result;
  }

  private async ask(rung: StageRung, options: PromptOptions, { variant = 0, room, hold, escalation }: Asked): Promise<AttemptResult> {
    const { engine, task } = this.context;
    const order = orderOf(this.context, this.unit, rung.tier, this.made, this.choice);
    const advisor = rung.dearer ? undefined : advisorFor(this.unit.planned.stage, rung.tier, engine.model, engine.catalog, task.document.models);
    const prompt = this.unit.prompt({ ...options, advisor: advisor !== undefined });
    const unadvised = advisor && this.unit.prompt(options);
    try {
      return await attemptModel(
        { ...order, attempt: order.attempt + variant, effort: rung.effort, rung: rungText(rung), room, hold, advisor, unadvised, escalation },
        rung.tier,
        prompt,
      );
    } catch (error) {
      if (!(error instanceof CapReached) || !room?.least) throw error;
      throw new CapReached(`An answer of stage ${this.unit.planned.stage.number} was cut off, and there is no money for a longer one. ${error.what}`);
    }
  }

  /** A dearer model within the sum for climbing by itself; where that does not reach, the stage stays as failed as it is. */
  private async climbTo(rung: StageRung, before: AttemptResult, room: Room | undefined): Promise<void> {
    const { engine, task, climbing, options, journal } = this.context;
    const model = engine.catalog.modelFor(rung.tier, task.document.models);
    const { stage } = this.unit.planned;
    const prompt = this.unit.prompt(this.told());
    const expected = expectedAnswer(stage, (text) => estimateTokens(text));
    const { least, most } = answerRoom(expected, room, this.entry(rung.tier).maxOutput);
    const hold = await climbing.take(model, mostInputTokens(prompt), least, most);
    if (!hold) {
      options.onEvent?.({
        type: 'note',
        stage: stage.slug,
        message: `Stage ${stage.number} “${stage.title}” did not climb to ${model}: what may be spent on that in one run does not reach.`,
      });
      return;
    }
    try {
      const result = await this.better(
        rung,
        { record: before.record, run: before.earlier ?? journal.run, text: before.text },
        { room: { least: room?.least, most: hold.maxTokens }, hold },
      );
      hold.settle(result.earlier === undefined ? result.record.usd : 0);
    } finally {
      // Whoever broke off is counted at the worst.
      hold.settle(undefined);
    }
  }

  /** A dearer model's try: why, both outputs and their difference are kept. */
  private async better(rung: StageRung, over: Bettered | undefined, more: Asked): Promise<AttemptResult> {
    const { journal } = this.context;
    const { attempt, stage } = orderOf(this.context, this.unit, rung.tier, this.made, this.choice);
    const name = `${stage}.${rung.tier}-${attempt}.escalation.diff`;
    const escalation = escalationRecord(over, over ? failures(over.record) : [], name);
    const result = await this.attempt(rung, this.told(), { ...more, escalation });
    if (over && escalation.diff) await journal.writeOutput(name, escalationDiff(this.unit.planned, over, result.record, result.text, escalation.failed));
    return result;
  }

  /** What all attempts so far failed at: all that a dearer model is told of them. */
  private told(): PromptOptions {
    const failed = [...this.failedBefore(), ...this.made.filter(({ record }) => record.status === 'failed').map(({ record }) => record)];
    return { escalation: { attempts: failed.map((record) => ({ by: record.model, failures: failures(record) })) } };
  }

  /** Failed attempts of earlier runs since the stage last passed; those that this climb took over are among its own. */
  private failedBefore(): KnownAttempt[] {
    if (this.choice.fresh && !this.choice.escalate && !this.choice.retry) return [];
    const { planned, fingerprint } = this.unit;
    const known = failedAttempts(this.context.state.stages.get(planned.stage.slug), fingerprint, ofItem(this.unit));
    return known.filter((each) => !this.made.some(({ record }) => record.tier === each.tier && record.attempt === each.attempt));
  }

  /** What passed before and is escalated all the same. */
  private async standing(): Promise<KnownAttempt | undefined> {
    const { planned, fingerprint } = this.unit;
    const { engine, state } = this.context;
    return (await passedOutput(engine.files, state.stages.get(planned.stage.slug), fingerprint, ofItem(this.unit)))?.attempt;
  }

  /** How much room the next try needs after an answer that was cut off; `none` where it would be cut off as well. */
  private roomAfter({ record }: AttemptResult, rung: StageRung): Room | 'none' | undefined {
    if (!wasCutOff(record.stopReason)) return undefined;
    const next = this.entry(rung.tier);
    if (record.stopReason === 'model_context_window_exceeded') {
      return next.contextWindow > this.context.engine.catalog.entry(record.model).contextWindow ? {} : 'none';
    }
    return next.maxOutput > cutAt(record) ? this.roomFor(rung.tier, record) : 'none';
  }

  private roomFor(tier: Tier, record: Parameters<typeof cutAt>[0]): Room {
    return { least: Math.min(this.entry(tier).maxOutput, cutAt(record) * 2) };
  }
}

interface Asked {
  /** Which of several tries at once, from 0. */
  variant?: number;
  room?: Room;
  /** What is set aside for it of the sum for climbing by itself. */
  hold?: EscalationHold;
  escalation?: ReturnType<typeof escalationRecord>;
}

function cutAt({ maxTokens, usage }: Pick<KnownAttempt, 'maxTokens' | 'usage'>): number {
  return maxTokens ?? usage.outputTokens;
}

function failures({ checks }: { checks: readonly CheckVerdict[] }): CheckVerdict[] {
  return checks.filter((check) => check.status !== 'pass');
}
