import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
import { formatUsd } from '../catalog/tokens';
import { adopt } from '../journal/origin';
import { formatBytes, type KnownRun, listRuns } from '../journal/runs';
import { systemClock } from '../node/clock';
import { createNodeProcesses } from '../node/processes';
import { UserError } from '../ports';
import { deleteRuns, expiredRuns, isBusyWith } from '../stage/runRemoval';
import { loadTask } from '../steering/task';
import { plural } from '../text';
import { parseCommand, wrongUsage } from './arguments';
import { jsonText } from './json';
import { absolutePath, type Surroundings, shownPath } from './surroundings';

const options = {
  json: { type: 'boolean' },
  delete: { type: 'boolean' },
  expire: { type: 'string' },
  all: { type: 'boolean' },
  purge: { type: 'boolean' },
  trust: { type: 'boolean' },
  yes: { type: 'boolean' },
} as const;

/** List runs, delete them, let old ones expire, or take those that were made elsewhere for one's own. */
export async function runs(around: Surroundings, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('runs', args, options);
  const chosen = [values.delete, values.expire !== undefined, values.trust].filter(Boolean).length;
  if (chosen > 1) throw wrongUsage('runs', '--delete, --expire and --trust exclude each other.');
  if (!values.delete && values.expire === undefined && (values.purge || values.all || values.yes) && !values.trust)
    throw wrongUsage('runs', '--yes, --all and --purge go with --delete or --expire.');
  const isFile = (name: string) => /\.md$/i.test(name);
  const [file, ...more] = positionals.filter(isFile);
  const names = positionals.filter((name) => !isFile(name));
  if (more.length) throw wrongUsage('runs', 'One file at a time.');
  if (names.length && !values.delete && !values.trust) throw wrongUsage('runs', `“${names[0]}” is no CONTEXT.md.`);
  const { haikuFolder, task } = await whereFrom(around, file);
  const known = await listRuns(around.files, haikuFolder, task, isBusyWith(worldOf(around)));
  if (values.delete) {
    if (!names.length) throw wrongUsage('runs', 'No run is named.');
    return remove(around, haikuFolder, named(known, names), values);
  }
  if (values.expire !== undefined) return remove(around, haikuFolder, expiredRuns(known, daysOf(values.expire), new Date(), values.all), values);
  if (values.trust)
    return trust(
      around,
      (names.length ? named(known, names) : known).filter(({ foreign }) => foreign),
    );
  if (values.json) around.stdout(jsonText(runsJson(around, known)));
  else around.stdout(known.length ? listText(known) : 'No runs yet.\n');
  return 0;
}

function worldOf({ files }: Surroundings) {
  return { files, clock: systemClock, processes: createNodeProcesses(), random: () => randomBytes(3).toString('hex') };
}

async function whereFrom(around: Surroundings, file: string | undefined): Promise<{ haikuFolder: string; task?: string }> {
  if (file) {
    const task = await loadTask(absolutePath(around, file), around.files);
    return { haikuFolder: task.haikuFolder, task: task.slug };
  }
  const haikuFolder = posix.join(around.workingDirectory, '.haiku');
  if (await around.files.stat(haikuFolder)) return { haikuFolder };
  throw new UserError(`There is no ${shownPath(around, haikuFolder)} here.`, { todo: 'Name the CONTEXT.md whose runs you mean.', exitCode: 2 });
}

/** `30d`, `8w` or a number of days. @throws UserError (exit 2) for anything else */
function daysOf(age: string): number {
  const match = /^(\d{1,5})([dw]?)$/.exec(age.trim());
  if (!match) throw wrongUsage('runs', `--expire is an age in days, such as 30d; “${age}” is not.`);
  return Number(match[1]) * (match[2] === 'w' ? 7 : 1);
}

/** The runs of these names; the beginning or end of a name is enough where it fits one alone. @throws UserError (exit 2) */
function named(known: readonly KnownRun[], names: readonly string[]): KnownRun[] {
  return names.map((name) => {
    const exact = known.filter(({ run }) => run === name);
    const fitting = exact.length ? exact : known.filter(({ run }) => run.startsWith(name) || run.endsWith(name));
    if (fitting.length === 1) return fitting[0] as KnownRun;
    throw new UserError(fitting.length ? `${plural(fitting.length, 'run')} fit “${name}”.` : `There is no run “${name}”.`, {
      todo: 'See them with `haiku-first runs`.',
      exitCode: 2,
    });
  });
}

