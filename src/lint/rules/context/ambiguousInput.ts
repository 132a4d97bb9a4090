import type { Rule } from '../../issue';
import { reads } from './reads';

export const ambiguousInputRule: Rule = {
  id: 'context/ambiguous-input',
  severity: 'warning',
  title: 'An input that several stages could provide',
  kinds: ['context'],
  async check(subject) {
    return (await reads(subject)).flatMap(({ name, source }) => {
      if (source.kind !== 'ambiguous') return [];
      const candidates = source.indexes.flatMap((index) => subject.context.stages[index] ?? []);
      const names = candidates.map((stage) => stage.output?.name ?? stage.title);
      return [
        {
          message: `“${name.text}” could be ${names.map((text) => `“${text}”`).join(' or ')}, so it is read from neither: write one of them in full.`,
          range: name.range,
          fixes: names.map((text) => ({
            title: `Read “${text}”`,
            edits: [{ range: name.range, newText: text.includes(',') ? `"${text}"` : text }],
            safe: false,
          })),
        },
      ];
    });
  },
};
