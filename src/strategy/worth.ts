import type { Catalog } from '../catalog/catalog';
import { formatUsd } from '../catalog/tokens';
import { isEscalation } from '../journal/countingAttempt';
import type { KnownAttempt } from '../journal/state';
import { allOpus } from '../money/rivals';
import type { Stage } from '../steering/contextTypes';

/**
 * What a strategy costs and saves for each time its stage (or an item of it) is done, from what is on record:
 *
 *     costs = tokens of the strategy × price of an input token × calls of the stage's own model
 *     saves = what came after the first call without it − what came after the first call with it
 *
 * each a mean, in USD. After the first call come further tries and the escalation; where it ended failed and nobody escalated, the price of an escalation:
 * the mean of those on record, else the last answer's tokens at Opus prices. The price of an input token is what the calls with it paid on the average, cached
 * or not. Assumes that the work was as hard before as after: the trials of a strategy, on the same cases, tell more.
 */
export interface Worth {
  costUsd: number;
  savesUsd: number;
  /** What that was worked out from, for people. */
  basis: string;
}

/** One time that a stage, or an item of it, was done: the first call and all that followed from it. */
export interface Doing {
  first: KnownAttempt;
  later: KnownAttempt[];
}

/** Fewer on either side say nothing. An assumption. */
const leastDoings = 8;

/** The times a stage was done by its own model, oldest first. Each plain run begins one; retries and escalations belong to the one before them. */
export function doingsOf(attempts: readonly KnownAttempt[], stage: Pick<Stage, 'runner' | 'variants'>): Doing[] {
  // Of several at once none is the first.
  if (stage.runner.tier === 'code' || stage.variants > 1) return [];
  const open = new Map<string | number | undefined, Doing>();
  const doings: Doing[] = [];
  for (const attempt of attempts) {
    if (attempt.by !== 'model' || attempt.status === 'error') continue;
    const current = open.get(attempt.itemKey ?? attempt.item);
    if (attempt.tier === stage.runner.tier && attempt.intent === 'run' && attempt.run !== current?.first.run) {
      const doing = { first: attempt, later: [] };
      open.set(attempt.itemKey ?? attempt.item, doing);
      doings.push(doing);
    } else current?.later.push(attempt);
  }
  return doings;
}

/** Undefined where too little is on record. @param tokens of the strategy, for the model that reads it */
export function strategyWorth(
  given: { without: readonly Doing[]; with: readonly Doing[]; tokens: number },
  stage: Pick<Stage, 'runner'>,
  catalog: Catalog,
): Worth | undefined {
  const { without, with: told, tokens } = given;
  const { tier } = stage.runner;
  if (tier === 'code' || without.length < leastDoings || told.length < leastDoings) return undefined;
  const all = [...without, ...told];
  const escalations = all.flatMap(({ later }) => later.filter((attempt) => isEscalation(attempt, tier)));
  const escalationUsd = escalations.length ? mean(escalations.map(paid)) : undefined;
  const after = ({ first, later }: Doing): number => {
    const last = later.at(-1) ?? first;
    const sum = later.reduce((usd, attempt) => usd + paid(attempt), 0);
    return last.status === 'passed' || isEscalation(last, tier) ? sum : sum + (escalationUsd ?? allOpus(last, catalog));
  };
  const calls = told.map(({ first, later }) => [first, ...later.filter((attempt) => !isEscalation(attempt, tier))]);
  const costUsd = tokens * inputPrice(calls.flat(), catalog) * mean(calls.map(({ length }) => length));
  const savesUsd = mean(without.map(after)) - mean(told.map(after));
  const more = (of: readonly Doing[]) => of.filter(({ first }) => first.status === 'failed').length;
  const basis = `the first answer failed ${more(without)} of ${without.length} times without it, ${more(told)} of ${told.length} with it; ${escalations.length ? `an escalation cost ${formatUsd(escalationUsd ?? 0)}` : 'an escalation priced as Opus would be'}`;
  return { costUsd, savesUsd, basis };
}

/** USD for one token of a prompt, as these calls paid on the average, the cache taken into account. */
function inputPrice(attempts: readonly KnownAttempt[], catalog: Catalog): number {
  let usd = 0;
  let tokens = 0;
  for (const { model, usage, at } of attempts) {
    const own = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
    if (!own) continue;
    usd += catalog.price(model, { ...usage, outputTokens: 0 }, { at });
    tokens += own;
  }
  const model = attempts[0]?.model;
  return tokens ? usd / tokens : model ? catalog.entry(model).prices.input / 1e6 : 0;
}

function paid({ usd, answered }: KnownAttempt): number {
  return usd + (answered?.usd ?? 0);
}

function mean(values: readonly number[]): number {
  return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : 0;
}

/** As the end of a sentence: “it adds $0.0004 each time and saves $0.012 (…).” */
export function worthText({ costUsd, savesUsd, basis }: Worth): string {
  return `it adds ${formatUsd(costUsd)} each time and ${savesUsd > 0 ? `saves ${formatUsd(savesUsd)}` : 'saves nothing'} (${basis}).`;
}
