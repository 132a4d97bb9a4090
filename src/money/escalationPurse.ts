import type { Catalog } from '../catalog/catalog';

/** Money held for one call of a dearer model. */
export interface EscalationHold {
  /** The most tokens its answer may have, so that it stays within the sum. */
  maxTokens: number;
  /** What it cost in USD; undefined where nobody knows: then its worst case counts. */
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
    let settled = false;
    return {
      maxTokens,
      settle: (usd) => {
        if (settled) return;
        settled = true;
        this.held = --this.open ? this.held - worstUsd : 0;
        this.spent += usd ?? worstUsd;
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
