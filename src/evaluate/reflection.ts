import { settled } from './together';

/**
 * Reflective optimisation of a strategy in the manner of GEPA (arXiv 2507.19457): take a parent from the candidates that are best on at least one case,
 * run it on a few cases, let a strong model read what failed and rewrite it, keep the child if it does better on those cases, then score it on cases
 * that nothing was learnt from. Calls no model itself and knows no money: whoever evaluates and rewrites decides what that is.
 *
 * Not of the paper: several components evolved in turn (a strategy is one text), and merging of two candidates by their components.
 */

/** How one case went with one candidate. */
export interface CaseOutcome {
  /** 0 to 1: the share of the required checks that passed. */
  score: number;
  /** All required checks passed. */
  passed: boolean;
  /** What failed, for whoever rewrites. */
  feedback: string;
}

export interface ReflectionOrder {
  /** What to begin with; '' for no strategy. */
  seed: string;
  /** Cases to learn from and cases to choose by, by their ids; no case is in both. */
  learn: readonly string[];
  choose: readonly string[];
  /** Cases of one look, at most. */
  minibatch: number;
  /** Stop after so many children in a row that were not kept. */
  patience: number;
  /** The same numbers give the same course. From 0 up to 1. */
  random(): number;
  /** Run a candidate on a case. The same question may be asked again: whoever answers may remember. */
  evaluate(candidate: string, caseId: string): Promise<CaseOutcome>;
  /** A better text from what failed; undefined where none could be had (refused, no strategy): the look is lost. */
  rewrite(candidate: string, outcomes: readonly { caseId: string; outcome: CaseOutcome }[]): Promise<string | undefined>;
  /** True where so many evaluations and rewrites can still be paid for. Asked before each step: nothing is begun that could not be finished. */
  affords(evaluations: number, rewrites: number): boolean;
  /** Called with each candidate once it is scored, for a journal; the loop waits for it. */
  onScored?(candidate: Candidate, index: number): Promise<void>;
  /** Each turn as it comes, for a person. */
  onTurn?(turn: ReflectionTurn): void;
}

export type ReflectionTurn =
  | { kind: 'scored'; candidate: number; mean: number; passed: number; of: number }
  | { kind: 'rewritten'; parent: number; cases: readonly string[]; before: number; after: number; kept: boolean }
  | { kind: 'refused'; parent: number };

export interface Candidate {
  text: string;
  /** Index of the candidate it was rewritten from; undefined for the seed. */
  parent?: number;
  /** By the cases to choose by, in their order. */
  outcomes: CaseOutcome[];
}

export interface ReflectionResult {
  candidates: Candidate[];
  /** Index of the one with the highest mean score; of several the earliest, as later ones have had more chances to be lucky. */
  best: number;
  stopped: 'perfect' | 'no improvement' | 'budget' | 'nothing to learn from';
}

/** Mean score of a candidate over the cases to choose by. */
export function meanScore({ outcomes }: Candidate): number {
  return outcomes.length ? outcomes.reduce((sum, { score }) => sum + score, 0) / outcomes.length : 0;
}

/**
 * How often each candidate is the best, or one of the best, on a case: those never best have 0, and so have those for which another one is best wherever
 * they are (the paper's algorithm 2). A parent is drawn by these numbers.
 */
export function paretoWeights(candidates: readonly Candidate[]): number[] {
  const cases = candidates[0]?.outcomes.length ?? 0;
  const fronts = Array.from({ length: cases }, (_, at) => {
    const scores = candidates.map(({ outcomes }) => outcomes[at]?.score ?? 0);
    const highest = Math.max(...scores);
    return new Set(scores.flatMap((score, i) => (score === highest ? [i] : [])));
  });
  let alive = [...new Set(fronts.flatMap((front) => [...front]))];
  // The weakest first: a candidate goes if somebody else who stays is on each of its fronts.
  for (const i of [...alive].sort((a, b) => meanScore(candidates[a] as Candidate) - meanScore(candidates[b] as Candidate) || b - a)) {
    const others = alive.filter((other) => other !== i);
    const own = fronts.filter((front) => front.has(i));
    if (others.length && own.every((front) => others.some((other) => front.has(other)))) alive = others;
  }
  return candidates.map((_, i) => (alive.includes(i) ? fronts.filter((front) => front.has(i)).length : 0));
}

function draw(weights: readonly number[], random: () => number): number {
  let at = random() * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [i, weight] of weights.entries()) {
    at -= weight;
    if (weight > 0 && at < 0) return i;
  }
  return weights.findLastIndex((weight) => weight > 0);
}

/** So many different ones, in random order. */
function sample<T>(items: readonly T[], count: number, random: () => number): T[] {
  const left = [...items];
  const taken: T[] = [];
  while (taken.length < count && left.length) taken.push(...left.splice(Math.floor(random() * left.length), 1));
  return taken;
}

