import type { List, ListItem, RootContent } from 'mdast';
import { slug } from '../text';
import { parseCheck } from './checks';
import type { Check } from './checkTypes';
import { splitCommas } from './commas';
import {
  type Criterion,
  type Field,
  type FieldName,
  fieldNames,
  type Name,
  type Output,
  type OutputFormat,
  outputFormats,
  type Problem,
  type Stage,
} from './contextTypes';
import { readCriterion, splitCriteria } from './criteria';
import { inlineText, type MarkdownDocument, plainText } from './markdown';
import { defaultRunner, parseRunner, runnerNames } from './runner';

/** `Stage 2: Title (Runner)` in a line whose marks are taken off. */
const stageLine = /^Stage\s+(\d{1,4})\s*[:.–—-]\s*(\S.*?)\s*$/i;
const lastParenthesis = /^(.*?)\s*\(([^()]*)\)$/;

interface Candidate {
  form: Stage['form'];
  /** Offsets of the line. */
  from: number;
  lineTo: number;
  /** Where what belongs to it ends at the latest. */
  to: number;
  text: string;
  number: number;
  rest: string;
}

/** The stages of a document in order, and what is wrong with them. Paragraph lines count when a list of fields follows them directly. */
export function readStages(document: MarkdownDocument, problems: Problem[]): Stage[] {
  const stages: Stage[] = [];
  for (const candidate of candidates(document)) {
    const fields = fieldsOf(document, candidate, problems);
    if (!fields) continue;
    stages.push(readStage(document, candidate, fields.fields, fields.to, problems));
  }
  return stages;
}

function candidates(document: MarkdownDocument): Candidate[] {
  const found: Candidate[] = [];
  for (const section of document.sections) {
    const title = stageLine.exec(section.heading);
    if (section.depth > 0 && title) {
      const lineTo = section.from + document.text.slice(section.from, section.bodyFrom).trimEnd().length;
      found.push({ form: 'heading', from: section.from, lineTo, to: section.to, text: section.heading, number: Number(title[1]), rest: title[2] as string });
    }
    const first = document.index.positionAt(section.bodyFrom).line;
    const last = document.index.positionAt(Math.max(section.bodyFrom, section.to - 1)).line;
    for (let line = first; line <= last && section.bodyFrom < section.to; line++) {
      const content = document.index.line(line);
      // Most lines are no stage: a cheap look first. Indented lines belong to something above.
      if (!/^(?:\*\*|__)?Stage\s/i.test(content)) continue;
      const match = stageLine.exec(inlineText(content));
      const from = document.index.offsetAt({ line, character: 0 });
      if (!match || document.isLiteral(from)) continue;
      const lineTo = from + content.trimEnd().length;
      found.push({ form: 'paragraph', from, lineTo, to: section.to, text: inlineText(content), number: Number(match[1]), rest: match[2] as string });
    }
  }
  found.sort((a, b) => a.from - b.from);
  // A stage ends where the next begins, even where Markdown would take the next line into the last list item.
  found.forEach((candidate, i) => {
    const next = found[i + 1];
    if (next && next.from < candidate.to) candidate.to = next.from;
  });
  return found;
}

interface ItemSource {
  /** Offsets of the whole list item. */
  from: number;
  to: number;
  item: ListItem;
  offset: number;
}

