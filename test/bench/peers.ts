import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { cached } from '../host/cache';
import { cleanEnvironment, runCommand } from '../host/command';
import { fillFolder } from './corpus';
import { measureNode, type ProcessRun } from './processRun';
import { table } from './table';
import { ms, percentile } from './timing';

const root = resolve(__dirname, '../..');

/** Linters that others use, installed outside the checkout when this runs: never a dependency of ours. */
const peers = [
  { name: '@yawlabs/ctxlint', version: '0.14.1', program: '@yawlabs/ctxlint/dist/index.js', args: (folder: string) => ['--depth', '10', folder] },
  { name: 'markdownlint-cli2', version: '0.24.1', program: 'markdownlint-cli2/markdownlint-cli2-bin.mjs', args: (folder: string) => [`${folder}/**/*.md`] },
] as const;

/** A run that takes longer is ended and told as such. */
const limitMs = 240_000;
/** Who takes this long is run once. */
const patienceMs = 20_000;

interface Contestant {
  name: string;
  args: string[];
}

async function contestants(folder: string): Promise<{ found: Contestant[]; missing: string[] }> {
  const found: Contestant[] = [{ name: 'haiku-first lint', args: [join(root, 'dist/cli.js'), 'lint', folder] }];
  const missing: string[] = [];
  for (const { name, version, program, args } of peers) {
    try {
      const installed = await cached(`peer-${name.replace(/\W+/g, '-')}-${version}`, async (draft) => {
        const install = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', draft, `${name}@${version}`];
        await runCommand('npm', install, { env: cleanEnvironment(), cwd: draft });
      });
      found.push({ name: `${name} ${version}`, args: [join(installed, 'node_modules', program), ...args(folder)] });
    } catch (error) {
      missing.push(`${name} ${version} is left out, since it can't be installed: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
    }
  }
  return { found, missing };
}

/** The whole process on 208 real files, beside the peers, in turns: wanted are less than half of the fastest peer's time, about 2 s, and less than 250 MB. */
export async function peersBench(runs = 5, files = 208): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'haiku-first-bench-'));
  try {
    fillFolder(folder, files);
    const { found, missing } = await contestants(folder);
    const taken = new Map<string, ProcessRun[]>(found.map(({ name }) => [name, []]));
    for (let run = 0; run < runs; run++) {
      for (const { name, args } of found) {
        const known = taken.get(name) as ProcessRun[];
        if ((known[0]?.ms ?? 0) < patienceMs) known.push(await measureNode(args, folder, limitMs));
      }
    }
    const middle = (name: string, of: (run: ProcessRun) => number) => {
      const all = (taken.get(name) as ProcessRun[]).map(of).sort((a, b) => a - b);
      return percentile(all, 0.5);
    };
    const fastest = Math.min(...found.slice(1).map(({ name }) => middle(name, (run) => run.ms)));
    const rows = found.map(({ name }) => {
      const all = taken.get(name) as ProcessRun[];
      const ended = all.some((run) => run.exitCode === null) ? `over ${limitMs / 1000} s` : ms(middle(name, (run) => run.ms));
      const share = Number.isFinite(fastest) ? (middle(name, (run) => run.ms) / fastest).toFixed(2) : '–';
      return [name, String(all.length), ended, ms(middle(name, (run) => run.cpuMs)), `${middle(name, (run) => run.peakMb).toFixed(0)} MB`, share];
    });
    return [table([[`${files} files, whole process`, 'runs', 'median', 'of the processor', 'peak memory', 'to the fastest peer'], ...rows]), ...missing].join(
      '\n',
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The whole process against the number of files: the time for each further file stays the same. */
export async function filesBench(): Promise<string> {
  const rows: string[][] = [['files, whole process', 'median', 'of the processor', 'peak memory', 'for each file']];
  const start = await wholeLint(1);
  for (const files of [25, 50, 100, 200, 400]) {
    const { taken, cpu, peak } = await wholeLint(files);
    rows.push([String(files), ms(taken), ms(cpu), `${peak.toFixed(0)} MB`, ms((cpu - start.cpu) / (files - 1))]);
  }
  return table(rows);
}

async function wholeLint(files: number): Promise<{ taken: number; cpu: number; peak: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'haiku-first-bench-'));
  try {
    fillFolder(folder, files);
    const runs: ProcessRun[] = [];
    for (let run = 0; run < 3; run++) runs.push(await measureNode([join(root, 'dist/cli.js'), 'lint', folder], folder, limitMs));
    const middle = (of: (run: ProcessRun) => number) =>
      percentile(
        runs.map(of).sort((a, b) => a - b),
        0.5,
      );
    return { taken: middle((run) => run.ms), cpu: middle((run) => run.cpuMs), peak: middle((run) => run.peakMb) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
