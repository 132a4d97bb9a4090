import type { LineIndex } from '../text';

/** How many lines up are looked through for the list that an indented line may belong to. */
const farthest = 200;
const indented = /^(?: {4}| {0,3}\t)\s*\S/;
/** A heading or a comment: what follows it begins anew. */
const endsBlock = /^ {0,3}(?:#{1,6}(?:\s|$)|<!--.*-->\s*$)/;
const listItem = /^\s*(?:[-*+]|\d{1,9}[.)])(?:\s|$)/;

/** The last line of the indented code that a line belongs to. */
export function lastOfIndentedCode(index: LineIndex, line: number): number {
  let last = line;
  for (let at = line + 1; at < index.lineCount && (indented.test(index.line(at)) || !index.line(at).trim()); at++) if (index.line(at).trim()) last = at;
  return last;
}

/** The first line of the indented code that a line belongs to. */
export function firstOfIndentedCode(index: LineIndex, line: number): number {
  let first = line;
  for (let at = line - 1; at >= 0 && (indented.test(index.line(at)) || !index.line(at).trim()); at--) if (index.line(at).trim()) first = at;
  return first;
}

/**
 * True for a line of code that is marked by four columns of indentation alone: after a blank line, a heading or more of it, and in no list, where
 * such a line is a paragraph. One that may be either is taken for prose.
 */
export function isIndentedCode(index: LineIndex, line: number, first = 0): boolean {
  let at = line;
  while (at >= first && indented.test(index.line(at))) at--;
  if (at === line) return false;
  if (at >= first && index.line(at).trim() && !endsBlock.test(index.line(at))) return false;
  for (; at >= Math.max(first, line - farthest); at--) {
    const content = index.line(at);
    if (!content.trim() || endsBlock.test(content) || /^\s/.test(content)) {
      if (listItem.test(content)) return false;
      continue;
    }
    // The paragraph or item that begins at the margin: only a list would go on in what is indented.
    while (at > first && index.line(at - 1).trim() && !listItem.test(index.line(at))) at--;
    return !listItem.test(index.line(at));
  }
  return at < first;
}
