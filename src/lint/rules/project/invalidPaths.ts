import type { Rule } from '../../issue';
import { patternProblem, patternsOf } from './scope';

export const invalidPathsRule: Rule = {
  id: 'project/invalid-paths',
  severity: 'error',
  title: 'A pattern that cannot match',
  kinds: ['project'],
  check: (subject) =>
    patternsOf(subject).flatMap(({ text, range }) => {
      const problem = patternProblem(text);
      return problem ? [{ message: `The pattern ${text} ${problem}. As it is, this rule is not loaded for it.`, range }] : [];
    }),
};
