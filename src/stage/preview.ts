import { assembleBundle } from '../bundle/bundle';
import type { Bundle, BundleContext } from '../bundle/bundleTypes';
import { estimateTokens } from '../catalog/tokens';
import { type LanguageModel, UserError } from '../ports';
import { secretsIn } from '../secrets';
import type { Plan } from '../steering/plan';
import { currentOutputs } from './current';
import type { Engine } from './engine';
import { listItems } from './items';
import { buildPrompt, type Prompt } from './prompt';
import { isSent, onceEach, ownSecrets, withoutSecrets } from './secretGate';
import { listText } from './unit';

/** The item of an `Each` stage that a preview shows. */
export interface PreviewItem {
  name: string;
  value: string;
  /** From 1, of so many. */
  number: number;
  of: number;
}

export interface Preview {
  bundle: Bundle;
  prompt: Prompt;
  /** The model that would be sent it; `code` where nothing is sent: the pieces are then files that a command gets. */
  model: string;
  sent: boolean;
  /** What the stage runs once for, as written: "Question in Question list"; undefined without `Each`. */
  each?: string;
  /** The first item, which is shown; undefined without `Each`, and where its list is not known yet. */
  item?: PreviewItem;
  /** Tokens at the beginning that an earlier stage has sent before, by its number: read from the cache if that was minutes ago. An estimate. */
  reused?: { tokens: number; with: number };
  /** All that is sent, as an estimate; `bundle.tokens` is the pieces alone. 0 where nothing is. */
  inputTokens: number;
}

type PreviewEngine = Pick<Engine, 'files' | 'catalog' | 'settings' | 'project'>;

/** So many earlier stages are looked at for a beginning in common: the nearest most likely ran within the cache's life. */
const stagesCompared = 8;

/**
 * Exactly what a stage would be sent now: earlier outputs as they stand, inputs as they were last given or as `answers` has them, by lower-case name. What
 * holds a secret that nobody decided to send is left out, and where the document itself holds one, its place is shown instead.
 * @throws UserError (exit 2) where a file the stage names can't be had.
 */
export async function previewStage(
  engine: PreviewEngine,
  plan: Plan,
  index: number,
  options: { answers?: ReadonlyMap<string, string>; budget?: number } & Pick<BundleContext, 'strategy'> = {},
): Promise<Preview> {
  const planned = plan.stages[index];
  if (!planned) throw new RangeError(`There is no stage at ${index}.`);
  const { stage } = planned;
  const { outputs, answers, state } = await currentOutputs(engine, plan, index);
  for (const [name, value] of options.answers ?? []) answers.set(name, value);
  const sent = isSent(stage);
  const model = stage.runner.tier === 'code' ? 'code' : engine.catalog.modelFor(stage.runner.tier, plan.task.document.models);
  const allowed = state.allowedSecrets;
  const context: BundleContext = {
    files: engine.files,
    countTokens: (text) => estimateTokens(text, model),
    outputs: (at) => outputs.get(at),
    answers,
    budget: sent ? options.budget : Number.MAX_SAFE_INTEGER,
    background: engine.settings.background,
    relevantCode: engine.settings.relevantCode,
    windowTokens: engine.catalog.entry(model).contextWindow,
    project: engine.project,
    allowedSecrets: sent ? allowed : 'all',
    strategy: options.strategy,
  };
  const item = stage.each && (await firstItem({ engine, plan, outputs, answers }, index));
  const bundle = await assembleBundle(plan, index, { ...context, item });
  const each = stage.each && `${stage.each.item} in ${stage.each.list.text}`;
  if (!sent) return { bundle, prompt: { system: [], user: [], text: { system: '', user: '' } }, model, sent, each, item, inputTokens: 0 };
  const own = await ownSecrets(plan, index, { files: engine.files, bundle, allowed, item });
  const prompt = await withoutOwn(buildPrompt(plan, index, bundle, { item }), own.length > 0);
  for (const { source, line, kind } of own) {
    bundle.omitted.push({ source, heading: null, tokens: 0, reason: `holds ${kind} in line ${line}: nothing is sent unless you decide so`, named: true });
  }
  const found: Preview = {
    bundle: { ...bundle, secrets: onceEach([...bundle.secrets, ...own]) },
    prompt,
    model,
    sent,
    each,
    item,
    // By the whole prompt, or by its pieces where these count as denser than their bytes: the larger is the safer.
    inputTokens: Math.max(
      estimateTokens(prompt.text.system, model) + estimateTokens(prompt.text.user, model),
      bundle.tokens + inputTokensBeside(plan, index, bundle, model, item),
    ),
  };
  const reused = await reusedTokens(engine, plan, index, found, context);
  return reused ? { ...found, reused } : found;
}

