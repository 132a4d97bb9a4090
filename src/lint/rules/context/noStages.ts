import type { Rule } from '../../issue';
import { titleRange } from './missingPart';

export const noStagesRule: Rule = {
  id: 'context/no-stages',
  severity: 'info',
  title: 'No stages',
  kinds: ['context'],
  check(subject) {
    if (subject.context.stages.length) return [];
    return [
      {
        message: 'There are no stages to run: write lines such as “Stage 1: Draft (Haiku)” with a list of Input, Task and Output below each.',
        range: titleRange(subject),
      },
    ];
  },
};
