import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { Range } from '../text';
import { describeCheck } from './checkText';
import type { Stage } from './contextTypes';
import { readDocument } from './document';
import type { Task } from './task';

/**
 * A strategy: what a dear model wrote down once so that the cheap one does a stage as well. One Markdown file for each stage, with front matter, in
 * `.haiku/strategies/<task>/<stage>.md`: meant to be read, edited and committed.
 */
export interface Strategy {
  /** Slug of the stage. */
  stage: string;
  /** Id of the model it is written for. */
  targetModel: string;
  /** Id of the model that wrote it, or `person`. */
  authorModel: string;
  /** The day it was written, as 2026-11-22. */
  date: string;
  /** `stageHash` of the stage as it was when this was written. */
  stageHash: string;
  /** `unproven` and `adopted` ones are used; a `rejected` one is kept to be read. */
  status: StrategyStatus;
  evidence?: StrategyEvidence;
  /** The cases it was learnt from or chosen by, each by a short hash of its inputs: none of them can prove it. */
  learntFrom?: string[];
  /** `bodyHash` of the text as a model wrote it: where it is another by now, a person has edited it. */
  writtenHash?: string;
  /** The Markdown below the front matter: what the cheap model is given. */
  body: string;
}

export const strategyStatuses = ['unproven', 'adopted', 'rejected'] as const;
export type StrategyStatus = (typeof strategyStatuses)[number];

/** What a trial of this very text showed. */
export interface StrategyEvidence {
  /** Id of the model it was tried on. */
  model: string;
  /** The day, as 2026-11-22. */
  date: string;
  cases: number;
  /** Runs of each case, with and without. */
  runs: number;
  /** Shares of runs that passed, 0 to 1. */
  withStrategy: number;
  withoutStrategy: number;
  /** Of the exact paired test, two-sided. */
  p: number;
  verdict: 'better' | 'worse' | 'undecided';
  /** `bodyHash` of the text that was tried: after an edit the evidence is another text's. */
  bodyHash: string;
}

/** A strategy file as read. Never fails: what is wrong is among the problems, and `strategy` is undefined where it can't be used. */
export interface StrategyDocument {
  path: string;
  strategy?: Strategy;
  problems: { message: string; range: Range }[];
  bodyRange: Range;
}

/** The headings of a strategy, in order. */
export const strategySections = [
  'What the task is',
  'Constraints',
  'Procedure',
  'When to think',
  'Mistakes to avoid',
  'Check yourself',
  'Worked example',
] as const;

/** What a strategy may be at most, in tokens of the model that reads it: it is sent with every call. */
export const mostStrategyTokens = 3000;

/** True for what stands among the strategies and playbooks of a task, by its path. */
export function isStrategyFile(path: string): boolean {
  return /(?:^|\/)\.haiku\/strategies\/[^/]+\/[^/]+\.md$/.test(path);
}

/** Where the strategy of a stage stands. */
export function strategyPath(task: Pick<Task, 'haikuFolder' | 'slug'>, stage: Pick<Stage, 'slug'>): string {
  return posix.join(task.haikuFolder, 'strategies', task.slug, `${stage.slug}.md`);
}

/**
 * What a strategy is written for: the stage's title, task, inputs, output, criteria and checks, as 16 hexadecimal digits of their SHA-256. Runner,
 * effort, budget and tries are no part of it: they don't change what is to be done.
 */
export function stageHash(stage: Stage): string {
  const { title, task, inputs, output, success, checks, each } = stage;
  const made = {
    title,
    task,
    inputs: inputs.map((name) => name.text),
    output: output && [output.name, output.format],
    success: success.map((criterion) => criterion.text),
    checks: checks.map(describeCheck),
    each: each && [each.item, each.list.text],
  };
  return shortHash(JSON.stringify(made));
}

/** A comment to the linter on a line of its own: nobody sends it. */
const lintComment = /^[ \t]*<!--[ \t]*haiku-first-ignore[^\n]*?-->[ \t]*(?:\n|$)/gm;

