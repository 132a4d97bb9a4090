import type { ContextDocument, PartName } from '../../../steering/contextTypes';
import { partNames } from '../../../steering/contextTypes';
import { lineRange } from '../../../text';
import type { Fix, Rule, Subject } from '../../issue';
import { isOtherDocument } from './otherDocument';

/** What stands below a part that a fix makes. */
export const partTemplates: Record<PartName, { heading: string; body: string }> = {
  specification: { heading: 'Specification', body: '[Write what problem this solves, and for whom.]' },
  constraints: { heading: 'Constraints', body: '[List the limits: time, tokens, what is there to use, what may not be touched.]' },
  'success criteria': { heading: 'Success criteria', body: '[List what can be measured when it is done, such as a length in words.]' },
  'feedback loop': { heading: 'Feedback loop', body: '[Say what failure looks like, and when to escalate to Opus.]' },
};

export const missingPartRule: Rule = {
  id: 'context/missing-part',
  severity: 'error',
  title: 'A required part is missing',
  kinds: ['context'],
  check(subject) {
    const { context } = subject;
    const missing = partNames.filter((name) => !context.parts[name]);
    if (!missing.length || isOtherDocument(subject)) return [];
    const range = titleRange(subject);
    if (missing.length === partNames.length) {
      const names = partNames.map((name) => `“${partTemplates[name].heading}”`).join(', ');
      return [
        {
          message: `None of the four required parts is here: add headings ${names}, with what a model must know below each.`,
          range,
          // Its stages plan and run without: a model is told less, and nothing fails.
          ...(context.stages.length && { severity: 'warning' as const }),
          fixes: fourParts(subject),
        },
      ];
    }
    return missing.map((name) => ({
      message: `The part “${partTemplates[name].heading}” is missing: add a heading of that name and write below it what it asks.`,
      range,
      fixes: insertion(subject, [name], `Add “${partTemplates[name].heading}”`),
    }));
  },
};

/** Adds all of them, to a document that has none. */
export function fourParts(subject: Subject): Fix[] {
  return insertion(subject, partNames, 'Add the four parts');
}

/** The document's title; its first line with text where there is none. */
export function titleRange({ markdown }: Pick<Subject, 'markdown'>) {
  const section = markdown.sections.find((candidate) => candidate.depth > 0) ?? markdown.sections[0];
  return lineRange(markdown.index, markdown.index.positionAt(section?.from ?? 0).line);
}

/** New parts go where they belong in the order of the four, written like the parts that are there. */
function insertion(subject: Subject, names: readonly PartName[], title: string): Fix[] {
  // Where the text begins can't be told while the front matter is not read.
  if (subject.frontMatter.problem) return [];
  const { context, markdown } = subject;
  const eol = context.text.includes('\r\n') ? '\r\n' : '\n';
  const at = placeFor(subject, names[0] as PartName);
  const before = context.text.slice(0, at);
  const sample = Object.values(context.parts)[0];
  const depth = sample ? (/^#{1,6}/.exec(context.text.slice(markdown.index.offsetAt(sample.headingRange.start)))?.[0] ?? '##') : '##';
  const numbered = sample !== undefined && /^Part\s+\d/i.test(sample.heading);
  const text = names
    .map(
      (name) =>
        `${depth} ${numbered ? `Part ${partNames.indexOf(name) + 1}: ` : ''}${partTemplates[name].heading}${eol}${eol}${partTemplates[name].body}${eol}`,
    )
    .join(eol);
  const lead = !before.trim() || /(?:\r\n|\r|\n)[ \t]*(?:\r\n|\r|\n)$/.test(before) ? '' : /[\r\n]$/.test(before) ? eol : eol + eol;
  const position = markdown.index.positionAt(at);
  return [{ title, edits: [{ range: { start: position, end: position }, newText: `${lead}${text}${at < context.text.length ? eol : ''}` }], safe: false }];
}

function placeFor({ context, markdown }: { context: ContextDocument; markdown: Subject['markdown'] }, name: PartName): number {
  const order = partNames.indexOf(name);
  const next = partNames.slice(order + 1).find((later) => context.parts[later]);
  const following = next && context.parts[next];
  if (following) return markdown.index.offsetAt(following.headingRange.start);
  const parts = Object.values(context.parts);
  const previous = parts.find((part) => part.name === partNames.slice(0, order).findLast((earlier) => context.parts[earlier]));
  if (previous) {
    // Before the rule or the heading that ends it.
    const from = markdown.index.offsetAt(previous.bodyRange.start);
    const to = markdown.index.offsetAt(previous.bodyRange.end);
    const stages = context.stages.map((stage) => markdown.index.offsetAt(stage.headingRange.start)).filter((at) => at >= from);
    const body = context.text.slice(from, Math.min(to, ...stages));
    const rule = /\n(?:---+|\*\*\*+|___+)[ \t]*\s*$/.exec(body);
    return from + (rule ? rule.index + 1 : body.length);
  }
  // After the title and what introduces it; before the first stage.
  const title = markdown.sections.find((section) => section.depth > 0);
  const firstStage = context.stages[0];
  const limit = firstStage ? markdown.index.offsetAt(firstStage.headingRange.start) : context.text.length;
  const second = markdown.sections.filter((section) => section.depth > 0)[1];
  return Math.min(title?.depth === 1 ? (second?.from ?? title.to) : (title?.from ?? context.text.length), limit);
}
