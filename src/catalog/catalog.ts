import { type Usage, UserError } from '../ports';
import { bytesPerTenTokens, defaultModels, knownModel, type LongPrompt, type Model, models, type Prices, type Tier, tiers } from './models';

/** A person's own prices for one model id, in USD per million tokens; what is left out stays as the catalogue has it. */
export interface PriceOverride extends Partial<Prices> {
  /** The first day these hold, in UTC, as `2027-01-01`; always where nothing is said. */
  from?: string;
  /** `null` where long prompts cost the same. */
  longPrompt?: LongPrompt | null;
}

/** How a call is billed. */
export interface Billing {
  /** Through the provider's Message Batches. */
  batch?: boolean;
  /** When it was made, ISO 8601: prices of that day hold; today's where nothing is said. */
  at?: string;
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
   * @param at ISO 8601: with the prices of that day; today's where nothing is said
   */
  entry(modelId: string, at?: string): CatalogEntry;
  /**
   * What a call cost, in USD, unrounded. Cache writes are taken to be the 5-minute kind, the only kind this product asks for.
   * Where the prompt, cache reads and writes included, is over the model's long-prompt limit, all of the call is at the long prompt's prices.
   * In a batch, input and output have prices of their own; what is read from or written to the cache gets the discount that input gets, as all of a
   * batch's usage is billed at half price.
   */
  price(modelId: string, usage: Usage, billing?: Billing): number;
  /**
   * The most a call can cost, in USD: every input token at the dearest of the plain, the cache-write and the cache-read price, every output token that
   * is allowed, at the long prompt's prices where the prompt could be long. Never less than `price` for a call that stays within both counts, and
   * never less for more tokens, whatever a person's own prices say.
   */
  worstCase(modelId: string, inputTokens: number, maxOutputTokens: number, billing?: Billing): number;
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
  if (
    override.from !== undefined &&
    !(typeof override.from === 'string' && /^\d{4}-\d\d-\d\d$/.test(override.from) && !Number.isNaN(Date.parse(override.from)))
  ) {
    throw new UserError(`The prices set for ${modelId} hold from “${override.from}”, which is no day.`, { todo: 'Write it as 2027-01-31.', exitCode: 2 });
  }
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

/** Batches are cheaper by one factor for all input, cached or not. */
function inBatch(prices: Prices): Prices {
  const share = prices.input > 0 ? Math.min(1, prices.batchInput / prices.input) : 1;
  return {
    ...prices,
    input: prices.batchInput,
    output: prices.batchOutput,
    cacheWrite5m: prices.cacheWrite5m * share,
    cacheWrite1h: prices.cacheWrite1h * share,
    cacheRead: prices.cacheRead * share,
  };
}

/** The prices that hold on a day, of rows that each hold from a day on until the next does. */
function rowAt(rows: readonly PriceOverride[], day: string): PriceOverride | undefined {
  const begun = rows.filter((row) => (row.from ?? '') <= day);
  return begun.reduce<PriceOverride | undefined>((latest, row) => (!latest || (row.from ?? '') >= (latest.from ?? '') ? row : latest), undefined);
}

/**
 * The catalogue as one person has it: which model each tier stands for, and what models cost.
 * @param options `prices` are a person's own, by model id: one row, or several that each hold from a day on.
 * @throws UserError (exit code 2) where a price in `prices` is no number of 0 or more, or a day is none.
 */
export function createCatalog(
  options: { models?: Partial<Record<Tier, string>>; prices?: Record<string, PriceOverride | readonly PriceOverride[]>; today?: () => Date } = {},
): Catalog {
  const overrides = new Map<string, readonly PriceOverride[]>();
  for (const [id, override] of Object.entries(options.prices ?? {})) {
    const rows: readonly PriceOverride[] = Array.isArray(override) ? override : [override];
    for (const row of rows) refuseNonsense(id, row);
    overrides.set(id, rows);
  }
  const entries = new Map<string, CatalogEntry>();

  function build(modelId: string, own: Model | undefined, override: PriceOverride | undefined): CatalogEntry {
    if (own) {
      const prices = { ...own.prices };
      for (const name of priceNames) prices[name] = override?.[name] ?? prices[name];
      const longPrompt = override?.longPrompt === null ? undefined : (override?.longPrompt ?? own.longPrompt);
      return { ...own, ...(override ? { source: 'settings', asOf: override.from ?? own.asOf } : {}), id: modelId, prices, longPrompt, known: true };
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
      asOf: override?.from ?? (models.map((model) => model.asOf).sort()[0] as string),
      source: override ? 'settings' : 'the dearest known model of its tier',
      known: override?.input !== undefined && override.output !== undefined,
    };
  }

  function entry(modelId: string, at?: string): CatalogEntry {
    const own = knownModel(modelId);
    const rows = overrides.get(modelId) ?? (own && overrides.get(own.id)) ?? [];
    const dated = rows.some((row) => row.from !== undefined);
    const row = dated ? rowAt(rows, (at ?? (options.today?.() ?? new Date()).toISOString()).slice(0, 10)) : rows[0];
    const key = `${modelId} ${row?.from ?? (row ? 'own' : '')}`;
    const found = entries.get(key) ?? build(modelId, own, row);
    entries.set(key, found);
    return found;
  }

  /** Plain prices, and those of long prompts where the prompt can be as long. */
  function rates(modelId: string, promptTokens: number, { batch, at }: Billing): { plain: Prices; long?: Prices; above: number } {
    const { prices, longPrompt } = entry(modelId, at);
    const billed = (of: Prices): Prices => (batch ? inBatch(of) : of);
    const long = longPrompt && promptTokens > longPrompt.above ? billed(longPrompt.prices) : undefined;
    return { plain: billed(prices), long, above: longPrompt?.above ?? Number.POSITIVE_INFINITY };
  }

  return {
    modelFor: (tier, own) => own?.[tier] || options.models?.[tier] || defaultModels[tier],
    entry,
    price(modelId, usage, billing = {}) {
      const { plain, long } = rates(modelId, usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens, billing);
      const prices = long ?? plain;
      const pico =
        usage.inputTokens * picoUsd(prices.input) +
        usage.outputTokens * picoUsd(prices.output) +
        usage.cacheReadTokens * picoUsd(prices.cacheRead) +
        usage.cacheWriteTokens * picoUsd(prices.cacheWrite5m);
      return pico / 1e12;
    },
    worstCase(modelId, inputTokens, maxOutputTokens, billing = {}) {
      const { plain, long, above } = rates(modelId, inputTokens, billing);
      const most = (prices: Prices, tokens: number) =>
        (tokens * picoUsd(Math.max(prices.input, prices.cacheWrite5m, prices.cacheRead)) + maxOutputTokens * picoUsd(prices.output)) / 1e12;
      // Fewer tokens than are allowed may be billed: then it is no long prompt.
      return Math.max(most(plain, Math.min(inputTokens, above)), long ? most(long, inputTokens) : 0);
    },
  };
}
