import { posix } from 'node:path';
import { lineRange } from '../../../text';
import type { Rule, Subject } from '../../issue';
import { launchFilesOf, rootOf } from '../launch';

/** What Claude Code's documentation advises to stay under. */
const mostLines = 200;

/** Code is read as one thing, until there is so much of it that it is the file. */
const mostWithCode = mostLines * 1.5;

/**
 * How many lines too long a document is counted with: 0 where it is short enough. Comments and front matter are not loaded, empty lines say
 * nothing, and fenced code counts only where all lines together are half as many again as they should be.
 */
export function tooManyLines({ project }: Subject): number {
  const { markdown, text } = project;
  const count = (left: { from: number; to: number }[]) =>
    markdown
      .without(left, markdown.bodyFrom, text.length)
      .split('\n')
      .filter((line) => line.trim()).length;
  const all = count(markdown.comments);
  if (all > mostWithCode) return all;
  const prose = all > mostLines ? count([...markdown.comments, ...markdown.fences].sort((a, b) => a.from - b.from)) : 0;
  return prose > mostLines ? prose : 0;
}

export const tooLongRule: Rule = {
  id: 'project/too-long',
  severity: 'warning',
  title: 'More than 200 lines',
  kinds: ['project'],
  async check(subject) {
    if (!/^(?:CLAUDE(?:\.local)?|AGENTS)\.md$/i.test(posix.basename(subject.path))) return [];
    // What is in the folder of a skill is read when the skill is used.
    if (/\/skills\//.test(subject.path)) return [];
    const lines = tooManyLines(subject);
    if (!lines || (await isTwin(subject))) return [];
    const { markdown } = subject;
    const heaviest = markdown.sections.filter((section) => section.depth === 2).sort((a, b) => b.end - b.from - (a.end - a.from))[0];
    const part = heaviest ? `what only some tasks need, such as “${heaviest.heading}”,` : 'what only some tasks need';
    const folder = posix.dirname(subject.path);
    const nested = folder !== (await rootOf(subject)) && !folder.endsWith('/.claude');
    const elsewhere = /AGENTS\.md$/.test(subject.path) ? 'into a file of its own' : 'into .claude/rules with `paths:`';
    return [
      {
        message: `This file has ${lines} lines of text, all of them loaded ${nested ? 'for any work in its folder' : 'in every session'}; a file of more than ${mostLines} is followed less and less. Move ${part} ${elsewhere}, or take it out.`,
        range: lineRange(markdown.index, markdown.index.positionAt(markdown.bodyFrom).line),
      },
    ];
  },
};

/** An AGENTS.md that is the CLAUDE.md beside it by another name: one of the two is enough to say it in. */
async function isTwin(subject: Subject): Promise<boolean> {
  if (!/\/AGENTS\.md$/.test(subject.path)) return false;
  const claude = posix.join(posix.dirname(subject.path), 'CLAUDE.md');
  if ((await launchFilesOf(subject).stat(claude))?.kind !== 'file') return false;
  const other = await launchFilesOf(subject)
    .project?.(claude)
    .catch(() => undefined);
  return other?.text === subject.text;
}
