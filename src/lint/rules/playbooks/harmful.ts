import { isHarmful } from '../../../steering/playbook';
import type { Rule } from '../../issue';
import { wholeLine } from '../strategies/reading';
import { lessonName, playbookOf, withoutLine } from './reading';

export const harmfulLessonRule: Rule = {
  id: 'playbook/harmful',
  severity: 'info',
  title: 'A lesson that did more harm than good',
  kinds: ['playbook'],
  check(subject) {
    const { index } = subject.markdown;
    return playbookOf(subject)
      .bullets.filter(isHarmful)
      .map((bullet) => ({
        message: `${lessonName(bullet)} did harm ${bullet.harmful} times and helped ${bullet.helpful === 1 ? 'once' : `${bullet.helpful} times`}, so no stage is given it any more: delete it, or put it right and set its counts to 0.`,
        range: wholeLine(index, bullet.line),
        fixes: [{ title: `Delete ${lessonName(bullet)}`, edits: withoutLine(index, bullet.line), safe: false }],
      }));
  },
};
