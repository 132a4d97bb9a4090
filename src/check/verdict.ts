import type { Verdict } from '../steering/checkTypes';
import type { LineIndex, Range } from '../text';

export function pass(message: string): Verdict {
  return { status: 'pass', message };
}

export function fail(message: string, range?: Range): Verdict {
  return range ? { status: 'fail', message, range } : { status: 'fail', message };
}

/** Could not be run, which is no pass. */
export function unable(message: string): Verdict {
  return { status: 'error', message };
}

/** What stands around a place, on one line, for a message: `…leverage our…`. */
export function excerpt(text: string, from: number, to: number, around = 24): string {
  const lineFrom = Math.max(text.lastIndexOf('\n', from - 1) + 1, from - around);
  const lineEnd = text.indexOf('\n', to);
  const lineTo = Math.min(lineEnd < 0 ? text.length : lineEnd, to + around);
  const cut = (at: number): boolean => /[\p{L}\p{N}]/u.test(text[at] ?? ' ');
  let start = lineFrom;
  while (start < from && cut(start) && cut(start - 1)) start++;
  let end = lineTo;
  while (end > to && cut(end - 1) && cut(end)) end--;
  const shown = text.slice(start, end).replace(/\s+/g, ' ').trim().slice(0, 160);
  return `“${around && start > 0 && text[start - 1] !== '\n' ? '…' : ''}${shown}${around && end < text.length && text[end] !== '\n' && text[end] !== '\r' ? '…' : ''}”`;
}

/** A place as people count lines: from 1. */
export function lineAt(index: LineIndex, offset: number): number {
  return index.positionAt(offset).line + 1;
}

/** A text of the output or of a check, short enough to stand in a message among others. */
export function cut(text: string, most = 80): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > most ? `${line.slice(0, most - 1).trimEnd()}…` : line;
}

/** A message goes into journals, lists and back to the model: whatever an output or a check holds, it stays below this many characters. */
const longestMessage = 1200;

/** The verdict with a message that is not too long. */
export function bounded(verdict: Verdict): Verdict {
  return verdict.message.length > longestMessage ? { ...verdict, message: `${verdict.message.slice(0, longestMessage - 1)}…` } : verdict;
}

/** At most `most` of the texts, and how many more there are. */
export function listed(texts: readonly string[], most = 5): string {
  const shown = texts.slice(0, most).join(', ');
  return texts.length > most ? `${shown} and ${texts.length - most} more` : shown;
}
