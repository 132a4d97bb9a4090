import { type Files, UserError } from '../ports';
import { WorkspaceFacts } from '../reference/workspaceFacts';
import { type Kind, kindOf } from '../steering/kinds';
import { changesNothing, fittedFix } from './fixes';
import { ignoreIssues } from './ignoreIssues';
import { readIgnores } from './ignores';
import type { Finding, Issue, LintFacts, Severity } from './issue';
import { fileRules, rules } from './rules/index';
import { DocumentSubject } from './subject';

export { applyFixes, fixAll } from './fixes';

/** Rule id → what it counts as here. */
export type RuleSettings = Record<string, 'off' | Severity>;

/** A rule that failed, or offered a fix that can't be made: a fault of ours, which costs what that rule would have said and no more. */
export interface RuleFault {
  rule: string;
  /** Absolute path of the document. */
  path: string;
  error: unknown;
}

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
  /** Told of a rule that fails, so that the others go on. Where it is not there, the rule's error is thrown. */
  onFault?(fault: RuleFault): void;
}

export const largestDocument = 512 * 1024;

/**
 * The issues of one document, sorted by position. Never throws for what stands in the text; empty for a file of no known kind.
 * Every fix can be made as it stands: within the document, without overlap, with the document's line ends.
 */
export async function lintText(options: LintOptions): Promise<Issue[]> {
  const { path, text, files, settings = {} } = options;
  const kind = kindOf(path, options.background);
  if (!kind) return [];
  const unfit = unfitText(text, kind);
  if (unfit) return configured([unfit], settings);
  const facts = new WatchedFacts(options.facts ?? {});
  const subject = new DocumentSubject(path, text, kind, files, facts.watched, options.workspace ?? new WorkspaceFacts(files));
  const issues: Issue[] = [];
  const silent = new Set<string>();
  for (const rule of rules) {
    if (!rule.kinds.includes(kind)) continue;
    if (settings[rule.id] === 'off') {
      silent.add(rule.id);
      continue;
    }
    try {
      for (const finding of await rule.check(subject)) {
        issues.push({ rule: rule.id, severity: rule.severity, ...finding, fixes: fittedFixes(options, subject, rule.id, finding) });
      }
    } catch (error) {
      tell(options, rule.id, error);
      silent.add(rule.id);
    }
    if (facts.lacked()) silent.add(rule.id);
  }
  const ignores = readIgnores(subject.markdown);
  const open = issues.filter((issue) => !ignores.covers(issue));
  const ofComments = ignoreIssues(subject.markdown.index, ignores, silent).filter((issue) => !ignores.covers(issue));
  return configured([...open, ...ofComments], settings).sort(byPosition);
}

/**
 * The text and issues of a file. What can't be read as text (binary, over 512 KB) is one issue and no text. `factsOf` gathers the facts once
 * the text is known.
 * @throws UserError where there is no such file or it may not be read.
 */
export async function lintFile(
  options: Omit<LintOptions, 'text'> & { factsOf?(text: string): Promise<LintFacts> },
): Promise<{ text: string; issues: Issue[] }> {
  const { path, files, settings = {} } = options;
  const stat = await files.stat(path);
  if (stat?.kind === 'file' && stat.size > largestDocument) return { text: '', issues: configured([fileIssue('file/too-large')], settings) };
  let text: string;
  try {
    text = await files.read(path);
  } catch (error) {
    if (error instanceof UserError && stat?.kind === 'file' && /binary|UTF-8|decod/i.test(error.message)) return { text: '', issues: binaryIssues(settings) };
    throw error;
  }
  const facts = options.factsOf ? await options.factsOf(text) : options.facts;
  return { text, issues: await lintText({ ...options, text, facts }) };
}

/** What is said of a file that is no text. */
export function binaryIssues(settings: RuleSettings = {}): Issue[] {
  return configured([fileIssue('file/binary')], settings);
}

/** The facts of a run, with a note when a rule asks for one that isn't there: its silence then says nothing about the document. */
class WatchedFacts {
  readonly watched: LintFacts;
  private missing = false;

  constructor(facts: LintFacts) {
    this.watched = new Proxy(facts, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key);
        if (value === undefined) this.missing = true;
        return value;
      },
    });
  }

  /** True where a fact was missed since this was last asked. */
  lacked(): boolean {
    const { missing } = this;
    this.missing = false;
    return missing;
  }
}

function fittedFixes(options: LintOptions, subject: DocumentSubject, rule: string, finding: Finding): Issue['fixes'] {
  const { markdown } = subject;
  return (finding.fixes ?? []).flatMap((fix) => {
    try {
      const fitted = fittedFix(markdown.index, fix);
      if (changesNothing(markdown.index, fitted)) return [];
      // Below an unclosed comment, say, nothing that is added helps.
      const lost = fitted.edits.some(({ range: { start, end } }) => {
        const at = markdown.index.offsetAt(start);
        return at === markdown.index.offsetAt(end) && markdown.swallows(at);
      });
      return lost ? [] : [fitted];
    } catch (error) {
      tell(options, rule, error);
      return [];
    }
  });
}

function tell({ onFault, path }: LintOptions, rule: string, error: unknown): void {
  if (!onFault) throw error;
  onFault({ rule, path, error });
}

function unfitText(text: string, kind: Kind): Issue | undefined {
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
