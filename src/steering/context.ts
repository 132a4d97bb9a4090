import { type Tier, tiers } from '../catalog/models';
import type { ContextDocument, Criterion, Part, PartName, Problem, Stage } from './contextTypes';
import { readSpokenOf, stageSpokenOf } from './criterionSubject';
import { readDocument } from './document';
import { readAmounts, readEstimates } from './estimates';
import { readCriteria } from './fieldValues';
import { Kept } from './kept';
import { descendants, type MarkdownDocument, type Section } from './markdown';
import { readStages } from './stages';

const partHeadings: [PartName, RegExp][] = [
  ['specification', /^(?:specification\b|specs?$|specifications$)/i],
  ['constraints', /^constraints?\b/i],
  ['success criteria', /^success(?:\s+criteri(?:a|on))?\b/i],
  ['feedback loop', /^feedback(?:\s+loops?)?\b/i],
];

/** A heading that names the part in other words around it: “What we want (Specification)”, “Project constraints”, “Task: specification”. */
const looseHeadings: [PartName, RegExp][] = [
  ['specification', loosely('spec(?:ification)?s?')],
  ['constraints', loosely('constraints?')],
  ['success criteria', loosely('(?:success|acceptance)\\s+criteri(?:a|on)')],
  ['feedback loop', loosely('feedback\\s+loops?')],
];

function loosely(name: string): RegExp {
  const before = String.raw`(?:(?!(?:why|how|no|without|beyond|about|vs)\b)[^\s():–—-]+\s+){0,2}|(?:[^\s()]+\s+){0,4}?[^\s()]*\s*[:–—]\s*(?:the\s+)?|[^\s()]+(?:\s+[^\s()]+){0,3}\s+-\s+`;
  return new RegExp(`\\((?:the\\s+)?${name}\\)$|^(?:${before})${name}$`, 'iu');
}

/** A CONTEXT.md as a program: its parts, stages, declared inputs and budget, each with its place. Never fails; see `problems`. */
export function readContext(path: string, text: string): ContextDocument {
  return { path, ...readings.of(text, readingOf) };
}

const readings = new Kept<Omit<ContextDocument, 'path'>>(2);

function readingOf(text: string): Omit<ContextDocument, 'path'> {
  const { frontMatter, markdown } = readDocument(text);
  const problems: Problem[] = frontMatter.problem ? [{ rule: 'context/front-matter', ...frontMatter.problem }] : [];
  const stages = readStages(markdown, problems);
  const parts = readParts(markdown, stages);
  const declared = readDeclarations(frontMatter.data, frontMatter.range ?? markdown.range(0, 0), problems);
  assignCriteria(markdown, parts['success criteria'], stages);
  return {
    text,
    title: markdown.sections.find((section) => section.depth === 1)?.heading ?? markdown.sections.find((section) => section.depth > 0)?.heading ?? '',
    parts,
    stages,
    inputs: declared.inputs,
    models: declared.models,
    budget: { ...statedBudget(parts.constraints), ...declared.budget },
    estimates: readEstimates(
      markdown,
      markdown.find((heading) => /\b(?:costs?|estimates?)\b/i.test(heading)),
    ),
    problems,
  };
}

/** A heading without what may stand around a part's name: `Part 2:`, a number, an emoji, `(Required)`, a colon at its end. */
function bareHeading(heading: string): string {
  return heading
    .replace(/^[^\p{L}\p{N}(]+/u, '')
    .replace(/^(?:(?:part|section|step)\s+)?(?:\d{1,2}|[ivx]{1,4}(?=\s*[.):])|[a-d](?=\s*[.):]))(?:\.\d{1,2})?\s*[.):–—-]*\s*(?=\p{L})/iu, '')
    .replace(/^[^\p{L}\p{N}(]+/u, '')
    .replace(/\s*[([](?:required|optional|mandatory)[)\]]\s*$/i, '')
    .replace(/[^\p{L}\p{N})]+$/u, '');
}

