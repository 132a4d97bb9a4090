import type { MarkdownDocument } from '../steering/markdown';

/** First and last line of a stretch, from 1, blank lines at its end left out. */
export function linesOf(document: MarkdownDocument, from: number, to: number): [number, number] {
  const end = from + document.text.slice(from, to).trimEnd().length;
  return [document.index.positionAt(from).line + 1, document.index.positionAt(Math.max(from, end)).line + 1];
}
