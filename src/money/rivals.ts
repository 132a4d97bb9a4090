import type { Catalog } from '../catalog/catalog';
import type { AttemptEnded } from '../journal/records';
import { noUsage } from '../journal/usage';
import type { Usage } from '../ports';
import { thinkingShare } from './thinking';

/** What the same answers would have cost elsewhere. Each is a price for other calls than were made, so each rests on an assumption that is said with it. */

/**
 * The answers that Opus alone would have had to give: the one each try of a stage (and item) ended with, passed or not, however many the
 * cheap model needed before. An escalation belongs to the try it ends.
 */
export function closingAnswers(attempts: readonly AttemptEnded[]): AttemptEnded[] {
  const open = new Map<string, AttemptEnded>();
  const closed: AttemptEnded[] = [];
  for (const record of attempts) {
    if (record.by !== 'model' || record.output === undefined) continue;
    const key = `${record.stage} ${record.itemKey ?? record.item ?? ''} ${record.fingerprint}`;
    if (record.status === 'passed') {
      closed.push(record);
      open.delete(key);
    } else open.set(key, record);
  }
  return [...closed, ...open.values()];
}

type Answer = Pick<AttemptEnded, 'usage' | 'answered' | 'judged' | 'model' | 'effort'> & { at?: string };

/** Tokens of the answer alone, without its judges', wherever it was paid. */
export function answerUsage({ usage, answered, judged }: Pick<AttemptEnded, 'usage' | 'answered' | 'judged'>): Usage {
  if (answered) return answered.usage;
  if (!judged) return usage;
  const less = (name: keyof Usage) => Math.max(0, usage[name] - judged.usage[name]);
  return {
    inputTokens: less('inputTokens'),
    outputTokens: less('outputTokens'),
    cacheReadTokens: less('cacheReadTokens'),
    cacheWriteTokens: less('cacheWriteTokens'),
  };
}

/** As many tokens at Opus prices of that day, nothing cached, and judged as it was. Assumes that Opus takes as many tokens. */
export function allOpus(record: Answer, catalog: Catalog): number {
  return onOpus(record, answerUsage(record).outputTokens, catalog);
}

/**
 * The same on Opus at low effort, the honest rival of any cheap model: the visible answer as long, and as little thinking as is assumed at low effort. How
 * much of the output was thinking nobody tells: the shares that estimates assume are used.
 */
export function allOpusLow(record: Answer, catalog: Catalog): number {
  const { outputTokens } = answerUsage(record);
  const visible = catalog.entry(record.model).takesEffort ? outputTokens / (1 + thinkingShare[record.effort ?? 'medium']) : outputTokens;
  return onOpus(record, Math.ceil(visible * (1 + thinkingShare.low)), catalog);
}

function onOpus(record: Answer, outputTokens: number, catalog: Catalog): number {
  const { inputTokens, cacheReadTokens, cacheWriteTokens } = answerUsage(record);
  const usage = { ...noUsage, inputTokens: inputTokens + cacheReadTokens + cacheWriteTokens, outputTokens };
  return catalog.price(catalog.modelFor('opus'), usage, { at: record.at }) + (record.judged?.usd ?? 0);
}

/** What the cache saved in USD against sending all as plain input: less than nothing where what was written to it was never read. */
export function cacheSaved(record: Answer, catalog: Catalog): number {
  const usage = answerUsage(record);
  const { inputTokens, cacheReadTokens, cacheWriteTokens } = usage;
  if (!cacheReadTokens && !cacheWriteTokens) return 0;
  const plain = { ...usage, inputTokens: inputTokens + cacheReadTokens + cacheWriteTokens, cacheReadTokens: 0, cacheWriteTokens: 0 };
  const billing = { at: record.at };
  return catalog.price(record.model, plain, billing) - catalog.price(record.model, usage, billing);
}
