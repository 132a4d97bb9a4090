import { randomBytes } from 'node:crypto';
import { posix, relative, resolve } from 'node:path';
import { ProjectTexts } from '../bundle/projectTexts';
import { type Catalog, createCatalog } from '../catalog/catalog';
import { type Tier, tiers } from '../catalog/models';
import { createAnthropicModel } from '../model/anthropic';
import { chooseModel } from '../model/choose';
import { createRecordedModel } from '../model/recorded';
import { stallTimeout } from '../model/stallTimeout';
import { createAgreements } from '../node/agreements';
import { systemClock } from '../node/clock';
import { createNodeCommands } from '../node/commands';
import { createNodeFiles, toSlashes } from '../node/files';
import { createGitHistory } from '../node/git';
import { cacheFolder, createKeptIndexes } from '../node/indexFolder';
import { stateFolder } from '../node/personKey';
import { createNodeProcesses } from '../node/processes';
import { proxyFetchOptions } from '../node/proxy';
import { type Files, type History, type KeptIndexes, type Log, UserError } from '../ports';
import type { Engine } from '../stage/engine';
import { visible } from '../text';
import { ladderOf } from './ladderOptions';
import { capsOf, pricesOf } from './spendingCaps';

/** What a command line command has around it: streams, environment, files. Handed in, so that a test can fill it. */
export interface Surroundings {
  env: NodeJS.ProcessEnv;
  /** Where relative paths start; with `/`. */
  workingDirectory: string;
  files: Files;
  /** What version control remembers of the files; nothing is asked where it is not there. */
  history?: History;
  stdout(text: string): void;
  stderr(text: string): void;
  /** stdout as it is, control characters included: a person's own text given back, or a report whose foreign text was made visible before. */
  stdoutAsIs(text: string): void;
  /** What comes in on stdin, to its end. */
  stdin(): Promise<Uint8Array>;
  /** stdout is a terminal. */
  terminal: boolean;
  /** A person is at a terminal and can be asked. */
  interactive: boolean;
  /** One line typed as an answer; undefined at the end of input. */
  ask(question: string): Promise<string | undefined>;
  signal: AbortSignal;
  /** Where the templates stand. */
  templatesFolder: string;
}

/** How long a command may take, in milliseconds. */
const commandTimeoutMs = 10 * 60_000;

export function absolutePath(around: Surroundings, path: string): string {
  return toSlashes(resolve(around.workingDirectory, path));
}

/** A path as it is shown: from the working directory, with `/`. */
export function shownPath(around: Pick<Surroundings, 'workingDirectory'>, path: string): string {
  return toSlashes(relative(around.workingDirectory, path)) || '.';
}

/** The catalogue with the person's own models for the tiers. */
export function catalogOf(env: NodeJS.ProcessEnv): Catalog {
  const models: Partial<Record<Tier, string>> = {};
  for (const tier of tiers) {
    const id = env[`HAIKU_FIRST_${tier.toUpperCase()}`]?.trim();
    if (id) models[tier] = id;
  }
  return createCatalog({ models, prices: pricesOf(env) });
}

/** How many calls may be under way at once: HAIKU_FIRST_CONCURRENCY, 4 where it says nothing. @throws UserError (exit 2) */
function concurrencyOf(env: NodeJS.ProcessEnv): number {
  const written = env.HAIKU_FIRST_CONCURRENCY?.trim();
  if (!written) return 4;
  if (/^[1-9]\d{0,2}$/.test(written)) return Number(written);
  throw new UserError(`HAIKU_FIRST_CONCURRENCY is a whole number from 1 to 999; “${written}” is not.`, { exitCode: 2 });
}

/** Where indexes are kept from one command to the next: the person's cache folder, or nowhere with HAIKU_FIRST_INDEX=off. */
export function keptIndexes(env: NodeJS.ProcessEnv): KeptIndexes | undefined {
  return env.HAIKU_FIRST_INDEX?.trim().toLowerCase() === 'off' ? undefined : createKeptIndexes(cacheFolder(env));
}

