import * as vscode from 'vscode';
import { aboutUsd } from '../catalog/tokens';
import { isEscalation } from '../journal/countingAttempt';
import { asksModel } from '../stage/verify';
import { toPath, toRange } from './convert';
import { commandIds } from './ids';
import { failedCode, stageSource } from './stageDiagnostics';
import { strategyPriceText } from './strategyLens';
import type { TaskSessions } from './taskSessions';

/** What can be done about a stage that failed. Each names its price; none is preferred or part of fix-all, as some spend money. */
export class StageFixes implements vscode.CodeActionProvider {
  static readonly kinds = [vscode.CodeActionKind.QuickFix];

  constructor(private readonly sessions: TaskSessions) {}

  provideCodeActions(document: vscode.TextDocument, range: vscode.Range, context: vscode.CodeActionContext): vscode.CodeAction[] {
    const session = this.sessions.open(document.uri);
    if (!session || !vscode.workspace.isTrusted) return [];
    const fixes = context.diagnostics
      .filter((diagnostic) => diagnostic.source === stageSource && diagnostic.code === failedCode)
      .flatMap((diagnostic) => {
        const view = session.stages.find((each) => toRange(each.planned.stage.headingRange).start.line === diagnostic.range.start.line);
        if (!view) return [];
        const { number, runner } = view.planned.stage;
        const offer = (title: string, command: string) => {
          const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
          action.diagnostics = [diagnostic];
          action.command = { command, title, arguments: [toPath(document.uri), number] };
          return action;
        };
        const output = view.last?.output !== undefined;
        return [
          ...(runner.tier === 'code'
            ? [offer('Run this stage again (free)', commandIds.runStage)]
            : [
                offer(`Escalate this stage to Opus (${aboutUsd(view.escalationUsd)})`, commandIds.escalate),
                offer(`Retry on ${capitalised(runner.tier)} with the feedback (${aboutUsd(view.estimate.usd)})`, commandIds.retry),
                offer(`Have Opus write a strategy for this stage (${strategyPriceText(session, view)})`, commandIds.author),
              ]),
          ...(output
            ? [
                offer('Accept as it is (free)', commandIds.accept),
                offer(asksModel(view.planned.stage.checks) ? 'Check again (asks the judge)' : 'Check again (free)', commandIds.checkAgain),
                offer('Open the output', commandIds.openOutput),
                offer('Restore an earlier attempt… (free)', commandIds.restoreAttempt),
              ]
            : []),
        ];
      });
    return [...fixes, ...this.undo(document, range)];
  }

  /** Where an escalation counts there may be no problem any more, and all the same a way back. */
  private undo(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
    const views = this.sessions.open(document.uri)?.stages ?? [];
    return views
      .filter(({ planned: { stage }, last }) => last && isEscalation(last, stage.runner.tier) && toRange(stage.headingRange).intersection(range))
      .map(({ planned: { stage } }) => {
        const title = 'Undo the escalation (free)';
        const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
        action.command = { command: commandIds.undoEscalation, title, arguments: [toPath(document.uri), stage.number] };
        return action;
      });
  }
}

export function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
