import type { Stage } from '../../../steering/contextTypes';
import type { TextEdit } from '../../../text';
import type { Subject } from '../../issue';

/** The edit that gives a stage another runner: in its parentheses, or in new ones at the end of its line. */
export function runnerEdit({ markdown }: Pick<Subject, 'markdown'>, { runner, headingRange }: Stage, text: string): TextEdit | undefined {
  const { range } = runner;
  const written = range.start.character !== headingRange.start.character || range.start.line !== headingRange.start.line;
  if (written) return { range, newText: text };
  // Behind closing signs of a heading it would be part of no title.
  if (/#\s*$/.test(markdown.index.line(headingRange.end.line))) return undefined;
  return { range: { start: headingRange.end, end: headingRange.end }, newText: ` (${text})` };
}
