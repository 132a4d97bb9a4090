/** The few statistics that a claim about a strategy rests on. All exact or with a published formula; tested against published values. */

/** A share with the interval that holds the true one in about 95 of 100 such trials. */
export interface Proportion {
  passed: number;
  of: number;
  /** 0 to 1; 0 where nothing was tried. */
  rate: number;
  low: number;
  high: number;
}

/** The 97.5th percentile of the standard normal distribution: two-sided 95%. */
const z95 = 1.959963984540054;

/**
 * Wilson's score interval (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927), without continuity correction. Unlike the usual ± interval it stays within
 * 0 and 1 and is sound for few trials and for rates near the ends. With nothing tried it is the whole of 0 to 1.
 * @param passed may be a fraction: the mean of several runs of the same case
 */
export function wilson(passed: number, of: number, z = z95): Proportion {
  if (of <= 0) return { passed, of, rate: 0, low: 0, high: 1 };
  const rate = passed / of;
  const square = z * z;
  const middle = (rate + square / (2 * of)) / (1 + square / of);
  const half = (z / (1 + square / of)) * Math.sqrt((rate * (1 - rate)) / of + square / (4 * of * of));
  // At the ends the formula gives exactly 0 and 1; floating point misses them by a hair.
  return { passed, of, rate, low: passed === 0 ? 0 : Math.max(0, middle - half), high: passed === of ? 1 : Math.min(1, middle + half) };
}

/**
 * The probability that a fair coin gives at most `successes` heads in `trials` throws. Summed in logarithms, so that thousands of throws do not
 * come to nothing.
 */
function fairTail(successes: number, trials: number): number {
  let logOfTerm = -trials * Math.LN2;
  let sum = 0;
  for (let i = 0; i <= successes; i++) {
    sum += Math.exp(logOfTerm);
    logOfTerm += Math.log(trials - i) - Math.log(i + 1);
  }
  return sum;
}

/**
 * McNemar's test for paired yes/no outcomes, in its exact two-sided form: of the pairs that differ, each side would win half were there no
 * difference (Q. McNemar, Psychometrika 12, 1947; the exact form is the binomial sign test on the discordant pairs).
 * With the mean of several runs per case instead of one it is the sign test over cases.
 * @param better pairs in which only the first passed
 * @param worse pairs in which only the second passed
 * @returns the p value; 1 where no pair differs
 */
export function exactMcNemar(better: number, worse: number): number {
  const discordant = better + worse;
  if (discordant === 0) return 1;
  return Math.min(1, 2 * fairTail(Math.min(better, worse), discordant));
}

/** The fewest pairs that must differ before any outcome could be significant at `alpha`: 6 at 0.05, as 2 × 0.5⁵ is still 0.0625. */
export function fewestDiscordant(alpha = 0.05): number {
  let pairs = 1;
  while (exactMcNemar(pairs, 0) >= alpha) pairs++;
  return pairs;
}

/** What a paired comparison comes to. */
export interface PairedComparison {
  /** Cases, each run the same number of times on both sides. */
  cases: number;
  /** Runs of each case on each side. */
  runs: number;
  /** The share of runs that passed. The interval counts each case once, however often it was run: runs of one case are no independent trials. */
  first: Proportion;
  second: Proportion;
  /** `first.rate - second.rate`. */
  difference: number;
  /** Cases in which the first passed more often, and in which the second did. */
  better: number;
  worse: number;
  /** Two-sided, exact. */
  p: number;
  /** What may be said of it at the 5% level. */
  verdict: 'better' | 'worse' | 'undecided';
  /** Why nothing can be said yet; undefined where something can. */
  tooFew?: string;
}

const alpha = 0.05;

/**
 * Compare two ways of doing the same cases, by how many of each case's runs passed on either side.
 * @throws RangeError where the two sides do not hold the same cases.
 */
export function comparePaired(first: readonly number[], second: readonly number[], runs: number): PairedComparison {
  if (first.length !== second.length) throw new RangeError(`${first.length} cases on one side, ${second.length} on the other.`);
  const cases = first.length;
  const mean = (passes: readonly number[]) => passes.reduce((sum, passed) => sum + passed / runs, 0);
  const better = first.filter((passed, i) => passed > (second[i] as number)).length;
  const worse = first.filter((passed, i) => passed < (second[i] as number)).length;
  const p = exactMcNemar(better, worse);
  const a = wilson(mean(first), cases);
  const b = wilson(mean(second), cases);
  const significant = p < alpha;
  return {
    cases,
    runs,
    first: a,
    second: b,
    difference: a.rate - b.rate,
    better,
    worse,
    p,
    verdict: significant ? (better > worse ? 'better' : 'worse') : 'undecided',
    tooFew: significant ? undefined : tooFewText(cases, better + worse),
  };
}

function tooFewText(cases: number, discordant: number): string {
  const least = fewestDiscordant(alpha);
  if (cases < least)
    return `${cases === 1 ? '1 case is' : `${cases} cases are`} too few to claim anything: fewer than ${least} can never show a difference. Dozens are wanted, hundreds are better.`;
  if (discordant < least)
    return `Only ${discordant} of ${cases} cases came out differently: at least ${least} must before a difference can be told from chance. Add cases that the stage finds hard.`;
  return `The difference could be chance. With ${cases} cases only a large one shows; dozens are wanted, hundreds are better.`;
}
