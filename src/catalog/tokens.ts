import { bytesPerTenTokens, knownModel } from './models';

/**
 * About how many tokens a text is for a model, as a whole number, leaning to the safe side; 0 for the empty text alone. There is no offline
 * tokenizer for these models, so this is UTF-8 bytes over a measured ratio (its derivation stands at `bytesPerTenTokens`) and must be shown as
 * an estimate. Models that are not in the catalogue, and none at all, count like the current tokenizer, which makes the most tokens.
 * Never shrinks when text is added, and a text is never more than the sum of its parts. Takes time in proportion to the length, allocates nothing.
 */
export function estimateTokens(text: string, modelId?: string): number {
  const ratio = (modelId === undefined ? undefined : knownModel(modelId)?.bytesPerTenTokens) ?? bytesPerTenTokens.fromOpus47;
  return Math.ceil((Buffer.byteLength(text) * 10) / ratio);
}

/**
 * How many times as many tokens a file makes as its bytes let expect, by its name. The ratio was measured on Markdown; of what was measured beside it
 * (`bytesPerTenTokens`), YAML with 1.36 and TOML with 2.14 bytes a token are the two that would come out too low: 2.4 / 1.36 and 2.4 / 2.14. Never below 1.
 */
export function tokenDensity(path: string): number {
  return /\.ya?ml$/i.test(path) ? 1.77 : /\.toml$/i.test(path) ? 1.13 : 1;
}

/**
 * An amount of money for people: cents from one dollar on, two significant digits below ("$1.20", "$0.21", "$0.0021"),
 * "<$0.0001" for less than that, "$0" for nothing.
 */
export function formatUsd(usd: number): string {
  if (usd < 0) return `-${formatUsd(-usd)}`;
  if (usd === 0) return '$0';
  if (usd < 0.0001) return '<$0.0001';
  if (usd >= 0.995) return `$${usd.toFixed(2)}`;
  // toPrecision would write small amounts with an exponent, toFixed alone would lose their digits.
  const decimals = 1 - Math.floor(Math.log10(usd));
  return `$${usd.toFixed(decimals).replace(/(\.\d\d\d*?)0+$/, '$1')}`;
}

/** About so much, in a sentence: "about $0.0021", "less than $0.0001". */
export function aboutUsd(usd: number): string {
  const shown = formatUsd(usd);
  return shown.startsWith('<') ? `less than ${shown.slice(1)}` : `about ${shown}`;
}

/** An amount that a person wrote, such as a cap, with all its digits: "$5.00", "$0.001", "$0.00001". */
export function exactUsd(usd: number): string {
  if (usd === 0) return '$0';
  const [whole, decimals = ''] = usd.toFixed(12).replace(/0+$/, '').split('.');
  return `$${whole}.${decimals.padEnd(2, '0')}`;
}

/** An amount that is above a limit, in USD, with as many digits as show that it is; like any other where it is not above. */
export function usdAbove(usd: number, limit: number): string {
  const usual = formatUsd(usd);
  if (usd <= limit || Number(usual.slice(1)) > limit) return usual;
  for (let decimals = 3; decimals <= 12; decimals++) {
    const shown = usd.toFixed(decimals);
    if (Number(shown) > limit) return `$${shown}`;
  }
  return usual;
}

/** A number of tokens for people: "950", "1.2k", "25k", "1.3M". */
export function formatTokens(count: number): string {
  if (count < 1000) return String(Math.round(count));
  const [scaled, unit] = count < 999_500 ? [count / 1000, 'k'] : [count / 1e6, 'M'];
  return `${scaled < 9.95 ? scaled.toFixed(1).replace(/\.0$/, '') : Math.round(scaled)}${unit}`;
}
