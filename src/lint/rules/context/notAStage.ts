import { type UnreadStage, unreadStages } from '../../../steering/unreadStages';
import type { Rule, Subject } from '../../issue';

export const notAStageRule: Rule = {
  id: 'context/not-a-stage',
  severity: 'error',
  title: 'A stage that is not read',
  kinds: ['context'],
  check: (subject) =>
    unreadOf(subject).map(({ text, range, fields, instead, replace }) => ({
      message: `“${text}” is not read as a stage, and its ${listed(fields)} ${fields.length > 1 ? 'are' : 'is'} dropped: write “${instead}”.`,
      range,
      fixes: replace ? [{ title: `Write “${instead}”`, edits: [{ range: replace, newText: instead }], safe: false }] : [],
    })),
};

/** The lists of a document that were meant as stages and are none. */
export function unreadOf(subject: Subject): UnreadStage[] {
  const known = found.get(subject) ?? unreadStages(subject.markdown, subject.context.stages, Object.values(subject.context.parts));
  found.set(subject, known);
  return known;
}

/** Two rules ask. */
const found = new WeakMap<Subject, UnreadStage[]>();

function listed(names: readonly string[]): string {
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : (names[0] ?? '');
}
