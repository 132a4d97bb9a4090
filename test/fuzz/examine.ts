import { applyFixes, fixUntilStable } from '../../src/lint/fixes';
import type { Issue } from '../../src/lint/issue';
import { lintText } from '../../src/lint/linter';
import { WorkspaceFacts } from '../../src/reference/workspaceFacts';
import { LineIndex } from '../../src/text';
import { workspaceTexts } from '../bench/documents';
import { Random } from '../bench/random';
import { MemoryFiles } from '../core/memoryFiles';
import { mutated } from './mutations';

/** What is wrong with how one document was linted or fixed. */
export interface Finding {
  /** The number of the document. */
  at: number;
  path: string;
  what: string;
  text: string;
}

export interface Examined {
  /** The longest of its lints, in milliseconds. */
  ms: number;
  issues: number;
  fixes: number;
  findings: Finding[];
}

const paths = [
  'CLAUDE.md',
  'CONTEXT.md',
  'VOICE.md',
  '.claude/rules/style.md',
  'packages/api/AGENTS.md',
  'ARCHITECTURE.md',
  'docs/blog.context.md',
  'CLAUDE.local.md',
  '.haiku/strategies/context/draft.md',
  '.haiku/strategies/context/playbook.md',
];

/** Wanted of one lint: below a second, whatever stands in the document. */
export const longestPauseMs = 1000;

/** Which document stands at a number: the same for the same seed. */
export function documentAt(seed: number, at: number, seeds: readonly string[]): { path: string; text: string } {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(at + 1, 0x85ebca6b));
  return { path: `/w/${random.of(paths)}`, text: mutated(seeds, random) };
}

/** Lints documents in a workspace in memory, makes their fixes, and says what should not have happened. */
export class Examiner {
  private readonly files: MemoryFiles;
  private workspace: WorkspaceFacts;
  private examined = 0;

  constructor(seeds: readonly string[]) {
    const texts = Object.fromEntries(Object.entries(workspaceTexts(120)).map(([path, text]) => [`/w/${path}`, text]));
    this.files = new MemoryFiles({
      ...texts,
      '/w/.git/HEAD': '',
      '/w/a/b.md': '@../docs/a.md\n',
      '/w/docs/a.md': '# B\n\n@../a/b.md\n',
      '/w/VOICE.md': seeds.find((seed) => /avoid/i.test(seed)) ?? '',
      '/w/ARCHITECTURE.md': '# Architecture\n',
      '/w/CONTEXT.md':
        '# Task\n\n## Stage 1: Draft (Haiku)\n\n- Input: VOICE.md\n- Task: Draft it.\n- Output: Draft\n- Checks:\n  - words: 300-500\n  - excludes: leverage\n  - not json\n',
    });
    this.workspace = new WorkspaceFacts(this.files);
  }

  async examine(at: number, path: string, text: string): Promise<Examined> {
    // What is known of the workspace is kept for many documents, but not for ever.
    if (this.examined++ % 500 === 499) this.workspace = new WorkspaceFacts(this.files);
    const result: Examined = { ms: 0, issues: 0, fixes: 0, findings: [] };
    const note = (what: string) => result.findings.push({ at, path, what, text });
    const lint = async (now: string): Promise<Issue[]> => {
      const started = performance.now();
      const issues = await lintText({ path, text: now, files: this.files, workspace: this.workspace });
      result.ms = Math.max(result.ms, performance.now() - started);
      return issues;
    };
    try {
      const issues = await lint(text);
      result.issues = issues.length;
      const outside = rangeProblem(text, issues);
      if (outside) note(outside);
      const fixed = await fixUntilStable(text, issues, lint);
      result.fixes += fixed.count;
      if (!fixed.stable) note('Its safe fixes undo each other.');
      const again = await fixUntilStable(fixed.text, await lint(fixed.text), lint);
      if (again.text !== fixed.text) note('Fixing it twice changes what was fixed.');
      if (!keepsLineEnds(text, fixed.text)) note('Its fixes change its line ends.');
      for (const problem of await this.fixProblems(text, issues, lint)) note(problem);
    } catch (error) {
      note(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
    // The machine may have been busy with something else, or the engine with compiling: a pause of ours comes again.
    for (let again = 0; again < 2 && result.ms > longestPauseMs; again++) {
      result.ms = 0;
      await lint(text).catch(() => undefined);
    }
    if (result.ms > longestPauseMs) note(`It takes ${result.ms.toFixed(0)} ms.`);
    return result;
  }

  /** Each kind of fix once, by itself: what it was offered for must be gone, or it would be offered for ever. */
  private async fixProblems(text: string, issues: readonly Issue[], lint: (text: string) => Promise<Issue[]>): Promise<string[]> {
    const problems: string[] = [];
    const tried = new Set<string>();
    for (const issue of issues) {
      const fix = issue.fixes[0];
      if (!fix || tried.has(issue.rule)) continue;
      tried.add(issue.rule);
      const mended = applyFixes(text, [fix.edits]);
      if (mended === text) problems.push(`The fix “${fix.title}” of ${issue.rule} changes nothing.`);
      else if (!keepsLineEnds(text, mended)) problems.push(`The fix “${fix.title}” of ${issue.rule} brings in other line ends.`);
      else {
        const count = (among: readonly Issue[]) => among.filter(({ rule, message }) => rule === issue.rule && message === issue.message).length;
        const after = await lint(mended);
        if (count(after) >= count(issues)) problems.push(`After the fix “${fix.title}” of ${issue.rule} the same is said again: ${issue.message}`);
      }
    }
    return problems;
  }
}

function rangeProblem(text: string, issues: readonly Issue[]): string | undefined {
  const index = new LineIndex(text);
  for (const { rule, message, range, fixes } of issues) {
    for (const { start, end } of [range, ...fixes.flatMap((fix) => fix.edits.map((edit) => edit.range))]) {
      const ordered = start.line < end.line || (start.line === end.line && start.character <= end.character);
      const within = start.line >= 0 && start.character >= 0 && end.line < index.lineCount && index.offsetAt(end) - index.startOf(end.line) === end.character;
      if (!ordered || !within) return `${rule} stands outside of the text, at ${JSON.stringify({ start, end })}: ${message}`;
    }
    if (!message.trim()) return `${rule} says nothing.`;
  }
  return undefined;
}

/** No kind of line end is in the mended text that was not in the text. */
function keepsLineEnds(text: string, mended: string): boolean {
  const ends = (of: string) => new Set(of.match(/\r\n|\r|\n/g) ?? []);
  const known = ends(text);
  // Where both are mixed, one may come to stand before the other.
  if (known.has('\r') && known.has('\n')) known.add('\r\n');
  return known.size === 0 || [...ends(mended)].every((end) => known.has(end));
}
