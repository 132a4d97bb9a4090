import { createHash } from 'node:crypto';
import { profileOf } from '../catalog/profiles';
import { estimateTokens } from '../catalog/tokens';
import type { ModelRequest } from '../ports';
import { type CommissionDesk, commissioned, questionsEstimate } from '../stage/commission';
import type { Engine, Person, RunEstimate, RunOptions } from '../stage/engine';
import type { Stage } from '../steering/contextTypes';
import { stageHash } from '../steering/strategy';
import type { Task } from '../steering/task';
import { authorPrompt } from '../strategy/authorPrompt';
import { excerptOf } from '../strategy/shownAttempts';
import { StrategyRefused, strategyBody } from '../strategy/strategyAnswer';
import { type CaseRun, type CaseSetting, caseRequest, runCase } from './caseRun';
import { caseSetting, trialEstimate } from './caseSetting';
import type { Case } from './cases';
import { type CaseSplit, type ReflectionResult, reflect, seededRandom, splitCases } from './reflection';
import { comparePaired, type PairedComparison } from './statistics';

export interface ImproveOrder {
  /** Number of the stage. */
  stage: number;
  /** What to begin with, as Markdown; '' for no strategy. */
  seed: string;
  /** Calls of any model, at most. */
  maxCalls: number;
  /** USD, at most; the caps of every run hold besides. */
  maxUsd: number;
  /** Cases looked at for one rewrite. */
  minibatch?: number;
  /** Stop after so many rewrites in a row that improved nothing. */
  patience?: number;
  cases?: readonly Case[];
}

export interface ImprovedCandidate {
  /** From 1; the first is what it began with. */
  number: number;
  parent?: number;
  text: string;
  mean: number;
  passed: number;
  of: number;
}

export interface ImproveReport {
  stage: Stage;
  model: string;
  candidates: ImprovedCandidate[];
  best: ImprovedCandidate;
  stopped: ReflectionResult['stopped'];
  split: CaseSplit;
  /** The best against what it began with; undefined where that is the best, or nothing was left to pay it with. */
  comparison?: PairedComparison;
  /** `held`: on cases that neither learning nor choosing has seen. `chosen`: on those it was chosen by, which flatters it. */
  judgedBy?: 'held' | 'chosen';
  calls: number;
  usd: number;
  run: string;
}

/** What an improvement may take where nobody says: calls, and as a run a dollar. */
export const usualBudget = { calls: 200, usd: 1 } as const;

const defaultMinibatch = 3;
const defaultPatience = 6;
/** How long a strategy's answer is, thinking included: an assumption. */
const rewriteTokens = 4000;

/**
 * Improve a strategy within a budget of calls and money. Each candidate, its score and its cost go on record, and so does each answer: ordered again, it
 * takes the same course and pays only for what it had not come to.
 * @throws UserError (exit 2) as for a trial; what stops a call stops it, with all that was paid on record
 */
export async function improveStrategy(engine: Engine, person: Person, task: Task, order: ImproveOrder, options: RunOptions): Promise<ImproveReport> {
  const { setting, cases, stage } = await caseSetting(engine, person, task, order.stage, order);
  const byId = new Map(cases.map((each) => [each.id, each]));
  // The same stage and cases are split the same way, so that what was held back stays so.
  const seed = createHash('sha256')
    .update(JSON.stringify([stageHash(stage), [...byId.keys()].sort()]))
    .digest()
    .readUInt32BE(0);
  const split = splitCases([...byId.keys()].sort(), seededRandom(seed));
  const estimate = await improveEstimate(setting, order, task, stage);
  const { value, run, usd } = await commissioned(
    { purpose: 'improve', plan: setting.plan, scope: [setting.index], estimate },
    { engine, person, task, options },
    async (desk) => {
      const work = new Improvement(desk, { ...setting, engine: desk.context.engine }, byId, order);
      const result = await reflect({
        seed: order.seed,
        learn: split.learn,
        choose: split.choose,
        minibatch: order.minibatch ?? defaultMinibatch,
        patience: order.patience ?? defaultPatience,
        random: seededRandom(seed + 1),
        evaluate: (text, id) => work.evaluate(text, id),
        rewrite: (text, outcomes) =>
          work.rewrite(
            text,
            outcomes.map(({ caseId }) => caseId),
          ),
        affords: (evaluations, rewrites) => work.affords(evaluations, rewrites),
        onScored: (candidate, number) => work.record(candidate, number),
      });
      const judgedBy: 'held' | 'chosen' = split.held.length ? 'held' : 'chosen';
      const judges = split.held.length ? split.held : split.choose;
      const best = result.candidates[result.best]?.text;
      let comparison: PairedComparison | undefined;
      if (best !== undefined && best !== order.seed && work.affords(2 * judges.length, 0)) {
        const passes = async (text: string) => Promise.all(judges.map(async (id) => Number((await work.evaluate(text, id)).passed)));
        comparison = comparePaired(await passes(best), await passes(order.seed), 1);
      }
      return { result, comparison, judgedBy, calls: work.calls };
    },
  );
  const candidates = value.result.candidates.map(({ text, parent, outcomes }, i) => ({
    number: i + 1,
    parent: parent === undefined ? undefined : parent + 1,
    text,
    mean: outcomes.reduce((sum, { score }) => sum + score, 0) / Math.max(1, outcomes.length),
    passed: outcomes.filter(({ passed }) => passed).length,
    of: outcomes.length,
  }));
  const best = candidates[value.result.best] ?? { number: 1, text: order.seed, mean: 0, passed: 0, of: 0 };
  const { comparison } = value;
  return {
    stage,
    model: setting.model,
    candidates,
    best,
    stopped: value.result.stopped,
    split,
    ...(comparison ? { comparison, judgedBy: value.judgedBy } : {}),
    calls: value.calls,
    usd,
    run,
  };
}

