import type { Catalog } from '../catalog/catalog';
import type { Tier } from '../catalog/models';
import { estimateTokens } from '../catalog/tokens';
import type { Journal } from '../journal/journal';
import { noUsage } from '../journal/usage';
import { pastAnswers } from '../money/pastAnswers';
import { UserError } from '../ports';
import type { OutputFormat } from '../steering/contextTypes';
import { unfilledIn } from '../steering/placeholders';
import type { Plan } from '../steering/plan';
import { batchShare, isBatchable } from './batchable';
import { compareWithCaps, type Least } from './capCheck';
import type { Engine, RunEstimate } from './engine';
import { type EstimateContext, estimateStage, judgeUsage } from './estimate';
import { sharedReading } from './glance';
import { listItems } from './items';
import { climbsTo, dearerTiers } from './ladder';
import type { CapRoom } from './purse';
import { judgesOf } from './tries';
import { listText, type UnitSources } from './unit';

/** What a repository says must not quietly raise a price: a mapping to a dearer model is shown with both. */
export function noteDearer(estimate: RunEstimate, tier: Tier, model: string, tokens: { inputTokens: number; outputTokens: number }, catalog: Catalog): void {
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
  engine: Pick<Engine, 'files' | 'catalog' | 'settings' | 'project'> & { model?: { paid: boolean; kind: string; batches?: unknown } };
  answers: ReadonlyMap<string, string>;
  /** Outputs that are there already, by index. */
  outputs?: ReadonlyMap<number, { text: string; format?: OutputFormat }>;
  /** Number of a stage that goes to Opus. */
  escalate?: number;
  /** Items of `Each` go through batches, as far as they can. */
  batch?: boolean;
  /** The task's runs so far, to learn from what answers took. */
  journals?: readonly Journal[];
  /** Exact input tokens of one answer, by index. */
  exactInput?: (index: number) => number | undefined;
  /** What the caps leave; the estimate is compared with it where it is given. */
  rooms?: readonly CapRoom[];
}

/** How many items each `Each` stage goes through, and how many tokens one has on average, where its list is there already. */
async function countItems(plan: Plan, sources: UnitSources): Promise<Map<number, { items: number; tokens: number }>> {
  const counts = new Map<number, { items: number; tokens: number }>();
  for (const planned of plan.stages) {
    if (!planned.list) continue;
    try {
      const items = listItems(await listText(sources, planned));
      if (items.length) counts.set(planned.index, { items: items.length, tokens: Math.ceil(estimateTokens(items.join('\n')) / items.length) });
    } catch (error) {
      // A list that can't be read is refused when the stage runs; an estimate does without it.
      if (!(error instanceof UserError)) throw error;
    }
  }
  return counts;
}

/** What estimates are made of, from what the engine has. */
export async function estimateContext(
  plan: Plan,
  { engine, answers, outputs = new Map(), journals, exactInput, escalate }: RunEstimateContext,
): Promise<EstimateContext> {
  const counts = await countItems(plan, { engine, plan, answers, outputs });
  return {
    items: (index) => counts.get(index)?.items,
    itemTokens: (index) => counts.get(index)?.tokens,
    files: engine.files,
    reading: sharedReading(engine.files, plan.task),
    countTokens: (text) => estimateTokens(text),
    outputs: (index) => outputs.get(index),
    answers,
    background: engine.settings.background,
    relevantCode: engine.settings.relevantCode,
    project: engine.project,
    // Nothing is sent for an estimate.
    allowedSecrets: 'all',
    catalog: engine.catalog,
    past: journals && pastAnswers(journals),
    exactInput,
    ladder: engine.settings,
    client: engine.model,
    escalate,
  };
}

