import type { Catalog } from '../catalog/catalog';

/** Money held for one call of a dearer model. */
export interface EscalationHold {
  /** The most tokens its answer may have, so that it stays within the sum. */
  maxTokens: number;
  /** Hold the call once more, at its worst: it was lost on the way, and is sent again. False where what is left does not reach; waits for nothing. */
  again(): boolean;
  /** What it cost in USD, all that was lost included; undefined where nobody knows: then its worst case counts, as often as it was held. */
  settle(usd: number | undefined): void;
}

/** What climbing to dearer models by itself may still cost in this run. A call is held at its worst case, so calls under way together can't pass the sum. */
export class EscalationPurse {
  private spent = 0;
  private held = 0;
  private open = 0;
  private waiting: (() => void)[] = [];

  constructor(
    private readonly catalog: Pick<Catalog, 'worstCase'>,
    /** In USD. */
    readonly limitUsd: number,
  ) {}

  get leftUsd(): number {
    return this.limitUsd - this.spent - this.held;
  }

  /** Hold a call. Waits for calls under way where these hold what would be enough; undefined where the sum does not reach for `leastTokens`. */
  async take(model: string, inputTokens: number, leastTokens: number, mostTokens: number): Promise<EscalationHold | undefined> {
    for (;;) {
      const maxTokens = this.affordable(model, inputTokens, mostTokens);
      if (maxTokens >= leastTokens) return this.hold(this.catalog.worstCase(model, inputTokens, maxTokens), maxTokens);
      if (!this.open) return undefined;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  private hold(worstUsd: number, maxTokens: number): EscalationHold {
    this.held += worstUsd;
    this.open++;
    let heldUsd = worstUsd;
    let settled = false;
    return {
      maxTokens,
      again: () => {
        if (settled || worstUsd > this.leftUsd) return false;
        this.held += worstUsd;
        heldUsd += worstUsd;
        return true;
      },
      settle: (usd) => {
        if (settled) return;
        settled = true;
        this.held = --this.open ? this.held - heldUsd : 0;
        this.spent += usd ?? heldUsd;
        for (const wake of this.waiting.splice(0)) wake();
      },
    };
  }

  /** The most tokens up to `most` whose worst case is within what is left: prices step with the prompt, not with the answer. */
  private affordable(model: string, inputTokens: number, most: number): number {
    const fits = (tokens: number) => this.catalog.worstCase(model, inputTokens, tokens) <= this.leftUsd;
    if (fits(most)) return most;
    let [low, high] = [0, most];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (fits(middle)) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
