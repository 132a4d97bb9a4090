import { type Files, UserError } from '../ports';
import type { Stage } from './contextTypes';
import { bodyHash, hasEvidence, readStrategy, type Strategy, stageHash } from './strategy';

/** How far a strategy can be trusted for a stage as it is now. */
export interface StrategyStanding {
  strategy: Strategy;
  /** Written for the stage as it was before somebody changed it. */
  stale: boolean;
  /** A trial of this very text showed that it helps, and a person adopted it. */
  proven: boolean;
}

/** True where a trial of this very text showed that it helps, and a person adopted it. */
export function isProven(strategy: Strategy): boolean {
  return strategy.status === 'adopted' && hasEvidence(strategy) && strategy.evidence?.verdict === 'better';
}

/**
 * The proven strategies of a task: by the slug of their stage, the `bodyHash` of the text that evidence is about. What can't be read proves nothing.
 * @param folder the task's among the strategies, `.haiku/strategies/<task>`
 */
export async function provenStrategies(files: Files, folder: string): Promise<Map<string, string>> {
  const proven = new Map<string, string>();
  for (const { name, kind } of await files.list(folder)) {
    if (kind !== 'file' || !name.endsWith('.md')) continue;
    const path = `${folder}/${name}`;
    try {
      const { strategy } = readStrategy(path, await files.read(path));
      if (strategy && isProven(strategy)) proven.set(strategy.stage, bodyHash(strategy.body));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
  }
  return proven;
}

/** Where a strategy stands. */
export function standingOf(strategy: Strategy, stage: Stage): StrategyStanding {
  return { strategy, stale: strategy.stageHash !== stageHash(stage), proven: isProven(strategy) };
}

/** The strategy that a file holds for a stage, or why it holds none. */
export function strategyFor(path: string, text: string, stage: Stage): StrategyStanding | { problem: string } {
  const { strategy, problems } = readStrategy(path, text);
  if (!strategy) return { problem: problems[0]?.message ?? 'it is empty.' };
  if (strategy.stage !== stage.slug) return { problem: `it is for the stage “${strategy.stage}”.` };
  return standingOf(strategy, stage);
}

/** What is said of a strategy wherever it is named: who wrote it for whom, and what is known of its worth. */
export function strategyReason({ strategy, stale, proven }: StrategyStanding): string {
  const { evidence } = strategy;
  const percent = (share: number) => `${Math.round(share * 100)}%`;
  const worth =
    proven && evidence
      ? `proven: ${percent(evidence.withStrategy)} passed with it, ${percent(evidence.withoutStrategy)} without, ${evidence.cases} cases`
      : 'unproven';
  return `the strategy ${strategy.authorModel} wrote for ${strategy.targetModel} (${worth}${stale ? '; the stage has changed since' : ''})`;
}
