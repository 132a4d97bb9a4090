import { UserError } from '../ports';
import { secretsIn } from '../secrets';
import type { Issue } from './issue';

/**
 * What was found before and is let be: so that a linter can be switched on today and fail only for what is new. A finding is known by its
 * rule, its file and the text of its line, not by the line's number: what is written above it changes nothing.
 */
export interface Baseline {
  /** By path from the folder the baseline counts from, with `/`. */
  files: Map<string, KnownFinding[]>;
}

export interface KnownFinding {
  rule: string;
  /** The line the finding begins on, without surrounding blanks. */
  line: string;
  /** How often. */
  count: number;
}

const version = 1;
const keyOf = (rule: string, line: string) => `${rule}\n${line}`;

/** The lines of a text as a baseline keeps them: it is committed, so what is secret in them is not among it. */
async function linesOf(text: string): Promise<string[]> {
  let open = '';
  let at = 0;
  for (const { from, to } of await secretsIn(text)) {
    if (from < at) continue;
    open += text.slice(at, from) + text.slice(from, to).replace(/[^\r\n]+/g, '[secret]');
    at = to;
  }
  return (open + text.slice(at)).split(/\r\n|\r|\n/).map((line) => line.trim());
}

function lineOf(lines: readonly string[], issue: Pick<Issue, 'range'>): string {
  return lines[issue.range.start.line] ?? '';
}

/** What is found in a text as a baseline keeps it, sorted. */
export async function knownFindings(text: string, issues: readonly Issue[]): Promise<KnownFinding[]> {
  const lines = issues.length ? await linesOf(text) : [];
  const byKey = new Map<string, KnownFinding>();
  for (const issue of issues) {
    const line = lineOf(lines, issue);
    const known = byKey.get(keyOf(issue.rule, line));
    if (known) known.count++;
    else byKey.set(keyOf(issue.rule, line), { rule: issue.rule, line, count: 1 });
  }
  return [...byKey.values()].sort((a, b) => (keyOf(a.rule, a.line) < keyOf(b.rule, b.line) ? -1 : 1));
}

/** The issues a baseline does not know, how many it does, and how many of those it knows are no longer there. */
export async function compareWithBaseline(
  known: readonly KnownFinding[],
  text: string,
  issues: readonly Issue[],
): Promise<{ fresh: Issue[]; known: number; gone: number }> {
  const lines = known.length && issues.length ? await linesOf(text) : [];
  const left = new Map(known.map(({ rule, line, count }) => [keyOf(rule, line), count]));
  const fresh = issues.filter((issue) => {
    const key = keyOf(issue.rule, lineOf(lines, issue));
    const count = left.get(key) ?? 0;
    if (count > 0) left.set(key, count - 1);
    return count === 0;
  });
  return { fresh, known: issues.length - fresh.length, gone: [...left.values()].reduce((sum, count) => sum + count, 0) };
}

/** The baseline as it is kept: JSON that a person can read and a diff shows line by line, sorted by path. */
export function baselineText({ files }: Baseline): string {
  const sorted = [...files].filter(([, findings]) => findings.length).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify({ version, files: Object.fromEntries(sorted) }, null, 2)}\n`;
}

/** @throws UserError (exit 2) for what is no baseline. */
export function parseBaseline(text: string, path: string): Baseline {
  const files = new Map<string, KnownFinding[]>();
  const wrong = (what: string) =>
    new UserError(`${path} is no baseline: ${what}.`, {
      path,
      todo: 'Name another file; or delete this one, and write it anew with --update-baseline.',
      exitCode: 2,
    });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw wrong(cause instanceof Error ? cause.message : 'no JSON');
  }
  if (!isRecord(json) || !isRecord(json.files)) throw wrong('it has no “files”');
  if (json.version !== version) throw wrong(`its version is ${JSON.stringify(json.version)}, not ${version}`);
  for (const [file, findings] of Object.entries(json.files)) {
    if (!Array.isArray(findings)) throw wrong(`what it says of ${file} is no list`);
    files.set(
      file,
      findings.map((finding: unknown) => {
        if (isRecord(finding)) {
          const { rule, line, count } = finding;
          if (typeof rule === 'string' && typeof line === 'string' && typeof count === 'number') return { rule, line, count };
        }
        throw wrong(`a finding of ${file} has no rule, line and count`);
      }),
    );
  }
  return { files };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