/** The sections that are parts, in their order: those that bear a part's name, and where none does the first whose heading has it among other words. */
function partSections(markdown: MarkdownDocument): [PartName, Section][] {
  const found = new Map<PartName, Section>();
  const headings = markdown.sections.flatMap((section) => (section.depth > 0 ? [{ section, bare: bareHeading(section.heading.slice(0, 200)) }] : []));
  for (const { section, bare } of headings) {
    const name = partHeadings.find(([, form]) => form.test(bare))?.[0];
    if (name && !found.has(name)) found.set(name, section);
  }
  if (found.size < partHeadings.length) {
    const named = [...found.values()].filter(({ depth }) => depth > 1);
    for (const [i, { section, bare }] of headings.entries()) {
      // A title speaks of the whole document, and what stands within a part belongs to it.
      if ((i === 0 && section.depth === 1 && headings.length > 1) || section.depth > 3 || /^stage\b/i.test(bare)) continue;
      const name = looseHeadings.find(([, form]) => form.test(bare))?.[0];
      if (name && !found.has(name) && !named.some(({ from, end }) => from < section.from && section.from < end)) found.set(name, section);
    }
  }
  return [...found].sort(([, a], [, b]) => a.from - b.from);
}

function readParts(markdown: MarkdownDocument, stages: readonly Stage[]): ContextDocument['parts'] {
  const stageStarts = stages.map((stage) => markdown.index.offsetAt(stage.range.start));
  const parts: ContextDocument['parts'] = {};
  for (const [name, section] of partSections(markdown)) {
    // Stages may stand below a part without a heading of their own: they are no part of it.
    const end = Math.min(section.end, ...stageStarts.filter((from) => from >= section.bodyFrom));
    parts[name] = {
      name,
      heading: section.heading,
      headingRange: headingRange(markdown, section),
      body: markdown
        .without(markdown.comments, section.bodyFrom, end)
        .replace(/\n\s*(?:---+|\*\*\*+|___+)\s*$/, '')
        .trim(),
      bodyRange: markdown.range(section.bodyFrom, end),
    };
  }
  return parts;
}

/** A section's heading without what follows its line. */
export function headingRange(markdown: MarkdownDocument, section: Section) {
  return markdown.range(section.from, section.from + markdown.text.slice(section.from, section.bodyFrom).trimEnd().length);
}

/**
 * Part 3's criteria are the last stage's, unless one names another stage by number or title.
 * A bullet's label (`Quality bar: …`) is taken off; prose without bullets is read line by line, questions left out.
 */
function assignCriteria(markdown: MarkdownDocument, part: Part | undefined, stages: readonly Stage[]): void {
  const known = new Map<Stage, Set<string>>();
  for (const { criterion, stage } of documentCriteria(markdown, part, stages)) {
    const texts = known.get(stage) ?? new Set(stage.checks.map((check) => check.text));
    known.set(stage, texts);
    stage.checks.push(...criterion.checks.filter((check) => !texts.has(check.text)));
    for (const check of criterion.checks) texts.add(check.text);
    if (!criterion.checks.length) stage.uncovered.push({ text: criterion.text, range: criterion.range, checks: [] });
  }
}

/** The criteria of Part 3, each with the stage it falls to, whether or not that stage has its checks already. */
export function documentCriteria(markdown: MarkdownDocument, part: Part | undefined, stages: readonly Stage[]): { criterion: Criterion; stage: Stage }[] {
  const last = stages[stages.length - 1];
  if (!part || !last) return [];
  return partCriteria(markdown, part).map(({ line, ...criterion }) => {
    // Without the word it can mention none: most criteria don't, and stages may be many.
    const named = (/stage/i.test(line) ? stages.find((stage) => mentions(line, stage)) : undefined) ?? stageSpokenOf(line, stages);
    const stage = named ?? last;
    const checks = criterion.checks.length ? criterion.checks : readSpokenOf(criterion.text, criterion.range, stage);
    return { criterion: { ...criterion, checks }, stage };
  });
}

