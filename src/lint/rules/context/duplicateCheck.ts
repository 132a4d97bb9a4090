import { describeCheck } from '../../../steering/checks';
import type { Check } from '../../../steering/checkTypes';
import type { Finding, Rule } from '../../issue';
import { removalOf } from './checkEdits';

export const duplicateCheckRule: Rule = {
  id: 'context/duplicate-check',
  severity: 'info',
  title: 'A check that stands twice',
  kinds: ['context'],
  check(subject) {
    return subject.context.stages.flatMap((stage): Finding[] => {
      const seen = new Map<string, Check>();
      return stage.checks.flatMap((check): Finding[] => {
        if (check.source !== 'checks') return [];
        const key = describeCheck(check);
        const first = seen.get(key);
        if (!first) {
          seen.set(key, check);
          return [];
        }
        const edit = removalOf(subject, check);
        return [
          {
            message: `“${key.split('\n')[0]}” stands in the checks of “${stage.title}” twice${check.rule.kind === 'judge' ? ', and is paid for twice' : ''}: take one of the two out.`,
            range: check.range,
            related: [{ path: subject.path, range: first.range, message: 'The same check.' }],
            fixes: edit ? [{ title: 'Take this one out', edits: [edit], safe: true }] : [],
          },
        ];
      });
    });
  },
};
