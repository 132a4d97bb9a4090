import { formatUsd } from '../catalog/tokens';
import type { Verdict } from '../steering/checkTypes';
import type { Subject } from './subject';
import { fail, pass, unable } from './verdict';

/** All attempts of the stage together cost at most `max` US dollars. */
export function measureCost(max: number, subject: Subject): Verdict {
  const { costUsd } = subject.facts;
  if (costUsd === undefined) return unable('What this stage cost is not known.');
  // Sums of prices carry rounding errors of their own.
  if (costUsd <= max + 1e-9) return pass(`Cost ${formatUsd(costUsd)}.`);
  return fail(`Expected a cost of at most ${formatUsd(max)}, found ${formatUsd(costUsd)}.`);
}
