import { unfence } from '../check/measure';
import type { Stage } from '../steering/contextTypes';

/** An answer as the output it is: trailing blanks taken off, one line break at its end; '' for an empty one. */
export function outputText(stage: Stage, answer: string): string {
  const bare = wantsData(stage) ? unfence(answer).text : answer;
  return bare.trim() ? `${bare.trimEnd()}\n` : '';
}

/** True where the output is JSON or YAML: a code fence around all of it is no part of that, and who reads the file would trip over it. */
function wantsData({ output, checks }: Stage): boolean {
  return output?.format === 'json' || checks.some(({ rule, negated }) => !negated && (rule.kind === 'json' || rule.kind === 'schema' || rule.kind === 'yaml'));
}
