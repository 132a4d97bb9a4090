import { placeholdersIn } from '../../steering/placeholders';
import type { Rule } from '../issue';

/** What stands for all of an item, or behind its label: a mark that something is to come, or words between angle brackets that ask for it. */
const wholeItem =
  /(?<=^[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+(?:[*_]{0,2}[\p{L} ]{1,40}[*_]{0,2}:[*_]{0,2}[ \t]+)?)(?:(?:TODO|TBD|FIXME)(?=[.:]?[ \t]*$)|<(?:your|insert|describe|fill in|name of|project)\b[^<>\n/=]{0,80}>(?=[ \t]*$))/gmu;
/** A template's variable: `{{PROJECT}}`. In lower case it is as often an example of what a page is made from. */
const variable = /\{\{[ \t]*[A-Z][A-Z0-9_ -]{1,40}\}\}/g;

/** The same for what a project says of itself, where a template's variables and a list of things to do have no place either. */
export function projectPlaceholdersIn(text: string): { start: number; end: number }[] {
  const marks = /[<{]|T(?:ODO|BD)|FIXME/.test(text) ? [...text.matchAll(wholeItem), ...text.matchAll(variable)] : [];
  return [...placeholdersIn(text), ...marks.map((match) => ({ start: match.index, end: match.index + match[0].length }))].sort((a, b) => a.start - b.start);
}

function placeholderRule(id: string, kinds: Rule['kinds'], consequence: string): Rule {
  return {
    id,
    severity: 'warning',
    title: 'Placeholder that nobody filled in',
    kinds,
    check: ({ project, markdown, text: source, frontMatter, kind }) =>
      // Declared inputs stand in the front matter, and a template leaves those open too.
      [{ text: source.slice(0, frontMatter.bodyFrom), from: 0 }, ...project.prose].flatMap(({ text, from }) =>
        (kind === 'project' ? projectPlaceholdersIn(text) : placeholdersIn(text)).map(({ start, end }) => ({
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