async function firstItem(sources: Parameters<typeof listText>[0], index: number): Promise<PreviewItem | undefined> {
  const planned = sources.plan.stages[index];
  if (!planned?.stage.each || !planned.list) return undefined;
  const items = listItems(await listText(sources, planned).catch(forUserErrors));
  const [value] = items;
  return value === undefined ? undefined : { name: planned.stage.each.item, value, number: 1, of: items.length };
}

/** A list that can't be read is told of when the stage runs. */
function forUserErrors(error: unknown): string {
  if (error instanceof UserError) return '';
  throw error;
}

/** What is sent beside the pieces. */
function inputTokensBeside(plan: Plan, index: number, bundle: Bundle, model: string, item: PreviewItem | undefined): number {
  const { system, user } = buildPrompt(plan, index, { ...bundle, pieces: [] }, { item }).text;
  return estimateTokens(system, model) + estimateTokens(user, model);
}

/** A prompt without the secrets of the document itself. */
async function withoutOwn(prompt: Prompt, holds: boolean): Promise<Prompt> {
  if (!holds) return prompt;
  const hidden = new Map<string, string>();
  for (const text of [prompt.text.system, prompt.text.user]) for (const { from, to, kind } of await secretsIn(text)) hidden.set(text.slice(from, to), kind);
  const clean = (text: string) => withoutSecrets(text, hidden);
  const blocks = (all: Prompt['system']) => all.map((block) => ({ ...block, text: clean(block.text) }));
  return { system: blocks(prompt.system), user: blocks(prompt.user), text: { system: clean(prompt.text.system), user: clean(prompt.text.user) } };
}

/**
 * The longest beginning, at a cache breakpoint, that one of the earlier stages sends to the same model too. Undefined where there is none, or less than
 * the model caches.
 */
async function reusedTokens(engine: PreviewEngine, plan: Plan, index: number, own: Preview, context: BundleContext): Promise<Preview['reused']> {
  const most = own.prompt.system.findLastIndex((block) => block.cache) + 1;
  let best: { blocks: number; with: number } | undefined;
  const earlier = plan.stages.slice(Math.max(0, index - stagesCompared), index).reverse();
  for (const { stage, index: at } of earlier) {
    if (best?.blocks === most) break;
    if (stage.runner.tier === 'code' || engine.catalog.modelFor(stage.runner.tier, plan.task.document.models) !== own.model) continue;
    // What stands in front does not depend on relevance, and a file that is gone is for that stage's own preview to tell.
    const bundle = await assembleBundle(plan, at, { ...context, budget: undefined, project: undefined, lenient: true });
    const { system } = buildPrompt(plan, at, bundle);
    let blocks = 0;
    while (blocks < most && system[blocks]?.text === own.prompt.system[blocks]?.text) blocks++;
    if (blocks > (best?.blocks ?? 0)) best = { blocks, with: stage.number };
  }
  if (!best) return undefined;
  const shared = own.prompt.system.slice(0, best.blocks);
  const tokens = estimateTokens(shared.map(({ text }) => text).join('\n\n'), own.model);
  return tokens < engine.catalog.entry(own.model).minCacheablePrefix ? undefined : { tokens, with: best.with };
}

/**
 * The exact number of input tokens of a preview's prompt, asked of the model: free, but the prompt goes there. Undefined where the model can't tell.
 * @throws UserError (exit 2) where the prompt is not to be sent as it is: a Code stage's, or one with a secret
 */
export async function exactTokens(model: LanguageModel, plan: Plan, index: number, preview: Preview, signal: AbortSignal): Promise<number | undefined> {
  const { stage } = plan.stages[index] ?? {};
  if (!stage || !preview.sent) throw new UserError('A Code stage sends nothing: there is nothing to count.', { exitCode: 2 });
  const [secret] = preview.bundle.secrets;
  if (secret)
    throw new UserError(`Nothing was sent to be counted: ${secret.source}:${secret.line} holds ${secret.kind}.`, {
      todo: 'Take it out, or leave the file out with “Context: not …”.',
      exitCode: 2,
    });
  const { task } = plan;
  const label = { folder: task.haikuFolder, task: task.slug, stage: stage.slug, purpose: 'stage' as const, tier: stage.runner.tier, attempt: 1 };
  const { system, user } = preview.prompt;
  return model.countTokens?.({ model: preview.model, system, user, maxTokens: 1, label }, signal);
}
