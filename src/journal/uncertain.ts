import { formatUsd } from '../catalog/tokens';
import type { Journal } from './journal';
import {
  type AttemptStarted,
  type BatchStarted,
  type CallPurpose,
  type CallStarted,
  isCommission,
  type JournalRecord,
  type JudgeStarted,
  type RunStarted,
} from './records';

/** A call that was begun and whose end is on no record: nobody knows whether it was answered, and charged. It counts at its worst. */
export interface UncertainCall {
  run: string;
  /** When it began: ISO 8601, UTC. */
  at: string;
  /** Slug. */
  stage: string;
  item?: number;
  attempt: number;
  purpose: 'stage' | 'judge' | CallPurpose;
  model: string;
  atMostUsd: number;
}

/** A run that has no end on record: its process was killed, or the machine went down. */
export interface InterruptedRun {
  run: string;
  at: string;
  /** Stages of which something is kept: outputs with or without a verdict. */
  stages: number;
  uncertain: UncertainCall[];
}

/** The calls of a run that have no end on record, in the order they began; one that was sent more than once counts each time. */
export function uncertainCalls({ run, records }: Pick<Journal, 'run' | 'records'>): UncertainCall[] {
  const open = new Map<string, (AttemptStarted | JudgeStarted | CallStarted | BatchStarted)[]>();
  const begin = (key: string, record: AttemptStarted | JudgeStarted | CallStarted) => open.set(key, [...(open.get(key) ?? []), record]);
  const of = ({ stage, item, tier, attempt }: Pick<AttemptStarted, 'stage' | 'item' | 'tier' | 'attempt'>) => `${stage} ${item ?? ''} ${tier} ${attempt}`;
  for (const record of records) {
    if (record.type === 'attempt-started') begin(of(record), record);
    else if (record.type === 'answer' || record.type === 'attempt') open.delete(of(record));
    else if (record.type === 'judge-started') begin(`${of(record)} ${record.asked}`, record);
    else if (record.type === 'judge') open.delete(`${of(record)} ${record.asked}`);
    else if (record.type === 'call-started') begin(`call ${record.asked} ${record.nth}`, record);
    else if (record.type === 'call') open.delete(`call ${record.asked} ${record.nth}`);
    // Where its id is on record, it will be fetched: nothing is uncertain.
    else if (record.type === 'batch-started' && record.id === undefined) open.set(`batch ${record.batch}`, [record]);
    else if (record.type === 'batch-started' || record.type === 'batch-ended') open.delete(`batch ${record.batch}`);
  }
  return [...open.values()].flat().map((record): UncertainCall => {
    const { at, stage = '', model } = record;
    if (record.type === 'call-started') return { run, at, stage, attempt: record.nth, purpose: record.purpose, model, atMostUsd: record.reservedUsd };
    if (record.type === 'batch-started') {
      const atMostUsd = (record.calls ?? []).reduce((sum, { reservedUsd }) => sum + reservedUsd, 0);
      return { run, at, stage, attempt: 1, purpose: 'stage', model, atMostUsd };
    }
    const { item, attempt, reservedUsd } = record;
    return { run, at, stage, item, attempt, purpose: record.type === 'judge-started' ? 'judge' : 'stage', model, atMostUsd: reservedUsd };
  });
}

/** The runs without an end since the last one that has one, oldest first. While nobody runs the task, none of them is under way. */
export function interruptedRuns(journals: readonly Journal[]): InterruptedRun[] {
  const runs = journals.flatMap((journal) => {
    const opening = journal.records.find((record): record is RunStarted => record.type === 'run');
    return opening && (opening.why === 'run' || opening.why === 'escalate') ? [{ journal, opening }] : [];
  });
  const lastEnded = runs.findLastIndex(({ journal }) => journal.records.some(({ type }) => type === 'end' || type === 'emptied'));
  return runs.slice(lastEnded + 1).map(({ journal, opening }) => ({
    run: journal.run,
    at: opening.at,
    stages: new Set(journal.records.flatMap(keptStage)).size,
    // Recorded answers cost nothing.
    uncertain: opening.paid ? uncertainCalls(journal) : [],
  }));
}

/** Calls of commissions that were cut off, such as a strategy that was being written: what became of them nobody knows. */
export function interruptedCommissions(journals: readonly Journal[]): UncertainCall[] {
  const commissions = journals.filter(({ records }) => records.some((record) => record.type === 'run' && record.paid && isCommission(record)));
  const lastEnded = commissions.findLastIndex(({ records }) => records.some(({ type }) => type === 'end' || type === 'emptied'));
  return commissions.slice(lastEnded + 1).flatMap(uncertainCalls);
}

function keptStage(record: JournalRecord): string[] {
  return record.type === 'answer' || (record.type === 'attempt' && record.output !== undefined) ? [record.stage] : [];
}

/** What a person is told of runs that were cut off, before the next one begins: one message each, and one for each call nobody knows the end of. */
export function interruptionNotes(runs: readonly InterruptedRun[], titleOf: (slug: string) => string): { stage?: string; message: string }[] {
  return runs.flatMap(({ at, stages, uncertain }) => {
    const kept = stages ? `what is on record of ${stages === 1 ? 'one stage' : `${stages} stages`} is kept and not paid again` : 'nothing of it was answered';
    return [
      { message: `The run of ${minute(at)} ended without a word: ${kept}.${inAll(uncertain)}` },
      ...uncertain.map((call) => ({ stage: call.stage, message: uncertainMessage(call, titleOf(call.stage)) })),
    ];
  });
}

function inAll(uncertain: readonly UncertainCall[]): string {
  if (!uncertain.length) return '';
  const calls = uncertain.length === 1 ? 'One call has no answer on record and' : `${uncertain.length} calls have no answer on record and together`;
  return ` ${calls} may have cost up to ${formatUsd(uncertain.reduce((sum, { atMostUsd }) => sum + atMostUsd, 0))}.`;
}

/** @param title of the stage, with its number */
export function uncertainMessage({ at, item, purpose, model, atMostUsd }: UncertainCall, title: string): string {
  const who =
    purpose === 'judge' ? `The judge of ${lowerFirst(title)}` : purpose === 'stage' ? title : `A call (${purpose})${title ? ` for ${lowerFirst(title)}` : ''}`;
  const which = item === undefined ? '' : `, item ${item}`;
  return `${who}${which} was asked (${model}) at ${minute(at)} and no answer is on record: it may have cost nothing, and at most ${formatUsd(atMostUsd)}, which is what it counts as.`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function minute(at: string): string {
  return `${at.replace('T', ' ').slice(0, 16)} UTC`;
}
