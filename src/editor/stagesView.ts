import * as vscode from 'vscode';
import { aboutUsd, formatUsd } from '../catalog/tokens';
import { isEscalation } from '../journal/countingAttempt';
import { type StageStrategy, strategySentence, strategyWords } from '../steering/stageStrategy';
import { visible } from '../text';
import { toPath, toRange } from './convert';
import { itemKinds, viewIds } from './ids';
import { failureText } from './stageDiagnostics';
import type { StageStatus, StageView, TaskSession } from './taskSession';
import type { TaskSessions } from './taskSessions';

type Node = { session: TaskSession; view?: StageView };

const icons: Record<StageStatus, vscode.ThemeIcon> = {
  'never run': new vscode.ThemeIcon('circle-outline'),
  running: new vscode.ThemeIcon('loading~spin'),
  passed: new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed')),
  stale: new vscode.ThemeIcon('history'),
  failed: new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed')),
  error: new vscode.ThemeIcon('warning', new vscode.ThemeColor('testing.iconErrored')),
};

/** The Stages tree: each task with its stages, where each stands, what it cost and how long it took. */
export class StagesView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Node | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly tree: vscode.TreeView<Node>;
  private readonly follow: vscode.Disposable;
  private pending: NodeJS.Timeout | undefined;

  constructor(private readonly sessions: TaskSessions) {
    this.tree = vscode.window.createTreeView(viewIds.stages, { treeDataProvider: this });
    // Streaming changes many times a second; a tree need not.
    this.follow = sessions.onDidChange(() => {
      this.pending ??= setTimeout(() => {
        this.pending = undefined;
        this.changed.fire(undefined);
      }, 100);
    });
  }

  getChildren(node?: Node): Node[] {
    if (!node) {
      const all = this.sessions.all().filter((session) => session.stages.length);
      return all.length === 1 && all[0] ? this.getChildren({ session: all[0] }) : all.map((session) => ({ session }));
    }
    return node.view ? [] : node.session.stages.map((view) => ({ session: node.session, view }));
  }

  getTreeItem({ session, view }: Node): vscode.TreeItem {
    if (!view) {
      const item = new vscode.TreeItem(
        visible(session.plan?.task.document.title || vscode.workspace.asRelativePath(session.uri)),
        vscode.TreeItemCollapsibleState.Expanded,
      );
      item.description = vscode.workspace.asRelativePath(session.uri);
      item.contextValue = itemKinds.task;
      return item;
    }
    const { stage } = view.planned;
    const status = session.statusOf(view);
    const item = new vscode.TreeItem(visible(`${stage.number}. ${stage.title}`));
    item.iconPath = icons[status];
    item.description = describe(session, view, status);
    const about = status === 'failed' || status === 'error' ? failureText(view) : `${stage.title}: ${status}`;
    item.tooltip = visible(view.strategy ? `${about}\n${strategySentence(view.strategy)}` : about);
    item.accessibilityInformation = { label: `Stage ${stage.number}, ${stage.title}, ${status}: ${item.description}` };
    item.contextValue = kindOf(view, status);
    item.command = {
      command: 'vscode.open',
      title: 'Go to the stage',
      arguments: [session.uri, { selection: new vscode.Range(toRange(stage.headingRange).start, toRange(stage.headingRange).start), preserveFocus: true }],
    };
    return item;
  }

  /** The task and stage a menu of the tree was opened on, as command arguments. */
  static argumentsOf(node: Node): [string, number | undefined] {
    return [toPath(node.session.uri), node.view?.planned.stage.number];
  }

  dispose(): void {
    clearTimeout(this.pending);
    this.follow.dispose();
    this.tree.dispose();
    this.changed.dispose();
  }
}

/** What a menu of the tree offers: what can be done about a failure, or the way back from an escalation. */
function kindOf({ planned: { stage }, last, strategy }: StageView, status: StageStatus): string {
  if (stage.runner.tier === 'code') return itemKinds.codeStage;
  const failed = status === 'failed';
  const escalated = last !== undefined && status !== 'running' && isEscalation(last, stage.runner.tier);
  if (escalated && strategy) return failed ? itemKinds.failedEscalationWithStrategy : itemKinds.escalatedWithStrategy;
  if (escalated) return failed ? itemKinds.failedEscalation : itemKinds.escalatedStage;
  if (strategy) return failed ? itemKinds.failedWithStrategy : itemKinds.withStrategy;
  return failed ? itemKinds.failedStage : itemKinds.stage;
}

function describe(session: TaskSession, view: StageView, status: StageStatus): string {
  const { runner, slug } = view.planned.stage;
  if (status === 'running') {
    const live = session.live.outputs.get(slug);
    return live ? `${live.model.replace(/^claude-/, '')}, ${live.characters} characters …` : 'running …';
  }
  const advisor = view.last?.advisor ? `, advisor ${view.last.advisor.consults}×` : '';
  const time = view.last && status !== 'never run' ? `, ${(view.last.ms / 1000).toFixed(1)} s` : '';
  const strategy = view.strategy ? `, ${strategyInTree(view.strategy)}` : '';
  if (status === 'never run') return `${runner.text}, ${aboutUsd(view.estimate.usd)}${strategy}`;
  // The icon says how it stands: what it cost must not be cut off.
  return `${formatUsd(view.usd)}${strategy}${strategy && ','} on ${(view.last?.model ?? runner.text).replace(/^claude-/, '')}${advisor}${time}`;
}

/** Few words, as a side bar is narrow: `proven 95%`, `unproven`, and what could be said of the stage itself names the strategy. */
function strategyInTree(strategy: StageStrategy): string {
  const words = strategyWords(strategy);
  return /proven/.test(words) ? words : `strategy ${words}`;
}

/** A node of the tree, told apart from other command arguments. */
export function isTreeNode(argument: unknown): argument is Node {
  return typeof argument === 'object' && argument !== null && 'session' in argument;
}
