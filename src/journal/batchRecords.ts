import type { Effort } from '../ports';
import type { Stamped } from './records';

/** Records of calls that are handed over to the provider together. */

/** One call of a batch. */
export interface BatchedCall {
  /** By which its result is found; said of one call of a batch alone. */
  id: string;
  /** Which item of `Each`, from 1. */
  item: number;
  /** As of an attempt. */
  itemKey?: string;
  attempt: number;
  fingerprint: string;
  maxTokens: number;
  /** Worst case in USD. */
  reservedUsd: number;
}

/**
 * Calls of one stage that are handed over to the provider together, at half price. Written before that, with the calls; and once more when the provider
 * has them, with its id and no calls: without the second, what became of them is uncertain. Their answers follow as `answer` records of this run, whoever
 * fetches them, and whenever.
 */
export interface BatchStarted extends Stamped {
  type: 'batch-started';
  /** Slug. */
  stage: string;
  /** What the run calls it: no two of a run have the same. */
  batch: string;
  tier: string;
  model: string;
  effort?: Effort;
  rung?: string;
  calls?: BatchedCall[];
  /** What the provider calls it. */
  id?: string;
}

/** No answer of the batch will come any more: it was not taken, or all its results are on record. */
export interface BatchEnded extends Stamped {
  type: 'batch-ended';
  stage: string;
  batch: string;
  answered: number;
  /** Calls that came back without an answer; they are not billed. */
  unanswered: number;
  /** The provider does not know it any more: what was not fetched is counted at most. */
  lost?: true;
}