function mentions(line: string, stage: Stage): boolean {
  if (new RegExp(`\\bstage\\s+${stage.number}\\b`, 'i').test(line)) return true;
  // A one-word title ("Draft") is an ordinary word of a criterion; only when it is said to be the stage.
  const title = stage.title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?:\\bstage\\s+["“]?${title}|${title}["”]?\\s+stage)\\b`, 'i').test(line);
}

function partCriteria(markdown: MarkdownDocument, part: Part): (Criterion & { line: string })[] {
  const from = markdown.index.offsetAt(part.bodyRange.start);
  const to = markdown.index.offsetAt(part.bodyRange.end);
  const { nodes, offset } = markdown.blocks(from, to);
  const items = [...descendants(nodes)].filter((node) => node.type === 'listItem');
  const lines = items.length ? items.map((item) => item.children[0]) : nodes.filter((node) => node.type === 'paragraph');
  return lines.flatMap((node) => {
    if (!node?.position) return [];
    let start = offset + (node.position.start.offset ?? 0);
    const end = offset + (node.position.end.offset ?? 0);
    const line = markdown.text.slice(start, end);
    if (!items.length && line.trim().endsWith('?')) return [];
    const label = /^(?:\*\*|__)?[^:\n]{1,48}:(?:\*\*|__)?\s+(?=\S)/.exec(line);
    const whole = label ? readCriteria(markdown, start, end) : [];
    if (label) start += label[0].length;
    const criteria = readCriteria(markdown, start, end);
    // “Word count: 500-800” says only with its label what is counted, and “Columns: number, date” is one criterion.
    const asOne = whole.length === 1 && (criteria.length > 1 || (whole[0]?.checks.length && !criteria.some(({ checks }) => checks.length)));
    return (asOne ? whole : criteria).map((criterion) => ({ ...criterion, line }));
  });
}

/** What Part 2 says of the budget in words: `Token budget: 50K input tokens`, `Cost budget: $0.50`, `Time budget: 2 hours`. */
function statedBudget(part: Part | undefined): ContextDocument['budget'] {
  if (!part) return {};
  const line = (form: RegExp) => part.body.split('\n').find((text) => form.test(text)) ?? '';
  const tokens = /token budget\**\s*:\**\s*~?(\d[\d,.]*)\s*([km])?\b/i.exec(line(/token budget/i));
  const usd = readAmounts(line(/(?:cost|money|spending) budget/i)).usd;
  const time = readAmounts(line(/time budget/i)).minutes;
  return {
    ...(tokens
      ? { tokens: Math.round(Number((tokens[1] as string).replace(/,/g, '')) * (/k/i.test(tokens[2] ?? '') ? 1000 : /m/i.test(tokens[2] ?? '') ? 1e6 : 1)) }
      : {}),
    ...(usd === undefined ? {} : { usd }),
    ...(time === undefined ? {} : { minutes: time }),
  };
}

function readDeclarations(data: Record<string, unknown>, range: Problem['range'], problems: Problem[]) {
  const inputs = new Map<string, string>();
  const models: Partial<Record<Tier, string>> = {};
  const budget: ContextDocument['budget'] = {};
  const bad = (message: string) => problems.push({ rule: 'context/front-matter', message, range });
  const mapping = (name: string): [string, unknown][] => {
    const value = data[name];
    if (value === undefined || value === null) return [];
    if (typeof value === 'object' && !Array.isArray(value)) return Object.entries(value);
    bad(`\`${name}\` in the front matter is a mapping; write \`${name}:\` and indented \`key: value\` lines below it.`);
    return [];
  };
  for (const [name, value] of mapping('inputs'))
    inputs.set(name, typeof value === 'string' ? value : value === null ? '' : typeof value === 'object' ? JSON.stringify(value, null, 2) : String(value));
  for (const [name, value] of mapping('models')) {
    const tier = tiers.find((known) => known === name.toLowerCase());
    if (tier && typeof value === 'string' && value.trim()) models[tier] = value.trim();
    else bad(`\`models\` maps ${tiers.join(', ')} to model ids; \`${name}: ${String(value)}\` does not.`);
  }
  for (const [name, value] of mapping('budget')) {
    if (name === 'time') {
      const time = typeof value === 'number' ? value : readAmounts(String(value)).minutes;
      if (time !== undefined && time > 0) budget.minutes = time;
      else bad(`\`budget.time\` is minutes, or a text such as \`2 hours\`; \`${String(value)}\` is not.`);
      continue;
    }
    const short = typeof value === 'string' ? /^\$?\s*(\d[\d,_]*(?:\.\d+)?)\s*([km])?$/i.exec(value.trim()) : null;
    const amount =
      typeof value === 'number'
        ? value
        : short
          ? Number((short[1] as string).replace(/[,_]/g, '')) * (/k/i.test(short[2] ?? '') ? 1000 : /m/i.test(short[2] ?? '') ? 1e6 : 1)
          : Number.NaN;
    if ((name === 'tokens' || name === 'usd') && Number.isFinite(amount) && amount >= 0) budget[name] = amount;
    else bad(`\`budget\` holds \`tokens\`, \`usd\` and \`time\`, each a number; \`${name}: ${String(value)}\` is not.`);
  }
  return { inputs, models, budget };
}
