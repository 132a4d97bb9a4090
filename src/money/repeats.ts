import type { EscalationHold } from './escalationPurse';
import { CapReached, type PlannedCall, type Reservation, type Spending } from './spending';

/**
 * The times one call is sent once more, because the connection was lost after it had been sent. Whether the lost ones were answered nobody will know: each
 * is counted at its worst, is on record before the next is sent, and so no cap is passed.
 */
export class Repeats {
  private readonly lost: Reservation[] = [];

  constructor(
    private readonly spending: Spending,
    private readonly signal: AbortSignal,
    /** The call as it was sent, and how it is put on record. */
    private readonly call: PlannedCall,
    private readonly record: (reservation: Reservation) => Promise<void>,
    /** Where the call is held against a further sum: that of climbing. */
    private readonly hold?: Pick<EscalationHold, 'again'>,
  ) {}

  /** Sets the worst case of the call aside once more. False where a cap or a sum leaves no room for it: then it is not to be sent again. @throws Cancelled */
  async more(): Promise<boolean> {
    if (this.hold?.again() === false) return false;
    try {
      this.lost.push(await this.spending.take({ ...this.call, whole: true }, this.signal, this.record));
      return true;
    } catch (error) {
      if (error instanceof CapReached) return false;
      throw error;
    }
  }

  /** What the lost ones are counted at, in USD. To be called once, when the call has ended. */
  settle(): number {
    return this.lost.splice(0).reduce((sum, reservation) => sum + this.spending.settle(reservation, undefined), 0);
  }
}
