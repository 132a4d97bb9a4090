import { posix } from 'node:path';
import { nearest } from '../../../steering/nearest';
import type { Finding, Rule } from '../../issue';
import { homeOfSubject, wholeLine } from '../strategies/reading';
import { lessonName, playbookOf } from './reading';

export const unknownStageRule: Rule = {
  id: 'playbook/unknown-stage',
  severity: 'info',
  title: 'A lesson for a stage that there is not',
  kinds: ['playbook'],
  async check(subject) {
    const home = await homeOfSubject(subject);
    if (!home) return [];
    const { markdown } = subject;
    if (!home.document) {
      const meant = home.task === 'context' ? 'CONTEXT.md' : `${home.task}.context.md`;
      return [
        {
          message: `No ${meant} stands beside this .haiku folder, so nothing is given these lessons: move them, or delete them.`,
          range: wholeLine(markdown.index, 0),
        },
      ];
    }
    const slugs = home.document.stages.map(({ slug }) => slug);
    const shown = posix.basename(home.document.path);
    return playbookOf(subject).bullets.flatMap((bullet): Finding[] => {
      const unknown = bullet.stages.filter((stage) => !slugs.includes(stage));
      const [first] = unknown;
      if (first === undefined) return [];
      const near = nearest(first, slugs);
      const line = markdown.index.line(bullet.line);
      // Where they are listed, and not where the lesson itself uses the word.
      const at = line.indexOf(first, Math.max(0, line.lastIndexOf('stages: ')));
      const range =
        at < 0
          ? wholeLine(markdown.index, bullet.line)
          : { start: { line: bullet.line, character: at }, end: { line: bullet.line, character: at + first.length } };
      const rest = unknown.length < bullet.stages.length ? '' : ', so no stage is given it';
      return [
        {
          message: `No stage of ${shown} is called ${unknown.map((stage) => `“${stage}”`).join(' or ')}${rest}: ${near ? `did you mean “${near}”?` : `name a stage as its slug, or take it out of ${lessonName(bullet)}.`}`,
          range,
          ...(near && at >= 0 ? { fixes: [{ title: `Write ${near}`, edits: [{ range, newText: near }], safe: false }] } : {}),
        },
      ];
    });
  },
};
