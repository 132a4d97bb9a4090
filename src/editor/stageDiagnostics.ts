import * as vscode from 'vscode';
import { isEscalation } from '../journal/countingAttempt';
import { toRange } from './convert';
import type { StageView, TaskSession } from './taskSession';
import type { TaskSessions } from './taskSessions';

export const stageSource = 'haiku-first stages';
export const failedCode = 'stage-failed';

/** A stage that failed its checks is a diagnostic on its heading, until it passes, is accepted, or is run again. */
export class StageDiagnostics implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection(stageSource);
  private readonly follow: vscode.Disposable;

  constructor(sessions: TaskSessions) {
    this.follow = sessions.onDidChange((session) => this.show(session));
    for (const session of sessions.all()) this.show(session);
  }

  private show(session: TaskSession): void {
    const failed = session.stages.filter((view) => ['failed', 'error'].includes(session.statusOf(view)));
    if (failed.length) this.collection.set(session.uri, failed.map(toDiagnostic));
    else this.collection.delete(session.uri);
  }

  dispose(): void {
    this.follow.dispose();
    this.collection.dispose();
  }
}

function toDiagnostic(view: StageView): vscode.Diagnostic {
  const { stage } = view.planned;
  const diagnostic = new vscode.Diagnostic(
    toRange(stage.headingRange),
    failureText(view),
    isExpected(view) ? vscode.DiagnosticSeverity.Warning : vscode.DiagnosticSeverity.Error,
  );
  diagnostic.source = stageSource;
  diagnostic.code = failedCode;
  return diagnostic;
}

/** `Opus if needed` that failed on the cheap model: no error, the way its runner says. */
export function isExpected({ planned: { stage }, last, status }: Pick<StageView, 'planned' | 'last' | 'status'>): boolean {
  return stage.runner.escalation !== undefined && status === 'failed' && last !== undefined && !isEscalation(last, stage.runner.tier);
}

/** Why a stage did not pass: each check that failed, or what broke it off. */
export function failureText(view: StageView): string {
  const { planned, last, message, status } = view;
  const { stage } = planned;
  const failed = (last?.checks ?? []).filter((check) => check.status !== 'pass' && check.level === 'must');
  const head = `Stage ${stage.number} “${stage.title}” ${status === 'error' ? 'did not run to its end' : 'failed its checks'}`;
  if (status === 'error') return `${head}: ${message ?? last?.error ?? 'see the log.'}`;
  const expected = isExpected(view) ? '\nIts runner expects this: escalate it to Opus.' : '';
  return `${head} on ${last?.model ?? 'its model'}:\n${failed.map((check) => `• ${check.message}`).join('\n')}${expected}`;
}
