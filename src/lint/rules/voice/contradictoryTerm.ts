import type { Finding, Fix, Rule } from '../../issue';
import { removalsOf } from './removal';
import { TermFinder } from './termFinder';

export const contradictoryTermRule: Rule = {
  id: 'voice/contradictory-term',
  severity: 'warning',
  title: 'A term both required and forbidden',
  kinds: ['voice'],
  check(subject) {
    const { voice, path } = subject;
    if (!voice.use.length || !voice.avoid.length) return [];
    const avoid = new TermFinder(voice.avoid);
    const required = new Set(voice.measurable.use.map(({ range }) => range));
    return voice.use.flatMap((term): Finding[] => {
      const found = avoid.in(term.text);
      const same = found.find(({ term: other }) => other.text.toLowerCase() === term.text.toLowerCase());
      // A phrase that must stand everywhere brings each of its words along; one that is only preferred may be an exception.
      const hit = same ?? (required.has(term.range) ? found[0] : undefined);
      if (!hit) return [];
      const fix = (where: string, edits: ReturnType<typeof removalsOf>): Fix[] =>
        edits ? [{ title: `Take it out of the words to ${where}`, edits, safe: false }] : [];
      return [
        {
          message: same
            ? `“${term.text}” stands among the words to use and among those to avoid: take it out of one of the two.`
            : `“${term.text}” must be used, but its “${hit.term.text}” stands among the words to avoid: take one of the two out.`,
          range: term.range,
          related: [{ path, range: hit.term.range, message: 'To avoid, here.' }],
          fixes: [...fix('use', removalsOf(subject, term)), ...fix('avoid', removalsOf(subject, hit.term))],
        },
      ];
    });
  },
};
