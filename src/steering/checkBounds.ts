import { describeCheck } from './checkText';
import type { Check, Measure } from './checkTypes';

/** What a check says of a count, `not` taken into account: at least one bound is there. Undefined for other checks, and for `not 3-5`, which has two sides. */
export function countBounds({ rule, negated }: Pick<Check, 'rule' | 'negated'>): { measure: Measure; min?: number; max?: number } | undefined {
  if (rule.kind !== 'count') return undefined;
  const { measure, min, max } = rule;
  if (!negated) return { measure, min, max };
  // Outside of a range there are two sides.
  if (min !== undefined && max !== undefined) return undefined;
  return min !== undefined ? { measure, max: min - 1 } : { measure, min: (max ?? 0) + 1 };
}

/** True where no output has a count that fits both: `words: >= 500` and `words: <= 300`. */
export function boundsExclude(a: Pick<Check, 'rule' | 'negated'>, b: Pick<Check, 'rule' | 'negated'>): boolean {
  const [one, other] = [countBounds(a), countBounds(b)];
  if (!one || !other || one.measure !== other.measure) return false;
  return Math.max(one.min ?? 0, other.min ?? 0) > Math.min(one.max ?? Number.POSITIVE_INFINITY, other.max ?? Number.POSITIVE_INFINITY);
}

/** What two checks have in common of which one is the other's `not`: `json` and `not json`. Undefined where that can't be told from the words alone. */
export function oppositeKey(check: Check): string | undefined {
  return check.rule.kind === 'judge' || check.rule.kind === 'count' ? undefined : describeCheck({ ...check, negated: false });
}
