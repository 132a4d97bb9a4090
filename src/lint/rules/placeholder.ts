import type { Rule } from '../issue';

/** Words that ask a writer for text, as templates put them between square brackets. */
const asking =
  /\[(?:(?:write|describe|name|list|say|fill in|insert|replace|add|explain|state|give|put|paste)\s+[^\][\n]{2,200}|your [^\][\n]{2,100}|todo\b[^\][\n]{0,100}|tbd)\](?![([:])/gi;

/** The placeholders in a stretch of text, such as `[write what problem this solves]`, by their offsets. Links and check boxes are none. */
export function placeholdersIn(text: string): { start: number; end: number }[] {
  return [...text.matchAll(asking)].map((match) => ({ start: match.index, end: match.index + match[0].length }));
}

function placeholderRule(id: string, kinds: Rule['kinds'], consequence: string): Rule {
  return {
    id,
    severity: 'warning',
    title: 'Placeholder that nobody filled in',
    kinds,
    check: ({ project, markdown, text: source, frontMatter }) =>
      // Declared inputs stand in the front matter, and a template leaves those open too.
      [{ text: source.slice(0, frontMatter.bodyFrom), from: 0 }, ...project.prose].flatMap(({ text, from }) =>
        placeholdersIn(text).map(({ start, end }) => ({
          message: `${short(text.slice(start, end))} is still to be filled in${consequence}: write it, or take the line out.`,
          range: markdown.range(from + start, from + end),
        })),
      ),
  };
}

function short(text: string): string {
  const flat = text.replace(/\s+/g, ' ');
  return flat.length > 60 ? `${flat.slice(0, 57)}…]` : flat;
}

export const placeholderRules: readonly Rule[] = [
  placeholderRule('context/placeholder', ['context'], ', and would be sent to the model as it stands'),
  placeholderRule('voice/placeholder', ['voice'], ''),
  placeholderRule('project/placeholder', ['project', 'background'], ''),
];
