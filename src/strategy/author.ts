import { profileOf } from '../catalog/profiles';
import { estimateTokens } from '../catalog/tokens';
import { readState } from '../journal/state';
import { answerTokens } from '../money/commissionPrice';
import { type Files, type ModelAnswer, type ModelRequest, UserError } from '../ports';
import { commissioned, questionsEstimate } from '../stage/commission';
import type { Engine, Person, RunOptions } from '../stage/engine';
import { previewStage } from '../stage/preview';
import { indexOf } from '../stage/scope';
import type { Stage } from '../steering/contextTypes';
import { planTask } from '../steering/plan';
import { bodyHash, isUnedited, readStrategy, type Strategy, stageHash, strategyPath, strategyText } from '../steering/strategy';
import { pathInWorkspace, type Task } from '../steering/task';
import { authorPrompt } from './authorPrompt';
import { shownAttempts } from './shownAttempts';
import { StrategyRefused, strategyBody } from './strategyAnswer';

/** A strategy as it was written, not kept yet. */
export interface DraftedStrategy {
  stage: Stage;
  strategy: Strategy;
  /** As its file. */
  text: string;
  /** Absolute. */
  path: string;
  /** What stands there now. */
  current?: string;
  /** Tokens that it adds to every call of the stage. */
  tokens: number;
  run: string;
  usd: number;
}

const maxTokens = 16_000;
const leastTokens = 1500;

/**
 * Have the dear model write how the cheap one does a stage well, from the stage, its prompt, and what is on record of attempts at it. Nothing is kept:
 * `keepStrategy` does that, once a person has seen it.
 * @throws UserError (exit 2) for a stage that no model does, where the cost is not agreed to; StrategyRefused for an answer that can't be used
 */
export async function draftStrategy(engine: Engine, person: Person, task: Task, number: number, options: RunOptions): Promise<DraftedStrategy> {
  const plan = await planTask(task, engine.files);
  const index = indexOf(plan, number);
  const { stage } = plan.stages[index] as (typeof plan.stages)[number];
  if (stage.runner.tier === 'code') {
    throw new UserError(`Stage ${number} “${stage.title}” is a Code stage: its command needs no strategy.`, {
      path: task.document.path,
      line: stage.headingRange.start.line,
      exitCode: 2,
    });
  }
  const state = await readState(engine.files, task.haikuFolder, task.slug);
  const path = await pathInWorkspace(task, strategyPath(task, stage), engine.files);
  const current = (await engine.files.stat(path)) ? await engine.files.read(path) : undefined;
  const before = current === undefined ? undefined : readStrategy(path, current).strategy;
  const { prompt, model: targetModel } = await previewStage(engine, plan, index, { strategy: { body: '' }, answers: options.inputs });
  const attempts = await shownAttempts(engine.files, state.stages.get(stage.slug));
  const order = { prompt: prompt.text, targetModel, profile: profileOf(targetModel), attempts, current: before?.body };
  const authorModel = engine.catalog.modelFor('opus', task.document.models);
  const request: ModelRequest = {
    ...authorPrompt(order),
    model: authorModel,
    maxTokens,
    label: { folder: task.haikuFolder, task: task.slug, stage: stage.slug, purpose: 'author', tier: 'opus', attempt: 1 },
  };
  const about = { number, title: `Strategy for “${stage.title}”`, slug: stage.slug };
  const estimate = questionsEstimate([{ request, outputTokens: answerTokens.strategy }], about, { engine, task, state });
  const { value, run, usd } = await commissioned({ purpose: 'author', plan, scope: [index], estimate }, { engine, person, task, options }, async ({ ask }) => {
    const onText = (text: string) => options.onEvent?.({ type: 'text', stage: stage.slug, attempt: 1, text });
    const read = (answer: Pick<ModelAnswer, 'text' | 'stopReason'>) => strategyBody(answer, (text) => estimateTokens(text, targetModel), stage.output?.path);
    const isAnswer = (answer: Pick<ModelAnswer, 'text' | 'stopReason'>) =>
      read(answer).then(
        () => true,
        (error: unknown) => {
          if (error instanceof StrategyRefused) return false;
          throw error;
        },
      );
    return read(await ask(request, { stage: stage.slug, leastTokens, onText, isAnswer }));
  });
  const strategy: Strategy = {
    stage: stage.slug,
    targetModel,
    authorModel: writtenBy(engine, authorModel),
    date: engine.clock.now().toISOString().slice(0, 10),
    stageHash: stageHash(stage),
    status: 'unproven',
    // It was shown what stood there, and so what that was learnt from.
    learntFrom: before?.learntFrom,
    writtenHash: bodyHash(value),
    body: value,
  };
  return { stage, strategy, text: strategyText(strategy), path, current, tokens: estimateTokens(value, targetModel), run, usd };
}

/** Who a strategy says it was written by: a sample is not passed off as a model's work. */
export function writtenBy({ model }: Pick<Engine, 'model'>, authorModel: string): string {
  return model.kind === 'recorded' ? `${authorModel} (recorded sample)` : authorModel;
}

/** What a person did to the strategy that stands there; undefined where nobody did anything: then it can be written anew unseen. */
export function ownHand({ path, current }: Pick<DraftedStrategy, 'path' | 'current'>): 'written' | 'edited' | 'adopted' | 'rejected' | undefined {
  if (current === undefined) return undefined;
  const { strategy } = readStrategy(path, current);
  if (!strategy) return 'written';
  if (!isUnedited(strategy)) return 'edited';
  // To adopt or to reject one was somebody's decision.
  return strategy.status === 'unproven' ? undefined : strategy.status;
}

/** True where keeping it would replace what a person wrote, edited or decided about: they are to see the difference first. */
export function replacesOwnText(drafted: Pick<DraftedStrategy, 'path' | 'current'>): boolean {
  return ownHand(drafted) !== undefined;
}

/** Keep a strategy in its file. @throws UserError where something else stands there by now than was shown, or it can't be written */
export async function keepStrategy(files: Files, drafted: Pick<DraftedStrategy, 'path' | 'text' | 'current'>): Promise<void> {
  if (drafted.current === undefined && (await files.stat(drafted.path))) {
    throw new UserError('A strategy stands there by now that was not there before.', {
      path: drafted.path,
      todo: 'Look at it, then author again.',
      exitCode: 2,
    });
  }
  await files.write(drafted.path, drafted.text, drafted.current);
}
