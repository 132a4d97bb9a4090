import type { Journal } from './journal';
import type { BatchedCall, BatchStarted } from './records';

/** A batch that the provider has, and not all of whose results are on record. */
export interface OpenBatch {
  /** The run that handed it over, and its folder. */
  run: string;
  folder: string;
  started: BatchStarted;
  calls: readonly BatchedCall[];
  /** What the provider calls it. */
  id: string;
  /** Calls whose answers are on record already, by their ids. */
  answered: ReadonlySet<string>;
}

/** The batches of a stage that wait to be fetched, oldest first. Of one whose handing over was cut off nobody knows the id: it is none of these. */
export function openBatches(journals: readonly Journal[], stage: string): OpenBatch[] {
  return journals.flatMap(({ run, folder, records }) => {
    const open = new Map<string, { started: BatchStarted; id?: string; answered: Set<string> }>();
    const byCall = new Map<string, { batch: string; id: string }>();
    const keyOf = ({ tier, item, attempt }: { tier: string; item?: number; attempt: number }) => `${item ?? ''} ${tier} ${attempt}`;
    for (const record of records) {
      if (record.type === 'batch-started' && record.stage === stage) {
        const known = open.get(record.batch);
        if (known) known.id = record.id;
        else open.set(record.batch, { started: record, answered: new Set() });
        for (const call of record.calls ?? []) byCall.set(keyOf({ ...record, ...call }), { batch: record.batch, id: call.id });
      } else if (record.type === 'answer' && record.stage === stage) {
        const call = byCall.get(keyOf(record));
        if (call) open.get(call.batch)?.answered.add(call.id);
      } else if (record.type === 'batch-ended') open.delete(record.batch);
    }
    return [...open.values()].flatMap(({ started, id, answered }) =>
      id === undefined ? [] : [{ run, folder, started, calls: started.calls ?? [], id, answered }],
    );
  });
}
