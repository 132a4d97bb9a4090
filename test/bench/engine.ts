import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BenchServer, BenchTask, bareProgram, sdkFile } from './engineRuns';
import { chain, fanOut, graph, independentStages } from './engineTasks';
import { measureNode, type ProcessRun } from './processRun';
import { table } from './table';
import { ms } from './timing';

const stages = 1000;
const latencyMs = 300;
const limitMs = 240_000;

/** What a run of stages costs beside the calls themselves: against a bare loop of the SDK, a peer, the critical path, and the same run again. */
export async function engineBench(): Promise<string> {
  const fast = await BenchServer.start(0);
  const slow = await BenchServer.start(latencyMs);
  try {
    return [await overhead(fast), await latency(slow), await resume(fast)].join('\n\n');
  } finally {
    fast.stop();
    slow.stop();
  }
}

const megabytes = (run: ProcessRun) => `${run.peakMb.toFixed(0)} MB`;

/** No latency: what is left is work. */
async function overhead(server: BenchServer): Promise<string> {
  const rows: string[][] = [[`${stages} calls, no latency`, 'at once', 'whole process', 'to the bare SDK', 'more for each', 'CPU', 'peak memory']];
  const notes: string[] = [];
  const peer = process.env.HAIKU_FIRST_BENCH_PROMPTFOO;
  const folder = mkdtempSync(join(tmpdir(), 'haiku-first-bare-'));
  try {
    for (const { name, document, atOnce } of [
      { name: 'independent stages', document: independentStages(stages), atOnce: 4 },
      { name: 'a chain', document: chain(stages), atOnce: 1 },
      { name: 'items of one stage', document: fanOut(stages), atOnce: 4 },
    ]) {
      const prompt = join(folder, 'prompt.txt');
      writeFileSync(prompt, document.slice(0, 2500));
      const bare = await measureNode([bareProgram, sdkFile, server.url, String(stages), String(atOnce), prompt], folder, limitMs);
      const row = (what: string, run: ProcessRun) => [
        what,
        String(atOnce),
        ms(run.ms),
        `× ${(run.ms / bare.ms).toFixed(2)}`,
        run === bare ? '' : `${((run.ms - bare.ms) / stages).toFixed(2)} ms`,
        ms(run.cpuMs),
        megabytes(run),
      ];
      const task = new BenchTask(document, server, atOnce);
      try {
        rows.push(row('bare SDK', bare), row(`haiku-first, ${name}`, await task.run()));
      } finally {
        task.remove();
      }
      if (name !== 'independent stages') continue;
      if (!peer) notes.push('Left out: promptfoo. HAIKU_FIRST_BENCH_PROMPTFOO names the folder it is installed in.');
      else
        await promptfoo(peer, server, folder, atOnce).then(
          (run) => rows.push(row('promptfoo', run)),
          (error) => notes.push(`Left out: promptfoo, as ${error instanceof Error ? error.message : String(error)}.`),
        );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return [table(rows), ...notes].join('\n');
}

/**
 * The same number of cases with the same check, the same server, as many at once; no cache. Installed outside of the checkout by whoever wants the row:
 * never a dependency of ours.
 * @throws Error where it does not run
 */
async function promptfoo(installed: string, server: BenchServer, folder: string, atOnce: number): Promise<ProcessRun> {
  const config = {
    prompts: ['Say what the parser does with each request, in a paragraph that a release note can use. Write paragraph {{number}} of the note.'],
    providers: [{ id: 'anthropic:messages:claude-haiku-4-5', config: { apiBaseUrl: server.url, apiKey: 'none', max_tokens: 16_000 } }],
    tests: Array.from({ length: stages }, (_, i) => ({
      vars: { number: String(i + 1) },
      assert: [{ type: 'javascript', value: 'output.split(/\\s+/).length >= 20' }],
    })),
  };
  const file = join(folder, 'promptfoo.json');
  writeFileSync(file, JSON.stringify(config));
  await server.ask('forget');
  const program = join(installed, 'node_modules/promptfoo/dist/src/entrypoint.js');
  const args = [program, 'eval', '-c', file, '--no-cache', '--no-table', '--no-progress-bar', '-j', String(atOnce)];
  const run = await measureNode(args, folder, limitMs, {
    PROMPTFOO_CONFIG_DIR: join(folder, 'promptfoo'),
    PROMPTFOO_DISABLE_TELEMETRY: '1',
    PROMPTFOO_DISABLE_UPDATE: '1',
    PROMPTFOO_DISABLE_REMOTE_GENERATION: 'true',
  });
  const { calls } = await server.ask('tell');
  if (calls < stages) throw new Error(`it made ${calls} calls`);
  return run;
}

/** At a usual latency a run takes as long as its longest way. */
async function latency(server: BenchServer): Promise<string> {
  const rows: string[][] = [
    [`each call takes ${latencyMs} ms`, 'at once', 'critical path', 'whole process', 'to the path', 'the run alone', 'to the path', 'peak memory'],
  ];
  const { text, longest } = graph(50, 7);
  for (const { name, document, atOnce, rounds } of [
    { name: `a graph of 50 stages, ${longest} in a row`, document: text, atOnce: 20, rounds: longest },
    { name: '500 items of one stage', document: fanOut(500), atOnce: 20, rounds: 25 },
  ]) {
    const task = new BenchTask(document, server, atOnce);
    try {
      const run = await task.run();
      const path = rounds * latencyMs;
      const alone = task.journalMs();
      rows.push([
        name,
        `${run.mostAtOnce}`,
        ms(path),
        ms(run.ms),
        `× ${(run.ms / path).toFixed(2)}`,
        ms(alone),
        `× ${(alone / path).toFixed(2)}`,
        megabytes(run),
      ]);
    } finally {
      task.remove();
    }
  }
  return table(rows);
}

/** What passed is not paid for again, and finding that out is quick. */
async function resume(server: BenchServer): Promise<string> {
  const rows: string[][] = [[`${stages} stages run again`, 'calls', 'to the first call', 'whole process', 'peak memory']];
  const row = (what: string, run: Awaited<ReturnType<BenchTask['run']>>) =>
    rows.push([what, String(run.calls), run.firstCallMs ? ms(run.firstCallMs) : '', ms(run.ms), megabytes(run)]);
  for (const { name, document } of [
    { name: 'independent', document: independentStages(stages) },
    { name: 'a chain', document: chain(stages) },
    { name: 'items of one stage', document: fanOut(stages) },
  ]) {
    const task = new BenchTask(document, server, 4);
    try {
      await task.runUntil(stages / 2);
      row(`${name}, killed half way`, await task.run());
      row(`${name}, all passed`, await task.run());
    } finally {
      task.remove();
    }
  }
  return table(rows);
}
