import type { Catalog } from '../catalog/catalog';
import type { Task } from '../steering/task';
import { noUsage } from './spending';

/** How long answers to orders are, thinking included, in tokens: assumptions. */
export const answerTokens = { strategy: 4000, plan: 5000 } as const;

/** The question around what the stage is sent: its own instruction, and attempts at the stage. */
const aroundStage = 4000;
/** The question around the document, which stands in it twice: once as material. */
const aroundDocument = 2000;

/** About what a strategy for a stage costs, in USD: for a menu, where nothing is read closely. */
export function strategyPrice(catalog: Catalog, task: Pick<Task, 'document'>, stageInputTokens: number): number {
  const usage = { ...noUsage, inputTokens: stageInputTokens + aroundStage, outputTokens: answerTokens.strategy };
  return catalog.price(catalog.modelFor('opus', task.document.models), usage);
}

/** About what planning the stages of a document costs, in USD: for a menu. */
export function planPrice(catalog: Catalog, task: Pick<Task, 'document'>, documentTokens: number): number {
  const usage = { ...noUsage, inputTokens: documentTokens * 2 + aroundDocument, outputTokens: answerTokens.plan };
  return catalog.price(catalog.modelFor('opus', task.document.models), usage);
}
