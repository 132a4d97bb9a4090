import { budgetFor } from '../bundle/budget';
import { assembleBundle } from '../bundle/bundle';
import type { Bundle, BundleContext } from '../bundle/bundleTypes';
import { isItemwise } from '../bundle/itemwise';
import type { Catalog } from '../catalog/catalog';
import type { Tier } from '../catalog/models';
import { estimateTokens } from '../catalog/tokens';
import type { pastAnswers } from '../money/pastAnswers';
import { thinkingShare } from '../money/thinking';
import { mostInputTokens } from '../money/worstCase';
import type { LanguageModel } from '../ports';
import type { Measure } from '../steering/checkTypes';
import type { Stage } from '../steering/contextTypes';
import { unfilledIn } from '../steering/placeholders';
import type { Plan } from '../steering/plan';
import { advicePrice } from './advice';
import type { LadderSettings } from './ladder';
import { buildPrompt } from './prompt';
import { bytesOf, judgesOf, leastOfTries, mostOfJudge, mostOfTries } from './tries';

export interface StageEstimate {
  /** Of one passing attempt, over all its items and variants; nothing taken from the cache. */
  inputTokens: number;
  /** Thinking included. */
  outputTokens: number;
  usd: number;
  /** The model it runs on; `code` for Code stages. */
  model: string;
  /** The most it can cost by itself if all tries of its ladder are needed: what is also reserved for them, in USD. */
  atMostUsd: number;
  /** What a cap must leave for its first call, and what it costs at the very least, in USD: with less it can't run. */
  least: { roomUsd: number; usd: number };
  /** How many earlier answers of this stage `outputTokens` is the median of; 0 where it is assumed from the checks and the format. */
  pastAnswers: number;
  /** The same tokens at the price of the opus tier; for Code stages, which no model does, what their judges take. */
  allOpusUsd: number;
  /** How many items it is assumed to go through, where its list is not there yet: with more of them it can cost more than `atMostUsd`. */
  assumedItems?: number;
  /** Tokens that the bundle of one answer takes, outputs that are still to come included, and may take; undefined for Code stages. */
  bundle?: { tokens: number; budget: number };
  /** What it names and would not get whole: files, outputs and inputs that don't fit. */
  cut?: { source: string; reason: string; outline: boolean }[];
  /** Placeholders of the document that it would be sent, each text once. */
  unfilled?: string[];
}

export interface PlanEstimate {
  stages: StageEstimate[];
  total: { usd: number; allOpusUsd: number; atMostUsd: number };
}

export interface EstimateContext extends Omit<BundleContext, 'item' | 'lenient' | 'budget' | 'windowTokens'> {
  catalog: Catalog;
  /** Tier to model id; the document's own mapping where nothing is said. */
  models?: Partial<Record<Tier, string>>;
  /** How many items an `Each` stage has, where its list is there already. */
  items?: (index: number) => number | undefined;
  /** Tokens of one of them, on average. */
  itemTokens?: (index: number) => number | undefined;
  /** What answers of a stage took before, by its slug. */
  past?: ReturnType<typeof pastAnswers>;
  /** Exact input tokens of one answer, by index, where the provider was asked. */
  exactInput?: (index: number) => number | undefined;
  ladder?: LadderSettings;
  client?: Pick<LanguageModel, 'kind'>;
  /** Number of the stage that goes to Opus: what it needs at least and at most is then one try there. */
  escalate?: number;
}

/** English prose to learn from how many tokens a word takes, so that the factor is the estimator's own whatever it counts. */
const prose = `The first version of the report was written in an afternoon, and it showed. Every paragraph made a claim, few of them gave a
reason, and the numbers in the second table did not agree with those in the first. So we went back to the interviews, listened to each of
them again, and noted what people had really said about their work, their tools and the things that slowed them down. What came out was
shorter, less certain in tone, and far more useful: three findings, each with the evidence beside it, and one recommendation that the team
could try within a week without asking anybody for permission.`;
const proseWords = prose.split(/\s+/).length;

// Assumptions, not measurements: the visible answer where no check bounds it, in words, and the size of what other measures count.
const wordsByFormat = { json: 350, markdown: 600, text: 400 } as const;
const wordsOf: Partial<Record<Measure, number>> = { items: 30, headings: 120, lines: 12 };
const askedTokens = 50;
const assumedItems = 5;

/** Tokens of one visible answer of a stage (with `Each`, of one item's): what its checks ask for (the most of them), else what its format usually takes. */
export function expectedAnswer(stage: Stage, countTokens: (text: string) => number): number {
  const perWord = countTokens(prose) / proseWords;
  const perCharacter = countTokens(prose) / prose.length;
  const bounded = stage.checks.flatMap(({ rule, negated }) => {
    if (rule.kind !== 'count' || negated) return [];
    const aim = expected(rule.min, rule.max);
    if (rule.measure === 'words') return [aim * perWord];
    if (rule.measure === 'characters') return [aim * perCharacter];
    if (rule.measure === 'tokens') return [aim];
    const words = wordsOf[rule.measure];
    return words === undefined ? [] : [aim * words * perWord];
  });
  const tokens = bounded.length ? Math.max(...bounded) : wordsByFormat[stage.output?.format ?? 'markdown'] * perWord;
  return Math.ceil(tokens);
}

