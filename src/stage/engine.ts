import type { BundleContext, SecretFinding } from '../bundle/bundleTypes';
import type { Catalog } from '../catalog/catalog';
import type { Tier } from '../catalog/models';
import type { CheckVerdict, JournalRecord, RunStatus, StageStatus } from '../journal/journal';
import type { Advised } from '../journal/records';
import type { UncertainCall } from '../journal/uncertain';
import type { Cap } from '../money/spending';
import type { Agreements, Clock, Commands, Effort, Files, LanguageModel, Log, Processes, Usage } from '../ports';
import type { CommandToAllow, WrittenProgram } from './commandConsent';
import type { Ladder } from './ladder';

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
  /** Where there are others: one runs a task at a time. */
  processes?: Processes;
  /** What the person agreed to for good, kept outside of all projects; nothing where it is not there. */
  agreements?: Agreements;
  /** Random letters for run ids. */
  random(): string;
  settings: EngineSettings;
}

export interface EngineSettings {
  /** Stages and items that run at the same time. */
  concurrency: number;
  /** Names of further background files. */
  background: string[];
  /** Stages that say nothing of relevant code get parts of the project's own files that fit them. */
  relevantCode?: boolean;
  /** Hard limits of a run in USD, from the person's settings and the command line. */
  caps: Cap[];
  /** How long a command may take, in milliseconds. */
  commandTimeoutMs: number;
  /** From so many items on, batches are offered before a run; never where it is 0 or absent. */
  batchFrom?: number;
  /** What is tried one after the other until a stage passes; `defaultLadder` where nothing is said. */
  ladder?: Ladder;
  /** The most that climbing to dearer models by itself may cost in one run, in USD; 0 or nothing: it never climbs. */
  maxEscalationUsd?: number;
}

/** What a run will do and cost, shown before anything is sent. */
export interface RunEstimate {
  /** False where answers are recorded samples: the amounts are then what they would cost. */
  paid: boolean;
  stages: { number: number; title: string; slug: string; model: string; usd: number; atMostUsd?: number; pastAnswers?: number; assumedItems?: number }[];
  usd: number;
  /** If all tries are needed: what is reserved for them at most, tries on dearer models apart; in USD. */
  atMostUsd?: number;
  /** What each cap leaves (`whole`: all of it, as nothing is spent), and whether the run fits: for sure, unless tries are needed that need not be, or not even as it is estimated. */
  caps?: { name: string; leftUsd: number; whole?: true; fits: 'surely' | 'perhaps' | 'hardly' }[];
  /** Why it can't fit under a cap, whatever happens: then nothing is begun. */
  refusal?: string;
  /** Prompts were counted by the provider. */
  exact?: boolean;
  /** What stages name and would not get whole, as it has no room: by the stage's number and title. */
  cut?: { number: number; title: string; source: string; reason: string; outline: boolean }[];
  /** Placeholders such as `[name the topic]` in the document that would be sent, as written. */
  unfilled?: string[];
  allOpusUsd: number;
  /** The stage that goes to Opus, by number, where one does. */
  escalation?: number;
  /** Of that stage: it has passed already, on this model, or was never tried as it stands; absent where it has failed. */
  escalates?: { over: 'passed'; model: string } | { over: 'nothing' };
  /** The dearest model that stages may climb to by themselves where they fail, and the most it may cost in this run, in USD; in no other sum. */
  climb?: { tier: Tier; model: string; usd: number };
  /** Items of `Each` go through the provider's batches: the amounts are at their price. */
  byBatch?: boolean;
  /** What it would cost through batches, in USD, and how many items would go: where there are enough to offer it. */
  batch?: { usd: number; items: number };
  /** Tiers that the document maps to a dearer model than the person's own, with what these stages cost on either. */
  dearer?: { tier: Tier; model: string; usd: number; insteadOf: string; insteadUsd: number }[];
}

/** The person who runs: asked before money is spent, a command runs, a secret is sent or their file is overwritten. */
export interface Person {
  /** False where nobody can be asked (no terminal): then what needs a look at a diff is refused before anything is spent. */
  readonly present: boolean;
  /** `batch`: yes, and through batches, where the estimate offers that. */
  confirmSpending(estimate: RunEstimate): Promise<boolean | 'batch'>;
  /** The document maps tiers to dearer models than the person's own; asked once for each. Where nobody asks, `confirmSpending` shows both prices. */
  confirmDearer?(mappings: NonNullable<RunEstimate['dearer']>): Promise<boolean>;
  /** `written`: files that models fill before or while these commands run, and that commands may run. */
  confirmCommands(commands: CommandToAllow[], written?: readonly WrittenProgram[]): Promise<boolean>;
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
  /** Where another process runs the task: wait for its end instead of refusing. */
  wait?: boolean;
  /** Have the provider count the prompts for the estimate, as far as they are known: this sends them before the price is agreed to. */
  exact?: boolean;
  /** Ask the items of `Each` through the provider's batches: half price, answered within 24 hours. */
  batch?: boolean;
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
  /** The files of the workspace that hold what passed: one, or of `Each` one for each item whose name is in the path; none where it went to no file. */
  outputs: string[];
  /** Of several items those that have not passed, by number, each with the copy that the run keeps of what it made; absolute. */
  failedItems?: { item: number; file: string }[];
  checks: CheckVerdict[];
  usage: Usage;
  usd: number;
  ms: number;
  /** The runner is `Opus if needed`: that it fails on the cheap model is no surprise. */
  escalationExpected?: true;
  /** How the answer that counts ended, as the API says: `end_turn`, `max_tokens`, `refusal` … */
  stopReason?: string;
  /** What the advisor was asked and cost in this run, where the stage had one; its cost is in `usd`. */
  advisor?: Advised;
  message?: string;
}

export interface RunResult {
  run: string;
  client: string;
  paid: boolean;
  status: RunStatus;
  stages: StageResult[];
  /** `allOpusLowUsd`: Opus at low effort, as the ledger prices it. */
  total: { usd: number; ms: number; allOpusUsd: number; allOpusLowUsd: number };
  /** Calls of runs that were cut off before this one: nobody knows what became of them. Each counts at its worst, in no sum of this run. */
  uncertain?: UncertainCall[];
  /** Why the run stopped, and the exit code that says so. */
  stopped?: { message: string; exitCode: number };
}
