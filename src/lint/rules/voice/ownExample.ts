import { findTerm } from '../../../check/terms';
import type { Finding, Rule } from '../../issue';

/** What is shown as wrong breaks the rules on purpose. */
const shownAsWrong = /\b(?:before|bad|wrong|instead of|rather than|avoid|not|never|don['’]t|weak|poor|incorrect|generic)\b|❌|✗|🚫|~~/i;

export const ownExampleRule: Rule = {
  id: 'voice/own-example',
  severity: 'warning',
  title: 'An own example that breaks the rules',
  kinds: ['voice'],
  check({ voice, text, markdown, path }) {
    return voice.examples.flatMap((example): Finding[] => {
      const section = voice.sections.findLast((candidate) => candidate.range.start.line <= example.range.start.line);
      if (shownAsWrong.test(section?.heading ?? '') || shownAsWrong.test(markdown.index.line(example.range.start.line))) return [];
      const from = markdown.index.offsetAt(example.range.start);
      const source = text.slice(from, markdown.index.offsetAt(example.range.end));
      return voice.avoid.flatMap((term) => {
        const found = findTerm(source, term.text);
        if (!found) return [];
        return [
          {
            message: `This example uses “${term.text}”, which stands among the words to avoid; a model follows examples more than rules. Rewrite it, or take the word off the list.`,
            range: markdown.range(from + found.from, from + found.to),
            related: [{ path, range: term.range, message: 'To avoid, here.' }],
          },
        ];
      });
    });
  },
};