/** The middle of a span; a little over a lower bound, a little under an upper one, as answers turn out. */
function expected(min: number | undefined, max: number | undefined): number {
  if (min !== undefined && max !== undefined) return (min + max) / 2;
  return min !== undefined ? min * 1.1 : (max ?? 0) * 0.8;
}

/**
 * What one stage will take. Outputs of earlier stages that do not exist yet count as large as those stages' checks ask; retries and
 * escalation are not counted. Code stages take nothing. Never fails for what the document names wrongly: that is left out of the count.
 */
export async function estimateStage(plan: Plan, index: number, context: EstimateContext): Promise<StageEstimate> {
  const planned = plan.stages[index];
  if (!planned) throw new RangeError(`There is no stage at ${index}.`);
  const { stage } = planned;
  const { tier } = stage.runner;
  if (tier === 'code') return judgedCommand(plan, index, context);
  const { catalog, countTokens } = context;
  const mapped = context.models ?? plan.task.document.models;
  const model = catalog.modelFor(tier, mapped);
  const windowTokens = catalog.entry(model).contextWindow;
  const budget = budgetFor(stage, plan.task.document, { windowTokens, defaultBudget: context.defaultBudget });

  const inputs = planned.inputs.filter((input) => !isItemwise(planned, input));
  const read = new Set([...inputs, ...planned.context].flatMap(({ source }) => (source.kind === 'stage' ? [source.index] : [])));
  const toCome = [...read].filter((at) => !context.outputs(at));
  const awaited = toCome.reduce((sum, at) => sum + expectedOutput(plan, at, context), 0);
  const bundle = await assembleBundle(plan, index, { ...context, windowTokens, budget: Math.max(0, budget - awaited), lenient: true });
  const asked = planned.inputs.filter(({ name, source }) => source.kind === 'asked' && bundle.missing.includes(name)).length;
  const { text } = buildPrompt(plan, index, bundle);

  const items = itemsOf(plan, index, context);
  // One try on Opus for each item, without variants.
  const escalated = context.escalate === stage.number;
  const answers = escalated ? items : answersOf(plan, index, context);
  const toFill = Math.min(awaited, budget) + asked * askedTokens + itemTokensOf(plan, index, context);
  const inputTokens = answers * (context.exactInput?.(index) ?? countTokens(text.system) + countTokens(text.user) + toFill);
  const opus = catalog.modelFor('opus', mapped);
  // Whoever answers is known by its own answers: another model thinks and writes more, or less.
  const effort = escalated ? undefined : stage.runner.effort;
  const past = context.past?.(stage.slug, escalated ? opus : model, catalog.entry(model).takesEffort ? effort : undefined);
  const expected = expectedAnswer(stage, countTokens);
  const outputTokens = Math.ceil(answers * (past?.outputTokens ?? expected * (1 + thinkingShare[effort ?? 'medium'])));
  const judges = answers * judgePrice(stage, expected, plan, context) + (escalated ? 0 : items * comparisonPrice(stage, expected, plan, context));
  // What is still to come may fill the bundle up to its budget.
  const room = awaited ? Math.max(toFill, budget - bundle.tokens) : toFill;
  const mostInput = mostInputTokens({ system: [{ text: text.system }], user: [{ text: text.user }] }) + bytesOf(room);
  const { ladder, client } = context;
  const tries = { stage, expectedTokens: expected, mostInput, items, models: mapped, ladder, client, escalated };
  const advice = stage.advisor && tier !== 'opus' ? answers * advicePrice(catalog, model, opus, inputTokens / answers) : 0;
  const priced = (id: string) =>
    judges + answers * catalog.price(id, { inputTokens: inputTokens / answers, outputTokens: outputTokens / answers, cacheReadTokens: 0, cacheWriteTokens: 0 });
  return {
    inputTokens,
    outputTokens,
    usd: priced(model) + advice,
    allOpusUsd: priced(opus),
    model,
    atMostUsd: mostOfTries(tries, catalog),
    // What is only guessed, outputs to come and items of a list to come, is not for certain.
    least: leastOfTries({ ...tries, items: context.items?.(index) ?? 1 }, countTokens(text.system) + countTokens(text.user), catalog),
    ...(stage.each && context.items?.(index) === undefined ? { assumedItems: items } : {}),
    pastAnswers: past?.count ?? 0,
    bundle: { tokens: Math.min(budget, bundle.tokens + awaited), budget },
    cut: cutNames(bundle),
    unfilled: unfilledIn(plan.task.document.path, plan.task.document.text).filter((each) => text.system.includes(each) || text.user.includes(each)),
  };
}

