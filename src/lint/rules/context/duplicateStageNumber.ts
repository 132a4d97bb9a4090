import type { Finding, Rule } from '../../issue';

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
        fixes: match ? [{ title: `Number it ${free}`, edits: [{ range, newText: String(free) }], safe: true }] : [],
      });
      free++;
    }
    return findings;
  },
};
