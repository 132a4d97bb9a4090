import type { Catalog } from '../catalog/catalog';
import { estimateTokens, exactUsd, formatUsd, usdAbove } from '../catalog/tokens';
import { monthOf } from '../journal/payments';
import { Cancelled, type ModelAnswer, type Usage } from '../ports';
import { type Cap, CapReached } from './cap';
import type { PlannedCall, Reservation, SharedSpending } from './reservation';
import { type CallShape, mostCountedTokens, mostInputTokens, worstCost } from './worstCase';

export { addUsage, noUsage } from '../journal/usage';
export { type Cap, CapReached } from './cap';
export type { PlannedCall, Reservation, SharedSpending } from './reservation';

/**
 * The one owner of money in a run. A call is reserved at its worst case before it is sent, so calls in flight together can't pass a cap;
 * `max_tokens` shrinks to what is left. Caps of a task or month count all other runs of the folder too, as their journals have them: between the look at
 * these and the record of one's own call, no other run that keeps to such a cap gets a turn.
 */
export class Spending {
  private spent = 0;
  private readonly spentByMonth = new Map<string, number>();
  private readonly open = new Set<Reservation>();
  private readonly reservedByMonth = new Map<string, number>();
  private reserved = 0;
  private inputTokens = 0;
  private settled = 0;
  /** Calls that wait for one under way to be settled. */
  private waiting = new Set<() => void>();

  constructor(
    private readonly catalog: Catalog,
    private readonly caps: readonly Cap[],
    /** The run's limit of input tokens. */
    private readonly tokenCap?: { name: string; tokens: number } | undefined,
    /** Without it, caps of a task or month count this run alone. */
    private readonly shared?: SharedSpending,
  ) {}

  /** What the run has spent, in USD; what broke off counts at its worst. */
  get usd(): number {
    return this.spent;
  }

  /** Worst case of all that is under way, in USD. */
  get reservedUsd(): number {
    return this.reserved;
  }

  /**
   * Reserve a call. Where calls under way hold what would be enough, waits for one of them to be settled: they seldom cost their worst case.
   * @param record puts the call on record, before anything else may be reserved; where that fails, nothing is reserved
   * @throws UserError (exit 1) naming the cap, once nothing under way could leave enough for `leastTokens`; Cancelled
   */
  async take(call: PlannedCall, signal: AbortSignal, record: (reservation: Reservation) => Promise<void> = async () => undefined): Promise<Reservation> {
    const most = mostInputTokens(call.request);
    let counted: number | undefined;
    let asked = false;
    for (;;) {
      if (signal.aborted) throw new Cancelled();
      const settled = this.settled;
      try {
        return await this.inTurn(() => this.reserve(call, counted ?? most, record));
      } catch (error) {
        if (!(error instanceof CapReached)) throw error;
        if (!error.hopeful && !asked && call.count && error.fitsEmpty) {
          // The bound on the input may be what does not fit: how long it really is, the provider tells free of charge.
          asked = true;
          const tokens = await call.count();
          if (tokens !== undefined) counted = mostCountedTokens(call.request, tokens);
          if (counted !== undefined && counted < most) continue;
        }
        if (settled !== this.settled) continue;
        if (!error.hopeful || !this.open.size || call.whole) throw error;
      }
      await this.settlement(signal);
    }
  }

  /**
   * Reserve many calls as one: all of them, or none. Waits for nothing: what is handed over together would wait for itself.
   * @throws UserError (exit 1) naming the cap; what `record` throws
   */
  takeAll(calls: readonly PlannedCall[], record: (reservations: readonly Reservation[]) => Promise<void>): Promise<Reservation[]> {
    return this.inTurn(async () => {
      const taken: Reservation[] = [];
      try {
        for (const call of calls) taken.push(await this.reserve(call, mostInputTokens(call.request), async () => undefined));
        await record(taken);
      } catch (error) {
        for (const each of taken) this.release(each);
        throw error;
      }
      return taken;
    });
  }

  /** True where what other runs spend counts too. */
  private get isShared(): boolean {
    return this.caps.some((cap) => cap.of === 'task' || cap.of === 'month');
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const { shared } = this;
    if (!shared || !this.isShared) return work();
    return shared.alone(async () => {
      await shared.folder.refresh();
      return work();
    });
  }

