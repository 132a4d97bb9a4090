import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createCatalog } from '../../../src/catalog/catalog';
import { createAnthropicModel } from '../../../src/model/anthropic';
import { systemClock } from '../../../src/node/clock';
import { createNodeCommands } from '../../../src/node/commands';
import { createNodeFiles } from '../../../src/node/files';
import { createNodeProcesses } from '../../../src/node/processes';
import type { Files } from '../../../src/ports';
import type { Engine, Person, RunOptions, RunResult } from '../../../src/stage/engine';
import { runTask } from '../../../src/stage/run';
import { loadTask } from '../../../src/steering/task';

/** Agrees to everything but to replacing a file. */
const person: Person = {
  present: true,
  confirmSpending: async () => true,
  confirmCommands: async () => true,
  allowSecrets: async () => false,
  confirmOverwrite: async (path) => {
    throw new Error(`Asked about ${path}, which only stages wrote.`);
  },
  answer: async () => undefined,
};

/** An engine on the real disk, over HTTP. */
export function realEngine(url: string, files: Files): Engine {
  const log = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: (message: string, cause?: unknown) => console.error(message, cause),
  };
  return {
    files,
    commands: createNodeCommands(),
    clock: systemClock,
    processes: createNodeProcesses(),
    log,
    model: createAnthropicModel({ apiKey: 'none', baseURL: url, log, userAgent: 'test' }),
    catalog: createCatalog(),
    random: () => Math.random().toString(36).slice(2, 8),
    settings: { concurrency: 4, background: [], caps: [], commandTimeoutMs: 10_000 },
  };
}

export async function realRun(folder: string, engine: Engine, onEvent?: RunOptions['onEvent']): Promise<RunResult> {
  return runTask(engine, person, await loadTask(`${folder}/CONTEXT.md`, engine.files), { signal: new AbortController().signal, onEvent });
}

export type End = 'before' | 'in the middle of';

/** The real disk, with no look at whose runs these are: that needs a key in the person's home. */
export function realFiles(): Files {
  return { ...createNodeFiles(), personKey: undefined };
}

/** The files of a process that is ended by SIGKILL at the n-th write of a journal. */
function filesUntil(at: number, end: End): Files {
  const files = realFiles();
  let count = 0;
  return {
    ...files,
    async append(path, text) {
      if (!path.endsWith('/journal.jsonl') || ++count !== at) return files.append(path, text);
      if (end === 'in the middle of') {
        mkdirSync(dirname(path), { recursive: true });
        appendFileSync(path, Buffer.from(text).subarray(0, text.length >> 1));
      }
      process.kill(process.pid, 'SIGKILL');
      // The signal may take a moment.
      await new Promise(() => undefined);
    },
  };
}

const [, , folder, url, at, end] = process.argv;
if (process.env.HAIKU_FIRST_KILLED && folder && url) {
  void realRun(folder, realEngine(url, filesUntil(Number(at), end as End))).then((result) => {
    console.log(JSON.stringify(result));
  });
}
