import type { Finding, Rule } from '../../issue';
import { isTrait, itemsOf } from './items';
import { rescaled } from './weights';

const aboutTraits = /\b(?:tone|personality|traits?|attributes?|qualities|persona)\b/i;

export const noWeightsRule: Rule = {
  id: 'voice/no-weights',
  severity: 'info',
  title: 'Traits without weights',
  kinds: ['voice'],
  check(subject) {
    const { voice } = subject;
    const weighted = new Set(voice.groups.map(({ headingRange }) => headingRange.start.line));
    return voice.sections.flatMap((section): Finding[] => {
      if (!aboutTraits.test(section.heading) || /\b(?:avoid|not|never|anti)\b/i.test(section.heading) || weighted.has(section.headingRange.start.line))
        return [];
      const items = itemsOf(subject, section);
      if (!items.length || !items.every(({ text }) => isTrait(text))) return [];
      const shares = rescaled(items.map(() => 1)) ?? [];
      return [
        {
          message: `“${section.heading}” names ${items.length === 1 ? 'one trait' : `${items.length} traits`} and not how much of each, so that every model mixes them differently: write “60% — ${items[0]?.text ?? 'Calm'}” and so on, adding to 100.`,
          range: section.headingRange,
          fixes:
            items.length > 1 && items.length <= 20
              ? [
                  {
                    title: 'Give each the same weight, to start with',
                    edits: items.map(({ range: { start } }, i) => ({ range: { start, end: start }, newText: `${shares[i]}% — ` })),
                    safe: false,
                  },
                ]
              : [],
        },
      ];
    });
  },
};