/** The fields below a candidate line; undefined when it is no stage. */
function fieldsOf(
  document: MarkdownDocument,
  candidate: Candidate,
  problems: Problem[],
): { fields: (Field & { source: ItemSource })[]; to: number } | undefined {
  const below = document.index.offsetAt({ line: document.index.positionAt(candidate.lineTo).line + 1, character: 0 });
  if (below >= candidate.to) return candidate.form === 'heading' ? { fields: [], to: candidate.to } : undefined;
  const { nodes, offset } = document.blocks(below, candidate.to);
  const index =
    candidate.form === 'paragraph' ? (nodes[0]?.type === 'list' ? 0 : -1) : nodes.findIndex((node) => node.type === 'list' && hasField(node, document, offset));
  const list = nodes[index];
  if (list?.type !== 'list') return candidate.form === 'heading' ? { fields: [], to: candidate.to } : undefined;
  const fields: (Field & { source: ItemSource })[] = [];
  for (const item of list.children) {
    const field = readField(document, item, offset);
    if (field === undefined) continue;
    if ('unknown' in field) problems.push(field.unknown);
    else if (fields.some((f) => f.name === field.name)) {
      problems.push({
        rule: 'context/duplicate-field',
        message: `This stage has a second ${field.name}: only the first is read. Put both into one.`,
        range: field.nameRange,
      });
    } else fields.push(field);
  }
  if (!fields.length && candidate.form === 'paragraph') return undefined;
  return { fields, to: offset + (list.position?.end.offset ?? 0) };
}

function hasField(list: List, document: MarkdownDocument, offset: number): boolean {
  return list.children.some((item) => {
    const field = readField(document, item, offset);
    return field !== undefined && !('unknown' in field);
  });
}

const aliases: Record<string, FieldName> = { inputs: 'Input', outputs: 'Output', check: 'Checks', tasks: 'Task' };

/** A list item as a field; a problem where its name is nearly one; undefined where it is something else. */
function readField(document: MarkdownDocument, item: ListItem, offset: number): (Field & { source: ItemSource }) | { unknown: Problem } | undefined {
  const from = offset + (item.position?.start.offset ?? 0);
  const to = offset + (item.position?.end.offset ?? 0);
  const source = document.text.slice(from, to);
  const match = /^([-*+]|\d+[.)])([ \t]+)(\*\*|__)?([A-Za-z]{2,12})(\*\*|__)?[ \t]*:(\*\*|__)?[ \t]*/.exec(source);
  if (!match) return undefined;
  const written = match[4] as string;
  const nameFrom = from + (match[1] as string).length + (match[2] as string).length + (match[3]?.length ?? 0);
  const nameRange = document.range(nameFrom, nameFrom + written.length);
  const name = fieldNames.find((known) => known.toLowerCase() === written.toLowerCase()) ?? aliases[written.toLowerCase()];
  if (!name) {
    const near = fieldNames.find((known) => nearly(known.toLowerCase(), written.toLowerCase()));
    return near
      ? { unknown: { rule: 'context/unknown-field', message: `“${written}” is no field of a stage. Did you mean “${near}”?`, range: nameRange } }
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

/** One letter more, less, other, or two swapped: a slip of the fingers, not another word. */
function nearly(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || a.length < 3) return false;
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  const restA = a.slice(i);
  const restB = b.slice(i);
  return (
    restA.slice(1) === restB.slice(1) ||
    restA.slice(1) === restB ||
    restA === restB.slice(1) ||
    (restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2))
  );
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

