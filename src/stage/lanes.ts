/**
 * How many things of a run may be under way at once, over all its stages and items: who comes while all lanes are taken waits. Of those who wait, the
 * most urgent goes first, then who came first. Whoever holds a lane must not wait for another of the same lanes.
 */
export class Lanes {
  private taken = 0;
  /** The next one first. */
  private readonly waiting: { urgency: number; go: () => void }[] = [];

  constructor(private readonly limit: number) {}

  /** Wait for a lane. Resolves with what gives it back; giving it back twice does nothing. */
  async enter(urgency = 0): Promise<() => void> {
    if (this.taken < this.limit) this.taken++;
    // A lane that is given back goes from hand to hand: nobody who comes meanwhile gets in between.
    else await new Promise<void>((go) => this.line(urgency, go));
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const next = this.waiting.shift();
      if (next) next.go();
      else this.taken--;
    };
  }

  /** Do some work in a lane. */
  async use<T>(work: () => Promise<T>, urgency = 0): Promise<T> {
    const leave = await this.enter(urgency);
    try {
      return await work();
    } finally {
      leave();
    }
  }

  private line(urgency: number, go: () => void): void {
    let low = 0;
    let high = this.waiting.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.waiting[middle]?.urgency ?? 0) >= urgency) low = middle + 1;
      else high = middle;
    }
    this.waiting.splice(low, 0, { urgency, go });
  }
}
