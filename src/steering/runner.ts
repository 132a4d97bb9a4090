import type { Tier } from '../catalog/models';
import { type Effort, efforts } from '../ports';
import type { Range } from '../text';
import type { Runner } from './contextTypes';

/** Every runner as it is written, for completion and messages. */
export const runnerNames = ['Code', 'Haiku', 'Sonnet', 'Opus', 'Opus if needed'] as const;

const form = /^(code|haiku|sonnet|opus)(\s+if\s+needed)?(?:\s*,\s*(low|medium|high|xhigh|max)(?:\s+effort)?)?$/i;

/** What stands between the parentheses of a stage's title, as a runner; undefined where it is none. */
export function parseRunner(text: string, range: Range): Runner | undefined {
  const match = form.exec(text.trim());
  if (!match) return undefined;
  const named = (match[1] as string).toLowerCase() as 'code' | Tier;
  const ifNeeded = match[2] !== undefined;
  if (ifNeeded && named !== 'opus') return undefined;
  const effort = match[3]?.toLowerCase();
  if (effort && named === 'code') return undefined;
  return {
    text: text.trim(),
    tier: ifNeeded ? 'haiku' : named,
    escalation: ifNeeded ? 'opus' : undefined,
    effort: efforts.find((e): e is Effort => e === effort),
    range,
  };
}

/** The runner of a stage that names none. */
export function defaultRunner(range: Range): Runner {
  return { text: 'Haiku', tier: 'haiku', range };
}
