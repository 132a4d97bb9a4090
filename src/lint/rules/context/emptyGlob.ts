import { globMatcher } from '../../../steering/glob';
import type { Rule } from '../../issue';
import { reads, writers } from './reads';

export const emptyGlobRule: Rule = {
  id: 'context/empty-glob',
  severity: 'warning',
  title: 'A pattern that matches no file',
  kinds: ['context'],
  async check(subject) {
    return (await reads(subject)).flatMap(({ name, source, stage }) => {
      if (source.kind !== 'glob' || source.paths.length) return [];
      const matches = globMatcher([source.pattern.replace(/^\.\//, '')]);
      if ([...writers(subject)].some(([path, writer]) => writer < stage && matches(path))) return [];
      return [{ message: `${name.text} matches no file: correct the pattern, or take it out.`, range: name.range }];
    });
  },
};
