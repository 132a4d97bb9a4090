import { commissioned } from '../stage/commission';
import type { Engine, Person, RunEstimate, RunOptions } from '../stage/engine';
import { askedHash, knownCalls } from '../stage/recordedCall';
import type { Stage } from '../steering/contextTypes';
import { bodyHash, type StrategyEvidence } from '../steering/strategy';
import type { Task } from '../steering/task';
import { type CaseRun, type CaseSetting, caseRequest, runCase } from './caseRun';
import { caseSetting, trialEstimate } from './caseSetting';
import type { Case } from './cases';
import { comparePaired, type PairedComparison } from './statistics';

export interface TrialOrder {
  /** Number of the stage. */
  stage: number;
  /** The strategy that is tried, as its Markdown. */
  strategy: string;
  /** Runs of each case, with and without. */
  runs: number;
  /** Id of the model; the stage's own where nothing is said. */
  model?: string;
  /** Where the cases are given; else all there are. */
  cases?: readonly Case[];
  /** Told after each run of a case: so many of all, with and without. */
  onRun?(done: number, of: number): void;
}

/** One side of a trial. */
export interface TrialArm {
  /** Means of one run. */
  usd: number;
  ms: number;
  /** Checks that could not run, over all runs: they count as not passed. */
  errors: number;
}

export interface TrialReport {
  stage: Stage;
  model: string;
  runs: number;
  /** How many of each case's runs passed. */
  cases: { id: string; with: number; without: number }[];
  comparison: PairedComparison;
  with: TrialArm;
  without: TrialArm;
  /** What the trial cost now, and how many of its runs were on record. */
  usd: number;
  ms: number;
  known: number;
  run: string;
}

/**
 * Run a stage on the same cases with a strategy and without one, so many times each, by the stage's own checks.
 * @throws UserError (exit 2) where the stage has no checks or no cases, or the cost is not agreed to
 */
export async function tryStrategy(engine: Engine, person: Person, task: Task, order: TrialOrder, options: RunOptions): Promise<TrialReport> {
  const prepared = await prepareTrial(engine, person, task, order);
  const { setting, cases, stage, estimate } = prepared;
  const arms = [order.strategy, ''];
  const { value, run, usd, ms } = await commissioned(
    { purpose: 'trial', plan: setting.plan, scope: [setting.index], estimate },
    { engine, person, task, options },
    async (desk) => {
      const results = arms.map(() => cases.map(() => [] as CaseRun[]));
      let done = 0;
      const all = arms.length * cases.length * order.runs;
      const jobs = arms.flatMap((strategy, arm) =>
        cases.flatMap((each, at) =>
          Array.from({ length: order.runs }, (_, i) => async () => {
            const request = await caseRequest({ ...setting, engine: desk.context.engine }, each, strategy, i + 1);
            results[arm]?.[at]?.push(await runCase(desk, setting, request, i + 1));
            order.onRun?.(++done, all);
          }),
        ),
      );
      await allOf(jobs, desk.context.lanes);
      return results;
    },
  );
  const [withIt = [], without = []] = value;
  const passes = (runs: readonly CaseRun[]) => runs.filter(({ passed }) => passed).length;
  return {
    stage,
    model: setting.model,
    runs: order.runs,
    cases: cases.map(({ id }, at) => ({ id, with: passes(withIt[at] ?? []), without: passes(without[at] ?? []) })),
    comparison: comparePaired(withIt.map(passes), without.map(passes), order.runs),
    with: armOf(withIt),
    without: armOf(without),
    usd,
    ms,
    known: value.flat(2).filter(({ known }) => known).length,
    run,
  };
}

/** Do all jobs in the lanes. All have ended before the trouble of one is told: nothing goes on once the end of the run is on record. */
export async function allOf(jobs: readonly (() => Promise<void>)[], lanes: { use<T>(work: () => Promise<T>): Promise<T> }): Promise<void> {
  let stopped = false;
  const ended = await Promise.allSettled(
    jobs.map((job) =>
      lanes.use(async () => {
        if (stopped) return;
        try {
          await job();
        } catch (error) {
          stopped = true;
          throw error;
        }
      }),
    ),
  );
  for (const each of ended) if (each.status === 'rejected') throw each.reason;
}

function armOf(runs: readonly CaseRun[][]): TrialArm {
  const all = runs.flat();
  const mean = (of: (run: CaseRun) => number) => (all.length ? all.reduce((sum, run) => sum + of(run), 0) / all.length : 0);
  return {
    usd: mean(({ usd }) => usd),
    ms: mean(({ ms }) => ms),
    errors: all.flatMap(({ failures }) => failures).filter(({ status }) => status === 'error').length,
  };
}

/** The setting, cases and cost of a trial, and the person's consent to the commands its checks run. @throws UserError (exit 2) */
async function prepareTrial(
  engine: Engine,
  person: Person,
  task: Task,
  order: TrialOrder,
): Promise<{ setting: CaseSetting; cases: readonly Case[]; stage: Stage; estimate: RunEstimate }> {
  const { setting, cases, stage } = await caseSetting(engine, person, task, order.stage, order);
  const known = knownCalls(setting.state.journals);
  let fresh = 0;
  for (const each of cases)
    for (const strategy of [order.strategy, ''])
      for (let nth = 1; nth <= order.runs; nth++) if (!known.has(`${askedHash(await caseRequest(setting, each, strategy, nth))} ${nth}`)) fresh++;
  return { setting, cases, stage, estimate: await trialEstimate(setting, fresh, `Trial: ${cases.length} cases, ${order.runs} × with and without`) };
}

/**
 * How many cases a stage has, and what a trial would cost for each of these numbers of runs, in USD: before one is ordered. What is on record by then
 * makes it cheaper.
 * @throws UserError (exit 2) as for a trial
 */
export async function trialPrices(engine: Engine, task: Task, number: number, runs: readonly number[]): Promise<{ cases: number; usd: number[] }> {
  // Nothing runs here: commands are asked for when a trial is.
  const { setting, cases } = await caseSetting(engine, { confirmCommands: async () => true }, task, number);
  const one = await trialEstimate(setting, 2 * cases.length, '');
  return { cases: cases.length, usd: runs.map((times) => one.usd * times) };
}

/** What a trial showed, as a strategy's file keeps it. */
export function evidenceOf(report: TrialReport, strategy: string, date: string): StrategyEvidence {
  const { comparison, model } = report;
  const round = (share: number, digits: number) => Number(share.toPrecision(digits));
  return {
    model,
    date,
    cases: comparison.cases,
    runs: comparison.runs,
    withStrategy: round(comparison.first.rate, 4),
    withoutStrategy: round(comparison.second.rate, 4),
    p: round(comparison.p, 3),
    verdict: comparison.verdict,
    bodyHash: bodyHash(strategy),
  };
}
