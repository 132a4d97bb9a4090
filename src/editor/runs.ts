import { posix } from 'node:path';
import * as vscode from 'vscode';
import { attemptName } from '../journal/countingAttempt';
import { readState } from '../journal/state';
import { UserError } from '../ports';
import type { Engine, Person, RunEvent, RunOptions, RunResult, StageResult } from '../stage/engine';
import { type RestoreChoice, restoreStage } from '../stage/restore';
import { acceptStage, checkAgain } from '../stage/review';
import { runTask } from '../stage/run';
import { type Task, taskOf } from '../steering/task';
import { chooseAttempt } from './attemptPick';
import { toPath, toUri, withoutLinks } from './convert';
import { type Adapters, createEngine } from './engine';
import { contextKeys } from './ids';
import type { Keys } from './keys';
import type { LiveOutput } from './liveOutput';
import { createEditorPerson } from './person';
import type { ReadOnlyDocuments } from './readOnlyDocuments';
import { type Choice, tellPassed, tellResult } from './runResult';
import { expireRuns, tellForeignRuns } from './runsCommand';
import { daysToKeepRuns, estimatesExactly, showsLiveOutput } from './settings';
import type { TaskSession } from './taskSession';
import type { TaskSessions } from './taskSessions';

type Reviewed = [engine: Engine, person: Person, task: Task, signal: AbortSignal];

/** What an order is done with. */
export interface Ordered {
  engine: Engine;
  person: Person;
  task: Task;
  /** With what notes are told of; an order adds what else it follows. */
  options: RunOptions;
  session: TaskSession;
  /** Say how far it is. */
  report(message: string): void;
}

/** Runs of the editor, one at a time: shown as they go, cancellable, with what can be done next offered at their end. */
export class Runs {
  private current: AbortController | undefined;

  constructor(
    private readonly adapters: Adapters,
    private readonly keys: Keys,
    private readonly sessions: TaskSessions,
    private readonly documents: ReadOnlyDocuments,
    private readonly liveOutput: LiveOutput,
  ) {}

  cancel(): void {
    this.current?.abort();
  }

  /** Run stages of a document. @throws UserError where the workspace is not trusted or a run is under way. */
  async run(uri: vscode.Uri, choice: Choice): Promise<RunResult | undefined> {
    const session = await this.sessionOf(uri);
    const before = choice.escalate === undefined ? undefined : session.stage(choice.escalate)?.last;
    const result = await this.during(session, 'Running stages', async (signal) => {
      const engine = await createEngine(this.adapters, this.keys);
      const task = await taskOf(toPath(uri), (await vscode.workspace.openTextDocument(uri)).getText(), this.adapters.files);
      await tellForeignRuns(this.adapters, uri, task);
      if (!engine.model.paid) vscode.window.setStatusBarMessage('$(beaker) Haiku First: recorded sample answers, no model is called', 15_000);
      const made = await runTask(engine, createEditorPerson(this.documents), task, {
        ...choice,
        exact: estimatesExactly(),
        signal,
        onEvent: (event) => {
          session.follow(event);
          if (event.type === 'note') this.tell(event);
        },
      });
      await expireRuns(this.adapters, task, daysToKeepRuns());
      return made;
    });
    await session.refresh();
    void tellResult(session, result, choice, before);
    return result;
  }

  /** Have something done that costs and is no run of stages: shown and cancellable as runs are. @throws UserError as they do */
  async order<T>(uri: vscode.Uri, title: string, work: (given: Ordered) => Promise<T>): Promise<T> {
    const session = await this.sessionOf(uri);
    return this.during(session, title, async (signal, report) => {
      const engine = await createEngine(this.adapters, this.keys);
      const task = await taskOf(toPath(uri), (await vscode.workspace.openTextDocument(uri)).getText(), this.adapters.files);
      await tellForeignRuns(this.adapters, uri, task);
      const onEvent = (event: RunEvent) => {
        if (event.type === 'note') this.tell(event);
      };
      return work({ engine, person: createEditorPerson(this.documents), task, options: { signal, onEvent }, session, report });
    });
  }

  /** What is of the whole run is shown at once; what is of one stage stands in the status bar for a while, and in the log. */
  private tell({ stage, message }: { stage?: string; message: string }): void {
    this.adapters.log.info(message);
    if (stage === undefined) void vscode.window.showInformationMessage(withoutLinks(message));
    // A batch is waited for, for hours at times: how far it is stands where it disturbs nobody.
    else vscode.window.setStatusBarMessage(`$(info) ${message}`, 60_000);
  }

  /** Accept the last output of a stage for a reason that is kept. */
  async accept(uri: vscode.Uri, number: number): Promise<void> {
    await refuseUntrusted();
    const reason = await vscode.window.showInputBox({
      title: `Accept stage ${number} as it is`,
      prompt: 'Why is it good enough? The reason is kept in the journal.',
      ignoreFocusOut: true,
      validateInput: (text) => (text.trim() ? undefined : 'Say why.'),
    });
    if (!reason?.trim()) return;
    await this.review(uri, number, 'is accepted', (engine, person, task, signal) => acceptStage(engine, person, task, number, reason.trim(), { signal }));
  }

  /** Check the stage's output again as it stands in its file. */
  async checkAgain(uri: vscode.Uri, number: number): Promise<void> {
    await this.review(uri, number, 'passes its checks now', (engine, person, task, signal) => checkAgain(engine, person, task, number, { signal }));
  }

