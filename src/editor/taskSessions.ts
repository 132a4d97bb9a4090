import * as vscode from 'vscode';
import type { Files, Log } from '../ports';
import type { Engine } from '../stage/engine';
import { kindOf } from '../steering/kinds';
import { isStrategyFile } from '../steering/strategy';
import { toPath } from './convert';
import { contextKeys } from './ids';
import { TaskSession } from './taskSession';

const pauseMs = 250;
/** More tasks than a person would look through in a tree. */
const mostTasks = 50;

/** The sessions of all tasks that are open or lie in the workspace. */
export class TaskSessions implements vscode.Disposable {
  private readonly sessions = new Map<string, TaskSession>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly changed = new vscode.EventEmitter<TaskSession>();
  readonly onDidChange = this.changed.event;
  private readonly disposables: vscode.Disposable[];

  constructor(
    private readonly files: Files,
    private readonly log: Log,
    private readonly project: NonNullable<Engine['project']>,
  ) {
    const steering = vscode.workspace.createFileSystemWatcher('**/*.md');
    // The folders too: where folders are made with files in them, a watcher may tell of the outermost folder alone.
    const journals = vscode.workspace.createFileSystemWatcher('{**/.haiku/runs,**/.haiku/runs/**}');
    this.disposables = [
      steering,
      journals,
      this.changed,
      vscode.workspace.onDidOpenTextDocument((document) => this.open(document.uri)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.later(document.uri)),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('haikuFirst')) this.refreshAll();
      }),
      steering.onDidCreate((uri) => this.appear(uri)),
      steering.onDidChange(() => this.refreshAll()),
      steering.onDidDelete((uri) => this.disappear(uri)),
      journals.onDidCreate(() => this.refreshAll()),
      journals.onDidChange(() => this.refreshAll()),
      journals.onDidDelete(() => this.refreshAll()),
    ];
    for (const document of vscode.workspace.textDocuments) this.open(document.uri);
    void this.search();
  }

  all(): TaskSession[] {
    return [...this.sessions.values()].sort((a, b) => (a.uri.path < b.uri.path ? -1 : 1));
  }

  /** The session of a CONTEXT.md; undefined for any other document. */
  open(uri: vscode.Uri): TaskSession | undefined {
    if (uri.scheme !== 'file' || kindOf(toPath(uri)) !== 'context') return undefined;
    const key = uri.toString();
    const known = this.sessions.get(key);
    if (known) return known;
    const session = new TaskSession(uri, this.files, this.log, this.project);
    session.onDidChange(() => this.changed.fire(session));
    this.sessions.set(key, session);
    void vscode.commands.executeCommand('setContext', contextKeys.hasTask, true);
    void session.refresh();
    return session;
  }

  private async search(): Promise<void> {
    for (const uri of await vscode.workspace.findFiles('{**/CONTEXT.md,**/*.context.md}', '**/{node_modules,.git}/**', mostTasks)) this.open(uri);
  }

  private later(uri: vscode.Uri): void {
    const session = this.open(uri);
    if (!session) return;
    const key = uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.set(
      key,
      setTimeout(() => void session.refresh(), pauseMs),
    );
  }

  private refreshAll(): void {
    for (const session of this.sessions.values()) if (!session.isRunning) this.later(session.uri);
  }

  private appear(uri: vscode.Uri): void {
    if (isStrategyFile(toPath(uri))) this.refreshAll();
    else this.open(uri);
  }

  private disappear(uri: vscode.Uri): void {
    if (isStrategyFile(toPath(uri))) this.refreshAll();
    else this.close(uri);
  }

  private close(uri: vscode.Uri): void {
    const session = this.sessions.get(uri.toString());
    if (!session) return;
    this.sessions.delete(uri.toString());
    session.plan = undefined;
    session.stages = [];
    if (!this.sessions.size) void vscode.commands.executeCommand('setContext', contextKeys.hasTask, false);
    this.changed.fire(session);
    session.dispose();
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    for (const session of this.sessions.values()) session.dispose();
    vscode.Disposable.from(...this.disposables).dispose();
  }
}