function readStage(document: MarkdownDocument, candidate: Candidate, fields: (Field & { source: ItemSource })[], to: number, problems: Problem[]): Stage {
  const line = document.text.slice(candidate.from, candidate.lineTo);
  const parenthesis = lastParenthesis.exec(candidate.rest);
  const headingRange = document.range(candidate.from, candidate.lineTo);
  const open = line.lastIndexOf('(');
  const close = line.lastIndexOf(')');
  const runnerRange = parenthesis && open >= 0 ? document.range(candidate.from + open + 1, candidate.from + close) : headingRange;
  let title = candidate.rest;
  let runner = defaultRunner(runnerRange);
  if (parenthesis) {
    title = (parenthesis[1] as string) || candidate.rest;
    const parsed = parseRunner(parenthesis[2] as string, runnerRange);
    if (parsed) runner = parsed;
    else {
      problems.push({
        rule: 'context/unknown-runner',
        message: `“${parenthesis[2]}” is no runner. Write one of ${runnerNames.join(', ')}, if need be with an effort (“Haiku, high effort”), or end the title without parentheses.`,
        range: runnerRange,
      });
    }
  }
  const titleFrom = Math.max(0, line.indexOf(title));
  const field = (name: FieldName) => fields.find((f) => f.name === name);
  const slugged = slug(title) || `stage-${candidate.number}`;
  const success = criteriaOf(document, field('Success'));
  const explicit = checksOf(document, field('Checks'), problems);
  const number = numberOf(problems);
  const outputField = field('Output');
  const context = namesOf(document, field('Context'));
  const each = field('Each');
  return {
    number: candidate.number,
    title,
    slug: slugged,
    form: candidate.form,
    runner,
    headingRange,
    titleRange: document.range(candidate.from + titleFrom, candidate.from + titleFrom + title.length),
    range: document.range(candidate.from, Math.max(candidate.lineTo, to)),
    fields: fields.map(({ source: _, ...rest }) => rest),
    inputs: namesOf(document, field('Input')),
    task: field('Task')?.value ?? '',
    output: outputField?.value ? readOutput(document, outputField, problems) : undefined,
    success,
    checks: [...explicit, ...success.flatMap((criterion) => criterion.checks)],
    uncovered: success.filter((criterion) => !criterion.checks.length),
    context: {
      include: context.filter((name) => !/^not\s/i.test(name.text)),
      exclude: context.filter((name) => /^not\s/i.test(name.text)).map((name) => ({ ...name, text: unwrapCode(name.text.replace(/^not\s+/i, '')) })),
    },
    budget: number(field('Budget'), 'tokens, such as `6000` or `6k`'),
    run: field('Run')?.value || undefined,
    each: each ? readEach(document, each, problems) : undefined,
    variants: Math.max(1, number(field('Variants'), 'a whole number, such as `3`', 16) ?? 1),
    retries: number(field('Retries'), 'a whole number, such as `1`', 10) ?? 1,
    advisor: /^(?:yes|true|on)$/i.test(field('Advisor')?.value ?? ''),
  };
}

function numberOf(problems: Problem[]) {
  return (field: Field | undefined, expected: string, most = Number.MAX_SAFE_INTEGER): number | undefined => {
    if (!field) return undefined;
    const match = /^~?\s*(\d[\d,_ ]*(?:\.\d+)?)\s*([km])?\s*(?:tokens?)?$/i.exec(field.value);
    const value = match
      ? Number((match[1] as string).replace(/[,_ ]/g, '')) * (/k/i.test(match[2] ?? '') ? 1000 : /m/i.test(match[2] ?? '') ? 1e6 : 1)
      : Number.NaN;
    if (Number.isInteger(value) && value <= most) return value;
    problems.push({
      rule: 'context/bad-value',
      message: `${field.name} is ${expected}${most < 1000 ? `, at most ${most}` : ''}; “${field.value}” is not.`,
      range: field.valueRange,
    });
    return undefined;
  };
}

/** Names between commas, with line breaks and bullets of a nested list counting as commas. */
function namesOf(document: MarkdownDocument, field: (Field & { source: ItemSource }) | undefined): Name[] {
  if (!field) return [];
  const { from, to } = field.source;
  const raw = document.masked.slice(from, to);
  const flat = raw.replace(/\r?\n[ \t]*(?:[-*+]|\d+[.)])[ \t]+/g, (bullet) => ','.padEnd(bullet.length)).replace(/[\r\n]/g, ' ');
  return splitCommas(flat).map((part) => ({ text: part.text, quoted: part.quoted, range: document.range(from + part.start, from + part.end) }));
}

function criteriaOf(document: MarkdownDocument, field: (Field & { source: ItemSource }) | undefined): Criterion[] {
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

function checksOf(document: MarkdownDocument, field: (Field & { source: ItemSource }) | undefined, problems: Problem[]): Check[] {
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
    problems.push(parsed.problem);
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

function readOutput(document: MarkdownDocument, field: Field & { source: ItemSource }, problems: Problem[]): Output | undefined {
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

function readEach(document: MarkdownDocument, field: Field & { source: ItemSource }, problems: Problem[]): Stage['each'] {
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
