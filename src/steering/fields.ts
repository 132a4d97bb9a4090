import type { ListItem } from 'mdast';
import { type Field, type FieldName, fieldNames, type Problem } from './contextTypes';
import type { MarkdownDocument } from './markdown';
import { editDistance, nearest } from './nearest';

/** Where a field came from: its value's offsets, and the parsed item. */
export interface ItemSource {
  /** Offsets of the whole list item. */
  from: number;
  to: number;
  item: ListItem;
  offset: number;
}

export type SourcedField = Field & { source: ItemSource };

const aliases: Record<string, FieldName> = { inputs: 'Input', outputs: 'Output', check: 'Checks', tasks: 'Task' };

/** A list item as a field; a problem where its name is nearly one; undefined where it is something else. */
export function readField(document: MarkdownDocument, item: ListItem, offset: number): SourcedField | { unknown: Problem } | undefined {
  const from = offset + (item.position?.start.offset ?? 0);
  const to = offset + (item.position?.end.offset ?? 0);
  const source = document.text.slice(from, to);
  const match = /^([-*+]|\d+[.)])([ \t]+)(\*\*|__)?([A-Za-z]{2,12})(\*\*|__)?[ \t]*:(\*\*|__)?[ \t]*/.exec(source);
  if (!match) return undefined;
  const written = match[4] as string;
  const nameFrom = from + (match[1] as string).length + (match[2] as string).length + (match[3]?.length ?? 0);
  const nameRange = document.range(nameFrom, nameFrom + written.length);
  const lower = written.toLowerCase();
  // `constructor:` is an item like any other.
  const name = fieldNames.find((known) => known.toLowerCase() === lower) ?? (Object.hasOwn(aliases, lower) ? aliases[lower] : undefined);
  if (!name) {
    // Other words before a colon are a person's own: only a slip of the fingers is meant here.
    const close = nearest(written, fieldNames);
    const near = close && editDistance(written.toLowerCase(), close.toLowerCase()) === 1 ? close : undefined;
    return near
      ? { unknown: { rule: 'context/unknown-field', message: `“${written}” is no field of a stage. Did you mean “${near}”?`, range: nameRange, instead: near } }
      : undefined;
  }
  const valueFrom = from + match[0].length;
  const raw = document.without(document.comments, valueFrom, to);
  const value = unwrapCode(dedent(raw));
  return {
    name,
    value,
    nameRange,
    valueRange: document.range(Math.min(valueFrom, to), to),
    range: document.range(from, to),
    source: { from: valueFrom, to, item, offset },
  };
}

function dedent(raw: string): string {
  const [first = '', ...rest] = raw.replace(/\r\n/g, '\n').split('\n');
  const depths = rest.filter((line) => line.trim()).map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0);
  const depth = depths.length ? Math.min(...depths) : 0;
  return [first, ...rest.map((line) => line.slice(depth))].join('\n').trim();
}

/** The content of a text that is one code span and nothing else. */
export function unwrapCode(text: string): string {
  const match = /^(`+)([\s\S]*?[^`])\1$/.exec(text);
  return match?.[2] !== undefined && !match[2].includes(match[1] as string) ? match[2].trim() : text;
}
