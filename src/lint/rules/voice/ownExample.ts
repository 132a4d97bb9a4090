import type { Finding, Rule } from '../../issue';
import { BreachFinder, blocksOf } from './breaches';

/** What is shown as wrong breaks the rules on purpose. */
const shownAsWrong = /\b(?:before|bad|wrong|instead of|rather than|avoid|not|never|don['’]t|weak|poor|incorrect|generic)\b|❌|✗|🚫|~~/i;

export const ownExampleRule: Rule = {
  id: 'voice/own-example',
  severity: 'warning',
  title: 'An own example that breaks the rules',
  kinds: ['voice'],
  check(subject) {
    const { voice, markdown, path } = subject;
    if (!voice.examples.length) return [];
    let at = 0;
    // Examples and sections both stand in the order of the file.
    const wrong = voice.examples.filter((example) => {
      while (at + 1 < voice.sections.length && (voice.sections[at + 1]?.range.start.line ?? 0) <= example.range.start.line) at++;
      return shownAsWrong.test(voice.sections[at]?.heading ?? '') || shownAsWrong.test(markdown.index.line(example.range.start.line));
    });
    const skipped = new Set(wrong);
    const finder = new BreachFinder(subject, voice);
    return blocksOf(subject, voice.examples, (line) => skipped.has(line)).flatMap((block) =>
      finder.in(block, true).map(
        ({ what, range, rule, fix }): Finding => ({
          message: `This example ${what}; a model follows examples more than rules. Rewrite it, or change the rule.`,
          range,
          fixes: fix ? [fix] : [],
          related: [{ path, range: rule, message: 'The rule.' }],
        }),
      ),
    );
  },
};
