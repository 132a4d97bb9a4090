import { UserError } from '../ports';
import { commissioned } from '../stage/commission';
import type { Engine, Person, RunEstimate, RunOptions } from '../stage/engine';
import { KnownCalls, recordedAnswer } from '../stage/recordedCall';
import type { Stage } from '../steering/contextTypes';
import { bodyHash, type StrategyEvidence } from '../steering/strategy';
import type { Task } from '../steering/task';
import { plural } from '../text';
import { type CaseRun, caseRequest, runCase } from './caseRun';
import { caseSetting, type SetCases, trialEstimate } from './caseSetting';
import type { Case } from './cases';
import { caseHash } from './learntFrom';
import { openJudges, withJudges } from './openJudges';
import { comparePaired, type PairedComparison } from './statistics';
import { allOf } from './together';

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
  /** Hashes of the cases that the strategy was learnt from: left out, as they are what it was chosen by. */
  learntFrom?: readonly string[];
  /** Told after each run of a case: so many of all, with and without. */
  onRun?(done: number, of: number): void;
}

/** One side of a trial. */
export interface TrialArm {
  /** Means of one run. */
  usd: number;
  ms: number;
  /** Checks that could not run, over all runs. */
  errors: number;
}

/** Cases that are not compared. */
export interface CasesLeft {
  /** The strategy was learnt from them. */
  learnt: number;
  /** They ask what another case asks. */
  twins: number;
  /** A required check of theirs could not run, so of one side nobody knows whether it passed. */
  unsettled: number;
}

export interface TrialReport {
  stage: Stage;
  model: string;
  runs: number;
  /** How many of each case's runs passed, of those that are compared. */
  cases: { id: string; with: number; without: number }[];
  comparison: PairedComparison;
  left: CasesLeft;
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
  const { setting, cases, twins, learnt, stage, estimate } = prepared;
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
            results[arm]?.[at]?.push(await runCase(desk, setting, request, { purpose: 'trial', nth: i + 1 }));
            order.onRun?.(++done, all);
          }),
        ),
      );
      await allOf(jobs, desk.context.lanes);
      return results;
    },
  );
  const [withIt = [], without = []] = value;
  const passes = (runs: readonly CaseRun[] = []) => runs.filter(({ passed }) => passed).length;
  const settled = cases.flatMap((_, at) => ([withIt[at], without[at]].some((runs) => runs?.some(({ unsettled }) => unsettled)) ? [] : [at]));
  const compared = settled.map((at) => ({ id: (cases[at] as Case).id, with: passes(withIt[at]), without: passes(without[at]) }));
  return {
    stage,
    model: setting.model,
    runs: order.runs,
    cases: compared,
    comparison: comparePaired(
      compared.map((each) => each.with),
      compared.map((each) => each.without),
      order.runs,
    ),
    left: { learnt, twins: twins.length, unsettled: cases.length - settled.length },
    with: armOf(withIt),
    without: armOf(without),
    usd,
    ms,
    known: value.flat(2).filter(({ known }) => known).length,
    run,
  };
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
async function prepareTrial(engine: Engine, person: Person, task: Task, order: TrialOrder): Promise<SetCases & { learnt: number; estimate: RunEstimate }> {
  const set = await caseSetting(engine, person, task, order.stage, order);
  const { setting } = set;
  const cases = unseen(set, order.learntFrom);
  const known = new KnownCalls(setting.state.journals);
  let fresh = 0;
  let judges = 0;
  for (const each of cases)
    for (const strategy of [order.strategy, ''])
      for (let nth = 1; nth <= order.runs; nth++) {
        const answer = await recordedAnswer(engine.files, known, await caseRequest(setting, each, strategy, nth), nth);
        if (answer) judges += await openJudges(setting, answer);
        else fresh++;
      }
  const estimate = withJudges(await trialEstimate(setting, fresh, `Trial: ${cases.length} cases, ${order.runs} × with and without`), setting, judges);
  return { ...set, cases, learnt: set.cases.length - cases.length, estimate };
}

/** The cases that a strategy was not learnt from. @throws UserError (exit 2) where there is none */
function unseen({ setting, cases, stage }: SetCases, learntFrom: readonly string[] = []): Case[] {
  const seen = new Set(learntFrom);
  const left = cases.filter((each) => !seen.has(caseHash(each, setting.plan)));
  if (left.length) return left;
  const { task } = setting.plan;
  throw new UserError(`The strategy of stage ${stage.number} was learnt from all of its ${plural(cases.length, 'case')}: none is left to prove it by.`, {
    path: task.document.path,
    line: stage.headingRange.start.line,
    todo: `Add others to evals/${task.slug}.jsonl.`,
    exitCode: 2,
  });
}

/**
 * How many cases a stage has that its strategy was not learnt from, and what a trial would cost for each of these numbers of runs, in USD: before one is
 * ordered. What is on record by then makes it cheaper.
 * @throws UserError (exit 2) as for a trial
 */
export async function trialPrices(
  engine: Engine,
  task: Task,
  { stage, learntFrom }: Pick<TrialOrder, 'stage' | 'learntFrom'>,
  runs: readonly number[],
): Promise<{ cases: number; usd: number[] }> {
  // Nothing runs here: commands are asked for when a trial is.
  const set = await caseSetting(engine, { confirmCommands: async () => true }, task, stage);
  const cases = unseen(set, learntFrom).length;
  const one = await trialEstimate(set.setting, 2 * cases, '');
  return { cases, usd: runs.map((times) => one.usd * times) };
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
