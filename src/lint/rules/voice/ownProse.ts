import type { Finding, Rule } from '../../issue';
import { BreachFinder, blocksOf } from './breaches';

/** A line that speaks of words, or says what not to do, names them on purpose. */
const speaksOfWords =
  /\b(?:avoid|never|not|no|nor|none|don['’]t|without|instead|rather|ban(?:ned)?|unless|words?|phrases?|terms?|sa(?:y|id|ys)|called?|writes?|before|bad|wrong|e\.g|such as|like|exclamation)\b|❌|✗|~~|→|->/i;

export const ownProseRule: Rule = {
  id: 'voice/own-prose',
  severity: 'warning',
  title: 'An own sentence that breaks the rules',
  kinds: ['voice'],
  check(subject) {
    const { voice, path, markdown, text } = subject;
    const finder = new BreachFinder(subject, voice);
    return blocksOf(subject, voice.prose, ({ text: line }) => line.trim().split(/\s+/).length < 4 || speaksOfWords.test(line))
      .filter(({ from, to }) => /[.!?]["”’)*_]*$/.test(text.slice(from, to).trimEnd()) && !markdown.isLiteral(from))
      .flatMap((block) =>
        finder.in(block, false).map(
          ({ what, range, rule, fix }): Finding => ({
            message: `This file's own text ${what}; a model takes up the tone of what it reads. Rewrite the sentence, or change the rule.`,
            range,
            fixes: fix ? [fix] : [],
            related: [{ path, range: rule, message: 'The rule.' }],
          }),
        ),
      );
  },
};
