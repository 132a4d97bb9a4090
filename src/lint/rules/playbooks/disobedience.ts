import { disobedience } from '../../../steering/disobedience';
import type { Rule } from '../../issue';
import { wholeLine } from '../strategies/reading';
import { playbookOf, withoutLine } from './reading';

export const playbookDisobedienceRule: Rule = {
  id: 'playbook/disobedience',
  severity: 'error',
  title: 'A lesson that tells the model to get round its checks',
  kinds: ['playbook'],
  check(subject) {
    const { index } = subject.markdown;
    return playbookOf(subject).bullets.flatMap((bullet) => {
      const wrong = disobedience(bullet.text);
      if (!wrong) return [];
      return [
        {
          message: `${wrong.why.replace(/^it tells/, 'It tells')}, and is sent with every call of a stage: take it out.`,
          range: wholeLine(index, bullet.line),
          fixes: [{ title: 'Delete this lesson', edits: withoutLine(index, bullet.line), safe: false }],
        },
      ];
    });
  },
};
