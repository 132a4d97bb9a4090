import type { Subject } from '../../issue';

/** From here on a document has something of its own to say; below, it may be a task that someone has just begun. */
const leastHeadings = 3;
const leastLines = 8;
/** One part among so many headings is a chapter that has the name by chance. */
const manyHeadings = 7;

/**
 * True where a document is plainly no task but notes that happen to be called CONTEXT.md, such as the glossary of a project: it says a good deal, and
 * nothing of it is a stage, the front matter of a task, or a part (a single chapter on “Constraints” among many others is none).
 */
export function isOtherDocument({ context, frontMatter, markdown, text }: Pick<Subject, 'context' | 'frontMatter' | 'markdown' | 'text'>): boolean {
  if (context.stages.length || frontMatter.problem || ['inputs', 'models', 'budget'].some((name) => name in frontMatter.data)) return false;
  const headings = markdown.sections.filter(({ depth }) => depth > 0).length;
  const parts = Object.values(context.parts);
  if (parts.length > 1 || (parts[0] && (headings < manyHeadings || /^part\b|\(required\)/i.test(parts[0].heading)))) return false;
  const body = markdown.without(markdown.comments, markdown.bodyFrom, text.length);
  if (/^[ \t]*(?:#{1,6}[ \t]+)?[*_]{0,2}Stage[ \t]+\d/im.test(body)) return false;
  return headings >= leastHeadings || body.split(/\r\n|\r|\n/).filter((line) => line.trim()).length >= leastLines;
}
