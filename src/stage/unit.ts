import { createHash } from 'node:crypto';
import { assembleBundle } from '../bundle/bundle';
import type { Bundle } from '../bundle/bundleTypes';
import { estimateTokens } from '../catalog/tokens';
import { UserError } from '../ports';
import type { OutputFormat } from '../steering/contextTypes';
import type { Plan, PlannedStage } from '../steering/plan';
import type { Engine } from './engine';
import { buildPrompt, type Prompt, type PromptOptions } from './prompt';

/** An output that later stages read. */
export interface StageOutput {
  text: string;
  format?: OutputFormat;
}

/** One thing to run: a stage, or one item of a stage with `Each`. */
export interface Unit {
  planned: PlannedStage;
  /** Number of the item, from 1, with its value. */
  item?: { number: number; name: string; value: string };
  bundle: Bundle;
  /** Hash of all it is made from. */
  fingerprint: string;
  prompt(options?: PromptOptions): Prompt;
}

export interface UnitSources {
  engine: Pick<Engine, 'files' | 'catalog' | 'settings'>;
  plan: Plan;
  outputs: ReadonlyMap<number, StageOutput>;
  /** By lower-case name. */
  answers: ReadonlyMap<string, string>;
}

/**
 * All that one stage is made from, now.
 * @throws UserError (exit 2) where a named file is missing or leads out of the workspace, or an input has no value.
 */
export async function buildUnit(sources: UnitSources, index: number, item?: Unit['item']): Promise<Unit> {
  const { engine, plan, outputs, answers } = sources;
  const planned = plan.stages[index] as PlannedStage;
  const { stage } = planned;
  const { document } = plan.task;
  const model = stage.runner.tier === 'code' ? 'code' : engine.catalog.modelFor(stage.runner.tier, document.models);
  const bundle = await assembleBundle(plan, index, {
    files: engine.files,
    countTokens: (text) => estimateTokens(text, model),
    outputs: (at) => outputs.get(at),
    answers,
    // A command reads its inputs as files: nothing is cut to fit a model.
    budget: stage.runner.tier === 'code' ? Number.MAX_SAFE_INTEGER : undefined,
    background: engine.settings.background,
    windowTokens: engine.catalog.entry(model).contextWindow,
    item: item && { name: item.name, value: item.value },
  });
  const missing = bundle.missing[0];
  if (missing) {
    throw new UserError(`Stage ${stage.number} “${stage.title}” has no value for its input “${missing.text}”.`, {
      path: document.path,
      line: missing.range.start.line,
      todo: `Give it with --input "${missing.text}=…", or declare it under \`inputs:\` in the front matter.`,
      exitCode: 2,
    });
  }
  const prompt = (options: PromptOptions = {}) => buildPrompt(plan, index, bundle, { ...options, item: item && { name: item.name, value: item.value } });
  const { text } = prompt();
  const made = {
    version: 1,
    ...text,
    model,
    effort: stage.runner.effort,
    run: stage.run,
    checks: stage.checks.map((check) => [check.text, check.negated, check.level]),
  };
  return { planned, item, bundle, fingerprint: createHash('sha256').update(JSON.stringify(made)).digest('hex'), prompt };
}

/** How a text is recognised later: the SHA-256 of it. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
