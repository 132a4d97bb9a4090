import type { VoicePart } from '../../../steering/voice';
import type { Finding, Rule } from '../../issue';

/** What a part is called, without what is said of it: “Calm: no alarm” is “calm”. */
function nameOf(part: VoicePart): string {
  return (part.text.split(/[:(]|\s[—–-]\s/)[0] ?? '').replace(/[*_]/g, '').trim().toLowerCase();
}

export const duplicateTraitRule: Rule = {
  id: 'voice/duplicate-trait',
  severity: 'warning',
  title: 'A trait that is weighed twice',
  kinds: ['voice'],
  check: ({ voice, path, markdown }) =>
    voice.groups.flatMap((group): Finding[] => {
      const first = new Map<string, VoicePart>();
      return group.parts.flatMap((part): Finding[] => {
        const name = nameOf(part);
        const known = first.get(name);
        if (!name || !known) {
          first.set(name, part);
          return [];
        }
        const sum = Math.round((known.weight + part.weight) * 100) / 100;
        const { line } = part.range.start;
        const whole = markdown.range(markdown.index.offsetAt({ line, character: 0 }), markdown.index.offsetAt({ line: line + 1, character: 0 }));
        // What only one of the two says of it would be lost.
        const same = known.text.toLowerCase() === part.text.toLowerCase() && known.range.start.line !== line;
        return [
          {
            message: `“${part.text}” stands in this group twice, with ${known.weight}% and ${part.weight}%: put both into one part of ${sum}%.`,
            range: part.range,
            related: [{ path, range: known.range, message: 'The same trait.' }],
            fixes: same
              ? [
                  {
                    title: `Put both into one of ${sum}%`,
                    edits: [
                      { range: known.weightRange, newText: `${sum}%` },
                      { range: whole, newText: '' },
                    ],
                    safe: false,
                  },
                ]
              : [],
          },
        ];
      });
    }),
};
