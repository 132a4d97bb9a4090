import { LineIndex, type TextEdit } from '../text';
import { type PlacedJson, readPlacedJson } from './placedJson';

type PlacedObject = Extract<PlacedJson, { kind: 'object' }>;

/** What a new `.haiku/lint.json` says that sets one rule. */
export function newConfiguration(rule: string, level: string): string {
  return `${JSON.stringify({ rules: { [rule]: level } }, undefined, 2)}\n`;
}

/**
 * The edit of a configuration file that sets what one rule counts as, in the way the file is written: its indentation and line ends, and nothing else
 * touched. Undefined where the text is not such a file, so that nothing a person wrote is lost. An empty text becomes a new file.
 */
export function ruleEdit(text: string, rule: string, level: string): TextEdit | undefined {
  const index = new LineIndex(text);
  const edit = (from: number, to: number, newText: string): TextEdit => ({
    range: index.range(from, to),
    newText: text.includes('\r\n') ? newText.replace(/\r?\n/g, '\r\n') : newText,
  });
  if (!text.trim()) return edit(0, text.length, newConfiguration(rule, level));
  const read = readPlacedJson(text);
  if ('expected' in read || read.value.kind !== 'object') return undefined;
  const rules = read.value.entries.findLast(({ key }) => key === 'rules')?.value;
  if (!rules)
    return insertion(text, read.value, 'rules', (indent) => `{\n${indent}${indent}${JSON.stringify(rule)}: ${JSON.stringify(level)}\n${indent}}`, edit);
  if (rules.kind !== 'object') return undefined;
  // Of a name that stands twice the last counts.
  const known = rules.entries.findLast(({ key }) => key === rule)?.value;
  if (known) return known.kind === 'scalar' ? edit(known.from, known.to, JSON.stringify(level)) : undefined;
  return insertion(text, rules, rule, () => JSON.stringify(level), edit);
}

/** A new entry at the end of an object: on a line of its own, unless the object stands in one line. */
function insertion(
  text: string,
  object: PlacedObject,
  key: string,
  value: (indent: string) => string,
  edit: (from: number, to: number, newText: string) => TextEdit,
): TextEdit {
  const last = object.entries.at(-1);
  const unit = /\n([ \t]+)"/.exec(text)?.[1] ?? '  ';
  const entry = `${JSON.stringify(key)}: ${value(unit)}`;
  if (!last) {
    const indent = indentAt(text, object.from);
    return edit(object.from, object.to, `{\n${indent}${unit}${entry}\n${indent}}`);
  }
  const inOneLine = !/[\r\n]/.test(text.slice(object.from, last.from));
  return edit(last.value.to, last.value.to, inOneLine ? `, ${entry.replace(/\n\s*/g, ' ')}` : `,\n${indentAt(text, last.from)}${entry}`);
}

/** The blanks with which the line of an offset begins. */
function indentAt(text: string, offset: number): string {
  const start = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? '';
}
