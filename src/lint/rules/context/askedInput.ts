import type { Rule } from '../../issue';
import { reads } from './reads';

export const askedInputRule: Rule = {
  id: 'context/asked-input',
  severity: 'info',
  title: 'An input that will be asked for',
  kinds: ['context'],
  async check(subject) {
    const seen = new Set<string>();
    return (await reads(subject)).flatMap(({ name, source }) => {
      const key = name.text.toLowerCase();
      if (source.kind !== 'asked' || seen.has(key)) return [];
      seen.add(key);
      return [
        {
          message: `Nothing here provides “${name.text}”: it is asked for when the stage runs. Declare it under \`inputs:\` in the front matter, or name a file or an earlier output, to run without being asked.`,
          range: name.range,
        },
      ];
    });
  },
};