/** What the loop asks for, paid for within the budget and remembered. */
class Improvement {
  /** Calls of this run; what was on record is none. */
  calls = 0;
  private readonly runs = new Map<string, Promise<CaseRun>>();
  private evaluations = { count: 0, usd: 0 };
  private rewrites = { count: 0, usd: 0 };

  constructor(
    private readonly desk: CommissionDesk,
    private readonly setting: CaseSetting,
    private readonly cases: ReadonlyMap<string, Case>,
    private readonly order: ImproveOrder,
  ) {}

  evaluate(text: string, id: string): Promise<CaseRun> {
    const key = JSON.stringify([text, id]);
    const known = this.runs.get(key) ?? this.desk.context.lanes.use(() => this.runOnce(text, this.cases.get(id) as Case));
    this.runs.set(key, known);
    return known;
  }

  private async runOnce(text: string, each: Case): Promise<CaseRun> {
    const request = await caseRequest(this.setting, each, text, 1);
    const run = await runCase(this.desk, this.setting, request, 1);
    if (!run.known) this.calls++;
    this.evaluations = { count: this.evaluations.count + 1, usd: this.evaluations.usd + run.usd };
    return run;
  }

  /** The smart model reads what failed and rewrites the strategy; undefined where what it wrote can't be used. */
  async rewrite(text: string, ids: readonly string[]): Promise<string | undefined> {
    const { desk, setting } = this;
    const { stage } = setting.plan.stages[setting.index] as (typeof setting.plan.stages)[number];
    const first = this.cases.get(ids[0] ?? '') as Case;
    const shown = await caseRequest(setting, first, '', 1);
    const prompt = { system: joined(shown.system), user: joined(shown.user) };
    const attempts = await Promise.all(
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
    if (!answer.earlier) this.calls++;
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
    const { maxCalls, maxUsd } = this.order;
    const mean = ({ count, usd }: { count: number; usd: number }) => (count ? usd / count : 0);
    // The first rewrite has no average yet: it is written by the dear model, at some length.
    const oneRewrite = this.rewrites.count ? mean(this.rewrites) : this.firstRewriteUsd();
    const next = evaluations * mean(this.evaluations) + rewrites * oneRewrite;
    return this.calls + evaluations + rewrites <= maxCalls && this.desk.context.spending.usd + next <= maxUsd;
  }

  private firstRewriteUsd(): number {
    const { catalog } = this.setting.engine;
    const usage = { inputTokens: 2 * rewriteTokens, outputTokens: rewriteTokens, cacheReadTokens: 0, cacheWriteTokens: 0 };
    return catalog.price(catalog.modelFor('opus', this.setting.plan.task.document.models), usage);
  }

  /** Put a scored candidate on record, its text beside the journal. */
  async record(candidate: { text: string; parent?: number; outcomes: readonly { score: number; passed: boolean }[] }, at: number): Promise<void> {
    const { journal, spending, engine } = this.desk.context;
    const { stage } = this.setting.plan.stages[this.setting.index] as (typeof this.setting.plan.stages)[number];
    const output = `calls/candidate-${at + 1}.md`;
    await journal.writeOutput(output, `${candidate.text}\n`);
    const { outcomes, parent } = candidate;
    await journal.append({
      type: 'candidate',
      at: engine.clock.now().toISOString(),
      stage: stage.slug,
      number: at + 1,
      parent: parent === undefined ? undefined : parent + 1,
      output,
      mean: outcomes.reduce((sum, { score }) => sum + score, 0) / Math.max(1, outcomes.length),
      passed: outcomes.filter(({ passed }) => passed).length,
      of: outcomes.length,
      usd: spending.usd,
    });
  }
}

function joined(blocks: readonly { text: string }[]): string {
  return blocks.map(({ text }) => text).join('\n\n');
}

function rewriteRequest(
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

/** What it will cost at most: its calls in the shares the loop makes them, and no more than its money. */
async function improveEstimate(setting: CaseSetting, order: ImproveOrder, task: Task, stage: Stage): Promise<RunEstimate> {
  const perLook = 2 * (order.minibatch ?? defaultMinibatch) + 1;
  const rewrites = Math.max(1, Math.floor(order.maxCalls / (perLook + 1)));
  const title = `Improve: at most ${order.maxCalls} calls`;
  const runs = await trialEstimate(setting, Math.max(1, order.maxCalls - rewrites), title);
  const request = rewriteRequest(setting, { prompt: { system: '', user: 'x'.repeat(8 * rewriteTokens) }, attempts: [] });
  const questions = Array.from({ length: rewrites }, (_, i) => ({ request, nth: i + 1, outputTokens: rewriteTokens }));
  const rewriting = questionsEstimate(
    questions,
    { number: stage.number, title: `${title}, rewrites`, slug: stage.slug },
    { engine: setting.engine, task, state: { journals: [] } },
  );
  const usd = runs.usd + rewriting.usd;
  const share = usd > order.maxUsd ? order.maxUsd / usd : 1;
  const stages = [...runs.stages, ...rewriting.stages].map((each) => ({ ...each, usd: each.usd * share }));
  const dearer = [...(runs.dearer ?? []), ...(rewriting.dearer ?? [])];
  return { paid: runs.paid, stages, usd: usd * share, allOpusUsd: (runs.allOpusUsd + rewriting.allOpusUsd) * share, ...(dearer.length ? { dearer } : {}) };
}
