import type { Finding, Rule } from '../../issue';

export const duplicateTitleRule: Rule = {
  id: 'context/duplicate-stage-title',
  severity: 'error',
  title: 'Two stages of one title',
  kinds: ['context'],
  check({ context }) {
    const findings: Finding[] = [];
    const seen = new Map<string, (typeof context.stages)[number]>();
    for (const stage of context.stages) {
      const first = seen.get(stage.slug);
      if (!first) seen.set(stage.slug, stage);
      else {
        findings.push({
          message: `Stage ${first.number} is called “${first.title}” too, and a stage is known by its title: its runs and strategies would be mixed up. Rename one of the two.`,
          range: stage.titleRange,
          related: [{ path: context.path, range: first.titleRange, message: 'The same title.' }],
        });
      }
    }
    return findings;
  },
};
