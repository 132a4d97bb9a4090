/**
 * What the core needs of the world outside, as interfaces. Adapters stand in `node/`, `editor/` and `model/`; tests fill them in memory.
 * Paths are absolute and use `/` on every platform.
 */

/** An error that a person can act on: what happened, where, and what to do. Shown as it is, without a stack. */
export class UserError extends Error {
  override readonly name = 'UserError';
  constructor(
    readonly what: string,
    readonly details: {
      /** What to do about it, as one sentence. */
      todo?: string;
      /** The file it is about, absolute. */
      path?: string;
      /** The line in that file, from 0. */
      line?: number;
      /** The exit code of the command line: 1 failed, 2 wrong usage or unreadable input, 3 the model could not be reached or refused, 130 cancelled. */
      exitCode?: 1 | 2 | 3 | 130;
      cause?: unknown;
    } = {},
  ) {
    super(details.todo ? `${what} ${details.todo}` : what, { cause: details.cause });
  }
}

/** A person cancelled. Never shown as an error. */
export class Cancelled extends UserError {
  constructor() {
    super('Cancelled.', { exitCode: 130 });
  }
}

export interface FileStat {
  kind: 'file' | 'folder';
  /** Bytes. */
  size: number;
}

export interface Files {
  /**
   * The text of a file, decoded from UTF-8 (a byte order mark is dropped).
   * @throws UserError when there is none, when it is binary, or when it is over `maxBytes` (512 KB where nothing is said).
   */
  read(path: string, maxBytes?: number): Promise<string>;
  /** What stands at a path; undefined where nothing does. Follows links. */
  stat(path: string): Promise<FileStat | undefined>;
  /**
   * The texts of many small files, in the order of their paths; undefined for each that `read` would refuse. Takes a fraction of the time that
   * reading thousands one by one does. Only where the adapter can.
   */
  readMany?(paths: readonly string[], maxBytes: number): Promise<(string | undefined)[]>;
  /** The names in a folder, sorted; empty where there is no such folder. `link` is set for a link to a file; links to folders are left out. */
  list(folder: string): Promise<{ name: string; kind: 'file' | 'folder'; link?: true }[]>;
  /** The path with every link followed, for what exists of it: so that a link cannot lead a write out of the workspace. */
  realPath(path: string): Promise<string>;
  /**
   * Write whole or not at all, making folders as needed. What may be done with the file stays as it is; one that nobody may write is refused.
   * @param over The text this replaces, as `read` gives it: where something else stands there by now, nothing is written.
   * @throws UserError
   */
  write(path: string, text: string, over?: string): Promise<void>;
  /** Add to the end and make sure it is on the disk before returning. */
  append(path: string, text: string): Promise<void>;
  remove(path: string): Promise<void>;
}

/** A path that a commit took away, by deleting it or giving it another name. */
export interface Departure {
  /** From the root, with `/`. */
  path: string;
  /** Its new name; undefined where it was deleted. */
  to?: string;
  /** The commit, abbreviated. */
  commit: string;
  /** The day of that commit, as `2026-02-11`. */
  date: string;
}

/** What version control remembers. Asked only where the person trusts the workspace. */
export interface History {
  /** What has left a repository, newest first, as far back as can be read in a few seconds. Empty where there is none; never fails. */
  departures(root: string): Promise<Departure[]>;
}

export interface CommandResult {
  exitCode: number | null;
  /** Set where the command was ended by a signal or by the time limit. */
  ended?: 'timeout' | 'cancelled' | 'signal';
  stdout: string;
  stderr: string;
}

/** Runs a shell command. Nobody calls this without the person's consent to that very command. */
export interface Commands {
  run(command: string, options: { cwd: string; env?: Record<string, string>; input?: string; timeoutMs: number; signal?: AbortSignal }): Promise<CommandResult>;
}

export interface Clock {
  now(): Date;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string, cause?: unknown): void;
}

/** How much a model thinks before it answers, as a runner and the API name it. */
export const efforts = ['low', 'medium', 'high', 'xhigh', 'max'] as const;
export type Effort = (typeof efforts)[number];

/** A block of a prompt. `cache` asks for a cache breakpoint after it: all up to here is the same for the next call. */
export interface PromptBlock {
  text: string;
  cache?: boolean;
}

export interface ModelRequest {
  /** The model id as the API knows it. */
  model: string;
  /** Reasoning effort; the model's default where absent. */
  effort?: Effort;
  system: PromptBlock[];
  /** One user turn. */
  user: PromptBlock[];
  /** The most tokens the answer may have, thinking included. */
  maxTokens: number;
  /** A JSON schema the answer must fit (structured output). */
  schema?: Record<string, unknown>;
  /** Whose call this is: how a recorded answer is found, and what a log may say without the prompt. */
  label: {
    /** The `.haiku` folder beside the task. */
    folder: string;
    /** Slug of the task. */
    task: string;
    /** Slug of the stage, with the item's number for `Each`. */
    stage: string;
    /** What is asked: the stage itself, or a judge's verdict about it. */
    purpose: 'stage' | 'judge';
    /** Tier name that recordings are filed under: haiku, sonnet, opus, or the model id. */
    tier: string;
    /** From 1: the how-manieth call of this tier for this stage and purpose, over all runs since the stage last changed. */
    attempt: number;
  };
}

export interface Usage {
  /** Input tokens neither read from nor written to the cache. */
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
}

export interface ModelAnswer {
  text: string;
  /** As the API says: end_turn, max_tokens, refusal, stop_sequence, pause_turn … */
  stopReason: string;
  usage: Usage;
  /** The model that answered, as the API says. */
  model: string;
}

export interface LanguageModel {
  /** `anthropic`, `recorded` or `vscode`: said wherever a person could mistake one for the other. */
  readonly kind: string;
  /** True where answers cost money. */
  readonly paid: boolean;
  /**
   * Ask once, streaming. `onText` gets each piece of the answer's text as it comes; an empty piece says that the answer has begun, and so its cost.
   * @throws UserError with exitCode 3 where the model could not be reached, refused the key or does not exist; Cancelled on abort, at once.
   */
  ask(request: ModelRequest, onText: (piece: string) => void, signal: AbortSignal): Promise<ModelAnswer>;
  /** The exact number of input tokens, where the model can tell; undefined where it can't. */
  countTokens?(request: ModelRequest, signal: AbortSignal): Promise<number | undefined>;
}
