import { type Bullet, type Playbook, readPlaybook } from '../../../steering/playbook';
import type { LineIndex, TextEdit } from '../../../text';
import type { Subject } from '../../issue';

const readings = new WeakMap<Subject, Playbook>();

/** The playbook of a document, read once for all rules. */
export function playbookOf(subject: Subject): Playbook {
  const known = readings.get(subject) ?? readPlaybook(subject.text);
  readings.set(subject, known);
  return known;
}

/** A lesson as messages name it: by its id, or by its first words. */
export function lessonName({ id, text }: Pick<Bullet, 'id' | 'text'>): string {
  return id ? `[${id}]` : `“${text.length > 40 ? `${text.slice(0, 39)}…` : text}”`;
}

/** The edit that takes a line out, with its line end. */
export function withoutLine(index: LineIndex, line: number): TextEdit[] {
  const last = line + 1 >= index.lineCount;
  const above = Math.max(0, line - 1);
  const range =
    last && line > 0
      ? { start: { line: above, character: index.line(above).length }, end: { line, character: index.line(line).length } }
      : { start: { line, character: 0 }, end: last ? { line, character: index.line(line).length } : { line: line + 1, character: 0 } };
  return [{ range, newText: '' }];
}
