import { posix } from 'node:path';
import { lineRange } from '../../../text';
import type { Rule } from '../../issue';

const mostLines = 200;

export const tooLongRule: Rule = {
  id: 'project/too-long',
  severity: 'warning',
  title: 'More than 200 lines',
  kinds: ['project'],
  check(subject) {
    if (!/^(?:CLAUDE(?:\.local)?|AGENTS)\.md$/i.test(posix.basename(subject.path))) return [];
    const { markdown } = subject;
    // Block comments are stripped before loading, and so cost nothing.
    const lines = markdown.without(markdown.comments, markdown.bodyFrom, markdown.text.length).trimEnd().split('\n').length;
    if (lines <= mostLines) return [];
    const heaviest = markdown.sections.filter((section) => section.depth === 2).sort((a, b) => b.end - b.from - (a.end - a.from))[0];
    const first = markdown.index.positionAt(markdown.bodyFrom).line;
    return [
      {
        message: `This file has ${lines} lines, all of them in every session; beyond ${mostLines} instructions get lost. Move ${
          heaviest ? `what only some tasks need, such as “${heaviest.heading}”,` : 'what only some tasks need'
        } into .claude/rules with \`paths:\`, or take it out.`,
        range: lineRange(markdown.index, first),
      },
    ];
  },
};
