import { MarkdownDocument } from '../steering/markdown';
import { plural } from '../text';
import { signatureLines } from './signatures';

const firstLines = 20;
/** Fewer declarations say less about a file than its beginning does. */
const fewest = 3;

/**
 * The gist of a text too large to be sent: the headings of a Markdown document, in order; the lines that declare functions, classes and types of a source
 * file, each with its number; the first lines of anything else.
 * @param lines how many lines it may have, the closing remark not counted
 * @param path says of what language it is; nothing is looked for where it is not a file
 */
export function outlineOf(text: string, markdown: boolean, lines = Number.POSITIVE_INFINITY, path?: string): string {
  const headings = markdown ? new MarkdownDocument(text).sections.filter((section) => section.depth > 0) : [];
  if (headings.length) {
    const shown = headings.slice(0, lines).map((section) => `${'#'.repeat(section.depth)} ${section.heading}`);
    return [...shown, ...(shown.length < headings.length ? [`[… ${plural(headings.length - shown.length, 'more heading')}]`] : [])].join('\n');
  }
  const signatures = path === undefined ? [] : signatureLines(path, text);
  if (signatures.length >= fewest) {
    const shown = signatures.slice(0, lines).map(({ line, text: signature }) => `${line}: ${shortened(signature)}`);
    return [...shown, ...(shown.length < signatures.length ? [`[… ${plural(signatures.length - shown.length, 'more declaration')}]`] : [])].join('\n');
  }
  const all = text.split('\n');
  const shown = all.slice(0, Math.min(firstLines, lines));
  return [...shown.map(shortened), ...(shown.length < all.length ? [`[… ${plural(all.length - shown.length, 'more line')}]`] : [])].join('\n');
}

/** One line may be a whole file: it is cut where a line of prose would end. */
function shortened(line: string): string {
  return line.length > 200 ? `${[...line.slice(0, 200)].slice(0, -1).join('')}…` : line;
}
