/** The tiers a stage can name, as written in a runner. */
export const tiers = ['haiku', 'sonnet', 'opus'] as const;
export type Tier = (typeof tiers)[number];

/** List prices in USD per million tokens. */
export interface Prices {
  /** Input neither read from nor written to the cache. */
  input: number;
  output: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  cacheRead: number;
  batchInput: number;
  batchOutput: number;
}

/** Dearer prices that hold for the whole request, output included, once its prompt is longer than `above` tokens. */
export interface LongPrompt {
  /** Tokens of the prompt; those read from and written to the cache count. A prompt of exactly so many is not long yet. */
  above: number;
  prices: Prices;
}

/** One model: what it costs, holds and takes. */
export interface Model {
  id: string;
  /** What people call it. */
  name: string;
  /** The tier it belongs to; none for models above all tiers. */
  tier?: Tier;
  prices: Prices;
  longPrompt?: LongPrompt;
  /** Tokens of input and output together. */
  contextWindow: number;
  /** The most tokens one answer can have. */
  maxOutput: number;
  /** A prefix of fewer tokens is not cached, whatever the breakpoints say. */
  minCacheablePrefix: number;
  takesEffort: boolean;
  takesSchema: boolean;
  /** UTF-8 bytes of ten tokens: how a local estimate counts for this model (see tokens.ts). */
  bytesPerTenTokens: number;
  /** The day the prices were true, and where they were read. */
  asOf: string;
  source: string;
}

/**
 * UTF-8 bytes per ten tokens by tokenizer, for estimates that lean to the safe side. Markdown, which bundles are made of, was measured at
 * 3.83 characters per o200k token; Claude's tokenizers make 1.18 tokens of each up to Haiku 4.5 and 1.53 from Opus 4.7 on (the published
 * "about 30% more" between them agrees: 1.18 × 1.3 = 1.53). So 3.83 / 1.18 = 3.25 and 3.83 / 1.53 = 2.50 bytes per token, each rounded down by 4%.
 * English prose and Rust come out up to 25% too high; TOML (2.14) and YAML (1.36) come out too low.
 */
export const bytesPerTenTokens = { upToHaiku45: 31, fromOpus47: 24 } as const;

const checked = { asOf: '2026-11-22', source: 'https://platform.claude.com/docs/en/models/overview' } as const;

/** What all models from Opus 4.7's tokenizer on have in common. */
const current = {
  contextWindow: 1_000_000,
  maxOutput: 128_000,
  minCacheablePrefix: 512,
  takesEffort: true,
  takesSchema: true,
  bytesPerTenTokens: bytesPerTenTokens.fromOpus47,
  ...checked,
} as const;

/** The catalogue. Cache reads are discounted differently by model, so every price stands here and none is derived. */
export const models: readonly Model[] = [
  {
    id: 'claude-haiku-5-5',
    name: 'Claude Haiku 5.5',
    tier: 'haiku',
    prices: { input: 0.1, output: 0.5, cacheWrite5m: 0.125, cacheWrite1h: 0.2, cacheRead: 0.01, batchInput: 0.05, batchOutput: 0.25 },
    longPrompt: {
      above: 100_000,
      prices: { input: 0.5, output: 2.5, cacheWrite5m: 0.625, cacheWrite1h: 1, cacheRead: 0.05, batchInput: 0.25, batchOutput: 1.25 },
    },
    ...current,
  },
  {
    id: 'claude-haiku-4-5',
    name: 'Claude Haiku 4.5',
    tier: 'haiku',
    prices: { input: 1, output: 5, cacheWrite5m: 1.25, cacheWrite1h: 2, cacheRead: 0.1, batchInput: 0.5, batchOutput: 2.5 },
    contextWindow: 200_000,
    maxOutput: 64_000,
    minCacheablePrefix: 4096,
    // Haiku 5.5 is the first Haiku with effort levels; sent to this one, they answer 400.
    takesEffort: false,
    takesSchema: true,
    bytesPerTenTokens: bytesPerTenTokens.upToHaiku45,
    ...checked,
  },
  {
    id: 'claude-sonnet-5-5',
    name: 'Claude Sonnet 5.5',
    tier: 'sonnet',
    prices: { input: 2, output: 10, cacheWrite5m: 2.5, cacheWrite1h: 4, cacheRead: 0.1, batchInput: 1, batchOutput: 5 },
    ...current,
  },
  {
    id: 'claude-opus-5-5',
    name: 'Claude Opus 5.5',
    tier: 'opus',
    prices: { input: 4, output: 20, cacheWrite5m: 5, cacheWrite1h: 8, cacheRead: 0.2, batchInput: 2, batchOutput: 10 },
    ...current,
  },
  {
    id: 'claude-fable-5-1',
    name: 'Claude Fable 5.1',
    prices: { input: 10, output: 50, cacheWrite5m: 12.5, cacheWrite1h: 20, cacheRead: 0.25, batchInput: 5, batchOutput: 25 },
    ...current,
    // Not published for this model: the largest known.
    minCacheablePrefix: 4096,
  },
];

/** The model each tier stands for unless a person says otherwise. */
export const defaultModels: Readonly<Record<Tier, string>> = { haiku: 'claude-haiku-5-5', sonnet: 'claude-sonnet-5-5', opus: 'claude-opus-5-5' };

/**
 * The catalogue's own entry for an id; undefined where it has none. Dated and `latest` forms of an id (`claude-haiku-4-5-20251001`,
 * `claude-haiku-4-5@20251001`, `claude-haiku-4-5-latest`) are that model.
 */
export function knownModel(id: string): Model | undefined {
  return models.find((model) => model.id === id) ?? models.find((model) => model.id === id.replace(/[-@](?:\d{8}|latest)$/, ''));
}
