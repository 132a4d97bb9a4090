import type { Catalog } from '../catalog/catalog';
import { formatUsd } from '../catalog/tokens';
import { Cancelled, type Usage, UserError } from '../ports';

/** Holds a call's worst case until what it really cost is known. */
export interface Reservation {
  model: string;
  maxTokens: number;
  worstUsd: number;
}

/** A limit and what it is called when it stops something. */
export interface Cap {
  /** `--max-cost`, `budget.usd of CONTEXT.md` …: named in the message. */
  name: string;
  usd: number;
}

/**
 * The one owner of money in a run. A call is reserved at its worst case before it is sent, so calls in flight together can't pass a cap;
 * `max_tokens` shrinks to what is left.
 */
export class Spending {
  private spent = 0;
  private reserved = 0;
  private inputTokens = 0;
  private underWay = 0;
  /** Calls that wait for one under way to be settled. */
  private waiting: (() => void)[] = [];

  constructor(
    private readonly catalog: Catalog,
    private readonly caps: readonly Cap[],
    /** The run's limit of input tokens. */
    private readonly tokenCap?: { name: string; tokens: number },
  ) {}

  get usd(): number {
    return this.spent;
  }

  /**
   * Reserve a call. Returns how many tokens it may answer with.
   * @param leastTokens below this an answer would be cut off for sure
   * @throws UserError (exit 1) naming the cap, where less than `leastTokens` can be had
   */
  reserve(model: string, inputTokens: number, maxTokens: number, leastTokens: number): Reservation {
    if (this.tokenCap && this.inputTokens + inputTokens > this.tokenCap.tokens) {
      throw new CapReached(
        `${this.tokenCap.name} of ${this.tokenCap.tokens} input tokens would be passed: ${this.inputTokens} are used and the next call sends about ${inputTokens}.`,
      );
    }
    const cap = this.caps.reduce<Cap | undefined>((least, next) => (!least || next.usd < least.usd ? next : least), undefined);
    let tokens = maxTokens;
    if (cap) {
      const left = cap.usd - this.spent - this.reserved;
      tokens = this.affordable(model, inputTokens, maxTokens, left);
      if (tokens < Math.min(leastTokens, maxTokens)) {
        throw new CapReached(
          `${cap.name} of ${formatUsd(cap.usd)} would be passed: ${formatUsd(this.spent)} is spent${this.reserved ? `, ${formatUsd(this.reserved)} is reserved` : ''}, and the next call could cost ${formatUsd(this.catalog.worstCase(model, inputTokens, Math.min(leastTokens, maxTokens)))}.`,
        );
      }
    }
    const worstUsd = this.catalog.worstCase(model, inputTokens, tokens);
    this.reserved += worstUsd;
    this.inputTokens += inputTokens;
    this.underWay++;
    return { model, maxTokens: tokens, worstUsd };
  }

  /**
   * As `reserve`, but where calls under way hold what would be enough, waits for one of them to be settled: they seldom cost their worst case.
   * @throws UserError (exit 1) naming the cap once nothing is under way any more; Cancelled
   */
  async reserveInTurn(model: string, inputTokens: number, maxTokens: number, leastTokens: number, signal: AbortSignal): Promise<Reservation> {
    for (;;) {
      if (signal.aborted) throw new Cancelled();
      try {
        return this.reserve(model, inputTokens, maxTokens, leastTokens);
      } catch (error) {
        if (!(error instanceof CapReached) || !this.underWay) throw error;
      }
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  /** The most output tokens, up to `most`, with which the call stays within `usd`; found by halving, as prices may step. */
  private affordable(model: string, inputTokens: number, most: number, usd: number): number {
    if (this.catalog.worstCase(model, inputTokens, most) <= usd) return most;
    let low = 0;
    let high = most;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.catalog.worstCase(model, inputTokens, middle) <= usd) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The call has ended: what it cost. A call that broke off without usage counts at its worst case, as nobody knows better. */
  settle(reservation: Reservation, usage: Usage | undefined): number {
    const usd = usage ? this.catalog.price(reservation.model, usage) : reservation.worstUsd;
    this.reserved = Math.max(0, this.reserved - reservation.worstUsd);
    this.spent += usd;
    this.underWay--;
    for (const wake of this.waiting.splice(0)) wake();
    return usd;
  }
}

/** A cap that the next call could pass. */
export class CapReached extends UserError {
  constructor(message: string) {
    super(message, { todo: 'Raise the cap, or spend less: shorter context, a smaller budget for the stage.', exitCode: 1 });
  }
}

export const noUsage: Usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

export function addUsage(a: Usage, b: Usage): Usage {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
  };
}