/** What evidence is about: the strategy's text; line ends, outer blanks and comments to the linter aside. */
export function bodyHash(body: string): string {
  const plain = body.replace(/\r\n?/g, '\n');
  return shortHash((plain.includes('haiku-first-ignore') ? plain.replace(lintComment, '') : plain).trim());
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** The strategy that a file holds. */
export function readStrategy(path: string, text: string): StrategyDocument {
  const { frontMatter, markdown } = readDocument(text);
  const { data, body, bodyFrom } = frontMatter;
  const bodyRange = markdown.index.range(bodyFrom, text.length);
  const head: Range = frontMatter.range ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  const document: StrategyDocument = { path, problems: [], bodyRange };
  if (frontMatter.problem) {
    document.problems.push(frontMatter.problem);
    return document;
  }
  const problem = (message: string, key?: string) => void document.problems.push({ message, range: keyRange(text, head, key) });
  const word = (key: string): string => {
    const value = data[key];
    if (typeof value === 'string' && value.trim()) return value.trim();
    // YAML reads a bare day as a date.
    if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString().slice(0, 10);
    problem(value === undefined ? `The front matter has no \`${key}\`.` : `\`${key}\` is a text.`, key);
    return '';
  };
  const strategy: Strategy = {
    stage: word('stage'),
    targetModel: word('for'),
    authorModel: word('by'),
    date: word('date'),
    stageHash: word('stageHash'),
    status: strategyStatuses.find((status) => status === data.status) ?? 'unproven',
    body: body.trim(),
  };
  if (data.status !== undefined && data.status !== strategy.status)
    problem(`\`status\` is ${strategyStatuses.join(', ')}; “${String(data.status)}” is none.`, 'status');
  const evidence = data.evidence === undefined ? undefined : readEvidence(data.evidence);
  if (typeof evidence === 'string') problem(evidence, 'evidence');
  else if (evidence) strategy.evidence = evidence;
  if (typeof data.writtenHash === 'string') strategy.writtenHash = data.writtenHash;
  if (data.learntFrom !== undefined) {
    // One word of many: YAML would read some of the hashes as numbers.
    const hashes = typeof data.learntFrom === 'string' ? data.learntFrom.split(/\s+/).filter(Boolean) : [];
    if (hashes.length && hashes.every((hash) => /^[0-9a-f]{8}$/.test(hash))) strategy.learntFrom = hashes;
    else problem('`learntFrom` is a text of hashes with spaces between them, as `improve` writes it.', 'learntFrom');
  }
  if (!strategy.body) document.problems.push({ message: 'There is no strategy below the front matter.', range: bodyRange });
  if (document.problems.length === 0) document.strategy = strategy;
  return document;
}

/** What is wrong with it as a sentence, where it is none. */
function readEvidence(value: unknown): StrategyEvidence | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return '`evidence` is a mapping of what a trial showed.';
  const given = value as Record<string, unknown>;
  const share = (key: string) => (typeof given[key] === 'number' && given[key] >= 0 && given[key] <= 1 ? given[key] : undefined);
  const count = (key: string) => (Number.isInteger(given[key]) && (given[key] as number) > 0 ? (given[key] as number) : undefined);
  const [cases, runs] = [count('cases'), count('runs')];
  const [withStrategy, withoutStrategy, p] = [share('with'), share('without'), share('p')];
  const verdict = (['better', 'worse', 'undecided'] as const).find((each) => each === given.verdict);
  const missing = Object.entries({ cases, runs, with: withStrategy, without: withoutStrategy, p, verdict }).find(([, each]) => each === undefined)?.[0];
  if (missing) return `\`evidence\` has no sound \`${missing}\`: try the strategy again rather than writing it by hand.`;
  const date = given.date instanceof Date ? given.date.toISOString().slice(0, 10) : String(given.date ?? '');
  return {
    model: String(given.model ?? ''),
    date,
    cases,
    runs,
    withStrategy,
    withoutStrategy,
    p,
    verdict,
    bodyHash: String(given.bodyHash ?? ''),
  } as StrategyEvidence;
}

/** The line of a key in the front matter; all of its first line where the key is not there. */
function keyRange(text: string, head: Range, key: string | undefined): Range {
  const lines = text.split(/\r?\n/);
  for (let line = head.start.line; key && line <= head.end.line; line++) {
    const content = lines[line] ?? '';
    if (content.startsWith(`${key}:`)) return { start: { line, character: 0 }, end: { line, character: content.length } };
  }
  return { start: { line: 0, character: 0 }, end: { line: 0, character: (lines[0] ?? '').length } };
}

/** A strategy as its file: reading it gives the same. */
export function strategyText(strategy: Strategy): string {
  const { evidence } = strategy;
  const lines = [
    `stage: ${yaml(strategy.stage)}`,
    `for: ${yaml(strategy.targetModel)}`,
    `by: ${yaml(strategy.authorModel)}`,
    `date: ${yaml(strategy.date)}`,
    `stageHash: ${yaml(strategy.stageHash)}`,
    `status: ${strategy.status}`,
    ...(strategy.writtenHash === undefined ? [] : [`writtenHash: ${yaml(strategy.writtenHash)}`]),
    ...(strategy.learntFrom?.length ? [`learntFrom: ${JSON.stringify(strategy.learntFrom.join(' '))}`] : []),
  ];
  if (evidence) {
    lines.push(
      'evidence:',
      `  verdict: ${evidence.verdict}`,
      `  model: ${yaml(evidence.model)}`,
      `  date: ${yaml(evidence.date)}`,
      `  cases: ${evidence.cases}`,
      `  runs: ${evidence.runs}`,
      `  with: ${evidence.withStrategy}`,
      `  without: ${evidence.withoutStrategy}`,
      `  p: ${evidence.p}`,
      `  bodyHash: ${yaml(evidence.bodyHash)}`,
    );
  }
  return `---\n${lines.join('\n')}\n---\n\n${strategy.body.trim()}\n`;
}

/** A text as a YAML value: bare where nothing else could be read from it, else in the quotes of JSON, which YAML reads too. */
function yaml(text: string): string {
  return /^[A-Za-z][\w-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text) ? text : JSON.stringify(text);
}

/** True where nobody has changed what a model wrote: replacing it loses nothing a person made. */
export function isUnedited(strategy: Strategy): boolean {
  return strategy.writtenHash === bodyHash(strategy.body);
}

/** True where what was tried is the text that stands there now. */
export function hasEvidence(strategy: Strategy): boolean {
  return strategy.evidence !== undefined && strategy.evidence.bodyHash === bodyHash(strategy.body);
}
