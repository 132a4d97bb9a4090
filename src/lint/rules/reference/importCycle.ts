import type { Rule } from '../../issue';
import { chainFindings, chainsOf } from '../launch';

export const importCycleRule: Rule = {
  id: 'reference/import-cycle',
  severity: 'error',
  title: 'Imports that lead back to this file',
  kinds: ['project'],
  async check(subject) {
    if (!subject.project.imports.length) return [];
    const { circular } = await chainsOf(subject);
    return chainFindings(subject, circular, (names) => `This import leads back to this file (${names.join(' → ')}): take one import of the circle out.`);
  },
};
