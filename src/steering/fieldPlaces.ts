import { LineIndex } from '../text';
import type { Field, FieldName, Stage } from './contextTypes';

/** The line end of a text, as its first line has it. */
export function lineEndOf(text: string): string {
  return /\r\n|\n/.exec(text)?.[0] ?? '\n';
}

/**
 * The text with a new field in a stage's list, written as its neighbours are: their bullet, bold or not, with blank lines between or not. It comes
 * behind the first of `after` that is there, else behind the last field; into a list of its own below the heading where the stage has none.
 * @returns texts to try, the best first
 */
export function insertedField(text: string, stage: Stage, name: FieldName, value: string, after: readonly FieldName[]): string[] {
  const index = new LineIndex(text);
  const end = lineEndOf(text);
  const neighbour = after.map((each) => stage.fields.find((field) => field.name === each)).find((field) => field) ?? stage.fields.at(-1);
  if (!neighbour) {
    const at = index.offsetAt(stage.headingRange.end);
    const added = `${end}${end}- ${name}: ${value}`;
    return ['', end].map((more) => text.slice(0, at) + added + more + text.slice(at));
  }
  const from = index.offsetAt(neighbour.range.start);
  const written = /^([-*+]|(\d+)([.)]))([ \t]+)(\*\*|__)?[A-Za-z]+(\*\*|__)?[ \t]*:(\*\*|__)?/.exec(text.slice(from));
  const marker = written?.[2] ? `${Number(written[2]) + 1}${written[3]}` : (written?.[1] ?? '-');
  const label = `${written?.[5] ?? ''}${name}${written?.[6] ?? ''}:${written?.[7] ?? ''}`;
  const indent = text.slice(index.startOf(neighbour.range.start.line), from);
  const item = `${/^[ \t]*$/.test(indent) ? indent : ''}${marker}${written?.[4] ?? ' '}${label} ${value}`;
  const between = isLoose(text, stage, neighbour) ? end + end : end;
  const at = index.offsetAt(neighbour.range.end);
  return [text.slice(0, at) + between + item + text.slice(at), text.slice(0, at) + between + item + end + text.slice(at)];
}

/** The text without a field of a stage: its lines, and a blank line that parted it from the next. What else stands in the list stays. */
export function withoutField(text: string, field: Field): string {
  const index = new LineIndex(text);
  const from = index.startOf(field.range.start.line);
  const end = index.offsetAt(field.range.end);
  const behind = /^[ \t]*(?:\r?\n|$)/.exec(text.slice(end))?.[0];
  if (behind === undefined) return text.slice(0, from) + text.slice(end);
  const to = end + behind.length;
  // Without a line end of its own, it takes that of the line before it.
  if (!/\n$/.test(behind)) return text.slice(0, from).replace(/\r?\n$/, '') + text.slice(to);
  const blank = /\n[ \t]*\r?\n$/.test(text.slice(0, from)) ? /^[ \t]*\r?\n/.exec(text.slice(to))?.[0].length : undefined;
  return text.slice(0, from) + text.slice(to + (blank ?? 0));
}

/** Blank lines stand between the fields. */
function isLoose(text: string, stage: Stage, field: Field): boolean {
  const index = new LineIndex(text);
  const at = stage.fields.indexOf(field);
  const [first, second] = stage.fields[at + 1] ? [field, stage.fields[at + 1]] : [stage.fields[at - 1], field];
  if (!first || !second) return false;
  return /\n[ \t]*\r?\n/.test(text.slice(index.offsetAt(first.range.end), index.offsetAt(second.range.start)));
}
