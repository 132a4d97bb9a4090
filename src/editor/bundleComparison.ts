import * as vscode from 'vscode';
import { readJournals } from '../journal/journal';
import { foldJournals, type KnownAttempt, outputOf, type TaskState } from '../journal/state';
import { isSameItem } from '../journal/unitHistory';
import { type Files, UserError } from '../ports';
import { currentOutputs } from '../stage/current';
import { keptPrompt } from '../stage/keptPrompt';
import { indexOf } from '../stage/scope';
import { buildUnits, ofItem, type Unit } from '../stage/unit';
import { ancestors, type Plan, planTask } from '../steering/plan';
import { taskOf } from '../steering/task';
import type { BundlePreviews } from './bundlePreview';
import { toPath, withoutLinks } from './convert';
import { type Adapters, currentCatalog } from './engine';
import { askedOf, keptOfRun, type RunSide } from './keptOfRun';
import { changesInWords, pieceChanges } from './pieceChanges';
import type { ReadOnlyDocuments } from './readOnlyDocuments';
import { engineSettings } from './settings';

/** Show how the bundles of two stages of a document differ: both as they are now, and kept so. */
export async function compareStages(previews: BundlePreviews, task: vscode.Uri, one: number, other: number): Promise<void> {
  const left = await previews.make(task, Math.min(one, other), 'compared');
  const right = await previews.make(task, Math.max(one, other), 'compared');
  await vscode.commands.executeCommand('vscode.diff', left.uri, right.uri, `Bundles of stages ${left.stage} ↔ ${right.stage}`);
}

/**
 * Show what has changed for a stage since it last ran: the pieces that were sent, as the run keeps them, beside those that would be sent now; where the run kept
 * none, the earlier outputs and the answers. That nothing has changed at all is only said.
 * @throws UserError where it never ran, or its run can't be read
 */
export async function compareWithLastRun(
  documents: ReadOnlyDocuments,
  { files, project }: Pick<Adapters, 'files' | 'project'>,
  task: vscode.Uri,
  number: number,
): Promise<void> {
  const document = await vscode.workspace.openTextDocument(task);
  const plan = await planTask(await taskOf(toPath(task), document.getText(), files), files);
  const index = indexOf(plan, number);
  const planned = plan.stages[index];
  const journals = await readJournals(files, plan.task.haikuFolder, plan.task.slug);
  const own = foldJournals(journals).stages.get(planned?.stage.slug ?? '')?.attempts ?? [];
  const last = own.filter(({ by }) => by === 'model' || by === 'command').at(-1);
  if (!planned || !last) throw new UserError(`Stage ${number} has not run yet: there is nothing to compare its bundle with.`, { todo: 'Run it first.' });
  const engine = { files, catalog: currentCatalog(), settings: engineSettings(), project };
  const { outputs, answers } = await currentOutputs(engine, plan, index);
  const units = await unitsNow({ engine, plan, outputs, answers }, index);
  const prints = units.map(({ fingerprint }) => fingerprint);
  const ran = last.at.replace('T', ' ').slice(0, 19);
  const inRun = new Set(own.filter(({ run }) => run === last.run).map(({ fingerprint }) => fingerprint));
  if (prints.length && prints.every((print) => inRun.has(print))) {
    void vscode.window.showInformationMessage(
      `Nothing that stage ${number} is made from has changed since it ran on ${ran} UTC: its bundle is the one that was sent.`,
    );
    return;
  }
  const then = foldJournals(journals.filter(({ run }) => run <= last.run));
  const title = `Stage ${number}: ${planned.stage.title}`;
  const { tier, effort } = planned.stage.runner;
  const kept = await keptPrompt(files, last.sent);
  // Of a stage with `Each`, the item that ran last.
  const unit = units.find((each) => isSameItem(last, ofItem(each))) ?? units[0];
  const both = kept && unit ? { kept, unit } : undefined;
  const nowSide: RunSide = {
    when: 'as it is now',
    model: tier === 'code' ? 'code' : engine.catalog.modelFor(tier, plan.task.document.models),
    effort,
    fingerprint: prints.join(', '),
    answers,
    pieces: both?.unit.bundle.pieces,
    changes: both && changesInWords(pieceChanges(both.kept.pieces, both.unit.bundle.pieces)),
    asked: both && askedOf(both.unit.prompt().text),
    outputs: ancestors(plan, index).map((at) => ({ title: titleOf(plan, at), text: outputs.get(at)?.text })),
  };
  const thenSide: RunSide = {
    when: `in its run of ${ran} UTC`,
    model: last.model,
    effort: last.effort,
    fingerprint: [...inRun].join(', '),
    answers: then.answers,
    pieces: both?.kept.pieces,
    asked: both && askedOf(both.kept),
    outputs: await Promise.all(ancestors(plan, index).map(async (at) => ({ title: titleOf(plan, at), text: await outputThen(files, then, plan, at) }))),
  };
  const folder = `/compared/${toPath(task)}`;
  const left = documents.set(`${folder}/Stage ${number} in its last run.md`, keptOfRun(title, thenSide));
  const right = documents.set(`${folder}/Stage ${number} now.md`, keptOfRun(title, nowSide));
  await vscode.commands.executeCommand('vscode.diff', left, right, withoutLinks(`Stage ${number}: last run ↔ now`));
}

/** The stage to compare with, as the person picks it. @throws CancellationError where they don't */
export async function chooseOther(plan: Plan | undefined, number: number): Promise<number> {
  const others = (plan?.stages ?? []).filter(({ stage }) => stage.number !== number);
  if (!others.length) throw new UserError('This document has no other stage.');
  const picked = await vscode.window.showQuickPick(
    others.map(({ stage }) => ({ label: `${stage.number}. ${stage.title}`, description: stage.runner.text, number: stage.number })),
    { placeHolder: `Compare the bundle of stage ${number} with that of…` },
  );
  if (!picked) throw new vscode.CancellationError();
  return picked.number;
}

/** What a run of the stage would be made of now; none where it can't be put together now. */
async function unitsNow(sources: Parameters<typeof buildUnits>[0], index: number): Promise<Unit[]> {
  try {
    return await buildUnits(sources, index);
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

/** What an earlier stage had made when a run began that read it; undefined where it had made nothing, or it was deleted since. */
async function outputThen(files: Files, state: TaskState, plan: Plan, index: number): Promise<string | undefined> {
  const attempts: KnownAttempt[] = state.stages.get(plan.stages[index]?.stage.slug ?? '')?.attempts ?? [];
  const passed = attempts.filter(({ status, output }) => status === 'passed' && output !== undefined).at(-1);
  try {
    return passed && (await outputOf(files, passed));
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function titleOf(plan: Plan, index: number): string {
  const stage = plan.stages[index]?.stage;
  return stage ? `Stage ${stage.number}: ${stage.title}` : '';
}
