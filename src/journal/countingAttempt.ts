import { type Tier, tiers } from '../catalog/models';
import type { StageHistory } from './state';
import { bestFirst, isSameItem, type KnownAttempt, type OfItem } from './unitHistory';

/** How an attempt is called: `haiku-2`. */
export function attemptName({ tier, attempt }: Pick<KnownAttempt, 'tier' | 'attempt'>): string {
  return `${tier}-${attempt}`;
}

/** The attempt that counts for a stage or item now, passed or failed, whatever it was made from; undefined where there is none. */
export function countingAttempt(history: StageHistory | undefined, of: OfItem): KnownAttempt | undefined {
  const own = (history?.attempts ?? []).filter((attempt) => isSameItem(attempt, of) && attempt.status !== 'error');
  const last = own.at(-1);
  const restored = [...(history?.units.values() ?? [])]
    .flatMap((unit) => unit.restored ?? [])
    .filter(({ attempt }) => isSameItem(attempt, of))
    .sort((a, b) => b.place - a.place)[0];
  if (restored && restored.place > (last?.place ?? -1)) return restored.attempt;
  const together = own.filter((attempt) => attempt.run === last?.run && attempt.fingerprint === last.fingerprint);
  const best = [...together].sort(bestFirst)[0];
  // Of tries one after the other that all failed the last is the one a person was shown; of several at once, which end in any order, the best.
  return best?.status === 'passed' || together.every(({ rung }) => rung === last?.rung) ? best : last;
}

/** True for an attempt by a dearer model than the stage's own. */
export function isEscalation({ tier, escalation, intent }: Pick<KnownAttempt, 'tier' | 'escalation' | 'intent'>, own: Tier | 'code'): boolean {
  if (escalation) return true;
  return intent === 'escalate' && tiers.indexOf(tier as Tier) > tiers.indexOf(own as Tier);
}

/** The attempt a person is shown of a stage: the one that counts; where the stage broke off, the one that broke off. Of several items that of the last that ran. */
export function shownAttempt(history: StageHistory | undefined): KnownAttempt | undefined {
  const last = history?.attempts.at(-1);
  return last && history?.ended?.status !== 'error' ? (countingAttempt(history, last) ?? last) : last;
}
