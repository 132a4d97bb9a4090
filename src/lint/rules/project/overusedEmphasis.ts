import { plural } from '../../../text';
import type { Rule } from '../../issue';

/** Words in capitals that ask for attention. */
const shout =
  /(?<![\w-])(?:IMPORTANT|CRITICAL(?:LY)?|MUST|NEVER|ALWAYS|MANDATORY|REQUIRED|WARNING|ATTENTION|DO NOT|DON'T|ABSOLUTELY|NON-NEGOTIABLE|CRUCIAL)(?![\w-])|🚨|⚠️|‼️|❗/;
/** Claude Code's documentation: emphasis works on one line, not on twenty. */
const most = 20;
/** In a short file fewer lines are as many. */
const mostShare = 0.25;
const fewest = 8;

export const overusedEmphasisRule: Rule = {
  id: 'project/overused-emphasis',
  severity: 'info',
  title: 'Emphasis on so much that nothing stands out',
  kinds: ['project'],
  check({ project, markdown }) {
    const lines = project.prose.filter(({ text }) => /\p{L}/u.test(text));
    const loud = lines.flatMap(({ text, from }) => {
      const match = shout.exec(text);
      return match ? [{ from: from + match.index, to: from + match.index + match[0].length }] : [];
    });
    if (loud.length < fewest || (loud.length < most && loud.length < lines.length * mostShare)) return [];
    const [first] = loud;
    if (!first) return [];
    return [
      {
        message: `${plural(loud.length, 'paragraph')} of ${lines.length} cry for attention, so that none gets it. Keep the capitals for the one or two that matter most.`,
        range: markdown.range(first.from, first.to),
      },
    ];
  },
};
