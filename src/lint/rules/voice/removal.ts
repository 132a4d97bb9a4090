import type { Term } from '../../../steering/voice';
import type { Range, TextEdit } from '../../../text';
import type { Subject } from '../../issue';

/**
 * The edits that take a word out of the list it stands in, wherever it stands there, and its whole line where it stands alone; undefined where a
 * line says more of it.
 */
export function removalsOf(subject: Pick<Subject, 'markdown' | 'text'>, { range, again = [] }: Term): TextEdit[] | undefined {
  const edits = [range, ...again].map((place) => removalAt(subject, place));
  return edits.length <= 100 && edits.every((edit) => edit !== undefined) ? edits : undefined;
}

function removalAt({ markdown, text }: Pick<Subject, 'markdown' | 'text'>, range: Range): TextEdit | undefined {
  const { index } = markdown;
  const { line } = range.start;
  const lineFrom = index.offsetAt({ line, character: 0 });
  const lineTo = index.offsetAt({ line: line + 1, character: 0 });
  let from = index.offsetAt(range.start);
  let to = index.offsetAt(range.end);
  while (from > lineFrom && /["“„'‘`*_]/.test(text[from - 1] as string)) from--;
  while (to < lineTo && /["”'’`*_]/.test(text[to] as string)) to++;
  const before = text.slice(lineFrom, from);
  const after = text.slice(to, lineTo);
  if (/^\s*(?:[-*+•]\s+|\d{1,3}[.)]\s+)?$/.test(before) && /^[.,;]?\s*$/.test(after)) return { range: markdown.range(lineFrom, lineTo), newText: '' };
  const next = /^\s*,\s*/.exec(after);
  if (next && !/^\s*(?:and|or)\s/i.test(after.slice(next[0].length)) && /(?:,|:\**|^\s*(?:[-*+•]\s+)?)\s*$/.test(before))
    return { range: markdown.range(from, to + next[0].length), newText: '' };
  const previous = /\s*,\s*(?:(?:and|or)\s+)?$/i.exec(before);
  if (previous && /^\s*(?:[,.;]|$)/.test(after)) return { range: markdown.range(from - previous[0].length, to), newText: '' };
  return undefined;
}
