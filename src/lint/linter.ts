import { type Files, UserError } from '../ports';
import { WorkspaceFacts } from '../reference/workspaceFacts';
import { kindOf } from '../steering/kinds';
import { applyEdits, LineIndex, type Range, type TextEdit } from '../text';
import { readIgnores } from './ignores';
import type { Issue, LintFacts, Severity } from './issue';
import { fileRules, rules } from './rules/index';
import { DocumentSubject } from './subject';

/** Rule id → what it counts as here. */
export type RuleSettings = Record<string, 'off' | Severity>;

export interface LintOptions {
  /** Absolute. What kind of document it is follows from it. */
  path: string;
  text: string;
  files: Files;
  facts?: LintFacts;
  settings?: RuleSettings;
  /** Names that count as background documents besides the known ones. */
  background?: readonly string[];
  /** Hand in one for a run over many documents, so that trees and manifests are read once. */
  workspace?: WorkspaceFacts;
}

export const largestDocument = 512 * 1024;

/** The issues of one document, sorted by position. Never throws for what stands in the text; empty for a file of no known kind. */
export async function lintText(options: LintOptions): Promise<Issue[]> {
  const { path, text, files, facts = {}, settings = {} } = options;
  const kind = kindOf(path, options.background);
  if (!kind) return [];
  const unfit = unfitText(text, kind);
  if (unfit) return configured([unfit], settings);
  const subject = new DocumentSubject(path, text, kind, files, facts, options.workspace ?? new WorkspaceFacts(files));
  const issues: Issue[] = [];
  for (const rule of rules) {
    if (!rule.kinds.includes(kind) || settings[rule.id] === 'off') continue;
    for (const finding of await rule.check(subject)) issues.push({ rule: rule.id, severity: rule.severity, ...finding, fixes: finding.fixes ?? [] });
  }
  const ignores = readIgnores(subject.markdown, subject.frontMatter);
  return configured(
    issues.filter((issue) => !ignores.covers(issue)),
    settings,
  ).sort(byPosition);
}

/**
 * The text and issues of a file. What can't be read as text (binary, over 512 KB) is one issue and no text.
 * @throws UserError where there is no such file or it may not be read.
 */
export async function lintFile(options: Omit<LintOptions, 'text'>): Promise<{ text: string; issues: Issue[] }> {
  const { path, files, settings = {} } = options;
  const stat = await files.stat(path);
  if (stat?.kind === 'file' && stat.size > largestDocument) return { text: '', issues: configured([fileIssue('file/too-large')], settings) };
  let text: string;
  try {
    text = await files.read(path);
  } catch (error) {
    if (error instanceof UserError && stat?.kind === 'file' && /binary|UTF-8|decod/i.test(error.message))
      return { text: '', issues: configured([fileIssue('file/binary')], settings) };
    throw error;
  }
  return { text, issues: await lintText({ ...options, text }) };
}

function unfitText(text: string, kind: string): Issue | undefined {
  if (text.length > largestDocument || (text.length > largestDocument / 3 && Buffer.byteLength(text) > largestDocument)) return fileIssue('file/too-large');
  if (text.includes('\0')) return fileIssue('file/binary');
  // What was decoded from another encoding is full of replacement characters; a single one may be quoted.
  const replaced = text.split('\uFFFD').length - 1;
  if (replaced > 10 && replaced > text.length / 100) return fileIssue('file/binary');
  return text.trim() ? undefined : fileIssue(`${kind}/empty`);
}

function fileIssue(id: string): Issue {
  const rule = fileRules.find((known) => known.id === id);
  if (!rule) throw new Error(`There is no rule ${id}.`);
  return { rule: id, severity: rule.severity, message: rule.message, range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, fixes: [] };
}

function configured(issues: Issue[], settings: RuleSettings): Issue[] {
  return issues.flatMap((issue) => {
    const setting = settings[issue.rule];
    return setting === 'off' ? [] : [{ ...issue, severity: setting ?? issue.severity }];
  });
}

function byPosition(a: Issue, b: Issue): number {
  return a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character || compare(a.rule, b.rule);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The text with every safe fix made; where two would touch each other, the first one. Applying it twice changes nothing that is not new. */
export function fixAll(text: string, issues: readonly Issue[]): string {
  return applyFixes(
    text,
    issues.flatMap((issue) =>
      issue.fixes
        .filter((fix) => fix.safe)
        .slice(0, 1)
        .map((fix) => fix.edits),
    ),
  );
}

/** The text with groups of edits made, each group whole or not at all: one that touches an earlier one is left out. */
export function applyFixes(text: string, groups: readonly (readonly TextEdit[])[]): string {
  const index = new LineIndex(text);
  const taken: [number, number][] = [];
  const edits: TextEdit[] = [];
  for (const group of groups) {
    const spans = group.map(({ range }) => spanOf(index, range));
    if (spans.some(([from, to]) => taken.some(([start, end]) => from <= end && start <= to))) continue;
    taken.push(...spans);
    edits.push(...group);
  }
  return applyEdits(text, edits);
}

function spanOf(index: LineIndex, range: Range): [number, number] {
  return [index.offsetAt(range.start), index.offsetAt(range.end)];
}
