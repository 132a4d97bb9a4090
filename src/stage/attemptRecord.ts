import { hashOf } from '../journal/hash';
import type { AttemptEnded } from '../journal/records';
import type { AttemptOrder, AttemptResult } from './attempt';

/** What is known of an attempt before its verdict. */
export type Made = Pick<
  AttemptEnded,
  'tier' | 'model' | 'effort' | 'stopReason' | 'usage' | 'usd' | 'advisor' | 'maxTokens' | 'answered' | 'requestId' | 'judged'
> &
  Partial<Pick<AttemptEnded, 'by' | 'output' | 'outputHash'>>;

/** Put an output beside the journal, whole, before any record names it. @throws UserError where there is no room for it */
export async function keepOutput(
  { planned, item, attempt, journal }: Pick<AttemptOrder, 'planned' | 'item' | 'attempt'> & { journal: Pick<AttemptOrder['journal'], 'writeOutput'> },
  tier: string,
  text: string,
): Promise<{ output: string; outputHash: string }> {
  const { slug, output: written } = planned.stage;
  const extension = written?.path?.match(/\.[A-Za-z0-9]{1,8}$/)?.[0] ?? { json: '.json', text: '.txt', markdown: '.md' }[written?.format ?? 'markdown'];
  const output = `${slug}${item ? `.${item}` : ''}.${tier}-${attempt}${extension}`;
  await journal.writeOutput(output, text);
  return { output, outputHash: hashOf(text) };
}

/** Put the verdict of an attempt on record. @throws UserError where that can't be written */
export async function endAttempt(
  order: AttemptOrder,
  made: Made & Pick<AttemptEnded, 'status' | 'checks' | 'error' | 'reason'>,
  started: Date,
  text = '',
): Promise<AttemptResult> {
  const { planned, journal, engine, item, itemKey, attempt, rung, fingerprint, escalation } = order;
  const { slug: stage, number, title } = planned.stage;
  const { tier, model, effort, output, outputHash, status, checks, error, stopReason, advisor, maxTokens, answered, requestId, usage, usd, judged, reason } =
    made;
  const now = engine.clock.now();
  const record: AttemptEnded = {
    type: 'attempt',
    at: now.toISOString(),
    stage,
    number,
    title,
    item,
    itemKey,
    attempt,
    by: made.by ?? 'model',
    tier,
    model,
    effort,
    rung,
    fingerprint,
    output,
    outputHash,
    status,
    checks,
    error,
    stopReason,
    advisor,
    maxTokens,
    escalation,
    strategy: made.by === undefined ? strategyGiven(order, tier) : undefined,
    answered,
    requestId,
    usage,
    usd,
    judged,
    // A clock that was set back makes no time.
    ms: Math.max(0, now.getTime() - started.getTime()),
    reason,
  };
  await journal.append(record);
  return { record, text };
}

/** The strategy that a model was given: one that takes over from the stage's own is given none. */
function strategyGiven({ planned, bundle, escalation }: Pick<AttemptOrder, 'planned' | 'bundle' | 'escalation'>, tier: string): string | undefined {
  if (escalation || tier !== planned.stage.runner.tier) return undefined;
  return bundle.pieces.find(({ strategy }) => strategy !== undefined)?.strategy;
}
