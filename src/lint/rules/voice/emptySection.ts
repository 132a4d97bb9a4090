import type { Rule } from '../../issue';

export const emptySectionRule: Rule = {
  id: 'voice/empty-section',
  severity: 'warning',
  title: 'A heading with nothing below it',
  kinds: ['voice'],
  check: ({ voice }) =>
    voice.sections
      .filter(({ empty, depth, heading }, i) => empty && heading.trim() && !(depth === 1 && i === 0))
      .map(({ heading, headingRange }) => ({
        message: `“${heading}” has nothing below it, so that it says nothing of the voice: write what it promises, or take the heading out.`,
        range: headingRange,
      })),
};
