import { MarkdownDocument } from '../steering/markdown';
import { plural } from '../text';

const firstLines = 20;

/**
 * The gist of a text too large to be sent: the headings of a Markdown document, in order; the first lines of anything else.
 * @param lines how many lines it may have, the closing remark not counted
 */
export function outlineOf(text: string, markdown: boolean, lines = Number.POSITIVE_INFINITY): string {
  const headings = markdown ? new MarkdownDocument(text).sections.filter((section) => section.depth > 0) : [];
  if (headings.length) {
    const shown = headings.slice(0, lines).map((section) => `${'#'.repeat(section.depth)} ${section.heading}`);
    return [...shown, ...(shown.length < headings.length ? [`[… ${plural(headings.length - shown.length, 'more heading')}]`] : [])].join('\n');
  }
  const all = text.split('\n');
  const shown = all.slice(0, Math.min(firstLines, lines));
  // One line may be a whole file: it is cut where a line of prose would end.
  const cut = shown.map((line) => (line.length > 200 ? `${[...line.slice(0, 200)].slice(0, -1).join('')}…` : line));
  return [...cut, ...(shown.length < all.length ? [`[… ${plural(all.length - shown.length, 'more line')}]`] : [])].join('\n');
}
