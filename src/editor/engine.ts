import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { type Catalog, createCatalog } from '../catalog/catalog';
import { createAnthropicModel } from '../model/anthropic';
import { chooseModel } from '../model/choose';
import { createRecordedModel } from '../model/recorded';
import type { Agreements, Clock, Commands, Files, LanguageModel, Log, Processes } from '../ports';
import type { Engine } from '../stage/engine';
import type { Keys } from './keys';
import { engineSettings, ladderSettings, modelSettings, priceSettings } from './settings';

/** The adapters of this machine, made once in extension.ts. */
export interface Adapters {
  files: Files;
  commands: Commands;
  clock: Clock;
  processes: Processes;
  log: Log;
  /** What the person agreed to for good. */
  agreements: Agreements;
  /** For stages that ask for relevant code. */
  project: NonNullable<Engine['project']>;
}

/** Pause between the words of a recorded answer, in milliseconds: a person sees it come, a test does not wait for it. */
const recordedPaceMs = 4;

export function currentCatalog(): Catalog {
  return createCatalog({ models: modelSettings().models, prices: priceSettings() });
}

/** The engine as settings, keys and environment have it now. */
export async function createEngine(adapters: Adapters, keys: Keys): Promise<Engine> {
  return {
    ...adapters,
    model: await createModel(adapters, keys),
    catalog: currentCatalog(),
    random: () => randomBytes(3).toString('hex'),
    settings: { ...engineSettings(), ...ladderSettings() },
  };
}

async function createModel({ files, clock, log }: Adapters, keys: Keys): Promise<LanguageModel> {
  const { baseUrl, asked, stallMs } = modelSettings();
  const apiKey = await keys.apiKey();
  const authToken = process.env.ANTHROPIC_AUTH_TOKEN?.trim() || undefined;
  const baseURL = baseUrl ?? (process.env.ANTHROPIC_BASE_URL?.trim() || undefined);
  const choice = chooseModel({ asked, apiKey, authToken, baseURL });
  log.info(choice.reason);
  if (choice.kind === 'recorded') return createRecordedModel(files, clock, recordedPaceMs);
  return createAnthropicModel({
    apiKey,
    authToken,
    baseURL,
    stallMs,
    log,
    userAgent: `haiku-first/${vscode.extensions.getExtension('haiku-first.haiku-first')?.packageJSON.version ?? ''}`,
  });
}