const sumOf = (outcomes: readonly CaseOutcome[]) => outcomes.reduce((sum, { score }) => sum + score, 0);

/** Improve a text until all cases pass, nothing improves any more, or the budget is used up. Rejects with what `evaluate` or `rewrite` reject with, once all that was begun has ended. */
export async function reflect(order: ReflectionOrder): Promise<ReflectionResult> {
  const { learn, choose, random, affords } = order;
  const candidates: Candidate[] = [];
  const end = (stopped: ReflectionResult['stopped']): ReflectionResult => ({ candidates, best: bestOf(candidates), stopped });
  const on = (text: string, cases: readonly string[]) => settled(cases.map((caseId) => order.evaluate(text, caseId)));
  const enter = async (text: string, parent?: number): Promise<Candidate> => {
    const candidate = { text, parent, outcomes: await on(text, choose) };
    candidates.push(candidate);
    await order.onScored?.(candidate, candidates.length - 1);
    const passed = candidate.outcomes.filter((outcome) => outcome.passed).length;
    order.onTurn?.({ kind: 'scored', candidate: candidates.length - 1, mean: meanScore(candidate), passed, of: choose.length });
    return candidate;
  };
  if (!learn.length || !choose.length) return end('nothing to learn from');
  if (!affords(choose.length, 0)) return end('budget');
  let newest = await enter(order.seed);
  const minibatch = Math.min(order.minibatch, learn.length);
  for (let lost = 0; lost < order.patience; ) {
    if (newest.outcomes.every((outcome) => outcome.passed)) return end('perfect');
    if (!affords(2 * minibatch + choose.length, 1)) return end('budget');
    const parent = draw(paretoWeights(candidates), random);
    const { text } = candidates[parent] as Candidate;
    const cases = sample(learn, minibatch, random);
    const before = await on(text, cases);
    // Where all is well there is nothing to learn: another draw, which costs no rewrite.
    if (before.every((outcome) => outcome.passed)) {
      lost++;
      continue;
    }
    const child = await order.rewrite(
      text,
      cases.map((caseId, i) => ({ caseId, outcome: before[i] as CaseOutcome })),
    );
    if (child === undefined || candidates.some((candidate) => candidate.text === child)) {
      order.onTurn?.({ kind: 'refused', parent });
      lost++;
      continue;
    }
    const after = await on(child, cases);
    const kept = sumOf(after) > sumOf(before);
    order.onTurn?.({ kind: 'rewritten', parent, cases, before: sumOf(before), after: sumOf(after), kept });
    const bestBefore = meanScore(candidates[bestOf(candidates)] as Candidate);
    if (kept) newest = await enter(child, parent);
    lost = kept && meanScore(newest) > bestBefore ? 0 : lost + 1;
  }
  return end('no improvement');
}

/** Index of the one with the highest mean score; of several the earliest. */
export function bestOf(candidates: readonly Candidate[]): number {
  let best = 0;
  for (const [i, candidate] of candidates.entries()) if (meanScore(candidate) > meanScore(candidates[best] as Candidate)) best = i;
  return best;
}

/** The cases to learn from, to choose by, and to judge the winner by, which neither of the others has seen. */
export interface CaseSplit {
  learn: string[];
  choose: string[];
  /** Empty where there are too few: then the winner is judged by what it was chosen by, which flatters it. */
  held: string[];
}

/** Below this many cases none is held back: each part would be too small to show anything. */
export const fewestToHoldBack = 12;

/** More cases than this are of no use: what is looked at is remembered with the strategy, case by case. */
const mostUsed = 800;

/**
 * Half of the cases to learn from, a quarter to choose by, a quarter held back; with fewer than 12, half and half; of more than 800, 800. Drawn, not in
 * order: files are often sorted.
 * @param seen ids of cases that what it begins with was learnt from: none of them is held back
 */
export function splitCases(ids: readonly string[], random: () => number, seen: ReadonlySet<string> = new Set()): CaseSplit {
  const drawn = sample(ids, ids.length, random).slice(0, mostUsed);
  const mixed = [...drawn.filter((id) => seen.has(id)), ...drawn.filter((id) => !seen.has(id))];
  const learn = Math.ceil(mixed.length / 2);
  if (mixed.length < fewestToHoldBack) return { learn: mixed.slice(0, learn), choose: mixed.slice(learn), held: [] };
  const choose = learn + Math.ceil((mixed.length - learn) / 2);
  return { learn: mixed.slice(0, learn), choose: mixed.slice(learn, choose), held: mixed.slice(choose).filter((id) => !seen.has(id)) };
}

/** Numbers from 0 up to 1 that are the same for the same seed (mulberry32, public domain, by T. Ettinger). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
