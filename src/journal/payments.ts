import type { JournalRecord } from './records';

/** What one attempt of a run has cost, or can have cost at most, as its journal tells. */
export interface Payment {
  /** When it began: decides which month it belongs to. ISO 8601, UTC. */
  at: string;
  /** Slug; '' for a call that is for no stage. */
  stage: string;
  /** What a call was for that is no attempt at a stage, as its record says: a strategy, a plan. */
  purpose?: string;
  /** All of it in USD: what is uncertain counts at its worst. */
  usd: number;
  /** Of this, worst cases: calls that broke off while they answered, or of which nobody knows what became. */
  atMostUsd: number;
  /** Of `usd`, what judges cost. */
  judgeUsd: number;
  /** True where a call was started and no end of it is on record. */
  uncertain: boolean;
}

/** A call until its end is on record. */
interface Open {
  at: string;
  stage: string;
  purpose?: string;
  /** The batch it was handed over in. */
  batch?: string;
  /** The call itself: its worst case until the answer is there. */
  call?: { usd: number; known: boolean };
  /** Worst cases of the same call sent before, which was lost on the way. */
  lostUsd: number;
  judges: { asked: string; usd: number; known: boolean; worst: boolean }[];
}

/**
 * What a run's calls have cost, folded from its records in the order they were written. A sum of the end of an attempt holds all that was paid for it in
 * this run; what has no end yet is taken from the records of its calls. Records can be added as they come.
 */
export class PaymentFold {
  private readonly open = new Map<string, Open>();
  /** What has its end on record, in the order it ended. Who has taken note of it may take it away. */
  readonly ended: Payment[] = [];

  add(record: JournalRecord): void {
    const { open, ended: payments } = this;
    const openAt = (key: string, { at, stage }: { at: string; stage: string }): Open => {
      const known = open.get(key) ?? { at, stage, judges: [], lostUsd: 0 };
      open.set(key, known);
      return known;
    };
    if (record.type === 'attempt-started') {
      const key = keyOf(record);
      const before = open.get(key);
      // The same call once more: the first was lost, and may be billed.
      const lostUsd = before ? before.lostUsd + (before.call?.usd ?? 0) : 0;
      open.set(key, {
        at: before?.at ?? record.at,
        stage: record.stage,
        call: { usd: amount(record.reservedUsd), known: false },
        lostUsd,
        judges: before?.judges ?? [],
      });
    } else if (record.type === 'batch-started') {
      for (const { item, attempt, reservedUsd } of record.calls ?? []) {
        const key = keyOf({ ...record, item, attempt });
        open.set(key, { at: record.at, stage: record.stage, batch: record.batch, call: { usd: amount(reservedUsd), known: false }, lostUsd: 0, judges: [] });
      }
    } else if (record.type === 'batch-ended') {
      // What came back without an answer is not billed.
      for (const [key, each] of open) if (each.batch === record.batch && each.call?.known === false && !record.lost) open.delete(key);
    } else if (record.type === 'answer') {
      openAt(keyOf(record), record).call = { usd: amount(record.usd), known: true };
    } else if (record.type === 'judge-started') {
      openAt(keyOf(record), record).judges.push({ asked: record.asked, usd: amount(record.reservedUsd), known: false, worst: true });
    } else if (record.type === 'judge') {
      const { judges } = openAt(keyOf(record), record);
      const asked = judges.find((judge) => judge.asked === record.asked && !judge.known);
      // A call that broke off is booked at its worst.
      const ended = { asked: record.asked, usd: amount(record.usd), known: true, worst: record.error !== undefined };
      if (asked) Object.assign(asked, ended);
      else judges.push(ended);
    } else if (record.type === 'call-started') {
      const key = callKey(record);
      const before = open.get(key);
      const lostUsd = before ? before.lostUsd + (before.call?.usd ?? 0) : 0;
      open.set(key, {
        at: before?.at ?? record.at,
        stage: record.stage ?? '',
        purpose: record.purpose,
        call: { usd: amount(record.reservedUsd), known: false },
        judges: [],
        lostUsd,
      });
    } else if (record.type === 'call') {
      const key = callKey(record);
      const { at, lostUsd } = open.get(key) ?? { at: record.at, lostUsd: 0 };
      open.delete(key);
      const usd = amount(record.usd) + lostUsd;
      // What broke off is booked at its worst.
      payments.push({
        at,
        stage: record.stage ?? '',
        purpose: record.purpose,
        usd,
        judgeUsd: 0,
        atMostUsd: record.error === undefined ? lostUsd : usd,
        uncertain: false,
      });
    } else if (record.type === 'attempt') {
      const key = keyOf(record);
      const { at, judges, lostUsd } = open.get(key) ?? { at: record.at, judges: [], lostUsd: 0 };
      open.delete(key);
      const usd = amount(record.usd);
      const judgeUsd = Math.min(usd, sum(judges));
      // Nothing arrived that could be counted, and it is booked: nobody knows better than its worst.
      const brokeOff = record.by === 'model' && record.output === undefined && !record.usage?.outputTokens && !record.usage?.inputTokens;
      payments.push({
        at,
        stage: record.stage,
        usd,
        judgeUsd,
        atMostUsd: brokeOff ? usd : Math.min(usd, lostUsd + sum(judges.filter(({ worst }) => worst))),
        uncertain: false,
      });
    }
  }

  /** What has no end on record by now, in the order it began. */
  get underWay(): Payment[] {
    return [...this.open.values()].map(closed);
  }
}

/** What all records of a run tell, folded as `PaymentFold` says. */
export function paymentsOf(records: readonly JournalRecord[]): Payment[] {
  const fold = new PaymentFold();
  for (const record of records) fold.add(record);
  return [...fold.ended, ...fold.underWay];
}

function callKey({ purpose, asked, nth }: { purpose: string; asked: string; nth: number }): string {
  return `call ${purpose} ${asked} ${nth}`;
}

function keyOf({ stage, item, tier, attempt }: { stage: string; item?: number; tier: string; attempt: number }): string {
  return `${stage} ${item ?? ''} ${tier} ${attempt}`;
}

function closed({ at, stage, purpose, call, judges, lostUsd }: Open): Payment {
  const judgeUsd = sum(judges);
  return {
    at,
    stage,
    purpose,
    usd: (call?.usd ?? 0) + lostUsd + judgeUsd,
    judgeUsd,
    atMostUsd: (call && !call.known ? call.usd : 0) + lostUsd + sum(judges.filter(({ worst }) => worst)),
    uncertain: call?.known === false || judges.some(({ known }) => !known),
  };
}

function sum(of: readonly { usd: number }[]): number {
  return of.reduce((total, { usd }) => total + usd, 0);
}

/** The month of a moment, in UTC, as 2026-11. */
export function monthOf(at: string): string {
  return at.slice(0, 7);
}

/** A journal can have come with a folder: what is no amount of money makes no room under a cap. */
function amount(usd: unknown): number {
  return typeof usd === 'number' && Number.isFinite(usd) && usd > 0 ? usd : 0;
}
