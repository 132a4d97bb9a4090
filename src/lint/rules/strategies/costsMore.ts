import { formatUsd } from '../../../catalog/tokens';
import type { Rule } from '../../issue';
import { named, usedStrategy, wholeLine } from './reading';

/** Smaller differences are not worth a line. */
const leastUsd = 0.00001;

export const costsMoreRule: Rule = {
  id: 'strategy/costs-more',
  severity: 'warning',
  title: 'A strategy that costs more than it saves',
  kinds: ['strategy'],
  async check(subject) {
    const used = await usedStrategy(subject);
    const { strategyWorth } = subject.facts;
    const worth = used && strategyWorth?.(used.stage.slug);
    if (!used || !worth || worth.costUsd - worth.savesUsd < leastUsd) return [];
    const { stage, shown } = used;
    const saves = worth.savesUsd > 0 ? `saves ${formatUsd(worth.savesUsd)}` : 'saves nothing';
    return [
      {
        message: `It adds ${formatUsd(worth.costUsd)} to each time ${named(stage)} is done, and ${saves} (${worth.basis}): shorten it, improve it with haiku-first improve ${shown} --stage ${stage.number}, or delete it.`,
        range: wholeLine(subject.markdown.index, 0),
      },
    ];
  },
};
