import { type Usage, UserError } from '../ports';
import { bytesPerTenTokens, defaultModels, knownModel, type LongPrompt, type Model, models, type Prices, type Tier, tiers } from './models';

/** A person's own prices for one model id, in USD per million tokens; what is left out stays as the catalogue has it. */
export interface PriceOverride extends Partial<Prices> {
  /** `null` where long prompts cost the same. */
  longPrompt?: LongPrompt | null;
}

export interface CatalogEntry extends Model {
  /** False where the prices are a guess: say so wherever a price is shown. */
  known: boolean;
}

export interface Catalog {
  /** The model id a tier stands for; `overrides` (a document's own mapping) go before the settings, these before the defaults. */
  modelFor(tier: Tier, overrides?: Partial<Record<Tier, string>>): string;
  /**
   * What is known of a model id. Never fails: an id that is in neither the catalogue nor the price overrides gets, price by price, the
   * dearest of the known models of its tier (the tier it is mapped to in the settings, or the one named in the id), else of all models; the
   * smallest of the known windows; and `known: false`.
   */
  entry(modelId: string): CatalogEntry;
  /**
   * What a call cost, in USD, unrounded. Cache writes are taken to be the 5-minute kind, the only kind this product asks for.
   * Where the prompt, cache reads and writes included, is over the model's long-prompt limit, all of the call is at the long prompt's prices.
   */
  price(modelId: string, usage: Usage): number;
  /**
   * The most a call can cost, in USD: every input token at the dearer of the plain and the cache-write price, every output token that is
   * allowed. Never less than `price` for a call that stays within both counts.
   */
  worstCase(modelId: string, inputTokens: number, maxOutputTokens: number): number;
}

const priceNames = ['input', 'output', 'cacheWrite5m', 'cacheWrite1h', 'cacheRead', 'batchInput', 'batchOutput'] as const satisfies readonly (keyof Prices)[];

/** Whole pico-USD per token, so that a sum is exact and rounding happens once, in the last division. */
function picoUsd(usdPerMillion: number): number {
  return Math.round(usdPerMillion * 1e6);
}

function dearest(of: readonly Model[]): Prices {
  const most = (name: keyof Prices): number => Math.max(...of.flatMap((model) => [model.prices[name], model.longPrompt?.prices[name] ?? 0]));
  return Object.fromEntries(priceNames.map((name) => [name, most(name)])) as unknown as Prices;
}

function refuseNonsense(modelId: string, override: PriceOverride): void {
  for (const prices of [override, override.longPrompt?.prices ?? {}]) {
    for (const name of priceNames) {
      const value: unknown = prices[name];
      if (value === undefined || (typeof value === 'number' && Number.isFinite(value) && value >= 0)) continue;
      throw new UserError(`The price "${name}" set for ${modelId} is no amount of money.`, {
        todo: 'Write USD per million tokens as a number, 0 or more.',
        exitCode: 2,
      });
    }
  }
}

/** Prices of a model that only a person knows. Nothing is assumed cheaper than what they said: no cache discount, no batch discount. */
function completed(override: PriceOverride, fallback: Prices): Prices {
  const input = override.input ?? fallback.input;
  const output = override.output ?? fallback.output;
  return {
    input,
    output,
    cacheWrite5m: override.cacheWrite5m ?? input * 1.25,
    cacheWrite1h: override.cacheWrite1h ?? input * 2,
    cacheRead: override.cacheRead ?? input,
    batchInput: override.batchInput ?? input,
    batchOutput: override.batchOutput ?? output,
  };
}

/**
 * The catalogue as one person has it: which model each tier stands for, and what models cost.
 * @throws UserError (exit code 2) where a price in `prices` is no number of 0 or more.
 */
export function createCatalog(options: { models?: Partial<Record<Tier, string>>; prices?: Record<string, PriceOverride> } = {}): Catalog {
  const overrides = options.prices ?? {};
  for (const [id, override] of Object.entries(overrides)) refuseNonsense(id, override);
  const entries = new Map<string, CatalogEntry>();

  function build(modelId: string): CatalogEntry {
    const own = knownModel(modelId);
    const override = Object.hasOwn(overrides, modelId) ? overrides[modelId] : own && Object.hasOwn(overrides, own.id) ? overrides[own.id] : undefined;
    if (own) {
      const prices = { ...own.prices };
      for (const name of priceNames) prices[name] = override?.[name] ?? prices[name];
      const longPrompt = override?.longPrompt === null ? undefined : (override?.longPrompt ?? own.longPrompt);
      return { ...own, id: modelId, prices, longPrompt, known: true };
    }
    const tier = tiers.find((each) => options.models?.[each] === modelId) ?? tiers.find((each) => modelId.toLowerCase().includes(each));
    const peers = tier ? models.filter((model) => model.tier === tier) : models;
    const guessed = dearest(peers);
    return {
      id: modelId,
      name: modelId,
      tier,
      prices: override ? completed(override, guessed) : guessed,
      longPrompt: override?.longPrompt ?? undefined,
      contextWindow: Math.min(...models.map((model) => model.contextWindow)),
      maxOutput: Math.min(...models.map((model) => model.maxOutput)),
      minCacheablePrefix: Math.max(...models.map((model) => model.minCacheablePrefix)),
      takesEffort: true,
      takesSchema: true,
      bytesPerTenTokens: bytesPerTenTokens.fromOpus47,
      asOf: models.map((model) => model.asOf).sort()[0] as string,
      source: override ? 'settings' : 'the dearest known model of its tier',
      known: override?.input !== undefined && override.output !== undefined,
    };
  }

  function entry(modelId: string): CatalogEntry {
    let found = entries.get(modelId);
    if (!found) {
      found = build(modelId);
      entries.set(modelId, found);
    }
    return found;
  }

  function pricesFor(modelId: string, promptTokens: number): Prices {
    const { prices, longPrompt } = entry(modelId);
    return longPrompt && promptTokens > longPrompt.above ? longPrompt.prices : prices;
  }

  return {
    modelFor: (tier, own) => own?.[tier] || options.models?.[tier] || defaultModels[tier],
    entry,
    price(modelId, usage) {
      const prices = pricesFor(modelId, usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens);
      const pico =
        usage.inputTokens * picoUsd(prices.input) +
        usage.outputTokens * picoUsd(prices.output) +
        usage.cacheReadTokens * picoUsd(prices.cacheRead) +
        usage.cacheWriteTokens * picoUsd(prices.cacheWrite5m);
      return pico / 1e12;
    },
    worstCase(modelId, inputTokens, maxOutputTokens) {
      const prices = pricesFor(modelId, inputTokens);
      return (inputTokens * picoUsd(Math.max(prices.input, prices.cacheWrite5m, prices.cacheRead)) + maxOutputTokens * picoUsd(prices.output)) / 1e12;
    },
  };
}
