import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { main } from '../../../src/cli';
import type { Surroundings } from '../../../src/cli/surroundings';
import { createNodeFiles, toSlashes } from '../../../src/node/files';
import type { Files } from '../../../src/ports';

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** A folder of its own on the disk, and the command line run in it, in this process, with nobody at the terminal. */
export class Terminal {
  readonly folder = toSlashes(mkdtempSync(join(tmpdir(), 'haiku-first-cli-')));
  env: NodeJS.ProcessEnv = {};
  interactive = false;
  files: Files = createNodeFiles();
  /** The working directory, from the folder. */
  from = '';
  /** stdout is a terminal. */
  isTerminal = false;
  /** What comes in on stdin. */
  input: string | Uint8Array = '';
  /** What a person types, in order. */
  answers: string[] = [];
  readonly questions: string[] = [];
  signal: AbortSignal = new AbortController().signal;

  constructor() {
    mkdirSync(join(this.folder, '.git'));
  }

  async run(...args: string[]): Promise<Outcome> {
    let [stdout, stderr] = ['', ''];
    const around: Surroundings = {
      env: { HAIKU_FIRST_INDEX: 'off', ...this.env },
      workingDirectory: toSlashes(join(this.folder, this.from)),
      files: this.files,
      stdout: (text) => {
        stdout += text;
      },
      stderr: (text) => {
        stderr += text;
      },
      stdoutAsIs: (text) => {
        stdout += text;
      },
      stdin: async () => Buffer.from(this.input as string),
      terminal: this.isTerminal,
      interactive: this.interactive,
      ask: async (question) => {
        this.questions.push(question);
        return this.answers.shift();
      },
      signal: this.signal,
      templatesFolder: toSlashes(resolve('templates')),
    };
    const code = await main(around, args);
    return { code, stdout, stderr };
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What is on stdout as the one JSON document it has to be. */
export function jsonOf(outcome: Outcome): Record<string, unknown> {
  return JSON.parse(outcome.stdout) as Record<string, unknown>;
}

/** The shape of a value: types by key, the first element standing for a list; `string|null` where a list of values says both. */
export function shapeOf(value: unknown): unknown {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length ? [shapeOf(value[0])] : [];
  if (typeof value === 'object') return Object.fromEntries(Object.entries(value as object).map(([key, each]) => [key, shapeOf(each)]));
  return typeof value;
}
