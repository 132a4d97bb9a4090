import { isDeepStrictEqual } from 'node:util';
import type { PlannedStage, Resolved } from '../steering/plan';

/** Why the list of `Each` is no document of a stage that names it in its Input. */
export const itemByItem = 'goes to each call item by item';

/**
 * True for an input that is the list of `Each`: sent with every item, all of them would be paid again for one that is new, and the input would grow with the
 * square of the list. A stage that needs the whole list names it in `Context`. Of a pattern the items are only paths, so its files are sent; a command gets its list.
 */
export function isItemwise({ list, stage }: PlannedStage, { name, source }: Resolved): boolean {
  if (!list || stage.runner.tier === 'code' || source.kind === 'glob') return false;
  return isDeepStrictEqual(source, list.source) && (source.kind !== 'asked' || name.text.trim().toLowerCase() === list.name.text.trim().toLowerCase());
}
