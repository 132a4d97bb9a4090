import * as vscode from 'vscode';
import { aboutUsd, estimateTokens, formatUsd } from '../catalog/tokens';
import { planPrice, strategyPrice } from '../money/commissionPrice';
import { strategySentence, strategyWords } from '../steering/stageStrategy';
import { currentCatalog } from './engine';
import { commandIds } from './ids';
import type { StageView, TaskSession } from './taskSession';

export interface Offer {
  title: string;
  command: string;
  tooltip: string;
}

/** `about $0.04`: what having a strategy written for a stage costs; undefined where there is no model to write it for. */
export function strategyPriceText(session: TaskSession, view: StageView): string | undefined {
  if (!session.plan || view.planned.stage.runner.tier === 'code') return undefined;
  return `${aboutUsd(strategyPrice(currentCatalog(), session.plan.task, view.estimate.bundle?.tokens ?? 0))}`;
}

/** Above a stage: its strategy and what is known of its worth; where it has none and has failed, having one written. */
export function strategyOffers(session: TaskSession, view: StageView): Offer[] {
  const { strategy } = view;
  if (strategy) return [{ title: `Strategy: ${strategyWords(strategy)}`, command: commandIds.openStrategy, tooltip: `${strategySentence(strategy)} Open it.` }];
  const price = view.hasFailed && vscode.workspace.isTrusted ? strategyPriceText(session, view) : undefined;
  if (!price) return [];
  const tooltip = 'Opus writes down how the stage is done well, once; each later run is given it. You see and edit it before it is kept';
  return [{ title: `Have Opus write a strategy (${price})`, command: commandIds.author, tooltip }];
}

/** Above a document with parts and no stages: having them planned. */
export function planOffer(session: TaskSession): Offer | undefined {
  const task = session.plan?.task;
  if (!task || session.plan?.stages.length || !vscode.workspace.isTrusted) return undefined;
  if (!Object.values(task.document.parts).some((part) => part.body.trim())) return undefined;
  const price = formatUsd(planPrice(currentCatalog(), task, estimateTokens(task.document.text)));
  const tooltip = 'Opus proposes the stages of this work with their checks. You see and edit them before they are put into the document';
  return { title: `Have Opus plan the stages (about ${price})`, command: commandIds.decompose, tooltip };
}
