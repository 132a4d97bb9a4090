import type { Rule } from '../../issue';
import { reads } from './reads';

export const laterInputRule: Rule = {
  id: 'context/later-input',
  severity: 'error',
  title: 'A stage that needs itself or a later one',
  kinds: ['context'],
  async check(subject) {
    return (await reads(subject)).flatMap(({ name, source, stage }) => {
      if (source.kind !== 'later') return [];
      const own = subject.context.stages[stage];
      const other = subject.context.stages[source.index];
      if (!own || !other) return [];
      return [
        {
          message:
            source.index === stage
              ? `“${own.title}” needs its own result: take “${name.text}” out of its input.`
              : `“${own.title}” needs “${name.text}” of the later stage ${other.number}, “${other.title}”: put that stage first.`,
          range: name.range,
          related: [{ path: subject.path, range: other.headingRange, message: 'The stage it needs.' }],
        },
      ];
    });
  },
};
