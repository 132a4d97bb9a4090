import * as vscode from 'vscode';
import { UserError } from '../ports';
import { kindOf } from '../steering/kinds';
import { actOnRow, askForBudget, openStage } from './bundleActions';
import { chooseOther, compareStages, compareWithLastRun } from './bundleComparison';
import type { BundlePreviews } from './bundlePreview';
import { toPath, toRange, toUri } from './convert';
import type { Adapters } from './engine';
import { commandIds, previewCommandIds } from './ids';
import { showLedger } from './ledgerView';
import { tell } from './log';
import type { Proposals } from './proposals';
import type { QueryPreviews } from './queryPreview';
import type { ReadOnlyDocuments } from './readOnlyDocuments';
import type { Runs } from './runs';
import { manageRuns } from './runsCommand';
import { openSample, scaffoldCommand } from './scaffoldCommand';
import { isTreeNode, StagesView } from './stagesView';
import { registerStrategyCommands } from './strategyCommands';
import type { TaskSession } from './taskSession';
import type { TaskSessions } from './taskSessions';

interface Parts {
  adapters: Adapters & { log: Parameters<typeof tell>[0] };
  sessions: TaskSessions;
  runs: Runs;
  documents: ReadOnlyDocuments;
  previews: BundlePreviews;
  queries: QueryPreviews;
  proposals: Proposals;
  templatesFolder: string;
}

/** Register every command. Arguments are a path and a stage's number; from the palette both are asked for. */
export function registerCommands(parts: Parts): vscode.Disposable[] {
  const { adapters, sessions, runs, documents, previews, queries, proposals, templatesFolder } = parts;
  const on = (id: string, act: (...args: unknown[]) => Promise<unknown> | unknown) =>
    vscode.commands.registerCommand(id, async (...args: unknown[]) => {
      try {
        return await act(...args);
      } catch (error) {
        void tell(adapters.log, error);
        return undefined;
      }
    });
  const onTask = (id: string, act: (uri: vscode.Uri) => Promise<unknown>) =>
    on(id, async (...args) => {
      const [path] = plainArguments(args);
      return act(path ? toUri(path) : (await chooseTask(sessions)).uri);
    });
  const onStage = (id: string, act: (uri: vscode.Uri, number: number) => Promise<unknown>) =>
    on(id, async (...args) => {
      const [path, number] = plainArguments(args);
      // From the palette, the preview that is looked at says which stage is meant.
      const shown = path ? undefined : previews.of(vscode.window.activeTextEditor?.document.uri);
      if (shown) return act(shown.task, shown.stage);
      const uri = path ? toUri(path) : (await chooseTask(sessions)).uri;
      return act(uri, number ?? (await chooseStage(sessions, uri)));
    });
  return [
    on(commandIds.scaffold, (folder) => scaffoldCommand(adapters.files, templatesFolder, folder instanceof vscode.Uri ? folder : undefined)),
    on(commandIds.openSample, () => openSample(adapters.files, templatesFolder)),
    on(commandIds.findRelevantCode, () => queries.ask()),
    on(commandIds.cancel, () => runs.cancel()),
    on(commandIds.showLog, () => adapters.log.channel.show()),
    onTask(commandIds.runAll, (uri) => runs.run(uri, {})),
    onTask(commandIds.manageRuns, (uri) => manageRuns(adapters, uri)),
    onTask(commandIds.openLedger, (uri) => showLedger(documents, adapters.files, uri)),
    onStage(commandIds.runStage, async (uri, number) => runs.run(uri, { stage: number, fresh: await wantsFresh(sessions, uri, number) })),
    onStage(commandIds.runFrom, (uri, number) => runs.run(uri, { from: number })),
    onStage(commandIds.previewBundle, (uri, number) => previews.show(uri, number)),
    onStage(commandIds.setBundleBudget, (uri, number) => askForBudget(previews, uri, number)),
    onStage(commandIds.compareBundles, async (uri, number) => compareStages(previews, uri, number, await otherStage(sessions, uri, number))),
    onStage(commandIds.compareWithLastRun, (uri, number) => compareWithLastRun(documents, adapters, uri, number)),
    onStage(previewCommandIds.openStage, (uri, number) => openStage(uri, number)),
    on(previewCommandIds.actOnRow, (...args) => actOnRow(previews, args)),
    onStage(commandIds.escalate, (uri, number) => runs.run(uri, { escalate: number, alone: true })),
    onStage(commandIds.retry, (uri, number) => runs.run(uri, { retry: number, alone: true })),
    onStage(commandIds.accept, (uri, number) => runs.accept(uri, number)),
    onStage(commandIds.checkAgain, (uri, number) => runs.checkAgain(uri, number)),
    onStage(commandIds.undoEscalation, (uri, number) => runs.restore(uri, number, 'undo')),
    onStage(commandIds.restoreAttempt, (uri, number) => runs.restore(uri, number, 'choose')),
    onStage(commandIds.openOutput, (uri, number) => runs.openOutput(uri, number)),
    ...registerStrategyCommands({ ...adapters, runs, sessions, documents, proposals }, { on, onTask, onStage }),
  ];
}

