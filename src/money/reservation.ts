import type { ModelRequest } from '../ports';
import type { FolderSpending } from './folderSpending';

/** Holds a call's worst case until what it really cost is known. */
export interface Reservation {
  model: string;
  /** The most tokens the answer may have: what was asked for, or less where a cap leaves less. */
  maxTokens: number;
  /** The most it can cost in USD, its advisor included. */
  worstUsd: number;
  /** Input tokens as estimated: what a cap in tokens counts until the real number is known. */
  inputTokens: number;
  /** False where the request wanted an advisor and the caps leave no room for one: the call is to go without. */
  advised: boolean;
  /** The month it belongs to, in UTC; empty where no cap asks for it. */
  month: string;
  batch?: boolean;
}

/** A call that is about to be made. */
export interface PlannedCall {
  /** As it will be sent; `maxTokens` and `advisor` are what is wished for. */
  request: Pick<ModelRequest, 'model' | 'system' | 'user' | 'schema' | 'maxTokens' | 'advisor'>;
  /** With fewer tokens than this the answer would be cut off for sure. */
  leastTokens: number;
  batch?: boolean;
  /** As it is wished for or not at all, and at once: for who holds another reservation meanwhile and so must not wait for others who do. */
  whole?: boolean;
  /** The number of input tokens as the provider counts them, where it can be had; asked before a cap refuses what only might not fit. */
  count?(): Promise<number | undefined>;
}

/** What caps of a task or month need: the other runs of the folder, seen by one process at a time. */
export interface SharedSpending {
  folder: FolderSpending;
  task: string;
  now(): Date;
  /** Work that no other process does at the same time, for this `.haiku` folder. */
  alone<T>(work: () => Promise<T>): Promise<T>;
}