/** What a stage asked for by name and gets only in outline, or not at all. */
function cutNames({ omitted, pieces }: Bundle): StageEstimate['cut'] {
  const outlined = (source: string, heading: string | null) => pieces.some((piece) => piece.outline && piece.source === source && piece.heading === heading);
  return omitted.flatMap(({ source, heading, reason, named }) =>
    named
      ? [{ source: heading ? `${heading} in ${source}` : source, reason: reason.replace(/; its outline is in$/, ''), outline: outlined(source, heading) }]
      : [],
  );
}

/** A Code stage: no model does it, but judges may be asked about what it prints. */
function judgedCommand(plan: Plan, index: number, context: EstimateContext): StageEstimate {
  const stage = plan.stages[index]?.stage as Stage;
  const items = itemsOf(plan, index, context);
  const usd = items * judgePrice(stage, expectedAnswer(stage, context.countTokens), plan, context);
  const models = context.models ?? plan.task.document.models;
  const atMostUsd = items * judgesOf(stage.checks) * mostOfJudge(context.catalog, models);
  return { inputTokens: 0, outputTokens: 0, usd, allOpusUsd: usd, model: 'code', atMostUsd, least: { roomUsd: 0, usd: 0 }, pastAnswers: 0 };
}

/** Tokens that go to a judge besides the output, and that it answers: its instructions, the rubric, a short reason. Assumed, not measured. */
const judgeTokens = { input: 400, output: 250 };

/** About what the judges of one answer take, as estimated. */
export function judgeUsage(stage: Stage, judges: number): { inputTokens: number; outputTokens: number } {
  const answer = expectedAnswer(stage, (text) => estimateTokens(text));
  return { inputTokens: judges * (answer + judgeTokens.input), outputTokens: judges * judgeTokens.output };
}

/** What judging one answer costs, in USD: a call of the cheap model for each `judge:` check, the output in its prompt. */
function judgePrice(stage: Stage, answerTokens: number, plan: Plan, { catalog, models }: EstimateContext): number {
  const usage = { inputTokens: Math.ceil(answerTokens) + judgeTokens.input, outputTokens: judgeTokens.output, cacheReadTokens: 0, cacheWriteTokens: 0 };
  return judgesOf(stage.checks) * catalog.price(catalog.modelFor('haiku', models ?? plan.task.document.models), usage);
}

/** What it costs at most to compare the variants of one item, in USD: each with the best so far, in both orders. */
function comparisonPrice(stage: Stage, answerTokens: number, plan: Plan, { catalog, models }: EstimateContext): number {
  const usage = { inputTokens: 2 * Math.ceil(answerTokens) + judgeTokens.input, outputTokens: judgeTokens.output, cacheReadTokens: 0, cacheWriteTokens: 0 };
  return 2 * (stage.variants - 1) * catalog.price(catalog.modelFor('haiku', models ?? plan.task.document.models), usage);
}

/** All stages of a plan, in order, and their sum. */
export async function estimatePlan(plan: Plan, context: EstimateContext): Promise<PlanEstimate> {
  const stages: StageEstimate[] = [];
  for (const { index } of plan.stages) stages.push(await estimateStage(plan, index, context));
  const sum = (of: (stage: StageEstimate) => number) => stages.reduce((total, stage) => total + of(stage), 0);
  return { stages, total: { usd: sum(({ usd }) => usd), allOpusUsd: sum(({ allOpusUsd }) => allOpusUsd), atMostUsd: sum(({ atMostUsd }) => atMostUsd) } };
}

/** Tokens of a stage's output as a later stage reads it. */
function expectedOutput(plan: Plan, index: number, context: EstimateContext): number {
  const stage = plan.stages[index]?.stage;
  return stage ? expectedAnswer(stage, context.countTokens) * itemsOf(plan, index, context) : 0;
}

/** Tokens of the item that one call gets, on average; 0 without `Each`. Of a list that is still to come, its stage's output is shared out. */
function itemTokensOf(plan: Plan, index: number, context: EstimateContext): number {
  const source = plan.stages[index]?.list?.source;
  const known = context.itemTokens?.(index);
  if (known !== undefined || source?.kind !== 'stage' || context.outputs(source.index)) return known ?? 0;
  return Math.ceil(expectedOutput(plan, source.index, context) / itemsOf(plan, index, context));
}

function answersOf(plan: Plan, index: number, context: EstimateContext): number {
  return itemsOf(plan, index, context) * (plan.stages[index]?.stage.variants ?? 1);
}

/** 1 for a stage without `Each`; at least 1. Where the list does not exist yet: what its stage's `items` check asks for, else 5. */
function itemsOf(plan: Plan, index: number, context: EstimateContext): number {
  const planned = plan.stages[index];
  if (!planned?.stage.each) return 1;
  const source = planned.list?.source;
  const maker = source?.kind === 'stage' ? plan.stages[source.index]?.stage : undefined;
  const asked = maker?.checks.flatMap(({ rule, negated }) =>
    rule.kind === 'count' && rule.measure === 'items' && !negated ? [expected(rule.min, rule.max)] : [],
  )[0];
  return Math.max(1, Math.round(context.items?.(index) ?? asked ?? assumedItems));
}
