import { posix } from 'node:path';
import type { Files } from '../ports';
import type { Plan, PlannedStage } from '../steering/plan';
import { readStrategy, type Strategy, strategyPath } from '../steering/strategy';
import { pathInWorkspace } from '../steering/task';

/** A strategy that a task keeps, with the stage it is for. */
export interface KeptStrategy {
  planned: PlannedStage;
  /** Absolute. */
  path: string;
  text: string;
  strategy: Strategy;
}

/** The strategies of a task's stages that can be read, in the order of the stages. @throws UserError (exit 2) where one leads out of the workspace */
export async function keptStrategies(files: Files, plan: Plan): Promise<KeptStrategy[]> {
  const kept: KeptStrategy[] = [];
  for (const planned of plan.stages) {
    const path = await pathInWorkspace(plan.task, strategyPath(plan.task, planned.stage), files);
    if (!(await files.stat(path))) continue;
    const text = await files.read(path);
    const { strategy } = readStrategy(path, text);
    if (strategy) kept.push({ planned, path: posix.normalize(path), text, strategy });
  }
  return kept;
}
