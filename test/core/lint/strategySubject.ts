import type { Issue, LintFacts } from '../../../src/lint/issue';
import { lintText } from '../../../src/lint/linter';
import { readContext } from '../../../src/steering/context';
import { type Strategy, stageHash } from '../../../src/steering/strategy';
import { MemoryFiles } from '../memoryFiles';

/** A document with one stage. */
export const task = '# Task\n\n## Stage 1: Draft (Haiku)\n\n- Task: Write the reply.\n- Output: Reply\n- Success: 300 words max\n';
export const own = '/w/.haiku/strategies/context/draft.md';

/** A strategy for that stage as it is. */
export function written(): Strategy {
  const [stage] = readContext('/w/CONTEXT.md', task).stages;
  if (!stage) throw new Error('The document has no stage.');
  return {
    stage: 'draft',
    targetModel: 'claude-haiku-5-5',
    authorModel: 'claude-opus-5-5',
    date: '2026-11-20',
    stageHash: stageHash(stage),
    status: 'unproven',
    body: '## Procedure\n\n1. Begin with the name.',
  };
}

export function withBody(body: string): Strategy {
  return { ...written(), body };
}

interface Around {
  path?: string;
  files?: Record<string, string>;
  facts?: LintFacts;
}

/** The issues of a strategy or a playbook beside its document. */
export function lintStrategy(text: string, { path = own, files = { '/w/CONTEXT.md': task }, facts }: Around = {}): Promise<Issue[]> {
  const memory = new MemoryFiles({ '/w/.git/HEAD': '', ...files });
  memory.forbidWrites = true;
  return lintText({ path, text, files: memory, facts });
}

/** Those of one rule. */
export async function issuesIn(rule: string, text: string, around: Around = {}): Promise<Issue[]> {
  return (await lintStrategy(text, around)).filter((issue) => issue.rule === rule);
}
