import type { Usage } from '../ports';
import type { Stamped } from './records';

/** Records of calls that answer no stage: strategies, plans, trials and what improves them. */

/** What a call is for that answers no stage and judges none. */
export const callPurposes = ['author', 'decompose', 'trial', 'improve', 'learn'] as const;
export type CallPurpose = (typeof callPurposes)[number];

/** Which call it is: what was asked, and the how-manieth time, as the same is asked again to see how often it succeeds. */
interface OfCall extends Stamped {
  purpose: CallPurpose;
  /** Slug of the stage it is about; absent where it is about the whole task. */
  stage?: string;
  model: string;
  /** SHA-256 of all that was asked: model, effort, prompt, schema. */
  asked: string;
  /** From 1. */
  nth: number;
}

/** Written before such a call is sent: without a later `call` that was asked the same, what became of it is uncertain. */
export interface CallStarted extends OfCall {
  type: 'call-started';
  /** Worst case in USD. */
  reservedUsd: number;
}

/** What such a call answered. Asked the same again for the same purpose, it is not asked again, but for what was refused, useless, or cut off with less room. */
export interface CallEnded extends OfCall {
  type: 'call';
  /** File name beside the journal; undefined where there is no answer. */
  output?: string;
  outputHash?: string;
  stopReason: string;
  /** Tokens the answer could have: less than was wished for where a cap left less. */
  maxTokens?: number;
  /** Who asked could not use it: asked again, it is paid for again. */
  useless?: true;
  usage: Usage;
  usd: number;
  ms: number;
  requestId?: string;
  /** Why there is no answer, where the call broke off; `usd` is then its worst case, or 0 where it never began. */
  error?: string;
}

/** A strategy that an improvement has scored on the cases it chooses by. */
export interface CandidateScored extends Stamped {
  type: 'candidate';
  /** Slug. */
  stage: string;
  /** From 1, in the order they came; the first is what it began with. */
  number: number;
  /** The one it was rewritten from. */
  parent?: number;
  /** File name beside the journal with its text. */
  output: string;
  /** Mean share of required checks that passed, 0 to 1, and cases that passed whole. */
  mean: number;
  passed: number;
  of: number;
  /** What the improvement had cost by then, in USD. */
  usd: number;
}
