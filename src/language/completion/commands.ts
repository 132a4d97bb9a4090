import { posix } from 'node:path';
import { isWithin } from '../../steering/task';
import type { DocumentReading } from '../reading';
import type { Completion, Completions } from './item';

/** By its lock file, the tool that runs a project's scripts. */
const runners: [string, string][] = [
  ['pnpm-lock.yaml', 'pnpm run'],
  ['yarn.lock', 'yarn run'],
  ['bun.lock', 'bun run'],
  ['bun.lockb', 'bun run'],
];

/** The scripts of the packages around the document, the nearest first, and the targets of its makefiles. */
export async function commandCompletions(reading: DocumentReading, range: Completion['range']): Promise<Completions> {
  const { facts } = reading.ports;
  const root = await reading.root();
  const packages = (await facts.packages(root)).filter(({ folder }) => isWithin(folder, reading.folder)).sort((a, b) => b.folder.length - a.folder.length);
  const items: Completion[] = [];
  const add = (label: string, detail: string) => {
    if (!items.some((item) => item.label === label)) items.push({ label, kind: 'command', range, insert: label, detail, rank: items.length, filter: label });
  };
  const nearest = packages[0];
  if (nearest) {
    const run = await scriptRunner(reading, nearest.folder, root);
    for (const script of nearest.scripts) {
      add(run === 'npm run' && /^(?:test|start)$/.test(script) ? `npm ${script}` : `${run} ${script}`, 'script of package.json');
    }
  }
  const targets = await facts.makeTargets(root);
  for (const target of targets ?? []) if (/^[A-Za-z][\w-]*$/.test(target)) add(`make ${target}`, 'target of the makefile');
  return { items, incomplete: false };
}

async function scriptRunner(reading: DocumentReading, folder: string, root: string): Promise<string> {
  for (let at = folder; isWithin(root, at); at = posix.dirname(at)) {
    for (const [file, run] of runners) if (await reading.ports.facts.stat(posix.join(at, file))) return run;
    if (at === posix.dirname(at)) break;
  }
  return 'npm run';
}
