import type { Catalog } from '../catalog/catalog';
import type { Tier } from '../catalog/models';
import { estimateTokens } from '../catalog/tokens';
import { UserError } from '../ports';
import type { OutputFormat } from '../steering/contextTypes';
import type { Plan } from '../steering/plan';
import type { Engine, RunEstimate } from './engine';
import { type EstimateContext, estimateStage } from './estimate';
import { listItems } from './items';
import { noUsage } from './spending';
import { listText, type UnitSources } from './unit';

/** What a repository says must not quietly raise a price: a mapping to a dearer model is shown with both. */
function noteDearer(estimate: RunEstimate, tier: Tier, model: string, tokens: { inputTokens: number; outputTokens: number }, catalog: Catalog): void {
  const insteadOf = catalog.modelFor(tier);
  if (insteadOf === model) return;
  const usage = { ...noUsage, ...tokens };
  const [usd, insteadUsd] = [catalog.price(model, usage), catalog.price(insteadOf, usage)];
  if (usd <= insteadUsd) return;
  estimate.dearer ??= [];
  const known = estimate.dearer.find((each) => each.tier === tier);
  if (known) {
    known.usd += usd;
    known.insteadUsd += insteadUsd;
  } else estimate.dearer.push({ tier, model, usd, insteadOf, insteadUsd });
}

export interface RunEstimateContext {
  engine: Pick<Engine, 'files' | 'catalog' | 'settings' | 'project'> & { model?: { paid: boolean } };
  answers: ReadonlyMap<string, string>;
  /** Outputs that are there already, by index. */
  outputs?: ReadonlyMap<number, { text: string; format?: OutputFormat }>;
  /** Number of a stage that goes to Opus. */
  escalate?: number;
}

/** How many items each `Each` stage goes through, where its list is there already. */
async function countItems(plan: Plan, sources: UnitSources): Promise<Map<number, number>> {
  const counts = new Map<number, number>();
  for (const planned of plan.stages) {
    if (!planned.list) continue;
    try {
      const items = listItems(await listText(sources, planned)).length;
      if (items) counts.set(planned.index, items);
    } catch (error) {
      // A list that can't be read is refused when the stage runs; an estimate does without it.
      if (!(error instanceof UserError)) throw error;
    }
  }
  return counts;
}

/** What estimates are made of, from what the engine has. */
export async function estimateContext(plan: Plan, { engine, answers, outputs = new Map() }: RunEstimateContext): Promise<EstimateContext> {
  const counts = await countItems(plan, { engine, plan, answers, outputs });
  return {
    items: (index) => counts.get(index),
    files: engine.files,
    countTokens: (text) => estimateTokens(text),
    outputs: (index) => outputs.get(index),
    answers,
    background: engine.settings.background,
    project: engine.project,
    // Nothing is sent for an estimate.
    allowedSecrets: 'all',
    catalog: engine.catalog,
  };
}

/** What the model stages among `indexes` will cost if each passes at once, in USD; Code stages are left out. */
export async function estimateRun(plan: Plan, indexes: readonly number[], context: RunEstimateContext): Promise<RunEstimate> {
  const { catalog } = context.engine;
  const own = await estimateContext(plan, context);
  const estimate: RunEstimate = { paid: context.engine.model?.paid ?? true, stages: [], usd: 0, allOpusUsd: 0, escalation: context.escalate };
  for (const index of indexes) {
    const stage = plan.stages[index]?.stage;
    if (!stage || stage.runner.tier === 'code') continue;
    const { usd, allOpusUsd, inputTokens, outputTokens } = await estimateStage(plan, index, own);
    const escalated = stage.number === context.escalate;
    const model = catalog.modelFor(escalated ? 'opus' : stage.runner.tier, plan.task.document.models);
    estimate.stages.push({ number: stage.number, title: stage.title, slug: stage.slug, model, usd: escalated ? allOpusUsd : usd });
    estimate.usd += escalated ? allOpusUsd : usd;
    estimate.allOpusUsd += allOpusUsd;
    noteDearer(estimate, escalated ? 'opus' : stage.runner.tier, model, { inputTokens, outputTokens }, catalog);
  }
  return estimate;
}
