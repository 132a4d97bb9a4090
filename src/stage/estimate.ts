import { budgetFor } from '../bundle/budget';
import { assembleBundle } from '../bundle/bundle';
import type { BundleContext } from '../bundle/bundleTypes';
import type { Catalog } from '../catalog/catalog';
import type { Tier } from '../catalog/models';
import type { Effort } from '../ports';
import type { Measure } from '../steering/checkTypes';
import type { Stage } from '../steering/contextTypes';
import type { Plan } from '../steering/plan';
import { buildPrompt } from './prompt';

export interface StageEstimate {
  /** Of one passing attempt, over all its items and variants; nothing taken from the cache. */
  inputTokens: number;
  /** Thinking included. */
  outputTokens: number;
  usd: number;
  /** The same tokens at the price of the opus tier; 0 for Code stages, which no model does. */
  allOpusUsd: number;
  /** Tokens that the bundle of one answer takes, outputs that are still to come included, and may take; undefined for Code stages. */
  bundle?: { tokens: number; budget: number };
}

export interface PlanEstimate {
  stages: StageEstimate[];
  total: { usd: number; allOpusUsd: number };
}

export interface EstimateContext extends Omit<BundleContext, 'item' | 'lenient' | 'budget' | 'windowTokens'> {
  catalog: Pick<Catalog, 'modelFor' | 'price' | 'entry'>;
  /** Tier to model id; the document's own mapping where nothing is said. */
  models?: Partial<Record<Tier, string>>;
  /** How many items an `Each` stage has, where its list is there already. */
  items?: (index: number) => number | undefined;
  /** What a dearer model wrote for a stage. */
  strategy?: (index: number) => string | undefined;
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
/** Adaptive thinking is on by default at medium effort and billed as output. Assumed here as a share of the visible answer. */
const thinking: Record<Effort, number> = { low: 0.2, medium: 0.5, high: 1, xhigh: 2, max: 3 };
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
  if (tier === 'code') return { inputTokens: 0, outputTokens: 0, usd: 0, allOpusUsd: 0 };
  const { catalog, countTokens } = context;
  const mapped = context.models ?? plan.task.document.models;
  const model = catalog.modelFor(tier, mapped);
  const windowTokens = catalog.entry(model).contextWindow;
  const budget = budgetFor(stage, plan.task.document, { windowTokens, defaultBudget: context.defaultBudget });

  const read = new Set([...planned.inputs, ...planned.context].flatMap(({ source }) => (source.kind === 'stage' ? [source.index] : [])));
  const toCome = [...read].filter((at) => !context.outputs(at));
  const awaited = toCome.reduce((sum, at) => sum + expectedOutput(plan, at, context), 0);
  const bundle = await assembleBundle(plan, index, { ...context, windowTokens, budget: Math.max(0, budget - awaited), lenient: true });
  const asked = planned.inputs.filter(({ name, source }) => source.kind === 'asked' && bundle.missing.includes(name)).length;
  const { text } = buildPrompt(plan, index, bundle, { strategy: context.strategy?.(index) });

  const answers = answersOf(plan, index, context);
  const inputTokens = answers * (countTokens(text.system) + countTokens(text.user) + Math.min(awaited, budget) + asked * askedTokens);
  const outputTokens = Math.ceil(answers * expectedAnswer(stage, countTokens) * (1 + thinking[stage.runner.effort ?? 'medium']));
  const judges = answers * judgePrice(stage, expectedAnswer(stage, countTokens), plan, context);
  const priced = (id: string) =>
    judges + answers * catalog.price(id, { inputTokens: inputTokens / answers, outputTokens: outputTokens / answers, cacheReadTokens: 0, cacheWriteTokens: 0 });
  return {
    inputTokens,
    outputTokens,
    usd: priced(model),
    allOpusUsd: priced(catalog.modelFor('opus', mapped)),
    bundle: { tokens: Math.min(budget, bundle.tokens + awaited), budget },
  };
}

/** Tokens that go to a judge besides the output, and that it answers: its instructions, the rubric, a short reason. Assumed, not measured. */
const judgeTokens = { input: 400, output: 250 };

/** What judging one answer costs, in USD: a call of the cheap model for each `judge:` check, the output in its prompt. */
function judgePrice(stage: Stage, answerTokens: number, plan: Plan, { catalog, models }: EstimateContext): number {
  const judges = (checks: Stage['checks']): number =>
    checks.reduce((sum, { rule }) => sum + (rule.kind === 'judge' ? 1 : rule.kind === 'atLeast' ? judges(rule.of) : 0), 0);
  const usage = { inputTokens: Math.ceil(answerTokens) + judgeTokens.input, outputTokens: judgeTokens.output, cacheReadTokens: 0, cacheWriteTokens: 0 };
  return judges(stage.checks) * catalog.price(catalog.modelFor('haiku', models ?? plan.task.document.models), usage);
}

/** All stages of a plan, in order, and their sum. */
export async function estimatePlan(plan: Plan, context: EstimateContext): Promise<PlanEstimate> {
  const stages: StageEstimate[] = [];
  for (const { index } of plan.stages) stages.push(await estimateStage(plan, index, context));
  return { stages, total: { usd: stages.reduce((sum, { usd }) => sum + usd, 0), allOpusUsd: stages.reduce((sum, { allOpusUsd }) => sum + allOpusUsd, 0) } };
}

/** Tokens of a stage's output as a later stage reads it. */
function expectedOutput(plan: Plan, index: number, context: EstimateContext): number {
  const stage = plan.stages[index]?.stage;
  return stage ? expectedAnswer(stage, context.countTokens) * itemsOf(plan, index, context) : 0;
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
