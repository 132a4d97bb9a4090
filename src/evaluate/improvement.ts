import { profileOf } from '../catalog/profiles';
import { estimateTokens } from '../catalog/tokens';
import type { ModelRequest } from '../ports';
import type { CommissionDesk } from '../stage/commission';
import { judgesOf } from '../stage/tries';
import { authorPrompt } from '../strategy/authorPrompt';
import { excerptOf } from '../strategy/shownAttempts';
import { StrategyRefused, strategyBody } from '../strategy/strategyAnswer';
import { type CaseRun, type CaseSetting, caseRequest, cutOff, runCase } from './caseRun';
import type { Case } from './cases';
import { type Candidate, meanScore } from './reflection';
import { settled } from './together';

/** How long a strategy's answer is, thinking included: an assumption. */
export const rewriteTokens = 4000;

/**
 * What the loop asks for, within the budget and remembered. The budget counts what is on record too, at what it cost then: ordered again, the loop takes the
 * same course to the same end, and no further.
 */
export class Improvement {
  /** Everything that was looked at, by its text and case. */
  private readonly runs = new Map<string, Promise<CaseRun>>();
  private readonly looked = new Set<string>();
  private evaluations = { count: 0, usd: 0 };
  private rewrites = { count: 0, usd: 0 };
  private broken: { error: unknown } | undefined;

  constructor(
    private readonly desk: CommissionDesk,
    private readonly setting: CaseSetting,
    private readonly cases: ReadonlyMap<string, Case>,
    /** Calls of any model and USD, at most; and about what one look at a case costs. */
    private readonly budget: { maxCalls: number; maxUsd: number; lookUsd: number },
  ) {}

  evaluate(text: string, id: string): Promise<CaseRun> {
    const key = JSON.stringify([text, id]);
    const known = this.runs.get(key) ?? this.desk.context.lanes.use(() => this.unlessBroken(() => this.runOnce(text, this.cases.get(id) as Case)));
    this.runs.set(key, known);
    this.looked.add(id);
    return known;
  }

  /** The cases that were looked at so far. */
  get seen(): Case[] {
    return [...this.looked].map((id) => this.cases.get(id) as Case);
  }

  /** After the trouble of one nothing more is begun. */
  private async unlessBroken<T>(work: () => Promise<T>): Promise<T> {
    if (this.broken) throw this.broken.error;
    try {
      return await work();
    } catch (error) {
      this.broken ??= { error };
      throw error;
    }
  }

  private async runOnce(text: string, each: Case): Promise<CaseRun> {
    const request = await caseRequest(this.setting, each, text, 1);
    const run = await runCase(this.desk, this.setting, request, { purpose: 'improve', nth: 1 });
    this.evaluations = { count: this.evaluations.count + 1, usd: this.evaluations.usd + run.usd };
    return run;
  }

  /** The smart model reads what failed and rewrites the strategy; undefined where what it wrote can't be used. */
  async rewrite(text: string, ids: readonly string[]): Promise<string | undefined> {
    const { desk, setting, stage } = this;
    const first = this.cases.get(ids[0] ?? '') as Case;
    const shown = await caseRequest(setting, first, '', 1);
    const prompt = { system: joined(shown.system), user: joined(shown.user) };
    const attempts = await settled(
      ids.map(async (id) => {
        const run = await this.evaluate(text, id);
        const failures = run.failures.map(({ text: check, message }) => ({ text: check, message }));
        const given = [...((this.cases.get(id) as Case).values ?? [])].map(([name, value]) => `${name}: ${excerptOf(value, [])}`).join('\n');
        return {
          model: setting.model,
          status: run.passed ? ('passed' as const) : ('failed' as const),
          failures,
          output: `${excerptOf(run.output, failures)}\nIts inputs:\n${given}`,
        };
      }),
    );
    const request: ModelRequest = { ...rewriteRequest(setting, { prompt, attempts, current: text || undefined }), maxTokens: 16_000 };
    const answer = await desk.ask(request, { stage: stage.slug, leastTokens: 1500 });
    if (answer.capped) throw cutOff('The rewritten strategy');
    this.rewrites = { count: this.rewrites.count + 1, usd: this.rewrites.usd + (answer.earlier?.usd ?? answer.usd) };
    try {
      return await strategyBody(answer, (body) => estimateTokens(body, setting.model), stage.output?.path);
    } catch (error) {
      if (!(error instanceof StrategyRefused)) throw error;
      desk.context.options.onEvent?.({ type: 'note', stage: stage.slug, message: error.message });
      return undefined;
    }
  }

  /** True where so much more fits into the calls and the money, at what they have cost so far on average. */
  affords(evaluations: number, rewrites: number): boolean {
    const { maxCalls, maxUsd, lookUsd } = this.budget;
    const mean = ({ count, usd }: { count: number; usd: number }, first: number) => (count ? usd / count : first);
    // The first of each has no average yet; the first rewrite is written by the dear model, at some length.
    const next = evaluations * mean(this.evaluations, lookUsd) + rewrites * mean(this.rewrites, this.firstRewriteUsd());
    // Each judge of an answer may be a call, whether or not this one needs it.
    const callsOf = (looks: number, written: number) => looks * (1 + judgesOf(this.stage.checks)) + written;
    const calls = callsOf(this.evaluations.count, this.rewrites.count) + callsOf(evaluations, rewrites);
    return calls <= maxCalls && this.evaluations.usd + this.rewrites.usd + next <= maxUsd;
  }

  private get stage() {
    return (this.setting.plan.stages[this.setting.index] as (typeof this.setting.plan.stages)[number]).stage;
  }

  private firstRewriteUsd(): number {
    const { catalog } = this.setting.engine;
    const usage = { inputTokens: 2 * rewriteTokens, outputTokens: rewriteTokens, cacheReadTokens: 0, cacheWriteTokens: 0 };
    return catalog.price(catalog.modelFor('opus', this.setting.plan.task.document.models), usage);
  }

  /** Put a scored candidate on record, its text beside the journal. */
  async record(candidate: Candidate, at: number): Promise<void> {
    const { journal, spending, engine } = this.desk.context;
    const output = `calls/candidate-${at + 1}.md`;
    await journal.writeOutput(output, `${candidate.text}\n`);
    const { outcomes, parent } = candidate;
    await journal.append({
      type: 'candidate',
      at: engine.clock.now().toISOString(),
      stage: this.stage.slug,
      number: at + 1,
      parent: parent === undefined ? undefined : parent + 1,
      output,
      mean: meanScore(candidate),
      passed: outcomes.filter(({ passed }) => passed).length,
      of: outcomes.length,
      usd: spending.usd,
    });
  }
}

function joined(blocks: readonly { text: string }[]): string {
  return blocks.map(({ text }) => text).join('\n\n');
}

/** What is asked to have a strategy rewritten. */
export function rewriteRequest(
  { engine, plan, index, model }: CaseSetting,
  order: Pick<Parameters<typeof authorPrompt>[0], 'prompt' | 'attempts' | 'current'>,
): Omit<ModelRequest, 'maxTokens'> {
  const { task } = plan;
  const { stage } = plan.stages[index] as (typeof plan.stages)[number];
  return {
    ...authorPrompt({ ...order, targetModel: model, profile: profileOf(model) }),
    model: engine.catalog.modelFor('opus', task.document.models),
    label: { folder: task.haikuFolder, task: task.slug, stage: stage.slug, purpose: 'improve', tier: 'opus', attempt: 1 },
  };
}
