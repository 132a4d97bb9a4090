import type { VoiceGroup } from '../../../steering/voice';
import type { Finding, Fix, Rule, Subject } from '../../issue';
import { type Item, isTrait, itemsOf, sectionAt } from './items';

/** The items of a weighted group that are traits without a weight. */
export function unweightedOf(subject: Subject, group: VoiceGroup): Item[] {
  const last = group.parts.at(-1);
  if (group.parts.length < 2 || !last) return [];
  const section = sectionAt(subject.voice.sections, group.headingRange.start.line);
  if (!section) return [];
  const weighted = new Set(group.parts.map(({ range }) => range.start.line));
  // Only where the weighted parts are items of a list as well: below a table or lines of prose a list is something else.
  const items = itemsOf(subject, section);
  if (!items.some(({ range }) => weighted.has(range.start.line))) return [];
  return items.filter(({ range, text }) => !weighted.has(range.start.line) && isTrait(text));
}

export const unweightedTraitRule: Rule = {
  id: 'voice/unweighted-trait',
  severity: 'warning',
  title: 'A trait without a weight among weighted ones',
  kinds: ['voice'],
  check(subject) {
    return subject.voice.groups.flatMap((group): Finding[] => {
      const items = unweightedOf(subject, group);
      const rest = 100 - group.total;
      const shares =
        Number.isInteger(rest) && rest >= items.length ? items.map((_, i) => Math.floor(rest / items.length) + (i < rest % items.length ? 1 : 0)) : [];
      return items.map((item, i) => {
        const share = shares[i];
        return {
          message: `“${item.text}” has no weight, while the parts beside it have: say how much of the voice it is${share ? `, such as the ${share}% that ${items.length > 1 ? 'its share would be' : 'are left'}` : ', and take that from the others'}.`,
          range: item.range,
          fixes: share ? [weigh(group, item, share)] : [],
        };
      });
    });
  },
};

/** Written as the parts beside it are: the weight first, or behind in parentheses. */
function weigh(group: VoiceGroup, { range }: Item, share: number): Fix {
  const part = group.parts[0];
  const first = !part || part.weightRange.start.line < part.textRange.start.line || part.weightRange.start.character < part.textRange.start.character;
  const at = first ? range.start : range.end;
  return { title: `Give it ${share}%`, edits: [{ range: { start: at, end: at }, newText: first ? `${share}% — ` : ` (${share}%)` }], safe: false };
}
