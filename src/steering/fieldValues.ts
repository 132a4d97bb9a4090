import type { List, ListItem, RootContent } from 'mdast';
import { hinted } from './checkHints';
import { parseCheck } from './checks';
import type { Check } from './checkTypes';
import { splitCommas } from './commas';
import { type Criterion, type Field, type Name, type Output, type OutputFormat, outputFormats, type Problem, type Stage } from './contextTypes';
import { readCriterion, splitCriteria } from './criteria';
import { type SourcedField, unwrapCode } from './fields';
import { type MarkdownDocument, plainText } from './markdown';

/** A whole number as people write it, such as `6000`, `6,000`, `6k` or `1.5k tokens`; undefined for anything else. */
export function readWhole(text: string): number | undefined {
  const match = /^~?\s*(\d[\d,_ ]*(?:\.\d+)?)\s*([km])?\s*(?:tokens?)?$/i.exec(text);
  const value = match
    ? Number((match[1] as string).replace(/[,_ ]/g, '')) * (/k/i.test(match[2] ?? '') ? 1000 : /m/i.test(match[2] ?? '') ? 1e6 : 1)
    : Number.NaN;
  return Number.isInteger(value) ? value : undefined;
}

export function numberOf(problems: Problem[]) {
  return (field: Field | undefined, expected: string, most = Number.MAX_SAFE_INTEGER): number | undefined => {
    if (!field) return undefined;
    const value = readWhole(field.value);
    if (value !== undefined && value <= most) return value;
    problems.push({
      rule: 'context/bad-value',
      message: `${field.name} is ${expected}${most < 1000 ? `, at most ${most}` : ''}; “${field.value}” is not.`,
      range: field.valueRange,
    });
    return undefined;
  };
}

/** Names between commas, with line breaks and bullets of a nested list counting as commas. */
export function namesOf(document: MarkdownDocument, field: SourcedField | undefined): Name[] {
  if (!field) return [];
  const { from, to } = field.source;
  const raw = document.masked.slice(from, to);
  const flat = raw.replace(/\r?\n[ \t]*(?:[-*+]|\d+[.)])[ \t]+/g, (bullet) => ','.padEnd(bullet.length)).replace(/[\r\n]/g, ' ');
  return splitCommas(flat).map((part) => ({ text: part.text, quoted: part.quoted, range: document.range(from + part.start, from + part.end) }));
}

export function criteriaOf(document: MarkdownDocument, field: SourcedField | undefined): Criterion[] {
  if (!field) return [];
  return readCriteria(document, field.source.from, field.source.to);
}

/** The criteria that stand in a stretch of text, each with the checks it can be read into. */
export function readCriteria(document: MarkdownDocument, from: number, to: number): Criterion[] {
  const raw = document.masked.slice(from, to);
  return splitCriteria(raw).map((part) => {
    const range = document.range(from + part.start, from + part.end);
    return { text: part.text, range, checks: readCriterion(part.text, range) };
  });
}

export function checksOf(document: MarkdownDocument, field: SourcedField | undefined, problems: Problem[]): Check[] {
  if (!field) return [];
  const { item, offset } = field.source;
  const list = item.children.find((node): node is List => node.type === 'list');
  const entries = list
    ? list.children.map((child) => checkItem(document, child, offset))
    : field.value
      ? field.value.split(';').map((text) => ({ text: text.trim(), range: field.valueRange, nested: undefined }))
      : [];
  if (!entries.length)
    problems.push({
      rule: 'context/unparsable-check',
      message: 'Checks is empty: list each check on a line of its own below it, such as `- words: 300-800`.',
      range: field.nameRange,
    });
  return entries.flatMap((entry) => {
    const parsed = parseCheck(entry.text, entry.range, entry.nested);
    if ('check' in parsed) return [parsed.check];
    const { problem } = parsed;
    // Of a group it may be one of those below it that is wrong.
    const wrong = entry.nested?.find(({ range }) => range === problem.range) ?? entry;
    problems.push(wrong.range === problem.range ? hinted(problem, wrong.text, wrong !== entry || (list ? true : entries.length === 1)) : problem);
    return [];
  });
}

/** The source of a check's own line, and of the checks nested below it. */
function checkItem(document: MarkdownDocument, item: ListItem, offset: number) {
  const own = item.children.find((node: RootContent) => node.type !== 'list');
  const from = offset + (own?.position?.start.offset ?? item.position?.start.offset ?? 0);
  const to = offset + (own?.position?.end.offset ?? item.position?.end.offset ?? 0);
  const nested = item.children
    .find((node): node is List => node.type === 'list')
    ?.children.map((child) => {
      // With its own nested lists: a group may hold a group.
      const start = offset + (child.children[0]?.position?.start.offset ?? 0);
      const end = offset + (child.children.at(-1)?.position?.end.offset ?? 0);
      return { text: document.without(document.comments, start, end).trim(), range: document.range(start, end) };
    });
  const text = document.without(document.comments, from, to).trim();
  return { text: text || (own ? plainText(own) : ''), range: document.range(from, to), nested };
}

export function readOutput(document: MarkdownDocument, field: SourcedField, problems: Problem[]): Output | undefined {
  const { from, to } = field.source;
  const raw = document.masked.slice(from, to).split(/\r?\n/)[0] as string;
  const whole = document.range(from, from + raw.trimEnd().length);
  const format = /\s+as\s+([A-Za-z]+)\s*$/.exec(raw);
  const named = outputFormats.find((known) => known === format?.[1]?.toLowerCase());
  const arrow = /\s*(?:→|->)\s*/.exec(raw);
  if (arrow && format && !named) {
    problems.push({ rule: 'context/bad-value', message: `“${format[1]}” is no output format. Write one of ${outputFormats.join(', ')}.`, range: whole });
  }
  const ended = format && (named || arrow) ? raw.slice(0, format.index) : raw;
  const nameText = arrow ? raw.slice(0, arrow.index) : ended;
  const name = stripQuotes(nameText);
  const pathText = arrow ? ended.slice(arrow.index + arrow[0].length) : '';
  const path = stripQuotes(pathText);
  if (!name && !path) return undefined;
  const pathFrom = arrow ? from + arrow.index + arrow[0].length : from;
  return {
    name: name || (path.split('/').pop() as string),
    nameRange: name ? document.range(from, from + nameText.trimEnd().length) : whole,
    path: path || undefined,
    pathRange: path ? document.range(pathFrom, pathFrom + pathText.trimEnd().length) : undefined,
    format: named as OutputFormat | undefined,
    range: whole,
  };
}

function stripQuotes(text: string): string {
  const trimmed = unwrapCode(text.trim());
  return /^(["“]).*["”]$/.test(trimmed) ? trimmed.slice(1, -1).trim() : trimmed;
}

export function readEach(document: MarkdownDocument, field: SourcedField, problems: Problem[]): Stage['each'] {
  const match = /^(\S+)\s+in\s+(\S.*)$/s.exec(field.value);
  if (!match) {
    problems.push({
      rule: 'context/bad-value',
      message: `Each is written “Item in <a list>”, such as “Question in Question list”; “${field.value}” is not.`,
      range: field.valueRange,
    });
    return undefined;
  }
  const list = (match[2] as string).trim();
  const at = document.text.indexOf(list, field.source.from);
  const part = splitCommas(list)[0];
  return { item: match[1] as string, list: { text: part?.text ?? list, quoted: part?.quoted ?? false, range: document.range(at, at + list.length) } };
}