  private async reserve(call: PlannedCall, mostInput: number, record: (reservation: Reservation) => Promise<void>): Promise<Reservation> {
    const { request, batch, leastTokens } = call;
    const shape: CallShape = { model: request.model, batch };
    const inputTokens = estimateTokens([...request.system, ...request.user].map(({ text }) => text).join('\n'), request.model);
    if (this.tokenCap && this.inputTokens + inputTokens > this.tokenCap.tokens) {
      throw new CapReached(
        `${this.tokenCap.name} of ${this.tokenCap.tokens} input tokens would be passed: ${this.inputTokens} are used and the next call sends about ${inputTokens}.`,
      );
    }
    const month = this.shared ? monthOf(this.shared.now().toISOString()) : '';
    const least = call.whole ? request.maxTokens : Math.min(leastTokens, request.maxTokens);
    const withAdvisor = { ...shape, advisor: request.advisor };
    const advised = request.advisor !== undefined && (call.whole || this.fits(withAdvisor, mostInput, request.maxTokens, month));
    if (advised) shape.advisor = request.advisor;
    let maxTokens = request.maxTokens;
    for (const cap of this.caps) {
      const { spent, reserved, others } = this.standing(cap, month);
      const left = cap.usd - spent - others - reserved;
      maxTokens = Math.min(maxTokens, this.affordable(shape, mostInput, maxTokens, left));
      if (maxTokens < least) {
        const next = worstCost(this.catalog, shape, mostInput, least);
        throw new CapReached(
          `${cap.name} of ${exactUsd(cap.usd)}${cap.of === 'task' || cap.of === 'month' ? ` a ${cap.of}` : ''} would be passed: ${formatUsd(spent + others)} is spent${
            others ? ` (${formatUsd(others)} by other runs, calls under way at their worst)` : ''
          }${reserved ? `, ${formatUsd(reserved)} is reserved` : ''}, and the next call could cost ${usdAbove(next, left)}.`,
          next <= left + reserved,
          worstCost(this.catalog, shape, 0, least) <= left,
        );
      }
    }
    const worstUsd = worstCost(this.catalog, shape, mostInput, maxTokens);
    const reservation: Reservation = { model: request.model, maxTokens, worstUsd, inputTokens, advised, month, batch };
    this.hold(reservation);
    try {
      await record(reservation);
    } catch (error) {
      // What is not on record is not sent.
      this.release(reservation);
      throw error;
    }
    return reservation;
  }

  /** True where a call stays within all caps as it is wished for. */
  private fits(shape: CallShape, inputTokens: number, maxTokens: number, month: string): boolean {
    const worst = worstCost(this.catalog, shape, inputTokens, maxTokens);
    return this.caps.every((cap) => {
      const { spent, reserved, others } = this.standing(cap, month);
      return worst <= cap.usd - spent - others - reserved;
    });
  }

  /** What counts against a cap now, in USD. */
  private standing(cap: Cap, month: string): { spent: number; reserved: number; others: number } {
    const { shared } = this;
    if (cap.of === 'month')
      return { spent: this.spentByMonth.get(month) ?? 0, reserved: this.reservedByMonth.get(month) ?? 0, others: shared?.folder.ofMonth(month) ?? 0 };
    return { spent: this.spent, reserved: this.reserved, others: cap.of === 'task' && shared ? shared.folder.ofTask(shared.task) : 0 };
  }

  /** The most output tokens, up to `most`, with which the call stays within `usd`, by halving, as prices may step; -1 where not even none does. */
  private affordable(shape: CallShape, inputTokens: number, most: number, usd: number): number {
    const fits = (tokens: number) => worstCost(this.catalog, shape, inputTokens, tokens) <= usd;
    if (fits(most)) return most;
    if (!fits(0)) return -1;
    let low = 0;
    let high = most;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (fits(middle)) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private hold(reservation: Reservation): void {
    this.open.add(reservation);
    this.reserved += reservation.worstUsd;
    this.inputTokens += reservation.inputTokens;
    this.reservedByMonth.set(reservation.month, (this.reservedByMonth.get(reservation.month) ?? 0) + reservation.worstUsd);
  }

  private release(reservation: Reservation): void {
    if (!this.open.delete(reservation)) throw new Error('A reservation is settled once.');
    this.inputTokens -= reservation.inputTokens;
    this.reserved -= reservation.worstUsd;
    this.reservedByMonth.set(reservation.month, (this.reservedByMonth.get(reservation.month) ?? 0) - reservation.worstUsd);
    // Sums of floating point numbers leave crumbs.
    if (!this.open.size) {
      this.reserved = 0;
      this.reservedByMonth.clear();
    }
    this.settled++;
    for (const wake of [...this.waiting]) wake();
  }

  /** One of the calls under way is settled, or the run is cancelled. */
  private settlement(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
      if (signal.aborted) wake();
    });
  }

  /**
   * The call has ended: what it cost in USD, its advisor's part included. A call that broke off without usage counts at its worst case, as nobody knows
   * better; one that was refused before it began is settled with no usage.
   */
  settle(reservation: Reservation, usage: Usage | undefined, advisor?: ModelAnswer['advisor']): number {
    const { batch, month } = reservation;
    const usd = usage
      ? this.catalog.price(reservation.model, usage, { batch }) + (advisor ? this.catalog.price(advisor.model, advisor.usage, { batch }) : 0)
      : reservation.worstUsd;
    this.spent += usd;
    this.spentByMonth.set(month, (this.spentByMonth.get(month) ?? 0) + usd);
    this.inputTokens += usage ? usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens : reservation.inputTokens;
    this.release(reservation);
    return usd;
  }
}
