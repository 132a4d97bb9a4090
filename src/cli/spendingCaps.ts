import type { PriceOverride } from '../catalog/catalog';
import type { Cap } from '../money/spending';
import { UserError } from '../ports';

/** What a run may cost where nobody says otherwise, in USD; the same as the editor's setting. */
export const usualMaxCostUsd = 1;

/**
 * The caps of a run from its option and the environment. `--max-cost` goes before HAIKU_FIRST_MAX_COST, this before the usual dollar; those of a task and a
 * month hold beside it.
 * @throws UserError (exit 2) for what is no amount of money
 */
export function capsOf(env: NodeJS.ProcessEnv, maxCostUsd?: number): Cap[] {
  const usual = amount(env, 'HAIKU_FIRST_MAX_COST');
  const task = amount(env, 'HAIKU_FIRST_MAX_COST_PER_TASK');
  const month = amount(env, 'HAIKU_FIRST_MAX_COST_PER_MONTH');
  const run: Cap =
    maxCostUsd !== undefined
      ? { name: '--max-cost', usd: maxCostUsd }
      : usual !== undefined
        ? { name: 'HAIKU_FIRST_MAX_COST', usd: usual }
        : { name: 'The usual cap of a run (--max-cost raises it)', usd: usualMaxCostUsd };
  return [
    run,
    ...(task === undefined ? [] : [{ name: 'HAIKU_FIRST_MAX_COST_PER_TASK', usd: task, of: 'task' as const }]),
    ...(month === undefined ? [] : [{ name: 'HAIKU_FIRST_MAX_COST_PER_MONTH', usd: month, of: 'month' as const }]),
  ];
}

function amount(env: NodeJS.ProcessEnv, name: string): number | undefined {
  const written = env[name]?.trim();
  if (!written) return undefined;
  if (!/^\$?(?:\d+(?:\.\d+)?|\.\d+)$/.test(written)) throw new UserError(`${name} is an amount in USD; “${written}” is not.`, { exitCode: 2 });
  return Number(written.replace('$', ''));
}

/**
 * A person's own prices from HAIKU_FIRST_PRICES: JSON, model id → prices in USD per million tokens.
 * @throws UserError (exit 2) for what is none
 */
export function pricesOf(env: NodeJS.ProcessEnv): Record<string, PriceOverride | PriceOverride[]> | undefined {
  const written = env.HAIKU_FIRST_PRICES?.trim();
  if (!written) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(written);
  } catch (cause) {
    throw notPrices(cause);
  }
  const rows = (value: unknown) => (Array.isArray(value) ? value : [value]).every((row) => typeof row === 'object' && row !== null && !Array.isArray(row));
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed) || !Object.values(parsed).every(rows)) throw notPrices();
  return parsed as Record<string, PriceOverride | PriceOverride[]>;
}

function notPrices(cause?: unknown): UserError {
  return new UserError('HAIKU_FIRST_PRICES is no JSON object of prices by model id.', {
    todo: 'Write it as {"claude-haiku-5-5": {"input": 0.1, "output": 0.5}}, in USD per million tokens.',
    exitCode: 2,
    cause,
  });
}
