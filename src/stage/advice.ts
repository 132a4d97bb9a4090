import type { Catalog } from '../catalog/catalog';
import type { Tier } from '../catalog/models';
import type { LanguageModel, ModelRequest } from '../ports';
import type { Stage } from '../steering/contextTypes';
import { plural } from '../text';

/** What the provider recommends for one piece of advice, in tokens. */
const adviceTokens = 2048;
/** A stage is one turn: once before it is written, and once more where the first advice raised a question. */
const mostConsults = 2;

/**
 * The advisor of a stage with `Advisor: yes`: the opus tier's model, for stages on a cheaper one. Undefined where there is none to ask: recorded answers ask
 * nobody, a model that is not in the catalogue may not know the tool, and Opus needs no Opus.
 */
export function advisorFor(
  stage: Pick<Stage, 'advisor'>,
  tier: Tier,
  client: Pick<LanguageModel, 'kind'>,
  catalog: Catalog,
  models: Partial<Record<Tier, string>>,
): ModelRequest['advisor'] {
  if (!stage.advisor || tier === 'opus' || client.kind === 'recorded' || client.kind === 'vscode') return undefined;
  const [own, advisor] = [catalog.modelFor(tier, models), catalog.modelFor('opus', models)];
  const [asks, answers] = [catalog.entry(own), catalog.entry(advisor)];
  // Haiku 4.5 and what else takes no effort is older than the tool.
  if (!asks.known || !answers.known || !asks.takesEffort || own === advisor) return undefined;
  return { model: advisor, maxUses: mostConsults, maxTokens: adviceTokens };
}

/** The tool's definition takes about so many tokens, as its provider says. */
const definitionTokens = 1000;
/** What one piece of advice is assumed to have: half of what it may. */
const assumedAdvice = adviceTokens / 2;

/** What an advisor that is asked once adds to one answer, in USD: it reads the prompt, and the model then reads all of it and the advice once more. */
export function advicePrice(catalog: Pick<Catalog, 'price'>, model: string, advisor: string, inputTokens: number): number {
  const none = { cacheReadTokens: 0, cacheWriteTokens: 0 };
  const asked = catalog.price(advisor, { ...none, inputTokens, outputTokens: assumedAdvice });
  return asked + catalog.price(model, { ...none, inputTokens: 2 * definitionTokens + inputTokens + assumedAdvice, outputTokens: 0 });
}

/** How often advisors were asked of the calls that could, such as `asked 3 times in 5 calls`: seldom means that a stage pays for a tool it does not use. */
export function consultRate(stages: readonly { advisedCalls: number; consults: number }[]): string {
  const sum = (of: 'advisedCalls' | 'consults') => stages.reduce((total, stage) => total + stage[of], 0);
  return `asked ${plural(sum('consults'), 'time')} in ${plural(sum('advisedCalls'), 'call')}`;
}
