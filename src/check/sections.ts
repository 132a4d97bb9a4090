import type { Verdict } from '../steering/checkTypes';
import { descendants, plainText } from '../steering/markdown';
import { slug } from '../text';
import type { Subject } from './subject';
import { htmlHeadings, treeOf } from './tree';
import { cut, fail, listed, pass } from './verdict';

/** The headings of an output, as a reader sees them, in order. */
export function headingsOf(subject: Subject): string[] {
  const root = treeOf(subject);
  return [...[...descendants(root.children)].flatMap((node) => (node.type === 'heading' ? [plainText(node).trim()] : [])), ...htmlHeadings(root)];
}

/** “What’s next?”, “What's next” and “Whats next” are the same name. */
function nameOf(text: string): string {
  return slug(text.replace(/['’‘]/g, ''));
}

/** A heading's names: all of it, without its number ("2. ", "Section 2: "), and each side of a colon or dash. */
function namesOf(heading: string): string[] {
  const unnumbered = heading.replace(/^(?:(?:section|part|chapter|step|stage)\s+)?(?:\d+(?:\.\d+)*|[ivx]+)\s*[.):–—-]\s*/i, '');
  const sides = [heading, unnumbered].flatMap((text) => [text, ...text.split(/:\s+|\s+[–—-]\s+/)]);
  return sides.map(nameOf);
}

/** Each name is a heading of any level, in any order; case, punctuation, numbering and what follows a colon do not count. */
export function measureSections(names: readonly string[], subject: Subject): Verdict {
  const headings = headingsOf(subject);
  const known = new Set(headings.flatMap(namesOf));
  const missing = names.filter((name) => !known.has(nameOf(name)));
  if (!missing.length) return pass(`Found the section${names.length > 1 ? 's' : ''} ${listed(names.map((name) => `“${cut(name)}”`))}.`);
  const found = headings.length
    ? `found ${listed(
        headings.map((heading) => `“${cut(heading)}”`),
        12,
      )}`
    : 'found no headings';
  return fail(`Expected the heading${missing.length > 1 ? 's' : ''} ${listed(missing.map((name) => `“${cut(name)}”`))}; ${found}.`);
}
