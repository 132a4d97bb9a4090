import { isNoAnswer } from './completeness';
import type { AnswerArrived, AttemptEnded, RunStarted } from './records';

/** What a try of a stage was begun for: a plain run, an escalation at a person's wish, or one more try with the feedback. */
export type Intent = 'run' | 'escalate' | 'retry';

/** An item of `Each`, as records know it: its number in the list of its run, and what it is known by wherever it stands. */
export type OfItem = Pick<AttemptEnded, 'item' | 'itemKey'>;

/** True for records of one and the same item. In a list that changed it has another number; where its key is on no record, its number has to do. */
export function isSameItem(a: OfItem, b: OfItem): boolean {
  return a.itemKey !== undefined && b.itemKey !== undefined ? a.itemKey === b.itemKey : a.item === b.item;
}

/** An attempt with the place of its run: where its output can be read. */
export interface KnownAttempt extends AttemptEnded {
  run: string;
  folder: string;
  intent: Intent;
  /** Records in the order they were folded: what came later has more. */
  place: number;
  /** What was sent for it, where that was kept: see `keptPrompt`. */
  sent?: { folder: string; prompt: string };
}

/** An answer that is paid for, with the place of its run. */
export interface KnownAnswer extends AnswerArrived {
  run: string;
  folder: string;
  intent: Intent;
  place: number;
}

/** All attempts at one stage, or one item of it, made from one and the same. */
export interface UnitHistory {
  /** As they ended. */
  attempts: KnownAttempt[];
  /** Answers whose checks never came to an end: they are checked by the next run, unpaid. */
  unchecked: KnownAnswer[];
  /** Calls as they began, whatever became of them. */
  started: { tier: string; attempt: number; intent: Intent; place: number }[];
  /** The attempt a person put in place of what was there, and when. */
  restored?: { attempt: KnownAttempt; place: number };
}

/** The intent of a run towards one stage, by its slug. */
export function intentOf(run: Pick<RunStarted, 'why' | 'again'> | undefined, stage: string): Intent {
  if (run?.again !== undefined && run.again !== stage) return 'run';
  if (run?.why === 'escalate') return 'escalate';
  return run?.again === undefined ? 'run' : 'retry';
}

/**
 * The attempt whose output stands for a unit as it is now: what a person restored last, or else the best of the last run that has a verdict on it.
 * Variants end in any order, so the last on record need not be the one that was kept. What failed when it was run or checked again does not stand.
 */
export function passedAttempt(unit: UnitHistory | undefined): KnownAttempt | undefined {
  const judged = unit?.attempts.filter((attempt) => attempt.status !== 'error') ?? [];
  const last = judged.at(-1);
  const restored = unit?.restored;
  if (restored && restored.place > (last?.place ?? -1)) return restored.attempt.status === 'passed' ? restored.attempt : undefined;
  const best = judged.filter((attempt) => attempt.run === last?.run).sort(bestFirst)[0];
  return best?.status === 'passed' ? best : undefined;
}

const byStatus = ['passed', 'failed', 'error'];

/** Orders attempts at the same thing: what passed before what failed, then the fewest failed checks, required ones first, then the earliest. */
export function bestFirst(a: AttemptEnded, b: AttemptEnded): number {
  const missed = ({ checks }: AttemptEnded, level: 'must' | 'should') => checks.filter((check) => check.level === level && check.status !== 'pass').length;
  return (
    byStatus.indexOf(a.status) - byStatus.indexOf(b.status) ||
    missed(a, 'must') - missed(b, 'must') ||
    missed(a, 'should') - missed(b, 'should') ||
    a.attempt - b.attempt
  );
}

/** What a try that was cut off (the process ended, a call could not be made, a person cancelled) has left: the next run goes on from there. */
export interface LeftOver {
  /** The number that the first attempt on a tier has this time. */
  first(tier: string): number;
  /** The verdict on record. */
  judged(tier: string, attempt: number): KnownAttempt | undefined;
  /** The answer on record that has no verdict yet. */
  unchecked(tier: string, attempt: number): KnownAnswer | undefined;
  /** Answers without a verdict that were asked for at a person's wish, such as of an escalation: where the stage is just run, they come first. */
  wished: KnownAnswer[];
}

/**
 * What of a unit is open since its stage last came to an end, as far as it was begun for the same.
 * @param endedAt place of the last record that says that the stage passed or failed
 */
export function leftOver(unit: UnitHistory | undefined, endedAt: number, intent: Intent): LeftOver {
  const isOpen = (each: { place: number; intent: Intent }) => each.place > endedAt && each.intent === intent;
  const attempts = unit?.attempts ?? [];
  const judged = attempts.filter((attempt) => isOpen(attempt) && attempt.by === 'model' && attempt.status !== 'error');
  const unchecked = (unit?.unchecked ?? []).filter(isOpen);
  const open = [...judged, ...unchecked, ...(unit?.started.filter(isOpen) ?? [])];
  return {
    first(tier) {
      // A call that broke off left no answer: the next one takes its number. Where the model refused, or the try ended, the next number is taken.
      const isDone = (attempt: KnownAttempt) => attempt.tier === tier && attempt.output !== undefined && !judged.includes(attempt) && !waits(attempt);
      const waits = ({ attempt }: KnownAttempt) => unchecked.some((each) => each.tier === tier && each.attempt === attempt);
      const done = highest(attempts.filter(isDone));
      const numbers = open.filter((each) => each.tier === tier && each.attempt > done).map(({ attempt }) => attempt);
      return numbers.length ? Math.min(...numbers) : done + 1;
    },
    judged: (tier, attempt) => judged.findLast((each) => each.tier === tier && each.attempt === attempt),
    unchecked: (tier, attempt) => unchecked.findLast((each) => each.tier === tier && each.attempt === attempt),
    wished: intent === 'run' ? (unit?.unchecked ?? []).filter((each) => each.place > endedAt && each.intent !== 'run') : [],
  };
}

/** Nothing is left, as for what is made fresh: numbers start at 1. */
export const nothingLeft: LeftOver = { first: () => 1, judged: () => undefined, unchecked: () => undefined, wished: [] };

function highest(attempts: readonly { attempt: number }[]): number {
  return attempts.reduce((most, { attempt }) => Math.max(most, attempt), 0);
}

/** An answer that arrived whole, but whose checks could not all be run: it waits to be checked again. */
export function uncheckedAnswer(attempt: KnownAttempt): KnownAnswer | undefined {
  const { status, by, output, stopReason = '' } = attempt;
  if (status !== 'error' || by !== 'model' || output === undefined || isNoAnswer(stopReason)) return undefined;
  const { usage, usd } = attempt.answered ?? attempt;
  return { ...attempt, type: 'answer', output, stopReason, usage, usd };
}
