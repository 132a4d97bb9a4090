import assert from 'node:assert/strict';
import type { SecretFinding } from '../../../src/bundle/bundleTypes';
import { createCatalog } from '../../../src/catalog/catalog';
import type { JournalRecord } from '../../../src/journal/journal';
import {
  Cancelled,
  type Clock,
  type CommandResult,
  type Commands,
  type LanguageModel,
  type ModelAnswer,
  type ModelRequest,
  UserError,
} from '../../../src/ports';
import type { Engine, EngineSettings, Person, RunEstimate, RunEvent, RunOptions, RunResult } from '../../../src/stage/engine';
import { runTask } from '../../../src/stage/run';
import { loadTask } from '../../../src/steering/task';
import { MemoryFiles } from '../memoryFiles';

export type Reply = string | Error | (Partial<ModelAnswer> & { text: string });

/** A language model that answers by the slug of the stage, and keeps what it was asked. */
export class ScriptedModel implements LanguageModel {
  readonly kind = 'scripted';
  paid = true;
  readonly calls: ModelRequest[] = [];
  /** Calls under way at the same time, at most. */
  mostAtOnce = 0;
  private underWay = 0;

  constructor(private readonly reply: (request: ModelRequest, onText: (piece: string) => void, signal: AbortSignal) => Reply | Promise<Reply>) {}

  async ask(request: ModelRequest, onText: (piece: string) => void, signal: AbortSignal): Promise<ModelAnswer> {
    if (signal.aborted) throw new Cancelled();
    this.calls.push(request);
    this.underWay++;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.underWay);
    try {
      const reply = await this.reply(request, onText, signal);
      if (reply instanceof Error) throw reply;
      const answer = typeof reply === 'string' ? { text: reply } : reply;
      onText(answer.text);
      const usage = { inputTokens: 100, outputTokens: 10, cacheReadTokens: 0, cacheWriteTokens: 0 };
      return { stopReason: 'end_turn', model: request.model, usage, ...answer };
    } finally {
      this.underWay--;
    }
  }

  /** `stage tier-attempt` of each call, in order; a judge's with its purpose. */
  get asked(): string[] {
    return this.calls.map(({ label }) => `${label.stage} ${label.purpose === 'judge' ? 'judge ' : ''}${label.tier}-${label.attempt}`);
  }
}

/** A reply from a table `stage tier-attempt` → text; the stage's slug alone where the attempt does not matter. */
export function byLabel(table: Record<string, Reply>): (request: ModelRequest) => Reply {
  return ({ label }) => {
    const key = label.purpose === 'judge' ? `${label.stage} judge` : `${label.stage} ${label.tier}-${label.attempt}`;
    const reply = table[key] ?? table[label.purpose === 'judge' ? key : label.stage];
    if (reply === undefined) throw new Error(`Nothing is scripted for ${key}.`);
    return reply;
  };
}

/** A call that never answers until it is aborted, after a first piece of text. */
export function hangs(onText: (piece: string) => void, signal: AbortSignal): Promise<Reply> {
  onText('The first ');
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(new Cancelled()), { once: true }));
}

/** A second later at each look. */
class FakeClock implements Clock {
  private at = Date.UTC(2026, 10, 22, 8);
  now(): Date {
    this.at += 1000;
    return new Date(this.at);
  }
  /** At once, but not before what is ready has had its turn. */
  sleep(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }
}

export class ScriptedCommands implements Commands {
  readonly runs: { command: string; cwd: string; env?: Record<string, string>; input?: string; timeoutMs: number }[] = [];
  constructor(private readonly result: (command: string) => Partial<CommandResult> | Promise<Partial<CommandResult>> = () => ({})) {}
  async run(command: string, options: Parameters<Commands['run']>[1]): Promise<CommandResult> {
    this.runs.push({ command, ...options });
    return { exitCode: 0, stdout: '', stderr: '', ...(await this.result(command)) };
  }
}

/** Agrees to everything unless told otherwise, and counts what it was asked. */
export class ScriptedPerson implements Person {
  present = true;
  agrees = { spending: true as boolean | 'batch', commands: true, overwrite: true, secrets: false };
  answers: Record<string, string> = {};
  readonly estimates: RunEstimate[] = [];
  readonly commands: string[] = [];
  /** Files that models write and commands may run, as told with the commands. */
  readonly programs: string[] = [];
  readonly overwrites: string[] = [];
  /** `source:line kind` of each secret asked about. */
  readonly secrets: string[][] = [];
  readonly questions: string[] = [];

