import type { Check, Verdict } from '../steering/checkTypes';

/** What asking a check takes: 0 nothing, 1 a command, 2 a paid call. */
function price({ rule }: Check): number {
  if (rule.kind === 'atLeast') return Math.max(...rule.of.map(price));
  return rule.kind === 'judge' ? 2 : rule.kind === 'command' ? 1 : 0;
}

/** The indexes of checks in the order to ask them: what is free, then commands, then judges; else as they stand. */
export function cheapestFirst(checks: readonly Check[]): number[] {
  return checks.map((_, i) => i).sort((a, b) => price(checks[a] as Check) - price(checks[b] as Check) || a - b);
}

/** Whether a group's verdict stands, whatever those of its checks that were not asked (undefined) would say: nobody pays for these. */
export function isDecided(check: Check, verdicts: readonly (Verdict | undefined)[]): boolean {
  const { rule } = check;
  if (rule.kind !== 'atLeast') return false;
  const passed = verdicts.filter((verdict) => verdict?.status === 'pass').length;
  const failed = verdicts.filter((verdict) => verdict?.status === 'fail').length;
  return passed >= rule.count || rule.of.length - failed < rule.count;
}
