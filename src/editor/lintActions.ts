import * as vscode from 'vscode';
import type { Issue } from '../lint/issue';
import { type Remedy, remedyEdits, safeFix } from '../lint/remedies';
import { toRange, toTextEdit } from './convert';
import type { Diagnostics } from './diagnostics';
import { fixCommandIds } from './ids';

export const fixAllKind = vscode.CodeActionKind.SourceFixAll.append('haikuFirst');

class LintAction extends vscode.CodeAction {
  constructor(
    title: string,
    kind: vscode.CodeActionKind,
    readonly document: vscode.TextDocument,
    readonly remedy?: Remedy,
  ) {
    super(title, kind);
  }
}

/**
 * What can be done about a problem: mend it, and all of its kind; switch the rule off here, in this file, in the project, for oneself; read why. The edits
 * are made when an action is chosen, for the text as it is then: a fix is never put where it does not belong.
 */
export class LintActions implements vscode.CodeActionProvider<LintAction> {
  static readonly kinds = [vscode.CodeActionKind.QuickFix, fixAllKind];

  constructor(private readonly diagnostics: Diagnostics) {}

  async provideCodeActions(document: vscode.TextDocument, range: vscode.Range, context: vscode.CodeActionContext): Promise<LintAction[]> {
    const issues = await this.diagnostics.fresh(document);
    const safe = issues.filter((issue) => safeFix(issue));
    if (context.only && !context.only.contains(vscode.CodeActionKind.QuickFix)) {
      if (!context.only.intersects(fixAllKind) || !safe.length) return [];
      return [new LintAction('Fix all safe problems (Haiku First)', fixAllKind, document, { what: 'fixAll' })];
    }
    const here = issues.filter((issue) => toRange(issue.range).intersection(range));
    const actions = here.flatMap((issue) => {
      const own = context.diagnostics.filter((diagnostic) => diagnostic.message === issue.message && diagnostic.range.isEqual(toRange(issue.range)));
      return this.mending(document, issue, safe).map((action) => Object.assign(action, { diagnostics: own }));
    });
    // Where several rules meet, what mends comes before what silences; and one rule is silenced once.
    const rules = new Map(here.map((issue) => [issue.rule, issue]));
    return [...actions, ...[...rules.values()].flatMap((issue) => silencing(document, issue))];
  }

  /** The edit of an action, for the document as it is now; none where the problem has gone. */
  async resolveCodeAction(action: LintAction): Promise<LintAction> {
    const { document, remedy } = action;
    if (!remedy) return action;
    const edits = remedyEdits(remedy, document.getText(), await this.diagnostics.fresh(document));
    action.edit = new vscode.WorkspaceEdit();
    if (edits.length) action.edit.set(document.uri, edits.map(toTextEdit));
    return action;
  }

  private mending(document: vscode.TextDocument, issue: Issue, safe: readonly Issue[]): LintAction[] {
    const actions = issue.fixes.map((fix) => {
      const action = new LintAction(fix.title, vscode.CodeActionKind.QuickFix, document, { what: 'fix', issue, title: fix.title });
      action.isPreferred = fix.safe;
      return action;
    });
    if (!safeFix(issue)) return actions;
    const alike = safe.filter(({ rule }) => rule === issue.rule).length;
    if (alike > 1)
      actions.push(
        new LintAction(`Fix all ${alike} ${issue.rule} in this file`, vscode.CodeActionKind.QuickFix, document, { what: 'fixRule', rule: issue.rule }),
      );
    if (safe.length > alike)
      actions.push(new LintAction(`Fix all ${safe.length} safe problems in this file`, vscode.CodeActionKind.QuickFix, document, { what: 'fixAll' }));
    return actions;
  }
}

function silencing(document: vscode.TextDocument, issue: Issue): LintAction[] {
  const { rule } = issue;
  const edit = (title: string, remedy: Remedy) => new LintAction(title, vscode.CodeActionKind.QuickFix, document, remedy);
  const command = (title: string, id: string) => {
    const action = new LintAction(title, vscode.CodeActionKind.QuickFix, document);
    action.command = { command: id, title, arguments: [document.uri, issue] };
    return action;
  };
  return [
    edit(`Ignore ${rule} here`, { what: 'ignoreHere', issue }),
    command(`Ignore ${rule} here, with a reason…`, fixCommandIds.ignoreWithReason),
    edit(`Ignore ${rule} in this file`, { what: 'ignoreInFile', issue }),
    command(`Turn off ${rule} for this project (.haiku/lint.json)`, fixCommandIds.turnOffInProject),
    command(`Turn off ${rule} in your settings`, fixCommandIds.turnOffInSettings),
    command(`Explain ${rule}`, fixCommandIds.explain),
  ];
}
