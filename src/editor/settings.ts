import * as vscode from 'vscode';
import type { PriceOverride } from '../catalog/catalog';
import { type Tier, tiers } from '../catalog/models';
import type { RuleSettings } from '../lint/linter';
import type { Cap } from '../money/spending';
import type { EngineSettings } from '../stage/engine';
import { type LadderSettings, parseLadder } from '../stage/ladder';
import { settingIds } from './ids';

/** A setting as it is now, for a document where it can differ by folder. What decides where a key goes or what may be spent is read from user settings
 * alone: package.json gives it application scope. */
function value<T>(id: string, scope?: vscode.Uri): T | undefined {
  return vscode.workspace.getConfiguration(undefined, scope).get<T>(id);
}

export function engineSettings(): EngineSettings {
  return {
    concurrency: Math.max(1, value<number>(settingIds.concurrency) ?? 4),
    background: value<string[]>(settingIds.background) ?? [],
    relevantCode: value<string>(settingIds.relevantCode) === 'on',
    caps: [...capOf(settingIds.maxCostPerRun, 'run'), ...capOf(settingIds.maxCostPerTask, 'task'), ...capOf(settingIds.maxCostPerMonth, 'month')],
    commandTimeoutMs: Math.max(1, value<number>(settingIds.commandTimeout) ?? 600) * 1000,
    batchFrom: value<number>(settingIds.batchFrom) ?? 0,
  };
}

/** What is tried until a stage passes, and what climbing by itself may cost. @throws UserError for a ladder that can't be read, naming the rung. */
export function ladderSettings(): LadderSettings {
  const written = value<string>(settingIds.ladder)?.trim();
  return {
    ...(written ? { ladder: parseLadder(written, `The setting ${settingIds.ladder}`) } : {}),
    maxEscalationUsd: Math.max(0, value<number>(settingIds.maxEscalationCostPerRun) ?? 0),
  };
}

/** 0 is no limit. */
function capOf(id: string, of: NonNullable<Cap['of']>): Cap[] {
  const usd = value<number>(id) ?? 0;
  return usd > 0 ? [{ name: `The setting ${id}`, usd, of }] : [];
}

/** A person's own prices by model id. */
export function priceSettings(): Record<string, PriceOverride | PriceOverride[]> {
  return value<Record<string, PriceOverride | PriceOverride[]>>(settingIds.prices) ?? {};
}

/** Whether estimates before a run have the provider count the prompts. */
export function estimatesExactly(): boolean {
  return value<boolean>(settingIds.exactEstimates) ?? false;
}

/** Days that runs are kept; 0 for all. */
export function daysToKeepRuns(): number {
  return value<number>(settingIds.keepRuns) ?? 0;
}

/** Names of variables that commands get though they look like secrets. */
export function passedVariables(): string[] {
  return (value<unknown[]>(settingIds.passEnvironment) ?? []).filter((name) => typeof name === 'string');
}

export function modelSettings(): { models: Partial<Record<Tier, string>>; baseUrl?: string; asked?: string; stallMs: number } {
  const models: Partial<Record<Tier, string>> = {};
  for (const tier of tiers) {
    const id = value<Record<string, string>>(settingIds.models)?.[tier]?.trim();
    if (id) models[tier] = id;
  }
  const asked = value<string>(settingIds.model);
  return {
    models,
    baseUrl: value<string>(settingIds.baseUrl)?.trim() || undefined,
    asked: asked && asked !== 'auto' ? asked : undefined,
    stallMs: Math.min(300, Math.max(1, value<number>(settingIds.stallTimeout) ?? 180)) * 1000,
  };
}

export function lintSettings(scope?: vscode.Uri): RuleSettings {
  return value<RuleSettings>(settingIds.lintRules, scope) ?? {};
}

/** Documents are linted only when they are opened and saved. */
export function lintsOnSave(scope?: vscode.Uri): boolean {
  return value<string>(settingIds.lintRun, scope) === 'onSave';
}

/** The most tokens that every session should load; undefined where nothing is set. */
export function launchBudget(scope?: vscode.Uri): number | undefined {
  const budget = value<number>(settingIds.launchBudget, scope) ?? 0;
  return budget > 0 ? budget : undefined;
}

export function backgroundFiles(scope?: vscode.Uri): string[] {
  return value<string[]>(settingIds.background, scope) ?? [];
}

/** Whether an index of each project's words is kept on disk. */
export function keepsIndex(): boolean {
  return value<boolean>(settingIds.keepIndex) ?? true;
}

export function showsLiveOutput(): boolean {
  return value<boolean>(settingIds.showLiveOutput) ?? true;
}
