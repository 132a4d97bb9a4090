import { createCatalog } from '../../../src/catalog/catalog';
import { JournalWriter } from '../../../src/journal/journalWriter';
import { stamped } from '../../../src/journal/origin';
import { CapReached, noUsage } from '../../../src/money/spending';
import { systemClock } from '../../../src/node/clock';
import { createNodeFiles } from '../../../src/node/files';
import { createNodeProcesses } from '../../../src/node/processes';
import { openPurse } from '../../../src/stage/purse';
import type { Task } from '../../../src/steering/task';

/**
 * A process that makes calls until a cap stops it: each takes all it may. Prints how much it spent.
 * @param folder the `.haiku` folder
 * @param name of its task and run
 */
async function spend(folder: string, name: string, monthUsd: number): Promise<void> {
  const files = createNodeFiles();
  const { signal } = new AbortController();
  const cap = { name: 'month cap', usd: monthUsd, of: 'month' as const };
  const engine = {
    files,
    clock: systemClock,
    catalog: createCatalog(),
    processes: createNodeProcesses(),
    random: () => Math.random().toString(36).slice(2),
    settings: { concurrency: 4, background: [], caps: [cap], commandTimeoutMs: 1000 },
    model: { paid: true },
  };
  const task = { haikuFolder: folder, workspace: folder, slug: name, document: { budget: {} } } as unknown as Task;
  const journal = new JournalWriter(files, folder, name, `run-${name}`, () => undefined);
  const opening = {
    at: systemClock.now().toISOString(),
    run: journal.run,
    task: name,
    client: 'test',
    paid: true,
    why: 'run',
    stages: [],
    estimateUsd: 0,
  } as const;
  await journal.append(await stamped(files, { type: 'run', ...opening, stages: [], estimates: {}, answers: {} }));
  const purse = openPurse(engine, task, journal.run, signal);
  const request = { model: 'claude-haiku-5-5', system: [], user: [{ text: 'x'.repeat(1000) }], maxTokens: 1000 };
  const call = { stage: 'a', tier: 'haiku', model: request.model };
  const worker = async (first: number): Promise<void> => {
    for (let attempt = first; ; attempt += 2) {
      const at = () => systemClock.now().toISOString();
      const reservation = await purse.take({ request, leastTokens: 256 }, signal, async ({ worstUsd }) =>
        journal.append({ type: 'attempt-started', at: at(), ...call, attempt, reservedUsd: worstUsd }),
      );
      // Every other call turns out cheaper than it might have been.
      const usage = attempt % 4 === 0 ? { ...noUsage, inputTokens: 10, outputTokens: 10 } : undefined;
      const usd = purse.settle(reservation, usage);
      const ended = { number: 1, title: 'A', by: 'model', fingerprint: 'f', output: 'o', status: 'passed', usage: noUsage, usd, ms: 1 } as const;
      await journal.append({ type: 'attempt', at: at(), ...call, attempt, ...ended, checks: [] });
    }
  };
  const ends = await Promise.allSettled([worker(1), worker(2)]);
  for (const end of ends) if (end.status === 'rejected' && !(end.reason instanceof CapReached)) throw end.reason;
  process.stdout.write(String(purse.usd));
}

const [folder = '', name = '', monthUsd = ''] = process.argv.slice(2);
void spend(folder, name, Number(monthUsd));
