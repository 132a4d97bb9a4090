import { type FieldName, fieldNames } from '../../steering/contextTypes';
import type { LineIndex, Position, Range } from '../../text';
import type { DocumentReading } from '../reading';
import { pieceAt } from './piece';

/**
 * What one is writing at a cursor, read from the lines themselves: a document amid a change (an empty bullet, an open parenthesis) is often none that
 * a parser would see a stage in.
 */
export type Place =
  /** Between the parentheses of a stage's line. `typed` is what stands before the cursor. */
  | { kind: 'runner'; typed: string; range: Range; closed: boolean }
  /** After the runner's comma. */
  | { kind: 'effort'; range: Range; closed: boolean }
  /** At the name of a field; `colon` where one follows already. */
  | { kind: 'field'; range: Range; colon: boolean; present: FieldName[] }
  /** A name of Input or Context, or the list of Each. */
  | { kind: 'name'; field: FieldName; stageLine: number; range: Range; typed: string; quote?: string; others: string[] }
  /** The value of another field. */
  | { kind: 'value'; field: FieldName; stageLine: number; range: Range; typed: string }
  | { kind: 'check'; range: Range; colon: boolean }
  | { kind: 'checkValue'; check: string; range: Range; typed: string }
  | { kind: 'frontMatter'; line: number; range: Range; typed: string }
  /** The name of a rule in a comment that ignores it. */
  | { kind: 'ignore'; range: Range; others: string[] }
  /** The path after `@`. */
  | { kind: 'import'; range: Range; typed: string };

const stageLine = /^\s{0,3}(?:#{1,6}[ \t]+)?(?:\*\*|__)?Stage\s+\d{1,4}\s*[:.–—-]\s*\S/i;
const itemLine = /^([ \t]*)([-*+]|\d+[.)])([ \t]+)(.*)$/;
const emptyItem = /^([ \t]*)([-*+]|\d+[.)])([ \t]*)$/;
const fieldStart = /^(?:\*\*|__)?([A-Za-z]{2,12})(?:\*\*|__)?[ \t]*:(?:\*\*|__)?[ \t]*/;
const aliases: Record<string, FieldName> = { inputs: 'Input', outputs: 'Output', check: 'Checks', tasks: 'Task' };

/** Nobody writes names or checks in a longer one. */
const longestLine = 5000;

