/**
 * What each stage of the sample is sent, beside what it would be sent by dumping: every steering file and every file the task names, with all outputs so
 * far. The sample is run with its recorded answers first, so that earlier outputs are there. Tokens are local estimates, the same for both.
 */

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCatalog } from '../../src/catalog/catalog';
import { estimateTokens } from '../../src/catalog/tokens';
import { createRecordedModel } from '../../src/model/recorded';
import { systemClock } from '../../src/node/clock';
import { createNodeCommands } from '../../src/node/commands';
import { createNodeFiles, toSlashes } from '../../src/node/files';
import { currentOutputs } from '../../src/stage/current';
import type { Engine, Person } from '../../src/stage/engine';
import { previewStage } from '../../src/stage/preview';
import { runTask } from '../../src/stage/run';
import { planTask } from '../../src/steering/plan';
import { loadTask } from '../../src/steering/task';
import { table } from './table';

const agreeing: Person = {
  present: false,
  confirmSpending: async () => true,
  confirmCommands: async () => true,
  confirmOverwrite: async () => true,
  allowSecrets: async () => false,
  answer: async () => undefined,
};

export async function stageTokens(): Promise<string> {
  const folder = toSlashes(mkdtempSync(join(tmpdir(), 'haiku-first-tokens-')));
  try {
    cpSync('templates/sample', folder, { recursive: true });
    const files = createNodeFiles();
    const nothing = () => undefined;
    const engine: Engine = {
      files,
      commands: createNodeCommands(),
      clock: systemClock,
      log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
      model: createRecordedModel(files, systemClock),
      catalog: createCatalog(),
      random: () => 'bench',
      settings: { concurrency: 1, background: [], caps: [], commandTimeoutMs: 60_000 },
    };
    const task = await loadTask(`${folder}/CONTEXT.md`, files);
    const run = (options: { escalate?: number } = {}) => runTask(engine, agreeing, task, { ...options, signal: new AbortController().signal });
    // One stage of the sample is meant to fail, so that there is something to escalate.
    const failed = (await run()).stages.find(({ status }) => status === 'failed');
    if (failed) await run({ escalate: failed.number });
    return await compared(engine, `${folder}/CONTEXT.md`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compared(engine: Engine, path: string): Promise<string> {
  const task = await loadTask(path, engine.files);
  const plan = await planTask(task, engine.files);
  const { outputs } = await currentOutputs(engine, plan);
  const named = plan.stages.flatMap(({ inputs, context }) => [...inputs, ...context]).flatMap(({ source }) => (source.kind === 'file' ? [source.path] : []));
  const dumped = new Set([path, `${task.folder}/CLAUDE.md`, `${task.folder}/VOICE.md`, ...named]);
  const texts = await Promise.all([...dumped].map((each) => engine.files.read(each)));
  const rows: (string | number)[][] = [['stage', 'sent', 'of these as before', 'dumped', 'less by']];
  let [sent, all] = [0, 0];
  for (const { stage, index } of plan.stages) {
    const preview = await previewStage(engine, plan, index);
    if (!preview.sent) continue;
    const so = [...outputs].filter(([at]) => at < index).map(([, output]) => output.text);
    const dump = [...texts, ...so].reduce((sum, text) => sum + estimateTokens(text, preview.model), estimateTokens(stage.task, preview.model));
    rows.push([`${stage.number} ${stage.title}`, preview.inputTokens, preview.reused?.tokens ?? 0, dump, less(preview.inputTokens, dump)]);
    sent += preview.inputTokens;
    all += dump;
  }
  return table([...rows, ['together', sent, '', all, less(sent, all)]]);
}

function less(sent: number, dump: number): string {
  return `${Math.round((1 - sent / dump) * 100)}%`;
}
