import type { Effort, ModelAnswer, Usage } from '../ports';
import type { BatchEnded, BatchStarted } from './batchRecords';
import { type CallEnded, type CallPurpose, type CallStarted, type CandidateScored, callPurposes } from './commissionRecords';

export type { BatchEnded, BatchedCall, BatchStarted } from './batchRecords';
export { type CallEnded, type CallPurpose, type CallStarted, type CandidateScored, callPurposes } from './commissionRecords';

/**
 * The records of a run's journal, one JSON object a line. What was never written before a record's kind existed reads as absent: every field that came
 * later is optional, and a kind that is not known here is passed over by all that fold.
 */

export interface CheckVerdict {
  text: string;
  level: 'must' | 'should';
  status: 'pass' | 'fail' | 'error';
  message: string;
}

export type StageStatus = 'passed' | 'failed' | 'error' | 'skipped' | 'cached' | 'cancelled';
export type RunStatus = 'passed' | 'failed' | 'error' | 'cancelled';

export interface Stamped {
  /** ISO 8601, UTC. */
  at: string;
}

export interface RunStarted extends Stamped {
  type: 'run';
  run: string;
  task: string;
  /** Kind of the model client: `anthropic`, `recorded`, … */
  client: string;
  /** False where answers cost nothing (recorded samples): usd is then what they would have cost. */
  paid: boolean;
  why: 'run' | 'escalate' | 'accept' | 'check' | 'restore' | CallPurpose;
  /** Numbers of the stages in this run. */
  stages: number[];
  estimateUsd: number;
  /** What each stage was estimated to cost, in USD, by its slug. */
  estimates: Record<string, number>;
  /** Inputs a person gave, by lower-case name. */
  answers: Record<string, string>;
  /** Says that this person on this machine made the run; see `origin.ts`. */
  origin?: string;
  /** The stage that was tried again at a person's wish (retried, or escalated): its slug. */
  again?: string;
}

/** Which call of a run it is: stage, item, tier and number together are said of one call alone. */
interface OfAttempt extends Stamped {
  /** Slug. */
  stage: string;
  /** Which item of `Each`, from 1. */
  item?: number;
  /** What the item is known by wherever it stands in the list: a hash of its value, and which of several equal ones it is. */
  itemKey?: string;
  /** From 1, as in the file name of its output. */
  attempt: number;
  tier: string;
}

/** What an advisor was asked in one call, and what that cost, in USD. */
export type Advised = NonNullable<ModelAnswer['advisor']> & { usd: number };

/** Written before a call is sent: without a later `answer` or `attempt` of the same call, what became of it is uncertain. */
export interface AttemptStarted extends OfAttempt {
  type: 'attempt-started';
  /** As of the attempt. */
  fingerprint?: string;
  model: string;
  effort?: Effort;
  /** The rung of the ladder it stands on, as the setting writes it: `haiku`, `haiku+feedback`, `haiku high+feedback`, `opus` … */
  rung?: string;
  /** File name beside the journal with the pieces and the prompt that were sent; see `keptPrompt`. */
  prompt?: string;
  /** Worst case in USD. */
  reservedUsd: number;
}

/** A paid answer has arrived and its output is on the disk; its checks are still to come. Without a later `attempt` of the same call it is checked by the next run, unpaid. */
export interface AnswerArrived extends OfAttempt {
  type: 'answer';
  model: string;
  effort?: Effort;
  rung?: string;
  /** As of the attempt. */
  fingerprint: string;
  /** File name beside the journal. */
  output: string;
  /** SHA-256 of the output: a file that was cut off is told by it. */
  outputHash?: string;
  stopReason: string;
  /** The most tokens it could have. */
  maxTokens?: number;
  /** Of the answer alone. */
  usage: Usage;
  /** Of the answer alone, its advisor included. */
  usd: number;
  /** What the advisor was asked and cost, where the stage had one; in `usd`, not in `usage`. */
  advisor?: Advised;
  ms: number;
  /** As the API numbers its requests. */
  requestId?: string;
}

/** Written before a judge is asked: without a later `judge` that was asked the same, what became of it is uncertain. */
export interface JudgeStarted extends OfAttempt {
  type: 'judge-started';
  model: string;
  /** SHA-256 of all that was asked: model, prompt, schema. */
  asked: string;
  /** Worst case in USD. */
  reservedUsd: number;
}

