import type { Rule } from '../../issue';

export const projectFrontMatterRule: Rule = {
  id: 'project/front-matter',
  severity: 'error',
  title: 'Front matter that cannot be read',
  kinds: ['project', 'background'],
  check: ({ frontMatter }) => (frontMatter.problem ? [frontMatter.problem] : []),
};
