import type { Rule } from '../../issue';

export const projectFrontMatterRule: Rule = {
  id: 'project/front-matter',
  severity: 'error',
  title: 'Front matter that cannot be read',
  kinds: ['project', 'background'],
  check({ frontMatter: { problem, unquoted }, markdown, text }) {
    if (problem) return [problem];
    return (unquoted ?? []).map((range) => {
      const pattern = text.slice(markdown.index.offsetAt(range.start), markdown.index.offsetAt(range.end));
      return {
        message: `The pattern ${pattern} has no quotes, and strict readers of YAML refuse it. Write "${pattern}".`,
        severity: 'warning' as const,
        range,
        fixes: [{ title: 'Put it in quotes', edits: [{ range, newText: `"${pattern}"` }], safe: true }],
      };
    });
  },
};
