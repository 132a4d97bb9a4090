import type { Rule } from '../../issue';
import { partTemplates } from './missingPart';

/** Lines that only put the template's question ("What is the problem you are solving?"), or a rule. */
function saysNothing(body: string): boolean {
  return body.split(/\r?\n/).every((line) => !line.trim() || /^\s*(?:[-*+]\s+)?[^\n]*\?\s*$/.test(line) || /^\s*(?:---+|\*\*\*+|___+|[-*+])\s*$/.test(line));
}

export const emptyPartRule: Rule = {
  id: 'context/empty-part',
  severity: 'warning',
  title: 'A part without content',
  kinds: ['context'],
  check({ context, markdown }) {
    // Stages may stand in the last part's section; they are no content of the part.
    const stages = context.stages.map((stage) => markdown.index.offsetAt(stage.headingRange.start));
    return Object.values(context.parts)
      .map((part) => {
        const from = markdown.index.offsetAt(part.bodyRange.start);
        const to = markdown.index.offsetAt(part.bodyRange.end);
        const end = Math.min(to, ...stages.filter((at) => at >= from));
        return { ...part, body: markdown.without(markdown.comments, from, end).trim() };
      })
      .filter((part) => saysNothing(part.body))
      .map((part) => ({
        message: `“${part.heading}” ${part.body ? 'only asks and does not answer' : 'is empty'}: ${question(partTemplates[part.name].body)}`,
        range: part.headingRange,
      }));
  },
};

function question(body: string): string {
  const inner = body.slice(1, -1);
  return inner.charAt(0).toLowerCase() + inner.slice(1);
}
