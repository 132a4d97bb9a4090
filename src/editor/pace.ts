/** Of the time, so much may go into work that is done again and again. */
const share = 0.1;

/**
 * How often something dear is done again while things change all the time: at once where it is quick, and seldom enough that it takes a tenth of the time
 * where it is not. What is asked for while it waits is done once.
 */
export class Pace {
  private timer: NodeJS.Timeout | undefined;
  private nextAt = 0;

  /** @param now in milliseconds */
  constructor(
    private readonly work: () => Promise<void>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Do it as soon as it may be done. */
  soon(): void {
    this.timer ??= setTimeout(
      () => {
        this.timer = undefined;
        void this.work();
      },
      Math.max(0, this.nextAt - this.now()),
    );
  }

  /** It was done, and took so long, in milliseconds. */
  took(ms: number): void {
    this.nextAt = this.now() + ms / share - ms;
  }

  /** It is being done by somebody else, or is no longer wanted. */
  cancel(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
