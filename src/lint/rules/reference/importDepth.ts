import type { Rule } from '../../issue';
import { chainFindings, chainsOf } from '../launch';

export const importDepthRule: Rule = {
  id: 'reference/import-depth',
  severity: 'error',
  title: 'Import more than four hops away',
  kinds: ['project'],
  async check(subject) {
    if (!subject.project.imports.length) return [];
    const { deep } = await chainsOf(subject);
    return chainFindings(
      subject,
      deep,
      (names) =>
        `${names[names.length - 1]} is more than four imports away (${names.join(' → ')}) and is not loaded: import it from a file nearer to this one.`,
    );
  },
};