  /** Have the attempt count that an escalation replaced, or one that the person chooses. Costs nothing. */
  async restore(uri: vscode.Uri, number: number, what: 'undo' | 'choose'): Promise<void> {
    const session = await this.sessionOf(uri);
    const stage = session.stage(number)?.planned.stage;
    const { files } = this.adapters;
    const path = toPath(uri);
    const task = await taskOf(path, (await vscode.workspace.openTextDocument(uri)).getText(), files);
    const chosen =
      what === 'undo' ? undefined : await chooseAttempt(number, (await readState(files, task.haikuFolder, task.slug)).stages.get(stage?.slug ?? ''));
    const choice: RestoreChoice = chosen ? { run: chosen.run, attempt: attemptName(chosen) } : { undo: true };
    const result = await this.during(session, 'Restoring', async (signal) => {
      const engine = await createEngine(this.adapters, this.keys);
      const options = { signal, onEvent: (event: RunEvent) => session.follow(event) };
      return restoreStage({ engine, person: createEditorPerson(this.documents), task, number, item: chosen?.item, options }, choice);
    });
    await session.refresh();
    const done = chosen ? `${attemptName(chosen)} of stage ${number} counts again` : `The escalation of stage ${number} is undone`;
    if (result.status === 'passed') void tellPassed(session, number, chosen ? `has ${attemptName(chosen)} back` : 'is as it was before the escalation');
    else void vscode.window.showInformationMessage(withoutLinks(`${done}: it had failed its checks. ${result.message ?? ''}`.trim()));
  }

  /** Open what a stage made last. */
  async openOutput(uri: vscode.Uri, number: number): Promise<void> {
    const session = await this.sessionOf(uri, false);
    const last = session.stage(number)?.last;
    if (!last?.output) throw new UserError(`Stage ${number} has no output yet.`, { todo: 'Run it first.' });
    await vscode.window.showTextDocument(toUri(posix.join(last.folder, last.output)), { viewColumn: vscode.ViewColumn.Beside });
  }

  private async review(uri: vscode.Uri, number: number, passed: string, act: (...given: Reviewed) => Promise<StageResult>): Promise<void> {
    const session = await this.sessionOf(uri);
    const result = await this.during(session, 'Checking', async (signal) => {
      const engine = await createEngine(this.adapters, this.keys);
      const task = await taskOf(toPath(uri), (await vscode.workspace.openTextDocument(uri)).getText(), this.adapters.files);
      return act(engine, createEditorPerson(this.documents), task, signal);
    });
    await session.refresh();
    if (result.status === 'passed') void tellPassed(session, number, passed);
    else
      void vscode.window.showWarningMessage(
        withoutLinks(`Stage ${number} still fails its checks: ${result.checks.find((check) => check.status !== 'pass')?.message ?? ''}`),
      );
  }

  private async sessionOf(uri: vscode.Uri, toRun = true): Promise<TaskSession> {
    const session = this.sessions.open(uri);
    if (!session) throw new UserError('This is no CONTEXT.md.', { todo: 'Open the CONTEXT.md whose stages you want to run.' });
    if (toRun) await refuseUntrusted();
    await session.whenFresh();
    return session;
  }

  private async during<T>(session: TaskSession, title: string, work: (signal: AbortSignal, report: (message: string) => void) => Promise<T>): Promise<T> {
    if (this.current) throw new UserError('A run is under way.', { todo: 'Wait for it, or cancel it.' });
    const abort = new AbortController();
    this.current = abort;
    await vscode.commands.executeCommand('setContext', contextKeys.running, true);
    const runs = title === 'Running stages';
    if (runs) session.live.clear();
    const following = await this.liveOutput.follow(session, runs && showsLiveOutput());
    try {
      const document = await vscode.workspace.openTextDocument(session.uri);
      // What runs is what is seen: a document that is not saved yet is saved first.
      if (document.isDirty && !(await document.save())) throw new UserError('The document could not be saved, so nothing ran.');
      return await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title: `Haiku First: ${title}`, cancellable: true },
        async (progress, token) => {
          token.onCancellationRequested(() => abort.abort());
          const told = session.onDidChange(() => progress.report({ message: runningText(session) }));
          try {
            return await work(abort.signal, (message) => progress.report({ message }));
          } finally {
            told.dispose();
          }
        },
      );
    } finally {
      this.current = undefined;
      following.dispose();
      session.ended();
      await vscode.commands.executeCommand('setContext', contextKeys.running, false);
    }
  }
}

function runningText(session: TaskSession): string {
  return session.stages
    .filter((view) => session.statusOf(view) === 'running')
    .map((view) => `${view.planned.stage.title} (${session.live.outputs.get(view.planned.stage.slug)?.model ?? ''})`)
    .join(', ');
}

/** @throws UserError in Restricted Mode, after offering the way out of it. */
async function refuseUntrusted(): Promise<void> {
  if (vscode.workspace.isTrusted) return;
  void vscode.window
    .showWarningMessage(
      'Stages do not run in Restricted Mode: a document could start commands and send your files. Linting, scaffolding and previews work.',
      'Manage Workspace Trust',
    )
    .then((chosen) => {
      if (chosen) void vscode.commands.executeCommand('workbench.trust.manage');
    });
  throw new vscode.CancellationError();
}