/** What the model stages among `indexes` will cost if each passes at once, in USD; Code stages are left out. */
export async function estimateRun(plan: Plan, indexes: readonly number[], context: RunEstimateContext): Promise<RunEstimate> {
  const { catalog } = context.engine;
  const own = await estimateContext(plan, context);
  const estimate: RunEstimate = { paid: context.engine.model?.paid ?? true, stages: [], usd: 0, atMostUsd: 0, allOpusUsd: 0, escalation: context.escalate };
  const leasts: Least[] = [];
  const sent = new Set<string>();
  const offer = { usd: 0, items: 0 };
  if (context.batch && context.engine.model?.batches) estimate.byBatch = true;
  for (const index of indexes) {
    const stage = plan.stages[index]?.stage;
    // A command costs nothing, but judges may be asked about what it prints.
    if (!stage || (stage.runner.tier === 'code' && !judgesOf(stage.checks))) continue;
    const {
      usd,
      allOpusUsd,
      inputTokens,
      outputTokens,
      atMostUsd,
      least,
      pastAnswers,
      assumedItems,
      cut,
      unfilled = [],
    } = await estimateStage(plan, index, own);
    const { number, title } = stage;
    for (const each of cut ?? []) estimate.cut = [...(estimate.cut ?? []), { number, title, ...each }];
    for (const each of unfilled) sent.add(each);
    const escalated = stage.number === context.escalate;
    const tier = escalated ? 'opus' : stage.runner.tier === 'code' ? 'haiku' : stage.runner.tier;
    const model = catalog.modelFor(tier, plan.task.document.models);
    const share = isBatchable(stage) && !escalated ? batchShare(catalog, model, { ...noUsage, inputTokens, outputTokens }) : 1;
    const paidShare = estimate.byBatch ? share : 1;
    if (share < 1) offer.items += own.items?.(index) ?? 0;
    offer.usd += escalated ? allOpusUsd : usd * share;
    const stageUsd = escalated ? allOpusUsd : usd * paidShare;
    estimate.stages.push({ number: stage.number, title: stage.title, slug: stage.slug, model, usd: stageUsd, atMostUsd, pastAnswers, assumedItems });
    if (context.exactInput?.(index) !== undefined) estimate.exact = true;
    estimate.atMostUsd = (estimate.atMostUsd ?? 0) + atMostUsd;
    leasts.push({ number: stage.number, title: stage.title, roomUsd: least.roomUsd * paidShare, usd: least.usd * paidShare });
    estimate.usd += stageUsd;
    estimate.allOpusUsd += allOpusUsd;
    noteDearer(estimate, tier, model, { inputTokens, outputTokens }, catalog);
    const judges = judgesOf(stage.checks);
    if (judges && stage.runner.tier !== 'haiku')
      noteDearer(estimate, 'haiku', catalog.modelFor('haiku', plan.task.document.models), judgeUsage(stage, judges), catalog);
    // Whoever may be asked besides: an advisor, and what the stage climbs to by itself.
    const others = escalated
      ? []
      : [...(stage.advisor && stage.runner.tier !== 'opus' ? (['opus'] as const) : []), ...dearerTiers(stage, context.engine.settings)];
    for (const tier of new Set(others)) noteDearer(estimate, tier, catalog.modelFor(tier, plan.task.document.models), { inputTokens, outputTokens }, catalog);
  }
  const { document } = plan.task;
  if (sent.size) estimate.unfilled = unfilledIn(document.path, document.text).filter((each) => sent.has(each));
  const stages = indexes.flatMap((index) => plan.stages[index]?.stage ?? []);
  const climb = context.escalate === undefined ? climbsTo(stages, context.engine.settings) : undefined;
  if (climb) estimate.climb = { tier: climb, model: catalog.modelFor(climb, plan.task.document.models), usd: context.engine.settings.maxEscalationUsd ?? 0 };
  const { batchFrom = 0 } = context.engine.settings;
  const isOffered = batchFrom > 0 && offer.items >= batchFrom && context.engine.model?.batches && !estimate.byBatch;
  if (isOffered) estimate.batch = { usd: offer.usd, items: offer.items };
  if (context.rooms) compareWithCaps(estimate, leasts, context.rooms);
  return estimate;
}