/** The place at a cursor; undefined where nothing can be completed. */
export function placeAt(reading: DocumentReading, at: Position): Place | undefined {
  const line = reading.index.line(at.line);
  if (line.length > longestLine) return undefined;
  const cursor = Math.min(at.character, line.length);
  const before = line.slice(0, cursor);
  if (inFrontMatter(reading, at.line)) {
    const typed = /[^\s:'"[\],]*$/.exec(before)?.[0] ?? '';
    return { kind: 'frontMatter', line: at.line, range: wordRange(line, at.line, cursor, cursor - typed.length, /^[^\s:'"[\],]*/), typed };
  }
  const ignore = ignoreAt(line, at.line, cursor);
  if (ignore) return ignore;
  if (reading.markdown.isLiteral(reading.index.offsetAt({ line: at.line, character: cursor }))) return undefined;
  if (reading.kind === 'context') return stagePlace(reading.index, at.line, cursor, line);
  return reading.kind === 'project' ? importAt(line, at.line, cursor) : undefined;
}

function onLine(line: number, from: number, to: number): Range {
  return { start: { line, character: from }, end: { line, character: to } };
}

/** From where the word began to where it ends, as far as `rest` reads on after the cursor. */
function wordRange(text: string, line: number, cursor: number, from: number, rest: RegExp): Range {
  // A cursor before a word puts something in front of it.
  return onLine(line, from, from === cursor ? cursor : cursor + (rest.exec(text.slice(cursor))?.[0].length ?? 0));
}

function inFrontMatter(reading: DocumentReading, line: number): boolean {
  const { range } = reading.project.frontMatter;
  if (range) return line > range.start.line && line < range.end.line;
  if (line === 0 || reading.index.line(0).trimEnd() !== '---') return false;
  // Not closed yet: all above reads as YAML.
  for (let above = 1; above <= line; above++) if (!/^\s*(?:#.*|-\s.*|[\w"'-]+\s*:.*|[\w-]*)$/.test(reading.index.line(above))) return false;
  return true;
}

function ignoreAt(text: string, line: number, cursor: number): Place | undefined {
  const open = /<!--\s*haiku-first-ignore(?:-[a-z-]+)?\s+((?:[\w/-]+\s*,\s*)*)([\w/-]*)$/i.exec(text.slice(0, cursor));
  if (!open) return undefined;
  const from = cursor - (open[2] as string).length;
  const others = (open[1] as string).split(/[\s,]+/).filter(Boolean);
  return { kind: 'ignore', range: wordRange(text, line, cursor, from, /^(?:(?!--)[\w/-])*/), others };
}

function importAt(text: string, line: number, cursor: number): Place | undefined {
  const before = text.slice(0, cursor);
  const written = /(?:^|\s)@([^\s@`]*)$/.exec(before);
  if (!written || before.split('`').length % 2 === 0) return undefined;
  const typed = written[1] as string;
  return { kind: 'import', range: wordRange(text, line, cursor, cursor - typed.length, /^[^\s@`]*/), typed };
}

function stagePlace(index: LineIndex, line: number, cursor: number, text: string): Place | undefined {
  const before = text.slice(0, cursor);
  if (stageLine.test(text)) return runnerAt(text, line, cursor);
  const item = itemLine.exec(text) ?? emptyItem.exec(text);
  const contentFrom = item ? [1, 2, 3].reduce((sum, group) => sum + (item[group] as string).length, 0) : text.length - text.trimStart().length;
  if (cursor < contentFrom || (item && !item[3])) return undefined;
  const above = owners(index, line, item ? (item[1] as string).length : contentFrom, item !== null);
  if (!above) return undefined;
  const content = before.slice(contentFrom);
  const top = above.fields[0];
  if (!top) {
    if (!item) return undefined;
    const written = fieldStart.exec(text.slice(contentFrom));
    if (written && content.length >= written[0].trimEnd().length)
      return valueAt(named(written[1] as string), above.stage, index, line, cursor, contentFrom + written[0].length);
    const word = /^(\*\*|__)?([A-Za-z]*)$/.exec(content);
    if (!word) return undefined;
    const from = contentFrom + (word[1]?.length ?? 0);
    return {
      kind: 'field',
      range: onLine(line, from, cursor + (/^[A-Za-z]*/.exec(text.slice(cursor))?.[0].length ?? 0)),
      colon: /^[A-Za-z]*(?:\*\*|__)?[ \t]*:/.test(text.slice(cursor)),
      present: fieldsPresent(index, above.stage, line, item[1] as string),
    };
  }
  const field = named(top);
  if (field === 'Checks') return item ? checkAt(text, line, cursor, contentFrom) : undefined;
  // A line without a bullet goes on with names only where one has begun, or a comma says that another follows.
  if (!item && !content.trim() && !/,\s*$/.test(index.line(line - 1))) return undefined;
  return field === 'Input' || field === 'Context' ? valueAt(field, above.stage, index, line, cursor, contentFrom) : undefined;
}

function named(written: string): FieldName | undefined {
  const lower = written.toLowerCase();
  return fieldNames.find((known) => known.toLowerCase() === lower) ?? (Object.hasOwn(aliases, lower) ? aliases[lower] : undefined);
}

function runnerAt(text: string, line: number, cursor: number): Place | undefined {
  const open = /\(([^()]*)$/.exec(text.slice(0, cursor));
  if (!open) return undefined;
  const closing = /^[^()]*(\))/.exec(text.slice(cursor));
  const typed = open[1] as string;
  const end = closing ? cursor + (closing[0] as string).length - 1 : cursor + (/^[A-Za-z, ]*/.exec(text.slice(cursor))?.[0].trimEnd().length ?? 0);
  const comma = typed.indexOf(',');
  if (comma < 0) return { kind: 'runner', typed, range: onLine(line, cursor - typed.length, end), closed: closing !== null };
  const start = cursor - typed.length + comma + 1;
  const blanks = /^\s*/.exec(text.slice(start, cursor))?.[0].length ?? 0;
  return /^code\s*$/i.test(typed.slice(0, comma)) ? undefined : { kind: 'effort', range: onLine(line, start + blanks, end), closed: closing !== null };
}

/** The stage a line belongs to, and the beginnings of the list items it stands in, outermost first. */
function owners(index: LineIndex, line: number, indent: number, isItem: boolean): { stage: number; fields: string[] } | undefined {
  const fields: string[] = [];
  let least = isItem ? indent : indent + 1;
  for (let above = line - 1; above >= 0; above--) {
    const text = index.line(above);
    if (!text.trim()) continue;
    if (stageLine.test(text)) return { stage: above, fields };
    if (/^\s{0,3}#{1,6}\s/.test(text) || /^(?:---+|\*\*\*+|___+)\s*$/.test(text)) return undefined;
    const item = itemLine.exec(text) ?? emptyItem.exec(text);
    if (!item) continue;
    const depth = (item[1] as string).length;
    if (depth >= least) continue;
    least = depth;
    fields.unshift(/^(?:\*\*|__)?([^:*_]*)/.exec(item[4] ?? '')?.[1]?.trim() ?? '');
  }
  return undefined;
}

function fieldsPresent(index: LineIndex, stage: number, own: number, indent: string): FieldName[] {
  const found: FieldName[] = [];
  for (let line = stage + 1; line < index.lineCount; line++) {
    const text = index.line(line);
    if (stageLine.test(text) || /^\s{0,3}#{1,6}\s/.test(text)) break;
    const item = itemLine.exec(text);
    if (line === own || !item || item[1] !== indent) continue;
    const field = named(fieldStart.exec(item[4] as string)?.[1] ?? '');
    if (field) found.push(field);
  }
  return found;
}

function valueAt(field: FieldName | undefined, stage: number, index: LineIndex, line: number, cursor: number, valueFrom: number): Place | undefined {
  const text = index.line(line);
  if (!field || cursor < valueFrom) return undefined;
  const value = text.slice(valueFrom, cursor);
  if (field === 'Checks') {
    const from = valueFrom + value.lastIndexOf(';') + 1;
    return checkAt(text, line, cursor, from + (/^\s*/.exec(text.slice(from, cursor))?.[0].length ?? 0));
  }
  if (field === 'Input' || field === 'Context') return nameAt(field, stage, text, line, cursor, valueFrom);
  if (field === 'Each') {
    const list = /^\S+\s+in\s+/.exec(value);
    if (list) return nameAt(field, stage, text, line, cursor, valueFrom + list[0].length);
  }
  return {
    kind: 'value',
    field,
    stageLine: stage,
    range: onLine(line, valueFrom, text.trimEnd().length > cursor ? text.trimEnd().length : cursor),
    typed: value,
  };
}

function nameAt(field: FieldName, stageLine: number, text: string, line: number, cursor: number, listFrom: number): Place {
  const { start, end, quote, others } = pieceAt(text, cursor, listFrom);
  return {
    kind: 'name',
    field,
    stageLine,
    range: onLine(line, start, Math.max(cursor, end)),
    typed: text.slice(start, cursor),
    ...(quote ? { quote } : {}),
    others,
  };
}

function checkAt(text: string, line: number, cursor: number, contentFrom: number): Place | undefined {
  const content = text.slice(contentFrom, cursor);
  const lead = /^`?(?:(?:not|should)\s+)*/i.exec(content)?.[0].length ?? 0;
  const from = contentFrom + lead;
  const written = text.slice(from, cursor);
  const colon = written.indexOf(':');
  if (colon >= 0) {
    const blanks = /^\s*/.exec(written.slice(colon + 1))?.[0].length ?? 0;
    const start = from + colon + 1 + blanks;
    const rest = /^[^`;]*/.exec(text.slice(cursor))?.[0].trimEnd().length ?? 0;
    return {
      kind: 'checkValue',
      check: written.slice(0, colon).trim().toLowerCase(),
      range: onLine(line, start, start === cursor ? cursor : cursor + rest),
      typed: text.slice(start, cursor),
    };
  }
  if (!/^[A-Za-z0-9 ]*$/.test(written)) return undefined;
  const rest = /^[A-Za-z]*(?: [A-Za-z]+)?(?=\s*[:;`]|\s*$)/.exec(text.slice(cursor))?.[0].length ?? 0;
  return { kind: 'check', range: onLine(line, from, cursor + rest), colon: /^\s*:/.test(text.slice(cursor + rest)) };
}
