import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { formatUsd } from '../catalog/tokens';
import { adopt } from '../journal/origin';
import { foreignRuns, formatBytes, type KnownRun, listRuns } from '../journal/runs';
import { UserError } from '../ports';
import { deleteRuns, expiredRuns, isBusyWith } from '../stage/runRemoval';
import { type Task, taskOf } from '../steering/task';
import { plural } from '../text';
import { toPath, withoutLinks } from './convert';
import type { Adapters } from './engine';
import { commandIds } from './ids';

type World = Pick<Adapters, 'files' | 'clock' | 'processes'>;

const usualDays = '30';

/** Show what runs of a task are kept and what they take up, and delete what the person picks, or what is older than they say. */
export async function manageRuns(world: World, uri: vscode.Uri): Promise<void> {
  const task = await taskOf(toPath(uri), (await vscode.workspace.openTextDocument(uri)).getText(), world.files);
  const runs = await runsOf(world, task);
  if (!runs.length) throw new UserError('No runs of this task are kept.', { todo: 'Run it first.' });
  const foreign = runs.filter((run) => run.foreign);
  const holding = runs.filter(({ status }) => status !== 'emptied' && status !== 'running');
  const choose = { label: '$(trash) Choose Runs to Delete…', description: sizeOf(holding) };
  const expire = { label: '$(clock) Delete Runs Older Than…', description: 'results that stand are kept' };
  const trust = {
    label: `$(verified) Count ${plural(foreign.length, 'Run')} Made Elsewhere as Mine`,
    description: 'they came with the folder and do not count',
  };
  const picked = await vscode.window.showQuickPick([choose, expire, ...(foreign.length ? [trust] : [])], {
    title: `${plural(runs.length, 'run')} of ${task.document.title || task.slug}, ${sizeOf(runs)}`,
  });
  if (picked === trust) return adoptRuns(world, foreign);
  const chosen = picked === choose ? await pickRuns(holding) : picked === expire ? await olderRuns(runs, world.clock.now()) : [];
  if (chosen.length) await confirmAndDelete(world, task, chosen);
}

function runsOf(world: World, task: Pick<Task, 'haikuFolder' | 'slug'>): Promise<KnownRun[]> {
  return listRuns(world.files, task.haikuFolder, task.slug, isBusyWith(world));
}

function sizeOf(runs: readonly KnownRun[]): string {
  return formatBytes(runs.reduce((sum, { bytes }) => sum + bytes, 0));
}

async function pickRuns(runs: readonly KnownRun[]): Promise<KnownRun[]> {
  const items = [...runs].reverse().map((run) => ({
    run,
    label: run.at ? new Date(run.at).toLocaleString() : run.run,
    description: [run.status, run.paid ? formatUsd(run.usd) : 'recorded', formatBytes(run.bytes), run.foreign ? 'made elsewhere' : '']
      .filter(Boolean)
      .join(' · '),
    detail: run.standing.length ? `Holds the result that stands for stage ${run.standing.join(', ')}: without it, that stage has to be run again.` : undefined,
  }));
  const picked = await vscode.window.showQuickPick(items, { canPickMany: true, placeHolder: 'Choose the runs to delete' });
  return (picked ?? []).map(({ run }) => run);
}

async function olderRuns(runs: readonly KnownRun[], now: Date): Promise<KnownRun[]> {
  const days = await vscode.window.showInputBox({
    title: 'Delete old runs',
    prompt: 'Older than how many days? Runs that hold a result that stands are kept.',
    value: usualDays,
    validateInput: (text) => (/^\d{1,5}$/.test(text.trim()) ? undefined : 'A number of days.'),
  });
  if (days === undefined || !/^\d{1,5}$/.test(days.trim())) return [];
  const old = expiredRuns(runs, Number(days), now);
  if (!old.length) void vscode.window.showInformationMessage(`No run is older than ${plural(Number(days), 'day')}, but for those whose results stand.`);
  return old;
}

async function confirmAndDelete(world: World, task: Task, runs: readonly KnownRun[]): Promise<void> {
  const [only, all] = ['Delete', 'Delete with Their Costs'];
  const standing = runs.some((run) => run.standing.length) ? ' Stages whose results they hold will have to be run again.' : '';
  const answer = await vscode.window.showWarningMessage(
    `Delete ${plural(runs.length, 'run')} of ${sizeOf(runs)}?`,
    {
      modal: true,
      detail: `Prompts, answers and outputs go; they can’t be brought back.${standing} What they cost stays in the ledger, unless you delete that too: caps count it all the same.`,
    },
    only,
    all,
  );
  if (answer !== only && answer !== all) return;
  await deleteThem(world, task, runs, answer === all);
  void vscode.window.showInformationMessage(`Deleted ${plural(runs.length, 'run')} of ${sizeOf(runs)}.`);
}

function deleteThem(world: World, task: Pick<Task, 'haikuFolder'>, runs: readonly KnownRun[], purge = false): Promise<void> {
  const engine = { ...world, random: () => randomBytes(3).toString('hex') };
  return deleteRuns(engine, task.haikuFolder, runs, { purge, signal: new AbortController().signal });
}

async function adoptRuns({ files, clock }: World, foreign: readonly KnownRun[]): Promise<void> {
  for (const { folder, records } of foreign) await adopt(files, folder, records, clock.now());
  void vscode.window.showInformationMessage(`${plural(foreign.length, 'run')} count as yours from now on.`);
}

/** Folders whose foreign runs were told of in this window. */
const told = new Set<string>();

/** Before a run: say once that runs came with the folder and do not count. Nobody waits for the answer: the run goes on without them. */
export async function tellForeignRuns(world: Pick<World, 'files'>, uri: vscode.Uri, task: Task): Promise<void> {
  const key = `${task.haikuFolder} ${task.slug}`;
  if (told.has(key)) return;
  const foreign = await foreignRuns(world.files, task);
  if (!foreign.length) return;
  told.add(key);
  const message = `${plural(foreign.length, 'run')} of “${task.document.title || task.slug}” came with this folder, or from another machine, and do not count.`;
  void vscode.window.showInformationMessage(withoutLinks(message), 'Manage Runs').then((chosen) => {
    if (chosen) void vscode.commands.executeCommand(commandIds.manageRuns, uri);
  });
}

/** After a run: what is older than the person wants to keep goes, but for results that stand and for what it cost. 0 keeps all. */
export async function expireRuns(world: World & Pick<Adapters, 'log'>, task: Pick<Task, 'haikuFolder' | 'slug'>, days: number): Promise<void> {
  if (days <= 0) return;
  try {
    const old = expiredRuns(await runsOf(world, task), days, world.clock.now());
    if (old.length) await deleteThem(world, task, old);
  } catch (error) {
    // Whatever kept them, the run that has just ended is told of all the same; the next one tries again.
    world.log.warn(`Old runs could not be deleted: ${error instanceof Error ? error.message : String(error)}`);
  }
}
