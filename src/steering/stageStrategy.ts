import type { Files } from '../ports';
import type { Stage } from './contextTypes';
import { strategyPath } from './strategy';
import { type StrategyStanding, strategyFor, strategyReason } from './strategyUse';
import type { Task } from './task';

/** The strategy of a stage as it is shown: where its file is, and where it stands, or why it can't be used. */
export type StageStrategy = { path: string } & (StrategyStanding | { problem: string });

/** What stands in the file of a stage's strategy; undefined where there is none. Never fails: a file that can't be read is one that can't be used. */
export async function readStageStrategy(files: Files, task: Task, stage: Stage): Promise<StageStrategy | undefined> {
  const path = strategyPath(task, stage);
  if (stage.runner.tier === 'code' || !(await files.stat(path))) return undefined;
  try {
    return { path, ...strategyFor(path, await files.read(path), stage) };
  } catch (error) {
    return { path, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** In a word or two: `proven 95%`, `unproven`, `stale`, `rejected`, `can’t be used`. */
export function strategyWords(strategy: StageStrategy): string {
  if ('problem' in strategy) return 'can’t be used';
  const { status, evidence } = strategy.strategy;
  if (status === 'rejected') return 'rejected';
  if (strategy.stale) return 'stale';
  return strategy.proven && evidence ? `proven ${Math.round(evidence.withStrategy * 100)}%` : 'unproven';
}

/** In a sentence. */
export function strategySentence(strategy: StageStrategy): string {
  if ('problem' in strategy) return `Its strategy can’t be used: ${strategy.problem}`;
  if (strategy.strategy.status === 'rejected') return 'Its strategy did harm in a trial and is not used.';
  return `It is given ${strategyReason(strategy)}.`;
}

/** True where every run of the stage is given a text of which nobody has shown that it helps. */
export function runsUnproven(strategy: StageStrategy | undefined): boolean {
  return strategy !== undefined && !('problem' in strategy) && strategy.strategy.status !== 'rejected' && !strategy.proven;
}
