import * as vscode from 'vscode';
import { type Tier, tiers } from '../catalog/models';
import type { RuleSettings } from '../lint/linter';
import type { EngineSettings } from '../stage/engine';
import { settingIds } from './ids';

/** A setting as it is now. What decides where a key goes or what may be spent is read from user settings alone: package.json gives it application scope. */
function value<T>(id: string): T | undefined {
  return vscode.workspace.getConfiguration().get<T>(id);
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

export function lintSettings(): RuleSettings {
  return value<RuleSettings>(settingIds.lintRules) ?? {};
}

export function backgroundFiles(): string[] {
  return value<string[]>(settingIds.background) ?? [];
}

export function showsLiveOutput(): boolean {
  return value<boolean>(settingIds.showLiveOutput) ?? true;
}
