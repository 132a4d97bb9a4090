import { createTwoFilesPatch } from 'diff';
import type { AttemptEnded, CheckVerdict } from '../journal/records';
import type { PlannedStage } from '../steering/plan';

/** Why a dearer model was asked, and in place of what. */
export type EscalationRecord = NonNullable<AttemptEnded['escalation']>;

/** The attempt that an escalation is to better. */
export interface Bettered {
  record: Pick<AttemptEnded, 'model' | 'tier' | 'attempt' | 'output' | 'checks'>;
  /** The run that made it. */
  run: string;
  text: string;
}

/** What goes on record of an escalation: the output it is to better, and what that failed at. `name` is where the difference will stand beside the journal. */
export function escalationRecord(over: Bettered | undefined, failed: readonly Pick<CheckVerdict, 'text' | 'message'>[], name: string): EscalationRecord {
  return {
    ...(over?.record.output === undefined ? {} : { over: { run: over.run, output: over.record.output, model: over.record.model }, diff: name }),
    failed: failed.map(({ text, message }) => `${text}: ${message}`),
  };
}

/** How long two outputs are compared for, in milliseconds: the difference is for people, nothing waits for it. */
const compareMs = 2000;

/** What an escalation changed, for a person to read: why, then both outputs as a unified diff. */
export function escalationDiff(
  { stage }: PlannedStage,
  over: Bettered,
  made: Pick<AttemptEnded, 'model' | 'tier' | 'attempt'>,
  text: string,
  failed: readonly string[],
): string {
  const head = [
    `Stage ${stage.number} “${stage.title}” was escalated from ${over.record.model} to ${made.model}.`,
    failed.length ? 'What had failed:' : 'No failed check was on record.',
    ...failed.map((line) => `- ${line}`),
  ];
  const [before, after] = [over.record, made].map(({ tier, attempt }) => `${tier}-${attempt}`) as [string, string];
  const patch = createTwoFilesPatch(before, after, over.text, text, over.record.model, made.model, { context: 2, timeout: compareMs });
  return `${head.join('\n')}\n\n${patch ?? 'The two outputs have so little in common that no difference was made: both stand beside this file.\n'}`;
}
