import type { Journal } from '../journal/journal';
import type { Effort } from '../ports';

/** What the answers of a stage took so far. */
export interface PastAnswers {
  /** How many are behind it. */
  count: number;
  /** The middle one's output tokens, thinking included. */
  outputTokens: number;
}

/** Answers from longer ago say less about the next one. */
const mostRecent = 20;

/**
 * What earlier answers took, by stage, model and effort, from the journals of a task. Only answers that were paid: recorded samples hold no thinking.
 */
export function pastAnswers(journals: readonly Journal[]): (stage: string, model: string, effort: Effort | undefined) => PastAnswers | undefined {
  const taken = new Map<string, number[]>();
  const keyOf = (stage: string, model: string, effort: Effort | undefined) => `${stage} ${model} ${effort ?? ''}`;
  for (const { records } of journals) {
    if (!records.some((record) => record.type === 'run' && record.paid)) continue;
    const answered = new Set<string>();
    for (const record of records) {
      if (record.type !== 'answer' && record.type !== 'attempt') continue;
      const call = `${record.stage} ${record.item ?? ''} ${record.tier} ${record.attempt}`;
      if (record.type === 'answer') answered.add(call);
      // The sum of an attempt holds its judges too: its answer's own record is the better one.
      else if (record.by !== 'model' || record.output === undefined || answered.has(call) || record.checks.some(({ text }) => text.includes('judge'))) continue;
      if (!record.usage.outputTokens) continue;
      const key = keyOf(record.stage, record.model, record.effort);
      const tokens = taken.get(key) ?? [];
      tokens.push(record.usage.outputTokens);
      taken.set(key, tokens);
    }
  }
  return (stage, model, effort) => {
    const recent = taken.get(keyOf(stage, model, effort))?.slice(-mostRecent);
    return recent && { count: recent.length, outputTokens: median(recent) };
  };
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = 0, high = 0] = sorted.length % 2 ? [sorted[middle], sorted[middle]] : [sorted[middle - 1], sorted[middle]];
  return Math.round((low + high) / 2);
}
