import type { ContextDocument, Stage } from '../steering/contextTypes';

/** Where nobody says anything: enough for a long article with its sources, and far below the 100k tokens where the cheap model's price rises. */
const usual = 60_000;

/**
 * The tokens a stage's bundle may take. What is said nearest wins: for this bundle, `Budget:` of the stage, the document's `budget.tokens`,
 * settings, else 60,000 or half the window, whichever is less.
 *
 * The document's tokens are the whole run's: what its stages do not state for themselves is divided evenly among the other stages that ask a
 * model, and such a share is a limit, not a wish: it never lifts a bundle over what settings or the default give.
 * No budget goes over four fifths of the window: the rest is for the task itself and the answer.
 */
export function budgetFor(
  stage: Stage,
  document: Pick<ContextDocument, 'stages' | 'budget'>,
  limits: { windowTokens: number; budget?: number; defaultBudget?: number },
): number {
  const most = Math.max(0, Math.floor(limits.windowTokens * 0.8));
  const otherwise = limits.defaultBudget ?? Math.min(Math.floor(limits.windowTokens / 2), usual);
  const said = limits.budget ?? stage.budget ?? Math.min(shareOf(document), otherwise);
  return Math.max(0, Math.min(Math.floor(said), most));
}

function shareOf({ stages, budget }: Pick<ContextDocument, 'stages' | 'budget'>): number {
  if (budget.tokens === undefined) return Number.POSITIVE_INFINITY;
  const asking = stages.filter((stage) => stage.runner.tier !== 'code');
  const open = asking.filter((stage) => stage.budget === undefined).length;
  const stated = asking.reduce((sum, stage) => sum + (stage.budget ?? 0), 0);
  return Math.max(0, budget.tokens - stated) / Math.max(1, open);
}
