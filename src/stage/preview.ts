import { assembleBundle } from '../bundle/bundle';
import type { Bundle } from '../bundle/bundleTypes';
import { estimateTokens } from '../catalog/tokens';
import type { Plan } from '../steering/plan';
import { currentOutputs } from './current';
import type { Engine } from './engine';
import { buildPrompt, type Prompt } from './prompt';

export interface Preview {
  bundle: Bundle;
  prompt: Prompt;
  /** The model that would be sent it. */
  model: string;
}

/**
 * Exactly what a stage would be sent now: earlier outputs as they stand, inputs as they were last given or as `answers` has them, by lower-case name.
 * @throws UserError (exit 2) where a file the stage names can't be had.
 */
export async function previewStage(
  engine: Pick<Engine, 'files' | 'catalog' | 'settings'>,
  plan: Plan,
  index: number,
  options: { answers?: ReadonlyMap<string, string>; budget?: number } = {},
): Promise<Preview> {
  const { outputs, answers } = await currentOutputs(engine, plan, index);
  for (const [name, value] of options.answers ?? []) answers.set(name, value);
  const tier = plan.stages[index]?.stage.runner.tier;
  const model = engine.catalog.modelFor(!tier || tier === 'code' ? 'haiku' : tier, plan.task.document.models);
  const bundle = await assembleBundle(plan, index, {
    files: engine.files,
    countTokens: (text) => estimateTokens(text, model),
    outputs: (at) => outputs.get(at),
    answers,
    budget: options.budget,
    background: engine.settings.background,
    windowTokens: engine.catalog.entry(model).contextWindow,
  });
  return { bundle, prompt: buildPrompt(plan, index, bundle), model };
}
