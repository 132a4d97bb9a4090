import type { Range } from '../text';
import type { Check } from './checkTypes';
import type { Stage } from './contextTypes';
import { readCriterion } from './criteria';

/** What follows the name of a thing where something is said of it: “Reply is …”, “Draft: …”, “The summary has …”, “Reply under 200 words”. */
const said =
  /^(?:\*\*|__)?(?:\s*:(?:\*\*|__)?\s+(?=\S)|\s+(?=(?:is|are|has|have|must|should|shall|may|can|needs?|does|do|stays?|keeps?|fits?|contains?|includes?|lists?|names?|mentions?|links?|answers?|quotes|cites|gives?|says?|reads?|sounds?|uses?|covers?|starts?|begins?|ends?|follows?|matches|never|not|at (?:least|most)|no (?:more|less|longer|fewer)|(?:more|less|fewer|longer|shorter) than|under|over|below|above|within|between|max|min|up to|\d|[<>≤≥=])(?![\p{L}\p{N}-])))/iu;

/** What stands behind a name that a text begins with, where something is said of it; undefined where it begins with something else. */
function behind(text: string, name: string): string | undefined {
  if (!name) return undefined;
  const lead = /^[\s*_"“`]*(?:the\s+|its\s+)?[*_"“`]*/i.exec(text)?.[0].length ?? 0;
  if (text.slice(lead, lead + name.length).toLowerCase() !== name.toLowerCase()) return undefined;
  const rest = text.slice(lead + name.length).replace(/^["”`]/, '');
  return said.test(rest) ? rest : undefined;
}

function namesOf({ title, output }: Pick<Stage, 'title' | 'output'>): string[] {
  return [title, ...(output ? [output.name, output.path?.split('/').pop() ?? ''] : [])];
}

/** The stage a criterion begins with by the name of its output or its title; undefined where it is none, or two could be meant. */
export function stageSpokenOf(line: string, stages: readonly Stage[]): Stage | undefined {
  const found = stages.filter((stage) => namesOf(stage).some((name) => behind(line, name) !== undefined));
  return found.length === 1 ? found[0] : undefined;
}

/** The checks of a criterion that calls the output by the name this stage gives it (“Summary is at most 3 bullets”): read as if it said “output”. */
export function readSpokenOf(text: string, range: Range, stage: Pick<Stage, 'title' | 'output'>): Check[] {
  for (const name of namesOf(stage)) {
    const rest = behind(text, name);
    if (rest === undefined) continue;
    const checks = readCriterion(`output${rest.replace(/^[*_]+/, '').replace(/^\s*:[*_]*\s*/, ' ')}`, range);
    if (checks.length) return checks;
  }
  return [];
}
