import type { List } from 'mdast';
import { hidesSomething, movedLines, shortSlug } from '../text';
import type { Check } from './checkTypes';
import type { FieldName, Problem, Stage } from './contextTypes';
import { readSpokenOf } from './criterionSubject';
import { readField, type SourcedField, unwrapCode } from './fields';
import { checksOf, criteriaOf, namesOf, numberOf, readEach, readOutput } from './fieldValues';
import { Kept } from './kept';
import { inlineText, type MarkdownDocument } from './markdown';
import { nearest } from './nearest';
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

/** True where a check, or one nested in it, is not what it would be shown as. */
function hides({ text, rule }: Check): boolean {
  return hidesSomething(text) || (rule.kind === 'atLeast' && rule.of.some(hides));
}

/** The command of a stage as it is written. One that hides something can't be agreed to by reading it. */
function plainCommand(field: SourcedField | undefined, problems: Problem[]): string | undefined {
  if (field && hidesSomething(field.value)) {
    problems.push({
      rule: 'context/bad-value',
      message: 'This command holds control characters, so that it would be shown as something else: take them out.',
      range: field.valueRange,
    });
  }
  return field?.value || undefined;
}

/** What a stretch of text was read into, and the line it stood at when it was. */
interface Reading {
  line: number;
  /** Undefined where it is no stage. */
  stage?: Stage;
  problems: Problem[];
}

const readings = new Kept<{ last: Reading }>(600);

/** The stages of a document in order, and what is wrong with them. Paragraph lines count when a list of fields follows them directly. */
export function readStages(document: MarkdownDocument, problems: Problem[]): Stage[] {
  return candidates(document).flatMap((candidate) => {
    const { stage, problems: found } = readingOf(document, candidate);
    problems.push(...found);
    // Criteria of Part 3 are added to these by who reads on.
    return stage ? [{ ...stage, checks: [...stage.checks], uncovered: [...stage.uncovered] }] : [];
  });
}

/** A stage is what its own text says, wherever it stands: while one types elsewhere, only its lines change. */
function readingOf(document: MarkdownDocument, candidate: Candidate): Reading {
  const line = document.index.positionAt(candidate.from).line;
  const read = (): Reading => {
    const problems: Problem[] = [];
    const fields = fieldsOf(document, candidate, problems);
    return { line, problems, ...(fields ? { stage: readStage(document, candidate, fields.fields, fields.to, problems) } : {}) };
  };
  const known = readings.of(`${candidate.form} ${document.text.slice(candidate.from, candidate.to)}`, () => ({ last: read() }));
  if (known.last.line !== line) {
    const by = line - known.last.line;
    known.last = { line, stage: movedLines(known.last.stage, by), problems: movedLines(known.last.problems, by) };
  }
  return known.last;
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

/** The fields below a candidate line; undefined when it is no stage. */
function fieldsOf(document: MarkdownDocument, candidate: Candidate, problems: Problem[]): { fields: SourcedField[]; to: number } | undefined {
  const below = document.index.offsetAt({ line: document.index.positionAt(candidate.lineTo).line + 1, character: 0 });
  if (below >= candidate.to) return candidate.form === 'heading' ? { fields: [], to: candidate.to } : undefined;
  const { nodes, offset } = document.blocks(below, candidate.to);
  const index =
    candidate.form === 'paragraph' ? (nodes[0]?.type === 'list' ? 0 : -1) : nodes.findIndex((node) => node.type === 'list' && hasField(node, document, offset));
  const list = nodes[index];
  if (list?.type !== 'list') return candidate.form === 'heading' ? { fields: [], to: candidate.to } : undefined;
  const fields: SourcedField[] = [];
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

function readStage(document: MarkdownDocument, candidate: Candidate, fields: SourcedField[], to: number, problems: Problem[]): Stage {
  const line = document.text.slice(candidate.from, candidate.lineTo);
  const parenthesis = lastParenthesis.exec(candidate.rest);
  const headingRange = document.range(candidate.from, candidate.lineTo);
  const open = line.lastIndexOf('(');
  const close = line.lastIndexOf(')');
  const runnerRange = parenthesis && open >= 0 ? document.range(candidate.from + open + 1, candidate.from + close) : headingRange;
  let title = candidate.rest;
  let runner = defaultRunner(runnerRange);
  if (/\([^()]*$/.test(title)) {
    problems.push({ rule: 'context/unknown-runner', message: 'The parenthesis of the runner is not closed: end the line with “)”.', range: headingRange });
    title = title.replace(/\s*\([^()]*$/, '') || title;
  }
  if (parenthesis) {
    title = (parenthesis[1] as string) || candidate.rest;
    const parsed = parseRunner(parenthesis[2] as string, runnerRange);
    if (parsed) runner = parsed;
    else {
      const instead = nearest(parenthesis[2] as string, runnerNames);
      problems.push({
        rule: 'context/unknown-runner',
        message: `“${parenthesis[2]}” is no runner${instead ? `: did you mean “${instead}”?` : '.'} Write ${runnerNames.join(', ')}, if need be with an effort (“Haiku, high effort”), or no parentheses.`,
        instead,
        range: runnerRange,
      });
    }
  }
  // After the number: a title may be a word of the line's beginning, as in “Stage 1: Stage”.
  const titleFrom = Math.max(0, line.indexOf(title, /Stage\s+\d+\s*[:.–—-]/i.exec(line)?.[0].length ?? 0));
  const field = (name: FieldName) => fields.find((f) => f.name === name);
  const slugged = shortSlug(title) || `stage-${candidate.number}`;
  const explicit = checksOf(document, field('Checks'), problems);
  for (const check of explicit) {
    if (!hides(check)) continue;
    problems.push({
      rule: 'context/bad-value',
      message: 'This check holds control characters, so that it would be shown as something else: take them out.',
      range: check.range,
    });
  }
  const number = numberOf(problems);
  const outputField = field('Output');
  const output = outputField?.value ? readOutput(document, outputField, problems) : undefined;
  const success = criteriaOf(document, field('Success')).map((criterion) =>
    criterion.checks.length ? criterion : { ...criterion, checks: readSpokenOf(criterion.text, criterion.range, { title, output }) },
  );
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
    output,
    success,
    checks: [...explicit, ...success.flatMap((criterion) => criterion.checks)],
    uncovered: success.filter((criterion) => !criterion.checks.length),
    context: {
      include: context.filter((name) => !/^not\s/i.test(name.text)),
      exclude: context.filter((name) => /^not\s/i.test(name.text)).map((name) => ({ ...name, text: unwrapCode(name.text.replace(/^not\s+/i, '')) })),
    },
    budget: number(field('Budget'), 'tokens, such as `6000` or `6k`'),
    run: plainCommand(field('Run'), problems),
    each: each ? readEach(document, each, problems) : undefined,
    variants: Math.max(1, number(field('Variants'), 'a whole number, such as `3`', 16) ?? 1),
    retries: number(field('Retries'), 'a whole number, such as `1`', 10) ?? 1,
    advisor: /^(?:yes|true|on)$/i.test(field('Advisor')?.value ?? ''),
  };
}
