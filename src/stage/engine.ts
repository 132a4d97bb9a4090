import type { BundleContext, SecretFinding } from '../bundle/bundleTypes';
import type { Catalog } from '../catalog/catalog';
import type { Tier } from '../catalog/models';
import type { Clock, Commands, Effort, Files, LanguageModel, Log, Usage } from '../ports';
import type { CheckVerdict, JournalRecord, RunStatus, StageStatus } from './journal';
import type { Cap } from './spending';

/** What the engine is given: the world outside and the person's settings. */
export interface Engine {
  files: Files;
  commands: Commands;
  clock: Clock;
  log: Log;
  model: LanguageModel;
  catalog: Catalog;
  /** The project's own files by the workspace's folder, for stages that ask for relevant code; kept from one ask to the next. Read by nobody who does not ask. */
  project?: BundleContext['project'];
  /** Random letters for run ids. */
  random(): string;
  settings: EngineSettings;
}

export interface EngineSettings {
  /** Stages and items that run at the same time. */
  concurrency: number;
  /** Names of further background files. */
  background: string[];
  /** Hard limits of a run in USD, from the person's settings and the command line. */
  caps: Cap[];
  /** How long a command may take, in milliseconds. */
  commandTimeoutMs: number;
}

/** What a run will do and cost, shown before anything is sent. */
export interface RunEstimate {
  /** False where answers are recorded samples: the amounts are then what they would cost. */
  paid: boolean;
  stages: { number: number; title: string; slug: string; model: string; usd: number }[];
  usd: number;
  allOpusUsd: number;
  /** The stage that goes to Opus, by number, where one does. */
  escalation?: number;
  /** Tiers that the document maps to a dearer model than the person's own, with what these stages cost on either. */
  dearer?: { tier: Tier; model: string; usd: number; insteadOf: string; insteadUsd: number }[];
}

/** The person who runs: asked before money is spent, a command runs, a secret is sent or their file is overwritten. */
export interface Person {
  /** False where nobody can be asked (no terminal): then what needs a look at a diff is refused before anything is spent. */
  readonly present: boolean;
  confirmSpending(estimate: RunEstimate): Promise<boolean>;
  confirmCommands(commands: { stage: number; title: string; command: string }[]): Promise<boolean>;
  /** What would be sent holds these: a yes sends them now and later, and is put on record. */
  allowSecrets(findings: readonly SecretFinding[]): Promise<boolean>;
  /** `path` was changed by somebody since a stage wrote it, or was never written by one. */
  confirmOverwrite(path: string, current: string, next: string): Promise<boolean>;
  /** An input that nothing provides; undefined where nobody is there to ask. */
  answer(name: string, stage: { number: number; title: string }): Promise<string | undefined>;
}

export type RunEvent =
  | { type: 'record'; record: JournalRecord }
  /** A piece of a stage's answer as it comes. */
  | { type: 'text'; stage: string; attempt: number; item?: number; text: string }
  | { type: 'note'; stage?: string; message: string };

export interface RunOptions {
  /** Only this stage (and what it needs that has not passed). */
  stage?: number;
  /** This stage and all after it. */
  from?: number;
  /** Run again what has passed unchanged. */
  fresh?: boolean;
  /** This stage goes to Opus with what failed; what depends on it goes on. */
  escalate?: number;
  /** This stage goes to its own model once more, with the feedback of its last failed attempt; what depends on it goes on. */
  retry?: number;
  /** With `escalate` or `retry`: what depends on the stage does not go on. */
  alone?: boolean;
  /** Inputs given by name. */
  inputs?: ReadonlyMap<string, string>;
  signal: AbortSignal;
  onEvent?(event: RunEvent): void;
}

export interface StageResult {
  number: number;
  title: string;
  slug: string;
  status: StageStatus;
  model: string;
  effort?: Effort;
  attempts: number;
  /** `path` is the file of the workspace it was written to, null where it was not; `file` is the copy that the run keeps, absolute. */
  output: { path: string | null; text: string; file?: string };
  checks: CheckVerdict[];
  usage: Usage;
  usd: number;
  ms: number;
  message?: string;
}

export interface RunResult {
  run: string;
  client: string;
  paid: boolean;
  status: RunStatus;
  stages: StageResult[];
  total: { usd: number; ms: number; allOpusUsd: number };
  /** Why the run stopped, and the exit code that says so. */
  stopped?: { message: string; exitCode: number };
}
