import type { AttemptEnded, JournalRecord, RunStarted } from '../journal/records';

/** A run with what was done for it afterwards: stages that were escalated or retried by a person, and what went on from there. */
export interface Round {
  run: string;
  /** When it began. ISO 8601, UTC. */
  at: string;
  /** Stages that a model answered in it. */
  stages: number;
  /** Of these, stages that a dearer model than their own took over. */
  escalated: number;
}

/** An answer of a dearer model than the stage's own. */
export function isDearAnswer({ by, output, escalation }: Pick<AttemptEnded, 'by' | 'output' | 'escalation'>): boolean {
  return by === 'model' && output !== undefined && escalation !== undefined;
}

/**
 * How many stages had to be escalated, run after run: what strategies are to bring down. An escalation belongs to the run that failed before it. Runs in
 * which no model answered a stage are left out: nothing could fail in them.
 * @param journals in the order of the runs
 */
export function escalationTrend(journals: readonly { records: readonly JournalRecord[] }[]): Round[] {
  const rounds: { opening: RunStarted; stages: Set<string>; escalated: Set<string> }[] = [];
  for (const { records } of journals) {
    const opening = records.find((record): record is RunStarted => record.type === 'run');
    if (opening?.why !== 'run' && opening?.why !== 'escalate') continue;
    const goesOn = opening.why === 'escalate' || opening.again !== undefined;
    if (!goesOn || !rounds.length) rounds.push({ opening, stages: new Set(), escalated: new Set() });
    const round = rounds.at(-1);
    for (const record of records) {
      if (record.type !== 'attempt' || record.by !== 'model' || record.output === undefined) continue;
      round?.stages.add(record.stage);
      if (isDearAnswer(record)) round?.escalated.add(record.stage);
    }
  }
  return rounds
    .filter(({ stages }) => stages.size)
    .map(({ opening, stages, escalated }) => ({ run: opening.run, at: opening.at, stages: stages.size, escalated: escalated.size }));
}

/** Rounds that are told; all are in JSON. */
const toldRounds = 20;

/** `Stages escalated in each run, oldest first: 1/4 0/2.`, and which runs these are: they are fewer than all there were. '' where none ever was escalated. */
export function trendText(rounds: readonly Round[]): string {
  if (!rounds.some(({ escalated }) => escalated)) return '';
  const told = rounds.slice(-toldRounds);
  const before = rounds.length - told.length;
  const when = (round: Round | undefined) => round?.at.slice(0, 16).replace('T', ' ') ?? '';
  const [from, to] = [when(told[0]), when(told.at(-1))];
  const fractions = told.map(({ stages, escalated }) => `${escalated}/${stages}`).join(' ');
  return (
    `Stages escalated in each run, oldest first${before ? ` (${before} before them not shown)` : ''}: ${fractions}. ` +
    `Each is a run with the escalations that followed it, begun ${from === to ? from : `from ${from} to ${to}`} UTC; runs in which no model answered are left out.`
  );
}