/** Arguments of a CodeLens or quick fix, or the tree node a menu was opened on. */
function plainArguments(args: unknown[]): [string | undefined, number | undefined] {
  const [first, second] = args;
  if (isTreeNode(first)) return StagesView.argumentsOf(first);
  if (first instanceof vscode.Uri) return [kindOf(toPath(first)) === 'context' ? toPath(first) : undefined, undefined];
  return [typeof first === 'string' ? first : undefined, typeof second === 'number' ? second : undefined];
}

/** The task of the active editor, the only one there is, or the one the person picks. */
async function chooseTask(sessions: TaskSessions): Promise<TaskSession> {
  const active = vscode.window.activeTextEditor?.document.uri;
  const own = active && sessions.open(active);
  if (own) return own;
  const all = sessions.all();
  if (!all.length) throw new UserError('There is no CONTEXT.md in this workspace.', { todo: 'Make one with “Haiku First: Scaffold Steering Files”.' });
  if (all.length === 1 && all[0]) return all[0];
  const picked = await vscode.window.showQuickPick(
    all.map((session) => ({ label: session.plan?.task.document.title || 'CONTEXT.md', description: vscode.workspace.asRelativePath(session.uri), session })),
    { placeHolder: 'Choose the task' },
  );
  if (!picked) throw new vscode.CancellationError();
  return picked.session;
}

/** The stage the cursor stands in, or the one the person picks. */
async function chooseStage(sessions: TaskSessions, uri: vscode.Uri): Promise<number> {
  const session = sessions.open(uri);
  await session?.whenFresh();
  const stages = session?.stages ?? [];
  const editor = vscode.window.activeTextEditor;
  const here =
    editor?.document.uri.toString() === uri.toString()
      ? stages.find(({ planned }) => toRange(planned.stage.range).contains(editor.selection.active))
      : undefined;
  if (!stages.length)
    throw new UserError('This document has no stages.', {
      todo: 'Add one, such as “Stage 1: Outline (Haiku)” with a list of Input, Task, Success and Output.',
    });
  const items = stages.map((view) => ({
    label: `${view.planned.stage.number}. ${view.planned.stage.title}`,
    description: view.planned.stage.runner.text,
    number: view.planned.stage.number,
  }));
  const first = items.find(({ number }) => number === here?.planned.stage.number);
  const picked = await vscode.window.showQuickPick(first ? [first, ...items.filter((item) => item !== first)] : items, { placeHolder: 'Choose the stage' });
  if (!picked) throw new vscode.CancellationError();
  return picked.number;
}

async function otherStage(sessions: TaskSessions, uri: vscode.Uri, number: number): Promise<number> {
  const session = sessions.open(uri);
  await session?.whenFresh();
  return chooseOther(session?.plan, number);
}

/** Running a stage that passed unchanged would do nothing: ask whether it shall run again. */
async function wantsFresh(sessions: TaskSessions, uri: vscode.Uri, number: number): Promise<boolean> {
  const session = sessions.open(uri);
  await session?.whenFresh();
  const view = session?.stage(number);
  if (view?.status !== 'passed') return false;
  const again = 'Run Again';
  const chosen = await vscode.window.showInformationMessage(`Stage ${number} passed and nothing it is made from has changed.`, again);
  if (chosen !== again) throw new vscode.CancellationError();
  return true;
}
