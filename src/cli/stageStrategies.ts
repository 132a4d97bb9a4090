import { readStageStrategy, type StageStrategy, strategyWords } from '../steering/stageStrategy';
import type { StrategyStatus } from '../steering/strategy';
import type { Task } from '../steering/task';
import { type Surroundings, shownPath } from './surroundings';

/** The strategy of a stage in the shape that `--json` promises. */
export interface StrategyJson {
  /** From the working directory. */
  path: string;
  /** null for a file that is no strategy that could be used. */
  status: StrategyStatus | null;
  /** Written for the stage as it was before somebody changed it. */
  stale: boolean;
  /** A trial of this very text showed that it helps, and a person adopted it. */
  proven: boolean;
  /** Why it can't be used. */
  problem?: string;
}

/** The strategies of a task's stages, by slug, with the words they are marked with. */
export type StageStrategies = ReadonlyMap<string, StrategyJson & { words: string }>;

/** Read the strategies of a task's stages. Never fails: a file that can't be read says so. */
export async function stageStrategies(around: Pick<Surroundings, 'files' | 'workingDirectory'>, task: Task): Promise<StageStrategies> {
  const found = new Map<string, StrategyJson & { words: string }>();
  for (const stage of task.document.stages) {
    const strategy = await readStageStrategy(around.files, task, stage);
    if (strategy) found.set(stage.slug, { ...shown(around, strategy), words: strategyWords(strategy) });
  }
  return found;
}

function shown(around: Pick<Surroundings, 'workingDirectory'>, strategy: StageStrategy): StrategyJson {
  const path = shownPath(around, strategy.path);
  if ('problem' in strategy) return { path, status: null, stale: false, proven: false, problem: strategy.problem };
  return { path, status: strategy.strategy.status, stale: strategy.stale, proven: strategy.proven };
}

/** As `--json` has it: null for a stage that has none. */
export function strategyJson(strategies: StageStrategies, slug: string): StrategyJson | null {
  const known = strategies.get(slug);
  if (!known) return null;
  const { words: _, ...json } = known;
  return json;
}
