import { CapReached } from '../money/cap';
import type { PlannedCall, Reservation, Spending } from '../money/spending';
import type { ModelRequest } from '../ports';

/** A call of a batch, and how long its answer may be, in tokens. */
export interface RoomyCall {
  request: ModelRequest;
  leastTokens: number;
  mostTokens: number;
}

/** How much more than it needs each answer may have, tried in this order: thinking counts, and what is cut off is asked again at full price. */
const shares = [1, 0.5, 0.25, 0.1, 0];

/**
 * Reserve the calls of a batch as one, with as much room for each answer as usual; where the caps do not reach for all, less, and at least what an answer
 * needs.
 * @throws UserError (exit 1) naming the cap; what `record` throws
 */
export async function reserveBatch(
  spending: Spending,
  planned: readonly RoomyCall[],
  record: (reservations: readonly Reservation[]) => Promise<void>,
): Promise<Reservation[]> {
  for (const share of shares) {
    const calls = planned.map(({ request, leastTokens, mostTokens }): PlannedCall => {
      const maxTokens = Math.ceil(leastTokens + (mostTokens - leastTokens) * share);
      return { request: { ...request, maxTokens }, leastTokens: maxTokens, whole: true, batch: true };
    });
    try {
      return await spending.takeAll(calls, record);
    } catch (error) {
      if (!(error instanceof CapReached) || share === 0) throw error;
    }
  }
  throw new RangeError('The last share is 0.');
}
