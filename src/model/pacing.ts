import { performance } from 'node:perf_hooks';
import { Cancelled, type Log } from '../ports';
import { type Admitted, type Charge, limitNotices, RateLimits, retryAfterMs } from './rateLimits';

/** A call that may go. To be ended exactly once, whatever becomes of it; ending it again does nothing. */
export interface Ticket {
  /** The headers of its answer have come. Returns how long a 429 asks to wait, in milliseconds; undefined for any other status. */
  answered(response: Response): number | undefined;
  /** @param outputTokens Where it was answered to its end. */
  end(outputTokens?: number): void;
}

/** Rate limits would hold a call back for longer than its caller wants to wait. */
export class HeldTooLong extends Error {
  constructor(readonly waitMs: number) {
    super('rate limits ask for a longer wait');
  }
}

/** Time as pacing needs it: one clock that never jumps, and the date that servers speak of. */
export interface PaceTime {
  /** Milliseconds since anything; never goes back. */
  steady(): number;
  /** `Date.now()`. */
  date(): number;
}

const machineTime: PaceTime = { steady: () => performance.now(), date: () => Date.now() };

/** How long is waited after a 429 that does not say, doubled with each in a row. */
const usualBackOffMs = 1000;
const longestBackOffMs = 30_000;

interface Waiter {
  charge: Charge;
  /** On the steady clock. */
  until: number;
  go(admitted: Admitted): void;
  giveUp(reason: Error): void;
}

/** The calls of one model that wait for their turn, first come, first served. */
class Lane {
  readonly limits = new RateLimits();
  private readonly waiting: Waiter[] = [];
  private timer: NodeJS.Timeout | undefined;
  private toldUntil = 0;

  constructor(
    private readonly name: string,
    private readonly time: PaceTime,
    private readonly log: Pick<Log, 'info'>,
  ) {}

  enter(charge: Charge, patienceMs: number, signal: AbortSignal): Promise<Admitted> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(new Cancelled());
      const leave = (): void => {
        signal.removeEventListener('abort', cancel);
        const at = this.waiting.indexOf(waiter);
        if (at >= 0) this.waiting.splice(at, 1);
      };
      const waiter: Waiter = {
        charge,
        until: this.time.steady() + patienceMs,
        go: (admitted) => {
          leave();
          resolve(admitted);
        },
        giveUp: (reason) => {
          leave();
          reject(reason);
        },
      };
      const cancel = (): void => {
        waiter.giveUp(new Cancelled());
        // The one behind may have been waiting for it alone.
        this.pump();
      };
      signal.addEventListener('abort', cancel, { once: true });
      this.waiting.push(waiter);
      this.pump();
    });
  }

  /** Let go all that may, and look again when something changes. */
  pump(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (;;) {
      const first = this.waiting[0];
      if (!first) return;
      const now = this.time.steady();
      const wait = this.limits.wait(first.charge, now);
      if (wait === 0) {
        first.go(this.limits.begin(first.charge));
        continue;
      }
      // What is under way has its own limits of time: it ends, and then this is called again.
      if (wait === Number.POSITIVE_INFINITY) return;
      if (now + wait > first.until) {
        first.giveUp(new HeldTooLong(wait));
        continue;
      }
      this.tell(now, wait);
      // Timers may fire a moment early.
      this.timer = setTimeout(() => this.pump(), Math.ceil(wait) + 1);
      return;
    }
  }

  private tell(now: number, wait: number): void {
    if (now + wait <= this.toldUntil + 1000) return;
    this.toldUntil = now + wait;
    const at = new Date(this.time.date() + wait).toTimeString().slice(0, 8);
    this.log.info(`${this.name}: the rate limit is used up; ${this.waiting.length} waiting until ${at} (${Math.ceil(wait / 1000)} s).`);
  }
}

/** Keeps calls within what the provider's rate limits leave, model by model. One for each client. */
export class Pacer {
  private readonly lanes = new Map<string, Lane>();
  private refusedInARow = 0;

  constructor(
    private readonly log: Pick<Log, 'info'>,
    private readonly time: PaceTime = machineTime,
    private readonly backOffMs = usualBackOffMs,
  ) {}

  /**
   * Resolves once a call may go.
   * @param patienceMs How long it may be held back.
   * @throws HeldTooLong where that would not do, at once; Cancelled
   */
  async enter(model: string, charge: Charge, patienceMs: number, signal: AbortSignal): Promise<Ticket> {
    const lane = this.lanes.get(model) ?? new Lane(model, this.time, this.log);
    this.lanes.set(model, lane);
    const admitted = await lane.enter(charge, patienceMs, signal);
    const { limits } = lane;
    return {
      answered: (response) => {
        const now = this.time.steady();
        limits.observe(admitted, limitNotices(response.headers, this.time.date()), now);
        let wait: number | undefined;
        if (response.status === 429) {
          wait = retryAfterMs(response.headers, this.time.date()) ?? Math.min(longestBackOffMs, this.backOffMs * 2 ** Math.min(this.refusedInARow, 10));
          this.refusedInARow++;
          limits.refuse(admitted, wait, now);
        } else if (response.ok) this.refusedInARow = 0;
        lane.pump();
        return wait;
      },
      end: (outputTokens) => {
        limits.end(admitted, outputTokens);
        lane.pump();
      },
    };
  }
}
