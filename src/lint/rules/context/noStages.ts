import type { Rule } from '../../issue';
import { fourParts, titleRange } from './missingPart';
import { unreadOf } from './notAStage';
import { isOtherDocument } from './otherDocument';

export const noStagesRule: Rule = {
  id: 'context/no-stages',
  severity: 'info',
  title: 'No stages',
  kinds: ['context'],
  check(subject) {
    if (subject.context.stages.length) return [];
    const [unread] = unreadOf(subject);
    if (unread) {
      return [
        {
          message: `There are no stages to run: “${unread.text}” is not read as one. Write “${unread.instead}”.`,
          range: unread.range,
        },
      ];
    }
    if (isOtherDocument(subject))
      return [
        {
          message:
            'This file is no task: it has neither stages nor the four parts, so that there is nothing to run. Add them, or switch this rule off if it is meant to be something else.',
          range: titleRange(subject),
          fixes: Object.keys(subject.context.parts).length ? [] : fourParts(subject),
        },
      ];
    return [
      {
        message: 'There are no stages to run: write lines such as “Stage 1: Draft (Haiku)” with a list of Input, Task and Output below each.',
        range: titleRange(subject),
      },
    ];
  },
};
