import { readProject } from './project';

/** Words that ask a writer for text, as templates put them between square brackets. */
const asking =
  /\[(?:(?:write|describe|name|list|say|fill in|insert|replace|add|explain|state|give|put|paste)\s+[^\][\n]{2,200}|your [^\][\n]{2,100}|todo\b[^\][\n]{0,100}|tbd)\](?![([:])/gi;

/** A step on a way through menus or a path, such as `Apps > [your app] > Keys`: whoever follows it fills it in. */
const isStep = /[>→/›»]\s*$/;

/** The placeholders in a stretch of text, such as `[write what problem this solves]`, by their offsets. Links and check boxes are none. */
export function placeholdersIn(text: string): { start: number; end: number }[] {
  return !text.includes('[')
    ? []
    : [...text.matchAll(asking)]
        .map((match) => ({ start: match.index, end: match.index + match[0].length }))
        .filter(({ start, end }) => !isStep.test(text.slice(Math.max(0, start - 3), start)) && !/^\s*[>→/›»]/.test(text.slice(end, end + 3)));
}

/** The placeholders of a document, as they are written, in its order: those in its front matter and its prose, where code is none. */
export function unfilledIn(path: string, text: string): string[] {
  if (!placeholdersIn(text).length) return [];
  const { frontMatter, prose } = readProject(path, text);
  const stretches = [text.slice(0, frontMatter.bodyFrom), ...prose.map((stretch) => stretch.text)];
  return stretches.flatMap((stretch) => placeholdersIn(stretch).map(({ start, end }) => stretch.slice(start, end)));
}
