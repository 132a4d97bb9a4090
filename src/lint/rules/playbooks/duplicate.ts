import { type Bullet, repeatedLessons } from '../../../steering/playbook';
import type { Fix, Rule } from '../../issue';
import { wholeLine } from '../strategies/reading';
import { lessonName, playbookOf, withoutLine } from './reading';

export const duplicateLessonRule: Rule = {
  id: 'playbook/duplicate',
  severity: 'warning',
  title: 'Two lessons that say the same',
  kinds: ['playbook'],
  check(subject) {
    const { index } = subject.markdown;
    return repeatedLessons(playbookOf(subject)).map(({ bullet, of }) => {
      const [kept, gone] = bullet.helpful > of.helpful ? [bullet, of] : [of, bullet];
      const fixes: Fix[] = coversStages(kept, gone)
        ? [
            {
              title: `Delete ${lessonName(gone)}, which helped less often`.replace(kept.helpful === gone.helpful ? ', which helped less often' : '', ''),
              edits: withoutLine(index, gone.line),
              safe: false,
            },
          ]
        : [];
      const stages = fixes.length ? '' : ', with the stages of both';
      return {
        message: `This says what the lesson in line ${of.line + 1} says: keep one of the two${stages}.`,
        range: wholeLine(index, bullet.line),
        related: [{ path: subject.path, range: wholeLine(index, of.line), message: 'The other one.' }],
        fixes,
      };
    });
  },
};

/** True where all that were given one lesson are given the other. */
function coversStages(kept: Bullet, gone: Bullet): boolean {
  if (!kept.stages.length) return true;
  return gone.stages.length > 0 && gone.stages.every((stage) => kept.stages.includes(stage));
}
