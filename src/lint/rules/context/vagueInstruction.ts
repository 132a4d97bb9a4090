import { quotationsIn } from '../../../steering/commas';
import type { Finding, Rule } from '../../issue';

const vague =
  /(?<![\w-])(?:etc\.|and so on|and so forth|and the like|as needed|as necessary|as appropriate|where appropriate|if appropriate|appropriately|properly)(?![\w-])/gi;

export const vagueInstructionRule: Rule = {
  id: 'context/vague-instruction',
  severity: 'warning',
  title: 'Words that leave the work undefined',
  kinds: ['context'],
  check({ context, markdown }) {
    const findings: Finding[] = [];
    for (const field of context.stages.flatMap((stage) => stage.fields)) {
      if (field.name !== 'Task' && field.name !== 'Success') continue;
      const from = markdown.index.offsetAt(field.valueRange.start);
      const raw = context.text.slice(from, markdown.index.offsetAt(field.valueRange.end)).replace(/<!--[\s\S]*?-->/g, (comment) => ' '.repeat(comment.length));
      const quoted = quotationsIn(raw);
      for (const match of raw.matchAll(vague)) {
        if (quoted.some(({ start, end }) => start <= match.index && match.index < end)) continue;
        const list = /^(?:etc|and)/i.test(match[0]);
        findings.push({
          message: `“${match[0]}” leaves it to the model ${list ? 'what else there is: list it all, or say what it must have in common' : 'when and how: say what is wanted, or a measure for it'}.`,
          range: markdown.range(from + match.index, from + match.index + match[0].length),
        });
      }
    }
    return findings;
  },
};
