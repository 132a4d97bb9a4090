import { boundsText } from '../../../steering/bounds';
import type { CadenceMeasure } from '../../../steering/voiceCadence';
import type { Finding, Rule } from '../../issue';

const names: Record<CadenceMeasure, string> = { longest: 'the longest sentence', average: 'the average sentence', paragraph: 'the length of a paragraph' };

export const contradictoryCadenceRule: Rule = {
  id: 'voice/contradictory-cadence',
  severity: 'warning',
  title: 'Lengths that contradict each other',
  kinds: ['voice'],
  check({ voice, path }) {
    const findings: Finding[] = [];
    const first = new Map<CadenceMeasure, (typeof voice.cadence)[number]>();
    for (const stated of voice.cadence) {
      const known = first.get(stated.measure);
      if (!known) first.set(stated.measure, stated);
      else if (known.min !== stated.min || known.max !== stated.max)
        findings.push({
          message: `This says something else of ${names[stated.measure]} (${boundsText(stated)}) than before (${boundsText(known)}): keep one of the two.`,
          range: stated.range,
          related: [{ path, range: known.range, message: 'Said before, here.' }],
        });
    }
    const average = first.get('average');
    const longest = first.get('longest');
    if (average?.min !== undefined && longest?.max !== undefined && average.min > longest.max)
      findings.push({
        message: `The average sentence has at least ${average.min} words, but the longest may have ${longest.max}: no text can do both. Change one of the two.`,
        range: average.range,
        related: [{ path, range: longest.range, message: 'The longest sentence.' }],
      });
    return findings;
  },
};
