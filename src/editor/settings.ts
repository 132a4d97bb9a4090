import * as vscode from 'vscode';
import { type Tier, tiers } from '../catalog/models';
import type { RuleSettings } from '../lint/linter';
import type { EngineSettings } from '../stage/engine';
import { settingIds } from './ids';

/** A setting as it is now, for a document where it can differ by folder. What decides where a key goes or what may be spent is read from user settings
 * alone: package.json gives it application scope. */
function value<T>(id: string, scope?: vscode.Uri): T | undefined {
  return vscode.workspace.getConfiguration(undefined, scope).get<T>(id);
}

export function engineSettings(): EngineSettings {
  const cap = value<number>(settingIds.maxCostPerRun) ?? 0;
  return {
    concurrency: Math.max(1, value<number>(settingIds.concurrency) ?? 4),
    background: value<string[]>(settingIds.background) ?? [],
    caps: cap > 0 ? [{ name: `The setting ${settingIds.maxCostPerRun}`, usd: cap }] : [],
    commandTimeoutMs: Math.max(1, value<number>(settingIds.commandTimeout) ?? 600) * 1000,
  };
}

export function modelSettings(): { models: Partial<Record<Tier, string>>; baseUrl?: string; asked?: string } {
  const models: Partial<Record<Tier, string>> = {};
  for (const tier of tiers) {
    const id = value<Record<string, string>>(settingIds.models)?.[tier]?.trim();
    if (id) models[tier] = id;
  }
  const asked = value<string>(settingIds.model);
  return { models, baseUrl: value<string>(settingIds.baseUrl)?.trim() || undefined, asked: asked && asked !== 'auto' ? asked : undefined };
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

export function showsLiveOutput(): boolean {
  return value<boolean>(settingIds.showLiveOutput) ?? true;
}
