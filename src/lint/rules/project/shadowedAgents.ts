import { posix } from 'node:path';
import { realPathOf } from '../../../reference/imports';
import type { ProjectDocument } from '../../../steering/project';
import { lineRange } from '../../../text';
import type { Rule } from '../../issue';
import { launchFilesOf, launchOf, rootOf, topOfFile } from '../launch';
import { statementsOf } from './statements';

export const shadowedAgentsRule: Rule = {
  id: 'project/shadowed-agents',
  // Two full files, each for its tool, are a choice as often as a slip.
  severity: 'info',
  title: 'A CLAUDE.md that hides AGENTS.md',
  kinds: ['project'],
  async check(subject) {
    if (!/\/CLAUDE\.md$/i.test(subject.path) || subject.facts.agentsFile === 'always' || /AGENTS\.md/i.test(subject.text)) return [];
    // Further down, each is loaded with the work that it is about.
    if (posix.dirname(subject.path) !== (await rootOf(subject))) return [];
    const path = posix.join(posix.dirname(subject.path), 'AGENTS.md');
    const files = launchFilesOf(subject);
    if ((await files.stat(path))?.kind !== 'file') return [];
    const [agents, own] = await Promise.all([realPathOf(path, files), realPathOf(subject.path, files)]);
    const loaded = (await launchOf(subject)).pieces.map((piece) => realPathOf(piece.path, files));
    if (agents === own || (await Promise.all(loaded)).includes(agents)) return [];
    const other = await files.project?.(path).catch(() => undefined);
    // One that sends its readers here, or says the same, hides nothing.
    if (!other || /CLAUDE\.md/i.test(other.text) || !saysMore(other, subject.project)) return [];
    const { markdown } = subject;
    const line = markdown.index.positionAt(markdown.bodyFrom).line;
    const start = { line, character: 0 };
    const newline = subject.text.includes('\r\n') ? '\r\n' : '\n';
    const newText = `@${posix.relative(posix.dirname(subject.path), path)}${newline}${newline}`;
    return [
      {
        message:
          'Claude Code does not load AGENTS.md, because this file stands beside it, and most of what it says is not said here. If it is meant for Claude too, import it with @AGENTS.md.',
        range: lineRange(markdown.index, line),
        related: [{ path, range: topOfFile, message: 'What no session loads.' }],
        fixes: [{ title: 'Import AGENTS.md', edits: [{ range: { start, end: start }, newText }], safe: false }],
      },
    ];
  },
};

/** Fewer new words than this make a copy for another reader. */
const leastNew = 1 / 3;

/** Most sentences of one are not in the other, and in other words. */
function saysMore(one: ProjectDocument, other: ProjectDocument): boolean {
  const said = new Set(statementsOf(other).map(({ normal }) => normal));
  const statements = statementsOf(one);
  const known = wordsOf(other.text);
  const words = [...wordsOf(one.text)];
  return (
    statements.filter(({ normal }) => !said.has(normal)).length * 2 > statements.length &&
    words.filter((word) => !known.has(word)).length >= words.length * leastNew
  );
}

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/\p{L}{4,}/gu) ?? []);
}
