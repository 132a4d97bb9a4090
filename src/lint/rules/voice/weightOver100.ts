import type { Rule } from '../../issue';
import { negativeWeights } from './negativeWeight';

export const weightOver100Rule: Rule = {
  id: 'voice/weight-over-100',
  severity: 'warning',
  title: 'A weight over 100',
  kinds: ['voice'],
  check: (subject) =>
    // Beside a negative one it is that one's fault.
    (negativeWeights(subject).length ? [] : subject.voice.groups)
      // Among others it is a matter of their sum, which has a rule of its own.
      .filter(({ parts }) => parts.length === 1)
      .flatMap(({ parts }) => parts)
      .filter(({ weight }) => weight > 100)
      .map(({ weight, text, weightRange }) => ({
        message: `“${text}” has a weight of ${weight}%, and nothing is more than all of a voice: write at most 100%, or weigh it against other parts.`,
        range: weightRange,
      })),
};
