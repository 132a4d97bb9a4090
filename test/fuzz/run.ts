/**
 * `npm run fuzz`: lint mutated documents of about 2 KB, make their fixes, and fail on a crash, a pause over a second, or a fix that does not hold.
 * Options: `--documents 100000`, `--seed NUMBER`, `--workers 2`; `--only NUMBER` shows one document of a seed and what is found in it.
 */

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { documentAt, Examiner, type Finding } from './examine';
import { seedTexts } from './seedTexts';
import type { Message, Share } from './worker';

/** A document that takes this long has hung: its worker is ended, and another goes on behind it. */
const hangsAfterMs = 20_000;

interface Outcome {
  documents: number;
  issues: number;
  fixes: number;
  findings: Finding[];
  slow: { at: number; ms: number }[];
}

function startWorker(share: Share): Worker {
  const worker = join(__dirname, 'worker.ts');
  // A worker thread does not inherit the loader that reads TypeScript.
  return new Worker(`require('tsx/cjs'); require(${JSON.stringify(worker)});`, { eval: true, workerData: share });
}

/** One worker's share, with a new worker after each document that hangs. */
async function runShare(share: Share, outcome: Outcome): Promise<void> {
  const at = new Int32Array(share.progress);
  let { from } = share;
  while (from < share.to) {
    Atomics.store(at, 0, from);
    const worker = startWorker({ ...share, from });
    const hungAt = await new Promise<number | undefined>((done, fail) => {
      let last = { number: -1, since: Date.now() };
      const watch = setInterval(() => {
        const number = Atomics.load(at, 0);
        if (number !== last.number) last = { number, since: Date.now() };
        else if (Date.now() - last.since > hangsAfterMs) {
          clearInterval(watch);
          void worker.terminate().then(() => done(number));
        }
      }, 500);
      worker.on('message', (message: Message) => {
        if (message.kind === 'findings') outcome.findings.push(...message.findings);
        else if (message.kind === 'slow') outcome.slow.push({ at: message.at, ms: message.ms });
        else {
          outcome.documents += message.documents;
          outcome.issues += message.issues;
          outcome.fixes += message.fixes;
        }
      });
      worker.on('error', (error) => {
        clearInterval(watch);
        fail(error);
      });
      worker.on('exit', () => {
        clearInterval(watch);
        done(undefined);
      });
    });
    if (hungAt === undefined) return;
    const { path, text } = documentAt(share.seed, hungAt, seedTexts());
    outcome.findings.push({ at: hungAt, path, text, what: `It hangs: over ${hangsAfterMs / 1000} s.` });
    from = hungAt + share.step;
  }
}

async function only(seed: number, at: number): Promise<number> {
  const seeds = seedTexts();
  const { path, text } = documentAt(seed, at, seeds);
  console.log(`── ${path}\n${text}\n──`);
  const examiner = new Examiner(seeds);
  // Once to warm up: what the engine compiles is no pause of the document's.
  await examiner.examine(at, path, `${text}\n`);
  const { ms, findings } = await examiner.examine(at, path, text);
  console.log(`${ms.toFixed(1)} ms`);
  for (const { what } of findings) console.log(what);
  return findings.length ? 1 : 0;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { documents: { type: 'string' }, seed: { type: 'string' }, workers: { type: 'string' }, only: { type: 'string' } },
  });
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1e9));
  if (values.only !== undefined) return only(seed, Number(values.only));
  const documents = Number(values.documents ?? 100_000);
  const workers = Number(values.workers ?? 2);
  console.log(`Seed ${seed}: ${documents} documents, ${workers} workers.`);
  const started = Date.now();
  const outcome: Outcome = { documents: 0, issues: 0, fixes: 0, findings: [], slow: [] };
  await Promise.all(
    Array.from({ length: workers }, (_, from) => runShare({ seed, from, to: documents, step: workers, progress: new SharedArrayBuffer(4) }, outcome)),
  );
  const seconds = (Date.now() - started) / 1000;
  const kinds = new Map<string, Finding[]>();
  for (const finding of outcome.findings) {
    const kind = finding.what.replace(/“[^”]*”|\d+/g, '…').slice(0, 160);
    kinds.set(kind, [...(kinds.get(kind) ?? []), finding]);
  }
  for (const [, found] of kinds) {
    const [first] = found;
    if (first) console.log(`\n${found.length} × document ${first.at} (${first.path}): ${first.what.slice(0, 1500)}`);
  }
  console.log(`\n${outcome.documents} documents, ${outcome.issues} issues, ${outcome.fixes} safe fixes made, ${outcome.findings.length} failures`);
  console.log(`${(outcome.documents / seconds).toFixed(0)} documents a second, ${seconds.toFixed(0)} s in all`);
  const slowest = outcome.slow.sort((a, b) => b.ms - a.ms).slice(0, 20);
  console.log(`Slowest: ${slowest.map(({ at, ms }) => `${at} (${ms.toFixed(0)} ms)`).join(', ') || 'none over 20 ms'}`);
  return outcome.findings.length ? 1 : 0;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(error);
    process.exitCode = 1;
  },
);
