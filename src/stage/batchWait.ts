import type { OpenBatch } from '../journal/openBatches';
import { Cancelled, UserError } from '../ports';
import type { Engine } from './engine';

/** Pauses between two looks at a batch, in milliseconds. */
const firstPauseMs = 5000;
const longestPauseMs = 60_000;
/** So many looks in a row may fail: a batch takes hours, and networks come back. */
const mostFailures = 10;

export interface Waiting {
  engine: Engine;
  signal: AbortSignal;
  /** Told how far it is, when that changes. */
  note(message: string): void;
}

/**
 * Look at a batch until it has ended, seldom enough.
 * @throws UserError where the provider can't be reached for long; Cancelled
 */
export async function untilEnded({ id, calls }: Pick<OpenBatch, 'id' | 'calls'>, { engine, signal, note }: Waiting): Promise<void> {
  let failures = 0;
  let told = '';
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 1.5)) {
    try {
      const status = await engine.model.batches?.status(id, signal);
      failures = 0;
      if (!status || status.ended) return;
      const until = status.expires ? `, by ${status.expires.toISOString().slice(0, 16).replace('T', ' ')} UTC at the latest` : '';
      const message = `Waiting for batch ${id}: ${calls.length - status.counts.processing} of ${calls.length} items are answered${until}.`;
      if (message !== told) note(message);
      told = message;
    } catch (error) {
      if (error instanceof Cancelled || !(error instanceof UserError) || error.details.gone || ++failures >= mostFailures) throw error;
    }
    await engine.clock.sleep(pauseMs, signal);
    if (signal.aborted) throw new Cancelled();
  }
}
