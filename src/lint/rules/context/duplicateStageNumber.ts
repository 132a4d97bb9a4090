import type { ContextDocument } from '../../../steering/contextTypes';
import type { Finding, Rule } from '../../issue';

/** True where the document speaks of the stages by this number, or links to the heading: which of them it means, only its author knows. */
function isSpokenOf({ text, stages }: ContextDocument, number: number): boolean {
  const headings = new Set(stages.map(({ headingRange }) => headingRange.start.line));
  const spoken = new RegExp(String.raw`\bstages?\b[^\r\n]{0,40}?\b${number}\b`, 'i');
  return text.split(/\r\n|\r|\n/).some((line, i) => !headings.has(i) && spoken.test(line));
}

export const duplicateNumberRule: Rule = {
  id: 'context/duplicate-stage-number',
  severity: 'error',
  title: 'Two stages of one number',
  kinds: ['context'],
  check({ context, markdown }) {
    const findings: Finding[] = [];
    const seen = new Map<number, (typeof context.stages)[number]>();
    // The next free number at the end: renumbering others would change what "stage 3" means elsewhere.
    let free = Math.max(0, ...context.stages.map((stage) => stage.number)) + 1;
    for (const stage of context.stages) {
      const first = seen.get(stage.number);
      if (!first) {
        seen.set(stage.number, stage);
        continue;
      }
      const from = markdown.index.offsetAt(stage.headingRange.start);
      const match = /Stage\s+(\d+)/i.exec(context.text.slice(from, markdown.index.offsetAt(stage.headingRange.end)));
      const at = match ? from + match.index + match[0].length - (match[1] as string).length : from;
      const range = match ? markdown.range(at, at + (match[1] as string).length) : stage.headingRange;
      findings.push({
        message: `“${first.title}” is stage ${stage.number} too: give “${stage.title}” a number of its own, such as ${free}.`,
        range,
        related: [{ path: context.path, range: first.headingRange, message: `Stage ${stage.number} is here first.` }],
        fixes: match ? [{ title: `Number it ${free}`, edits: [{ range, newText: String(free) }], safe: !isSpokenOf(context, stage.number) }] : [],
      });
      free++;
    }
    return findings;
  },
};
