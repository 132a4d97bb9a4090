import type { Issue, LintFacts } from '../../../src/lint/issue';
import { lintText } from '../../../src/lint/linter';
import { MemoryFiles } from '../memoryFiles';

/** Four parts that nothing is said of. */
export const parts =
  '# Task\n\n## Specification\n\nBuild it.\n\n## Constraints\n\n- Time budget: 2 hours\n\n## Success criteria\n\n- 300 words max\n\n## Feedback loop\n\nFails when it is dull.\n\n';

/** The issues of a CONTEXT.md among other files of its folder. */
export function lintContext(text: string, more: Record<string, string> = {}, facts: LintFacts = {}): Promise<Issue[]> {
  const files = new MemoryFiles({ '/w/.git/HEAD': '', ...Object.fromEntries(Object.entries(more).map(([path, content]) => [`/w/${path}`, content])) });
  files.forbidWrites = true;
  return lintText({ path: '/w/CONTEXT.md', text, files, facts });
}

/** The issues of one rule. */
export async function issuesOf(rule: string, text: string, more: Record<string, string> = {}): Promise<Issue[]> {
  return (await lintContext(text, more)).filter((issue) => issue.rule === rule);
}

/** What stands at the issues of one rule. */
export async function textsOf(rule: string, text: string, more: Record<string, string> = {}): Promise<string[]> {
  const lines = text.split(/\r?\n/);
  return (await issuesOf(rule, text, more)).map(({ range: { start, end } }) =>
    (lines[start.line] as string).slice(start.character, start.line === end.line ? end.character : undefined),
  );
}