  async confirmSpending(estimate: RunEstimate): Promise<boolean | 'batch'> {
    this.estimates.push(estimate);
    return this.agrees.spending;
  }
  async confirmCommands(commands: { command: string }[], written: readonly { path: string }[] = []): Promise<boolean> {
    this.commands.push(...commands.map(({ command }) => command));
    this.programs.push(...written.map(({ path }) => path));
    return this.agrees.commands;
  }
  async confirmOverwrite(path: string): Promise<boolean> {
    this.overwrites.push(path);
    return this.agrees.overwrite;
  }
  async allowSecrets(findings: readonly SecretFinding[]): Promise<boolean> {
    this.secrets.push(findings.map(({ source, line, kind }) => `${source}:${line} ${kind}`));
    return this.agrees.secrets;
  }
  async answer(name: string): Promise<string | undefined> {
    this.questions.push(name);
    return this.answers[name];
  }
}

export const contextPath = '/w/CONTEXT.md';

/** Stages of a document, numbered from 1: `stages('A (Haiku)\n- Task: x', …)`. */
export function stages(...all: string[]): string {
  return `# Task\n\n${all.map((text, i) => `## Stage ${i + 1}: ${text}\n`).join('\n')}`;
}

/** A workspace in memory with an engine around it; everything can be looked at afterwards. */
export class Bench {
  readonly files: MemoryFiles;
  readonly person = new ScriptedPerson();
  commands = new ScriptedCommands();
  model: ScriptedModel;
  settings: EngineSettings = { concurrency: 4, background: [], caps: [], commandTimeoutMs: 60_000 };
  events: RunEvent[] = [];
  private runs = 0;
  private readonly clock = new FakeClock();

  constructor(document: string, replies: Record<string, Reply> | ConstructorParameters<typeof ScriptedModel>[0], more: Record<string, string> = {}) {
    this.files = new MemoryFiles({ [contextPath]: document, ...more });
    this.files.makeFolder('/w/.git');
    this.model = this.script(replies);
  }

  /** Other answers from now on, nothing asked yet. */
  script(replies: Record<string, Reply> | ConstructorParameters<typeof ScriptedModel>[0]): ScriptedModel {
    this.model = new ScriptedModel(typeof replies === 'function' ? replies : byLabel(replies));
    return this.model;
  }

  get engine(): Engine {
    const { files, commands, clock, model, settings } = this;
    const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: (_: string, cause?: unknown) => this.faults.push(cause) };
    return { files, commands, clock, log, model, settings, catalog: createCatalog(), random: () => `r${++this.runs}` };
  }
  /** Bugs that were logged. */
  readonly faults: unknown[] = [];

  options(options: Partial<RunOptions> = {}): RunOptions {
    return { signal: new AbortController().signal, onEvent: (event) => this.events.push(event), ...options };
  }

  async task() {
    return loadTask(contextPath, this.files);
  }

  async run(options: Partial<RunOptions> = {}): Promise<RunResult> {
    this.events = [];
    return runTask(this.engine, this.person, await this.task(), this.options(options));
  }

  /** The journals as they stand, oldest first. */
  journals(): string[] {
    return [...this.files.texts.keys()]
      .filter((path) => path.endsWith('/journal.jsonl'))
      .sort()
      .map((path) => this.files.texts.get(path) as string);
  }

  /** Of the last run. */
  records(): JournalRecord[] {
    const lines = (this.journals().at(-1) ?? '').split('\n');
    if (lines.pop() !== '') throw new Error('The journal does not end with a line break.');
    return lines.map((line) => JSON.parse(line) as JournalRecord);
  }

  text(path: string): string | undefined {
    return this.files.texts.get(path);
  }
}

/** `number status` of each stage. */
export function statuses(result: RunResult): string[] {
  return result.stages.map((stage) => `${stage.number} ${stage.status}`);
}

/** The error with which a person's request was turned down; fails where it was not. */
export async function refused(promise: Promise<unknown>): Promise<UserError> {
  const error = await promise.then(
    () => assert.fail('It was not refused.'),
    (cause: unknown) => cause,
  );
  assert.ok(error instanceof UserError, String(error));
  assert.equal(error.details.exitCode, 2);
  return error;
}