async function remove(
  around: Surroundings,
  haikuFolder: string,
  chosen: readonly KnownRun[],
  { yes, purge, json }: { yes?: boolean; purge?: boolean; json?: boolean },
): Promise<number> {
  const told = () => json && around.stdout(jsonText({ deleted: chosen.map(({ run }) => run) }));
  if (!chosen.length) {
    around.stderr('There is nothing to delete.\n');
    told();
    return 0;
  }
  around.stderr(listText(chosen));
  const standing = chosen.filter(({ standing: numbers }) => numbers.length);
  if (standing.length) around.stderr('Stages whose results they hold will have to be run again.\n');
  around.stderr(
    purge ? 'With --purge the ledger forgets them too; caps go on counting what they cost.\n' : 'What they cost stays in the ledger; prompts and answers go.\n',
  );
  const size = formatBytes(chosen.reduce((sum, { bytes }) => sum + bytes, 0));
  if (!yes) {
    if (!around.interactive) throw new UserError('Nobody is here to agree, so nothing was deleted.', { todo: 'Read the list, then add --yes.', exitCode: 2 });
    const answer = await around.ask(`Delete ${plural(chosen.length, 'run')} of ${size}? [y/N] `);
    if (!/^y(?:es)?$/i.test(answer?.trim() ?? '')) {
      around.stderr('Nothing was deleted.\n');
      return 130;
    }
  }
  await deleteRuns(worldOf(around), haikuFolder, chosen, { purge, signal: around.signal });
  around.stderr(`Deleted ${plural(chosen.length, 'run')} of ${size}.\n`);
  told();
  return 0;
}

async function trust(around: Surroundings, foreign: readonly KnownRun[]): Promise<number> {
  for (const { folder, records } of foreign) await adopt(around.files, folder, records, new Date());
  around.stderr(foreign.length ? `${plural(foreign.length, 'run')} count as yours from now on.\n` : 'All runs here are yours already.\n');
  return 0;
}

/** The shape that `--json` promises: `bytes` on the disk, `usd` at list prices. */
function runsJson(around: Surroundings, known: readonly KnownRun[]) {
  return {
    runs: known.map(({ records: _, folder, ...run }) => ({ ...run, folder: shownPath(around, folder) })),
    total: { runs: known.length, bytes: known.reduce((sum, { bytes }) => sum + bytes, 0), usd: known.reduce((sum, { usd }) => sum + usd, 0) },
  };
}

/** Why a run paid nothing: its answers were recorded samples, or it was a decision that asks no model. */
function noteOfPay({ paid, records }: KnownRun): string {
  if (paid) return '';
  const why = records.find((record) => record.type === 'run')?.why;
  return why === 'accept' || why === 'restore' || why === 'check' ? 'by hand' : 'recorded';
}

export function listText(known: readonly KnownRun[]): string {
  const lines = known.map((run) => {
    const notes = [
      noteOfPay(run),
      run.foreign ? 'made elsewhere: does not count' : '',
      run.standing.length ? `holds the result of stage ${run.standing.join(', ')}` : '',
    ].filter(Boolean);
    return `${run.run}  ${run.task}  ${run.status.padEnd(11)}  ${stagesText(run).padEnd(12)}  ${formatUsd(run.usd).padStart(9)}  ${formatBytes(run.bytes).padStart(8)}${notes.length ? `  ${notes.join('; ')}` : ''}\n`;
  });
  const usd = known.reduce((sum, run) => sum + (run.paid ? run.usd : 0), 0);
  const bytes = known.reduce((sum, run) => sum + run.bytes, 0);
  return `${lines.join('')}${plural(known.length, 'run')}, ${formatUsd(usd)} paid, ${formatBytes(bytes)} on the disk\n`;
}

/** `1 ✔ 2 ✖`, as far as stages came to an end. */
function stagesText({ stages }: KnownRun): string {
  const marks: Record<string, string> = { passed: '✔', cached: '=', failed: '✖', error: '!' };
  return stages.length > 6
    ? `${stages.filter(({ status }) => status === 'passed' || status === 'cached').length} of ${stages.length} ✔`
    : stages.map(({ number, status }) => `${number}${marks[status] ?? '-'}`).join(' ');
}
