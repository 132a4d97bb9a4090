import { UserError } from '../ports';
import type { Plan } from '../steering/plan';
import type { Engine } from './engine';
import { exactTokens, previewStage } from './preview';
import { isSent } from './secretGate';

/**
 * The exact input tokens of one answer of each stage whose inputs are all there, as the provider counts them, free of charge; for a stage with `Each`, of its
 * first item. What reads outputs that are still to come, and what nobody can count, stays an estimate.
 */
export async function exactInputs(
  engine: Pick<Engine, 'files' | 'catalog' | 'settings' | 'project' | 'model'>,
  plan: Plan,
  indexes: readonly number[],
  known: { answers: ReadonlyMap<string, string>; outputs: ReadonlyMap<number, unknown> },
  signal: AbortSignal,
): Promise<(index: number) => number | undefined> {
  const counts = new Map<number, number>();
  for (const index of indexes) {
    const planned = plan.stages[index];
    if (!engine.model.countTokens || !planned || !isSent(planned.stage) || planned.needs.some((need) => !known.outputs.has(need))) continue;
    try {
      const preview = await previewStage(engine, plan, index, { answers: known.answers });
      const tokens = preview.bundle.missing.length ? undefined : await exactTokens(engine.model, plan, index, preview, signal);
      if (tokens !== undefined) counts.set(index, tokens);
    } catch (error) {
      // What keeps a stage from being sent is told where it is run: here it is only not counted.
      if (!(error instanceof UserError) || error.details.exitCode === 130) throw error;
    }
  }
  return (index) => counts.get(index);
}