/** Whether stages that say nothing of it get relevant code: HAIKU_FIRST_RELEVANT_CODE. @throws UserError (exit 2) */
function relevantCodeOf(env: NodeJS.ProcessEnv): boolean {
  const written = env.HAIKU_FIRST_RELEVANT_CODE?.trim().toLowerCase() || 'off';
  if (written === 'on' || written === 'off') return written === 'on';
  throw new UserError(`HAIKU_FIRST_RELEVANT_CODE is on or off; “${env.HAIKU_FIRST_RELEVANT_CODE}” is neither.`, { exitCode: 2 });
}

/** What is needed to plan, estimate and preview: no model, no commands. */
export function readingEngine(around: Pick<Surroundings, 'files' | 'env'>): Pick<Engine, 'files' | 'catalog' | 'settings' | 'project'> {
  const { files, env } = around;
  const texts = new Map<string, ProjectTexts>();
  // One command looks at one state of the files: what stages write on the way is not read again.
  const project = (workspace: string) => {
    const known = texts.get(workspace) ?? new ProjectTexts(workspace, files, keptIndexes(env));
    texts.set(workspace, known);
    return known;
  };
  return {
    files,
    catalog: catalogOf(env),
    settings: { concurrency: concurrencyOf(env), background: [], relevantCode: relevantCodeOf(env), caps: [], commandTimeoutMs, ...ladderOf(env, {}) },
    project,
  };
}

/** The engine as the environment and options set it. */
export async function createEngine(
  around: Surroundings,
  options: { model?: string; maxCostUsd?: number; passEnv?: readonly string[]; ladder?: string; maxEscalationUsd?: number; asksNobody?: boolean } = {},
): Promise<Engine> {
  const { env, files } = around;
  const log: Log = {
    debug: () => undefined,
    // A server that is slow to answer is waited for: say so, or it looks like nothing happens.
    info: (message) => around.stderr(`  ${message}\n`),
    warn: (message) => around.stderr(`${message}\n`),
    error: (message, cause) => around.stderr(`${message}${cause instanceof Error && env.HAIKU_FIRST_DEBUG ? `\n${cause.stack}` : ''}\n`),
  };
  const apiKey = env.ANTHROPIC_API_KEY?.trim() || undefined;
  const authToken = env.ANTHROPIC_AUTH_TOKEN?.trim() || undefined;
  const baseURL = env.ANTHROPIC_BASE_URL?.trim() || undefined;
  const choice = chooseModel({ asked: options.model, apiKey, authToken, baseURL });
  const caps = capsOf(env, options.maxCostUsd);
  const stallMs = stallTimeout(env.HAIKU_FIRST_STALL_TIMEOUT, 'HAIKU_FIRST_STALL_TIMEOUT');
  const model =
    choice.kind === 'recorded'
      ? createRecordedModel(files, systemClock)
      : createAnthropicModel({ apiKey, authToken, baseURL, stallMs, fetch: (await proxyFetchOptions(env))?.fetch, log, userAgent: 'haiku-first' });
  // What a person lets through to commands though it looks like a secret, by name.
  const passed = [...(options.passEnv ?? []), ...(env.HAIKU_FIRST_PASS_ENV ?? '').split(/[\s,]+/).filter(Boolean)];
  const reading = readingEngine(around);
  if (choice.kind === 'recorded' && !options.asksNobody) around.stderr(`${choice.reason}\n`);
  return {
    ...reading,
    commands: createNodeCommands({ passed: () => passed }),
    clock: systemClock,
    processes: createNodeProcesses(),
    log,
    model,
    agreements: createAgreements(toSlashes(stateFolder(env))),
    random: () => randomBytes(3).toString('hex'),
    settings: { ...reading.settings, ...ladderOf(env, options), caps },
  };
}

/** The surroundings of the running process. */
export function processSurroundings(signal: AbortSignal, ask: Surroundings['ask']): Surroundings {
  return {
    env: process.env,
    workingDirectory: toSlashes(process.cwd()),
    files: createNodeFiles(),
    history: createGitHistory(),
    stdout: (text) => void process.stdout.write(visible(text)),
    stderr: (text) => void process.stderr.write(visible(text)),
    stdoutAsIs: (text) => void process.stdout.write(text),
    async stdin() {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    },
    terminal: Boolean(process.stdout.isTTY),
    interactive: Boolean(process.stdin.isTTY && process.stderr.isTTY),
    ask: (question) => ask(visible(question)),
    signal,
    templatesFolder: posix.join(toSlashes(__dirname), '..', 'templates'),
  };
}
