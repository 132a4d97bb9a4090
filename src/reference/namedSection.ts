import type { MarkdownDocument, Section } from '../steering/markdown';
import { slug } from '../text';

/**
 * The section a reference such as `VOICE.md#cadence` means: the heading whose anchor it is, else the only one that begins with it,
 * else the only one that has all its words ("cadence" finds "Cadence & Delivery"). Undefined where none, or several, fit.
 */
export function findSection(document: MarkdownDocument, reference: string): Section | undefined {
  const wanted = slug(reference);
  if (!wanted) return undefined;
  const sections = document.sections.filter((section) => section.depth > 0).map((section) => ({ section, anchor: slug(section.heading) }));
  const exact = sections.find(({ anchor }) => anchor === wanted);
  if (exact) return exact.section;
  const words = wanted.split('-');
  for (const fits of [(anchor: string) => anchor.startsWith(`${wanted}-`), (anchor: string) => words.every((word) => anchor.split('-').includes(word))]) {
    const found = sections.filter(({ anchor }) => fits(anchor));
    if (found.length === 1) return found[0]?.section;
  }
  return undefined;
}
