import type { Rule } from '../../issue';
import { within } from '../strategies/reading';
import { playbookOf } from './reading';

export const unreadablePlaybookRule: Rule = {
  id: 'playbook/unreadable',
  severity: 'warning',
  title: 'A lesson that can’t be read as it was meant',
  kinds: ['playbook'],
  check: (subject) => playbookOf(subject).problems.map(({ message, range }) => ({ message, range: within(subject.markdown.index, range) })),
};
