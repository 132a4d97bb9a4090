import { posix } from 'node:path';
import * as vscode from 'vscode';
import type { Files } from '../ports';
import { homeOf } from '../steering/strategyHome';
import { toPath } from './convert';
import { lintSource } from './diagnostics';
import { commandIds } from './ids';
import type { TaskSessions } from './taskSessions';

/** What a command can do about a rule's problem in a strategy. What spends money shows its estimate and asks first. */
const remedies: Record<string, { title: string; command: string }[]> = {
  'strategy/stale': [
    { title: 'Have Opus write it anew (asks first)', command: commandIds.author },
    { title: 'Try it as it is (asks first)', command: commandIds.tryStrategy },
  ],
  'strategy/other-model': [
    { title: 'Have Opus write it anew (asks first)', command: commandIds.author },
    { title: 'Try it on the model of today (asks first)', command: commandIds.tryStrategy },
  ],
  'strategy/unproven': [{ title: 'Try this strategy (asks first)', command: commandIds.tryStrategy }],
  'strategy/costs-more': [{ title: 'Improve this strategy (asks first)', command: commandIds.improve }],
  'strategy/too-long': [{ title: 'Have Opus write it anew (asks first)', command: commandIds.author }],
  'strategy/unreadable': [{ title: 'Have Opus write it anew (asks first)', command: commandIds.author }],
  'strategy/empty': [{ title: 'Have Opus write it (asks first)', command: commandIds.author }],
  'context/stale-export': [{ title: 'Export this stage again (free)', command: commandIds.export }],
};

/** Quick fixes of strategies that are commands. None is preferred or part of fix-all, as most spend money. */
export class StrategyFixes implements vscode.CodeActionProvider {
  static readonly kinds = [vscode.CodeActionKind.QuickFix];
  static readonly documents = ['**/.haiku/strategies/*/*.md', '**/CONTEXT.md', '**/*.context.md'].map((pattern) => ({ scheme: 'file', pattern }));

  constructor(
    private readonly files: Files,
    private readonly sessions: TaskSessions,
  ) {}

  async provideCodeActions(document: vscode.TextDocument, _range: vscode.Range, context: vscode.CodeActionContext): Promise<vscode.CodeAction[]> {
    const wanted = context.diagnostics.filter((diagnostic) => diagnostic.source === lintSource && remedies[ruleOf(diagnostic)]);
    if (!wanted.length || !vscode.workspace.isTrusted) return [];
    const actions: vscode.CodeAction[] = [];
    for (const diagnostic of wanted) {
      const stage = await this.stageOf(document, diagnostic);
      for (const { title, command } of (stage && remedies[ruleOf(diagnostic)]) || []) {
        const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
        action.diagnostics = [diagnostic];
        action.command = { command, title, arguments: stage };
        actions.push(action);
      }
    }
    return actions;
  }

  /** The document and the number of the stage that a problem is about, as commands take them. */
  private async stageOf({ uri }: vscode.TextDocument, { range }: vscode.Diagnostic): Promise<[string, number] | undefined> {
    const path = toPath(uri);
    const session = this.sessions.open(uri);
    if (session) {
      const view = session.stages.find(({ planned: { stage } }) => stage.titleRange.start.line === range.start.line);
      return view && [path, view.planned.stage.number];
    }
    const home = await homeOf(path, this.files);
    const stage = home?.document?.stages.find(({ slug }) => slug === home.name);
    return home?.document && stage && stage.runner.tier !== 'code' ? [posix.normalize(home.document.path), stage.number] : undefined;
  }
}

function ruleOf({ code }: vscode.Diagnostic): string {
  return typeof code === 'object' ? String(code.value) : '';
}
