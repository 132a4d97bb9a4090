import type { VoiceGroup } from '../../../steering/voice';
import type { Finding, Fix, Rule } from '../../issue';
import { isNegative } from './negativeWeight';

function named(group: VoiceGroup): string {
  return group.heading ? `of “${group.heading}”` : 'at the top';
}

export const weightsRule: Rule = {
  id: 'voice/weights',
  severity: 'error',
  title: 'Weights that do not add to 100',
  kinds: ['voice'],
  check({ voice, text, markdown }) {
    return voice.groups.flatMap((group): Finding[] => {
      // A single weighted line is a statement ("80% of readers …") or a group in the making; thirds may be off by rounding.
      if (
        group.parts.length < 2 ||
        Math.abs(group.total - 100) < 0.5 ||
        group.parts.some((part) => isNegative(text, markdown.index.offsetAt(part.weightRange.start)))
      )
        return [];
      const first = group.parts[0];
      const last = group.parts[group.parts.length - 1];
      if (!first || !last) return [];
      const fix = rescale(group);
      return [
        {
          message: `The weights ${named(group)} add to ${group.total}%, not 100%: ${group.total > 100 ? 'take off' : 'add'} ${Math.round(Math.abs(100 - group.total) * 100) / 100}, or rescale them.`,
          range: { start: first.weightRange.start, end: last.range.end },
          fixes: fix ? [fix] : [],
        },
      ];
    });
  },
};

/** Safe, because a weight means its share: whole numbers in the same proportions, by largest remainder, so that they add to 100. */
export function rescaled(weights: readonly number[]): number[] | undefined {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0) || weights.some((weight) => weight < 0)) return undefined;
  const shares = weights.map((weight) => (weight / total) * 100);
  const whole = shares.map(Math.floor);
  const order = shares.map((share, i) => ({ i, rest: share - Math.floor(share) })).sort((a, b) => b.rest - a.rest || a.i - b.i);
  const short = 100 - whole.reduce((sum, weight) => sum + weight, 0);
  for (const { i } of order.slice(0, short)) whole[i] = (whole[i] as number) + 1;
  return whole;
}

function rescale(group: VoiceGroup): Fix | undefined {
  const weights = rescaled(group.parts.map((part) => part.weight));
  if (!weights) return undefined;
  const edits = group.parts.map((part, i) => ({ range: part.weightRange, newText: `${weights[i]}%` }));
  return { title: `Rescale to ${weights.join(', ')}`, edits, safe: true };
}
