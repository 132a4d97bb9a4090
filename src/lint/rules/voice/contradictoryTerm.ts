import type { Finding, Rule } from '../../issue';

export const contradictoryTermRule: Rule = {
  id: 'voice/contradictory-term',
  severity: 'warning',
  title: 'A term both required and forbidden',
  kinds: ['voice'],
  check({ voice, path }) {
    return voice.use.flatMap((term): Finding[] => {
      const avoided = voice.avoid.find((other) => other.text.toLowerCase() === term.text.toLowerCase());
      if (!avoided) return [];
      return [
        {
          message: `“${term.text}” stands among the words to use and among those to avoid: take it out of one of the two.`,
          range: term.range,
          related: [{ path, range: avoided.range, message: 'To avoid, here.' }],
        },
      ];
    });
  },
};
