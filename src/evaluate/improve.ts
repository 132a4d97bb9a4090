import { createHash } from 'node:crypto';
import { CapReached } from '../money/cap';
import { commissioned, questionsEstimate } from '../stage/commission';
import type { Engine, Person, RunEstimate, RunOptions } from '../stage/engine';
import type { Stage } from '../steering/contextTypes';
import { stageHash, strategyPath } from '../steering/strategy';
import { pathInWorkspace, type Task } from '../steering/task';
import type { CaseSetting } from './caseRun';
import { caseSetting, trialEstimate } from './caseSetting';
import type { Case } from './cases';
import { Improvement, rewriteRequest, rewriteTokens } from './improvement';
import { caseHash } from './learntFrom';
import { bestOf, type Candidate, type CaseSplit, meanScore, type ReflectionResult, reflect, seededRandom, splitCases } from './reflection';
import { comparePaired, type PairedComparison } from './statistics';
import { settled } from './together';

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
  /** Hashes of the cases that the seed was learnt from: they hold nothing back. */
  learntFrom?: readonly string[];
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
  /** Hashes of the cases that the best was learnt from or chosen by, those of what it began with included. */
  learntFrom: string[];
  /** Ids of cases that ask what another one asks: left out. */
  twins: readonly string[];
  /** Calls of this run, judges included; what was on record is none. */
  calls: number;
  usd: number;
  run: string;
}

/** What an improvement may take where nobody says: calls, and as a run a dollar. */
export const usualBudget = { calls: 200, usd: 1 } as const;

const defaultMinibatch = 3;
const defaultPatience = 6;
/**
 * Improve a strategy within a budget of calls and money. Each candidate, its score and its cost go on record, and so does each answer: ordered again, it
 * takes the same course and pays only for what it had not come to.
 * @throws UserError (exit 2) as for a trial; what stops a call stops it, with all that was paid on record
 */
export async function improveStrategy(engine: Engine, person: Person, task: Task, order: ImproveOrder, options: RunOptions): Promise<ImproveReport> {
  const { setting, cases, twins, stage } = await caseSetting(engine, person, task, order.stage, order);
  // Where its result is to be kept: a link out of the workspace is refused before anything is spent on it.
  await pathInWorkspace(task, strategyPath(task, stage), engine.files);
  const byId = new Map(cases.map((each) => [each.id, each]));
  const hashOf = (each: Case) => caseHash(each, setting.plan);
  const before = new Set(order.learntFrom);
  // The same stage and cases are split the same way, so that what was held back stays so.
  const seed = createHash('sha256')
    .update(JSON.stringify([stageHash(stage), [...byId.keys()].sort()]))
    .digest()
    .readUInt32BE(0);
  const split = splitCases([...byId.keys()].sort(), seededRandom(seed), new Set(cases.filter((each) => before.has(hashOf(each))).map(({ id }) => id)));
  const estimate = await improveEstimate(setting, order, task, stage);
  const lookUsd = (await trialEstimate(setting, 1, '')).usd;
  let calls = 0;
  const counting: RunOptions = {
    ...options,
    onEvent(event) {
      if (event.type === 'record' && (event.record.type === 'call-started' || event.record.type === 'judge-started')) calls++;
      options.onEvent?.(event);
    },
  };
  // Its money is a cap as any other: no call is sent that could pass it.
  const caps = [...engine.settings.caps, { name: 'What the improvement may cost', usd: order.maxUsd }];
  const { value, run, usd } = await commissioned(
    { purpose: 'improve', plan: setting.plan, scope: [setting.index], estimate },
    { engine: { ...engine, settings: { ...engine.settings, caps } }, person, task, options: counting },
    async (desk) => {
      const work = new Improvement(desk, { ...setting, engine: desk.context.engine }, byId, { ...order, lookUsd });
      const scored: Candidate[] = [];
      let capped = false;
      /** What a cap stops has got as far as it has. */
      const unlessCapped = async <T>(what: Promise<T>, otherwise: () => T): Promise<T> => {
        try {
          return await what;
        } catch (error) {
          if (!(error instanceof CapReached)) throw error;
          capped = true;
          options.onEvent?.({ type: 'note', stage: stage.slug, message: error.message });
          return otherwise();
        }
      };
      const result: ReflectionResult = await unlessCapped(
        reflect({
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
          onScored: async (candidate, number) => {
            scored.push(candidate);
            await work.record(candidate, number);
          },
        }),
        () => ({ candidates: scored, best: bestOf(scored), stopped: 'budget' }),
      );
      // From here on nothing is learnt or chosen any more.
      const learntFrom = [...new Set([...before, ...work.seen.map(hashOf)])].sort();
      const judgedBy: 'held' | 'chosen' = split.held.length ? 'held' : 'chosen';
      const judges = split.held.length ? split.held : split.choose;
      const best = result.candidates[result.best]?.text;
      let comparison: PairedComparison | undefined;
      if (best !== undefined && best !== order.seed && !capped && work.affords(2 * judges.length, 0)) {
        const compare = async () => {
          const pairs = await settled(judges.map((id) => settled([work.evaluate(best, id), work.evaluate(order.seed, id)])));
          // Where a check could not run nobody knows how it went.
          const known = pairs.filter((pair) => !pair.some(({ unsettled }) => unsettled));
          const passes = (at: number) => known.map((pair) => Number(pair[at]?.passed));
          return comparePaired(passes(0), passes(1), 1);
        };
        comparison = await unlessCapped<PairedComparison | undefined>(compare(), () => undefined);
      }
      return { result, comparison, judgedBy, learntFrom };
    },
  );
  const candidates = value.result.candidates.map((candidate, i) => ({
    number: i + 1,
    parent: candidate.parent === undefined ? undefined : candidate.parent + 1,
    text: candidate.text,
    mean: meanScore(candidate),
    passed: candidate.outcomes.filter(({ passed }) => passed).length,
    of: candidate.outcomes.length,
  }));
  const best = candidates[value.result.best] ?? { number: 1, text: order.seed, mean: 0, passed: 0, of: 0 };
  const { comparison, learntFrom } = value;
  return {
    stage,
    model: setting.model,
    candidates,
    best,
    stopped: value.result.stopped,
    split,
    ...(comparison ? { comparison, judgedBy: value.judgedBy } : {}),
    learntFrom,
    twins,
    calls,
    usd,
    run,
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
