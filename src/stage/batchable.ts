import type { Catalog } from '../catalog/catalog';
import { aboutUsd } from '../catalog/tokens';
import type { Usage } from '../ports';
import type { Stage } from '../steering/contextTypes';
import type { RunEstimate } from './engine';

/** True for a stage whose items can be asked together through a provider's batches: one answer an item, from a model, without tools. */
export function isBatchable({ each, runner, variants, advisor }: Pick<Stage, 'each' | 'runner' | 'variants' | 'advisor'>): boolean {
  return each !== undefined && runner.tier !== 'code' && variants === 1 && !advisor;
}

/** What of its price a call costs in a batch, from 0 to 1. */
export function batchShare(catalog: Pick<Catalog, 'price'>, model: string, usage: Usage): number {
  const usd = catalog.price(model, usage);
  return usd > 0 ? catalog.price(model, usage, { batch: true }) / usd : 1;
}

/** What there is to say of batches before a run, as one line; undefined where nothing is. */
export function batchLine({ batch, byBatch }: RunEstimate): string | undefined {
  if (byBatch) return 'Items go through the provider’s batches at half price: answered within 24 hours, retries at once and at full price.';
  return batch && `As a batch ${aboutUsd(batch.usd)}: half price for ${batch.items} items, answered within 24 hours.`;
}