/** What a judge answered, as it came: the verdict is read from it, then and later. Asked the same again, it is not asked again. */
export interface JudgeAnswered extends OfAttempt {
  type: 'judge';
  model: string;
  asked: string;
  text: string;
  stopReason: string;
  usage: Usage;
  usd: number;
  ms: number;
  requestId?: string;
  /** Why there is no answer, where the call broke off; `usd` is then its worst case, or 0 where it never began. */
  error?: string;
}

/** True for a run that answers no stage: what it says of the task's stages is nothing. */
export function isCommission({ why }: Pick<RunStarted, 'why'>): boolean {
  return callPurposes.some((purpose) => purpose === why);
}

/** From now on this attempt counts, whatever came after it: an escalation was undone, a person chose it, or a judge found it the best of several variants. */
export interface AttemptRestored extends Stamped {
  type: 'restored';
  stage: string;
  /** As of the attempt. */
  item?: number;
  itemKey?: string;
  /** The run that made it. */
  run: string;
  /** Its output's file name in that run: a run has no two of a name. */
  output: string;
  why: 'undo' | 'restore' | 'compared';
  reason?: string;
  /** What the stage was made from when it was restored: the attempt stands for that. As of the attempt itself where nothing is said. */
  fingerprint?: string;
}

export interface AttemptEnded extends Stamped {
  type: 'attempt';
  stage: string;
  number: number;
  title: string;
  /** Which item of `Each`, from 1. */
  item?: number;
  /** As of the call. */
  itemKey?: string;
  attempt: number;
  by: 'model' | 'command' | 'person';
  tier: string;
  model: string;
  effort?: Effort;
  rung?: string;
  /** Hash of all the stage was made from: prompt, model, effort, checks, commands. */
  fingerprint: string;
  /** File name beside the journal; undefined where there was no output. */
  output?: string;
  /** SHA-256 of the output; in no journal from before it was kept. */
  outputHash?: string;
  status: 'passed' | 'failed' | 'error';
  checks: CheckVerdict[];
  /** Why there is no verdict, for status error. */
  error?: string;
  stopReason?: string;
  /** Of the answer and its judges together, as far as they were paid in this run. */
  usage: Usage;
  usd: number;
  /** Of these, what its judges took; absent where none was paid. */
  judged?: { usage: Usage; usd: number };
  ms: number;
  /** An answer that was paid for in an earlier run, which ended before its checks did: what it cost then is in no sum of this run. */
  answered?: { run: string; usage: Usage; usd: number };
  advisor?: Advised;
  requestId?: string;
  /** The most tokens the answer could have; in no journal from before it was kept. */
  maxTokens?: number;
  /** Of an attempt on a dearer model than the stage's own: the output it was to better, what that failed at, and the file beside the journal with the difference. */
  escalation?: { over?: { run: string; output: string; model: string }; failed: string[]; diff?: string };
  /** `bodyHash` of the strategy that the model was given: tells later whether what passed rests on one that is proven. */
  strategy?: string;
  /** A person's reason for accepting what failed. */
  reason?: string;
}

export interface StageEnded extends Stamped {
  type: 'stage';
  stage: string;
  number: number;
  title: string;
  status: StageStatus;
  fingerprint?: string;
  /** Files the output was written to, from the folder of the document, with the SHA-256 of what was written: to see later whether a person edited them. */
  written?: Record<string, string>;
  message?: string;
}

export interface RunEnded extends Stamped {
  type: 'end';
  status: RunStatus;
  message?: string;
}

/** A person takes a run that was made elsewhere for their own. */
export interface RunAdopted extends Stamped {
  type: 'adopted';
  origin: string;
}

/** A person deleted what the run held: its other records are left with what it cost alone. */
export interface RunEmptied extends Stamped {
  type: 'emptied';
}

/** A person decided to send what looks like a secret. The value is nowhere in the journal: its hash can be made only by who knows it. */
export interface SecretAllowed extends Stamped {
  type: 'secret-allowed';
  /** As of a piece of a bundle. */
  source: string;
  line: number;
  kind: string;
  /** SHA-256 of kind and value. */
  hash: string;
}

export type JournalRecord =
  | RunStarted
  | RunAdopted
  | RunEmptied
  | SecretAllowed
  | AttemptStarted
  | AnswerArrived
  | BatchStarted
  | BatchEnded
  | JudgeStarted
  | JudgeAnswered
  | CallStarted
  | CallEnded
  | CandidateScored
  | AttemptEnded
  | AttemptRestored
  | StageEnded
  | RunEnded;
