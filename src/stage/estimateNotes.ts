import { plural } from '../text';
import type { RunEstimate } from './engine';
import { escalatesText } from './escalatable';

/** What there is to say of what would be sent, a line each: inputs that don't fit, and placeholders that nobody filled in. */
export function estimateNotes({ cut = [], unfilled = [], ...more }: Pick<RunEstimate, 'cut' | 'unfilled' | 'escalates' | 'escalation'>): string[] {
  const lines = cut.map(
    ({ number, title, source, reason, outline }) =>
      `Stage ${number} “${title}” ${outline ? 'gets only an outline of' : 'goes without'} “${source}”: ${reason}.`,
  );
  const escalated = escalatesText(more);
  if (escalated) lines.unshift(escalated);
  const [first] = unfilled;
  if (first === undefined) return lines;
  const placeholders =
    unfilled.length === 1
      ? `The placeholder ${first} is still in the document and would be sent as it stands.`
      : `${plural(unfilled.length, 'placeholder')} such as ${first} are still in the document and would be sent as they stand.`;
  return [...lines, placeholders];
}
