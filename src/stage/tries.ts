import type { Catalog } from '../catalog/catalog';
import type { Tier } from '../catalog/models';
import { estimateTokens } from '../catalog/tokens';
import { worstCost } from '../money/worstCase';
import type { LanguageModel } from '../ports';
import type { Stage } from '../steering/contextTypes';
import { advisorFor } from './advice';
import { answerRoom } from './answerRoom';
import { judgeMaxInput, judgeMaxTokens } from './judgeCall';
import { type LadderSettings, rungsOf } from './ladder';

/** An output that another model reads can be more tokens for it than it was for the one that wrote it: by 30% between the tokenizers in the catalogue. */
const readAgain = 1.3;
/** Tokens that the messages of failed checks and a judge's instructions take at most, by far. */
const aroundFeedback = 4000;

/** What all tries of one stage need to be known of. */
export interface TriesOf {
  stage: Stage;
  /** Tokens of the visible answer, as expected. */
  expectedTokens: number;
  /** The most input tokens of the first try. */
  mostInput: number;
  /** Items, where it runs once for each. */
  items: number;
  models: Partial<Record<Tier, string>>;
  /** Who answers; the API itself where nothing is said. */
  client?: Pick<LanguageModel, 'kind'>;
  ladder?: LadderSettings;
  /** It goes to Opus, once. */
  escalated?: boolean;
}

/** The model's tier and the tries it may take. */
function triesOn({ stage, models, ladder, escalated }: TriesOf, catalog: Catalog): { tier: Tier; rungs: { feedback: boolean }[] } | undefined {
  const { tier } = stage.runner;
  if (tier === 'code') return undefined;
  if (escalated) return { tier: 'opus', rungs: [{ feedback: true }] };
  const { takesEffort } = catalog.entry(catalog.modelFor(tier, models));
  return { tier, rungs: rungsOf(stage, ladder ?? {}, () => takesEffort).filter((rung) => !rung.dearer) };
}

/**
 * The most a stage can cost by itself, in USD: every try of its ladder on its own model, each with its judges and its advisor, at the worst case that is also
 * reserved for it. Tries on dearer models have a sum of their own. Tokens of judges' rubric files are not in it.
 */
export function mostOfTries(tries: TriesOf, catalog: Catalog): number {
  const { stage, models, items, client = { kind: 'anthropic' } } = tries;
  const on = triesOn(tries, catalog);
  if (!on) return 0;
  const { tier, rungs } = on;
  const model = catalog.modelFor(tier, models);
  const entry = catalog.entry(model);
  const judges = judgesOf(stage.checks);
  const variants = tries.escalated ? 1 : stage.variants;
  const judged = (tokens: number) => mostOfJudge(catalog, models, tokens);
  const advisor = advisorFor(stage, tier, client, catalog, models);
  let usd = 0;
  let most = answerRoom(tries.expectedTokens, undefined, entry.maxOutput).most;
  rungs.forEach((rung, i) => {
    const output = Math.ceil(most * readAgain);
    const input = tries.mostInput + (rung.feedback ? output + aroundFeedback : 0);
    usd += items * (i ? 1 : variants) * (worstCost(catalog, { model, advisor }, input, most) + judges * judged(output));
    // Each variant is compared with the best so far, in both orders.
    if (!i) usd += items * 2 * (variants - 1) * judged(2 * output);
    // An answer that was cut off gets twice the room.
    most = Math.min(entry.maxOutput, most * 2);
  });
  return usd;
}

/** The most that one judge can cost, in USD, however long the text it is asked about: a longer one is refused. */
export function mostOfJudge(catalog: Catalog, models: Partial<Record<Tier, string>>, textTokens = Number.POSITIVE_INFINITY): number {
  return worstCost(catalog, { model: catalog.modelFor('haiku', models) }, Math.min(textTokens + aroundFeedback, bytesOf(judgeMaxInput)), judgeMaxTokens);
}

/** How many judges are asked about one answer. */
export function judgesOf(checks: Stage['checks']): number {
  return checks.reduce((sum, { rule }) => sum + (rule.kind === 'judge' ? 1 : rule.kind === 'atLeast' ? judgesOf(rule.of) : 0), 0);
}

/** A text of so many bytes or more has at least this share of what is estimated for it: no text of words and code has ten bytes to a token. */
const surely = 0.25;

/**
 * What a stage needs for certain: what a cap must leave for its first call to be let through, and what it costs at the very least, in USD.
 * @param inputTokens as estimated, of what one answer is sent for sure
 */
export function leastOfTries(tries: TriesOf, inputTokens: number, catalog: Catalog): { roomUsd: number; usd: number } {
  const { stage, expectedTokens, items, models } = tries;
  const on = triesOn(tries, catalog);
  if (!on) return { roomUsd: 0, usd: 0 };
  const model = catalog.modelFor(on.tier, models);
  const answers = Math.max(1, items * stage.variants);
  const input = Math.floor(inputTokens * surely);
  const { least } = answerRoom(expectedTokens, undefined, catalog.entry(model).maxOutput);
  return {
    roomUsd: catalog.worstCase(model, input, least),
    usd: (tries.escalated ? items : answers) * catalog.price(model, { inputTokens: 0, cacheReadTokens: input, cacheWriteTokens: 0, outputTokens: 1 }),
  };
}

/** Bytes of so many estimated tokens. */
export function bytesOf(tokens: number): number {
  return Math.ceil((tokens * 1000) / estimateTokens('x'.repeat(1000)));
}
