import { parentPort, workerData } from 'node:worker_threads';
import { documentAt, Examiner, type Finding } from './examine';
import { seedTexts } from './seedTexts';

/** What one worker is to do: every `step`th document from `from`, below `to`. */
export interface Share {
  seed: number;
  from: number;
  to: number;
  step: number;
  /** Where it notes the number of the document that it is at: who waits can see whether it goes on. */
  progress: SharedArrayBuffer;
}

export type Message =
  | { kind: 'findings'; findings: Finding[] }
  | { kind: 'slow'; at: number; ms: number }
  | { kind: 'done'; documents: number; issues: number; fixes: number };

async function work({ seed, from, to, step, progress }: Share): Promise<void> {
  const at = new Int32Array(progress);
  const seeds = seedTexts();
  const examiner = new Examiner(seeds);
  const sum = { documents: 0, issues: 0, fixes: 0 };
  for (let number = from; number < to; number += step) {
    Atomics.store(at, 0, number);
    const { path, text } = documentAt(seed, number, seeds);
    const examined = await examiner.examine(number, path, text);
    sum.documents++;
    sum.issues += examined.issues;
    sum.fixes += examined.fixes;
    if (examined.findings.length) parentPort?.postMessage({ kind: 'findings', findings: examined.findings } satisfies Message);
    if (examined.ms > 20) parentPort?.postMessage({ kind: 'slow', at: number, ms: examined.ms } satisfies Message);
  }
  parentPort?.postMessage({ kind: 'done', ...sum } satisfies Message);
}

if (parentPort) void work(workerData as Share);
