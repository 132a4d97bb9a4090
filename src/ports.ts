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
      /** True where what failed may have been done, and may be billed, all the same. */
      uncertain?: boolean;
      /** True where what was asked for is not there any more: asking again is of no use. */
      gone?: boolean;
      cause?: unknown;
    } = {},
  ) {
    // A list ends its last line itself: what to do then begins the next one.
    super(details.todo ? `${what}${what.endsWith('\n') ? '' : ' '}${details.todo}` : what, { cause: details.cause });
  }
}

/** A person cancelled. Never shown as an error. */
export class Cancelled extends UserError {
  /** @param details `uncertain` where what was cancelled had been sent, and may be billed. */
  constructor(details: { uncertain?: boolean } = {}) {
    super('Cancelled.', { ...details, exitCode: 130 });
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
  /**
   * The whole lines of a file that is appended to, as `read` gives them. What stands behind the last line break was cut off while it was written: it is
   * left out, whatever it is. Only where the adapter can tell.
   * @param from Bytes at the beginning that are left out; they are not counted against `maxBytes`, and not read.
   */
  readLines?(path: string, maxBytes: number, from?: number): Promise<string>;
  /**
   * Write a file, whole, where nothing stands: of several processes that try at the same time one succeeds. False where something stands there.
   * Only where the adapter can. @throws UserError where it can't be written
   */
  createNew?(path: string, text: string): Promise<boolean>;
  remove(path: string): Promise<void>;
  /**
   * A key that only this person on this machine has, kept outside of all folders of projects: tells their own files from those that came with a folder.
   * undefined where it can't be kept. Only where the adapter can.
   */
  personKey?(): Promise<string | undefined>;
}

/** Where indexes of folders' files outlive a process: a cache, each of which may be gone or another at any time. Never fails. */
export interface KeptIndexes {
  /** What was last written of a folder (absolute); undefined where nothing is kept. */
  read(folder: string): Promise<Uint8Array | undefined>;
  /** Whole or not at all. */
  write(folder: string, bytes: Uint8Array): Promise<void>;
  /**
   * For each file a text that is another one after the file was changed, in the order of their paths; undefined where there is no file, or it changed so
   * short a time ago that nothing could tell.
   */
  stamps(paths: readonly string[]): Promise<(string | undefined)[]>;
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
  /** Set where the command was ended: by the time limit, the person, a signal, or because it printed without end. */
  ended?: 'timeout' | 'cancelled' | 'signal' | 'output';
  /** Set where `stdout` is not what was printed: its middle is left out, it was binary, or no UTF-8. */
  flaw?: 'cut' | 'binary' | 'encoding';
  stdout: string;
  stderr: string;
}

/** Runs a shell command, without the secrets of this process's environment. Nobody calls this without the person's consent to that very command. */
export interface Commands {
  run(command: string, options: { cwd: string; env?: Record<string, string>; input?: string; timeoutMs: number; signal?: AbortSignal }): Promise<CommandResult>;
}

/** A process, told from others that had or will have its number. */
export interface ProcessIdentity {
  pid: number;
  host: string;
  /** When it began, in a form that is only compared; undefined where nobody can tell. */
  start?: string;
}

/** Processes of this machine: so that two of them do not do the same work. */
export interface Processes {
  readonly self: ProcessIdentity;
  /** False where a process has ended for sure; true where it runs, or nobody can tell, as of another host. */
  isRunning(process: ProcessIdentity): boolean | Promise<boolean>;
}

/** What a person agreed to once, kept with their own settings: no project can say it for them. */
export interface Agreements {
  has(what: string): Promise<boolean>;
  /** @throws UserError where it can't be kept */
  add(what: string): Promise<void>;
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
  /**
   * A dearer model that this one may ask while it answers (the advisor tool, beta). Never counted on: Haiku by itself hardly asks, so the prompt has to
   * say when to. Its tokens are billed at its own rates, apart from the answer's `usage`.
   */
  advisor?: {
    model: string;
    /** How often it may be asked in this call; as often as the model likes where nothing is said. */
    maxUses?: number;
    /** The most tokens each piece of advice may have; at least 1,024. */
    maxTokens: number;
  };
  /**
   * Asked where the connection was lost after the request had been sent, so that it may have been answered and paid though nobody will know: true where
   * it may be sent once more, its worst case set aside once more. Nothing is sent twice without this.
   */
  repeat?(): Promise<boolean>;
  /** Whose call this is: how a recorded answer is found, and what a log may say without the prompt. */
  label: {
    /** The `.haiku` folder beside the task. */
    folder: string;
    /** Slug of the task. */
    task: string;
    /** Slug of the stage, with the item's number for `Each`. */
    stage: string;
    /** What is asked: the stage itself (in a trial too), a judge's verdict about it, or what is written for it: a strategy, its improvement, lessons, stages. */
    purpose: 'stage' | 'judge' | 'trial' | 'author' | 'improve' | 'learn' | 'decompose';
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
  /** What the advisor was asked and cost, apart from `usage`; undefined where the request had none. `consults` is 0 where it was not asked. */
  advisor?: { model: string; consults: number; usage: Usage };
  /** As the API numbers its requests: what its support asks for. */
  requestId?: string;
}

/** What became of one request of a batch. */
export type BatchResult = { id: string; answer: ModelAnswer } | { id: string; error: UserError };

/** How far a batch is. */
export interface BatchStatus {
  /** True once no request will change any more: its results can be read. */
  ended: boolean;
  /** Requests by what became of them; `processing` are still to come. */
  counts: { processing: number; succeeded: number; errored: number; canceled: number; expired: number };
  /** When the provider gives up on what is left, as it says. */
  expires?: Date;
}

/**
 * Many requests handed over at once and answered within a day, at half price. Everything is found again by the batch's id, from any process and on any
 * later day for as long as the provider keeps the results (29 days at Anthropic).
 */
export interface Batches {
  /** So many requests are handed over at once; what is more goes in a further batch. 10,000 where nothing is said: more would fill the memory. */
  readonly mostRequests?: number;
  /**
   * Hand over requests; each `id` is 1–64 letters, digits, `-` and `_`, and once in a batch. Cut into as many batches as the provider's limits ask
   * for. Answers the id by which all of it is found again.
   * @throws UserError with exitCode 3 where nothing was accepted; Cancelled on abort. After either, a batch may exist that nobody knows the id of, or
   * may be billed in part, only where the error is `uncertain`.
   */
  submit(requests: readonly { id: string; request: ModelRequest }[], signal: AbortSignal): Promise<string>;
  /** @throws UserError with exitCode 3 where the batch is unknown or the provider can't be reached. */
  status(id: string, signal: AbortSignal): Promise<BatchStatus>;
  /** The results of a batch that has ended, in any order, one at a time. A request may come back as an error of its own. */
  results(id: string, signal: AbortSignal): AsyncIterable<BatchResult>;
  /** Ask the provider to stop. What is answered until then is kept and paid. */
  cancel(id: string): Promise<void>;
}

export interface LanguageModel {
  /** `anthropic`, `recorded` or `vscode`: said wherever a person could mistake one for the other. */
  readonly kind: string;
  /** True where answers cost money. */
  readonly paid: boolean;
  /**
   * Ask once, streaming. `onText` gets each piece of the answer's text as it comes; an empty piece says that the answer has begun, or
   * may have (it was sent, and lost): from then on it may cost.
   * @throws UserError with exitCode 3 where the model could not be reached, refused the key or does not exist; Cancelled on abort, at once.
   */
  ask(request: ModelRequest, onText: (piece: string) => void, signal: AbortSignal): Promise<ModelAnswer>;
  /** The exact number of input tokens, where the model can tell; undefined where it can't. */
  countTokens?(request: ModelRequest, signal: AbortSignal): Promise<number | undefined>;
  /** Only where the provider takes batches. */
  readonly batches?: Batches;
}
