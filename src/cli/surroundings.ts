import { randomBytes } from 'node:crypto';
import { posix, relative, resolve } from 'node:path';
import { ProjectTexts } from '../bundle/projectTexts';
import { type Catalog, createCatalog } from '../catalog/catalog';
import { type Tier, tiers } from '../catalog/models';
import { createAnthropicModel } from '../model/anthropic';
import { chooseModel } from '../model/choose';
import { createRecordedModel } from '../model/recorded';
import { systemClock } from '../node/clock';
import { createNodeCommands } from '../node/commands';
import { createNodeFiles, toSlashes } from '../node/files';
import { createGitHistory } from '../node/git';
import { proxyFetchOptions } from '../node/proxy';
import { type Files, type History, type Log, UserError } from '../ports';
import type { Engine } from '../stage/engine';
import type { Cap } from '../stage/spending';
import { visible } from '../text';

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
  return createCatalog({ models });
}

/** What is needed to plan, estimate and preview: no model, no commands. */
export function readingEngine(around: Pick<Surroundings, 'files' | 'env'>): Pick<Engine, 'files' | 'catalog' | 'settings' | 'project'> {
  const { files, env } = around;
  const texts = new Map<string, ProjectTexts>();
  // One command looks at one state of the files: what stages write on the way is not read again.
  const project = (workspace: string) => {
    const known = texts.get(workspace) ?? new ProjectTexts(workspace, files);
    texts.set(workspace, known);
    return known;
  };
  return { files, catalog: catalogOf(env), settings: { concurrency: 4, background: [], caps: [], commandTimeoutMs }, project };
}

/** The engine as the environment and options set it. */
export async function createEngine(around: Surroundings, options: { model?: string; maxCostUsd?: number } = {}): Promise<Engine> {
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
  const caps: Cap[] = [];
  if (options.maxCostUsd !== undefined) caps.push({ name: '--max-cost', usd: options.maxCostUsd });
  const usual = env.HAIKU_FIRST_MAX_COST?.trim();
  if (usual) {
    if (!/^\$?\d*\.?\d+$/.test(usual)) throw new UserError(`HAIKU_FIRST_MAX_COST is an amount in USD; “${usual}” is not.`, { exitCode: 2 });
    caps.push({ name: 'HAIKU_FIRST_MAX_COST', usd: Number(usual.replace('$', '')) });
  }
  const model =
    choice.kind === 'recorded'
      ? createRecordedModel(files, systemClock)
      : createAnthropicModel({ apiKey, authToken, baseURL, fetch: (await proxyFetchOptions(env))?.fetch, log, userAgent: 'haiku-first' });
  const reading = readingEngine(around);
  if (choice.kind === 'recorded') around.stderr(`${choice.reason}\n`);
  return {
    ...reading,
    commands: createNodeCommands(),
    clock: systemClock,
    log,
    model,
    random: () => randomBytes(3).toString('hex'),
    settings: { ...reading.settings, caps },
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
    ask,
    signal,
    templatesFolder: posix.join(toSlashes(__dirname), '..', 'templates'),
  };
}
