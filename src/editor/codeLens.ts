import * as vscode from 'vscode';
import { aboutUsd, formatTokens, formatUsd } from '../catalog/tokens';
import { toPath, toRange } from './convert';
import { commandIds } from './ids';
import { planOffer, strategyOffers } from './strategyLens';
import type { StageView, TaskSession } from './taskSession';
import type { TaskSessions } from './taskSessions';
import { percent, tokenBar } from './tokenBar';

/** Above each stage: run it with its price, run from here, its bundle with its tokens, the last verdict. Above the first: run all. */
export class StageLenses implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changed.event;
  private readonly follow: vscode.Disposable;

  constructor(private readonly sessions: TaskSessions) {
    this.follow = vscode.Disposable.from(
      sessions.onDidChange(() => this.changed.fire()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.changed.fire()),
      vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration('editor.accessibilitySupport') && this.changed.fire()),
    );
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const session = this.sessions.open(document.uri);
    if (!session) return [];
    await session.whenFresh();
    const path = toPath(document.uri);
    const lenses: vscode.CodeLens[] = [];
    const plan = planOffer(session);
    if (plan) lenses.push(new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), { ...plan, arguments: [path] }));
    session.stages.forEach((view, i) => {
      const range = toRange(view.planned.stage.headingRange);
      const add = (title: string, command: string, tooltip?: string) =>
        lenses.push(new vscode.CodeLens(range, { title, command, tooltip, arguments: [path, view.planned.stage.number] }));
      if (i === 0 && session.stages.length > 1)
        add(`$(run-all) Run all ${priceText(session)}${trustText()}`, commandIds.runAll, 'Run every stage that is not up to date');
      addStageLenses(session, view, add);
    });
    return lenses;
  }

  dispose(): void {
    this.follow.dispose();
    this.changed.dispose();
  }
}

function addStageLenses(session: TaskSession, view: StageView, add: (title: string, command: string, tooltip?: string) => void): void {
  const code = view.planned.stage.runner.tier === 'code';
  // First, as what comes last is cut off in a narrow editor.
  const verdict = verdictText(session, view);
  if (verdict) add(verdict, view.last ? commandIds.openOutput : commandIds.showLog, 'Open the last output');
  if (session.statusOf(view) === 'running') add('$(debug-stop) Cancel', commandIds.cancel, 'Stop this run; what is paid stays on record');
  else {
    add(
      `$(play) Run ${code ? '(free)' : `(${aboutUsd(view.estimate.usd)})`}${trustText()}`,
      commandIds.runStage,
      'Run this stage, and what it needs that has not passed',
    );
    if (vscode.workspace.isTrusted) add('Run from here', commandIds.runFrom, 'Run this stage and all after it');
  }
  for (const { title, command, tooltip } of strategyOffers(session, view)) add(title, command, tooltip);
  if (view.estimate.bundle) add(bundleTitle(view.estimate.bundle), commandIds.previewBundle, bundleTooltip(view.estimate.bundle));
}

/** Signs beside the words, which a screen reader would read one by one: where one is in use, there are only the words. */
function bundleTitle({ tokens, budget }: { tokens: number; budget: number }): string {
  const words = `${formatTokens(tokens)} of ${formatTokens(budget)}`;
  const read = vscode.workspace.getConfiguration('editor').get('accessibilitySupport') === 'on';
  return read ? `Bundle ${words} tokens` : `Bundle ${tokenBar(tokens, budget)} ${words}`;
}

function bundleTooltip({ tokens, budget }: { tokens: number; budget: number }): string {
  return `About ${tokens.toLocaleString('en')} of ${budget.toLocaleString('en')} tokens (${percent(tokens, budget)}): show exactly what would be sent`;
}

/** In Restricted Mode: a click says why nothing runs, and leads out of it. */
function trustText(): string {
  return vscode.workspace.isTrusted ? '' : ', needs trust';
}

/** What running all would cost now: what is up to date is not run again. */
function priceText(session: TaskSession): string {
  const todo = session.stages.filter((view) => session.statusOf(view) !== 'passed');
  return todo.length ? `(${aboutUsd(todo.reduce((sum, view) => sum + view.estimate.usd, 0))})` : '(up to date)';
}

function verdictText(session: TaskSession, view: StageView): string | undefined {
  const cost = view.last && view.last.by === 'model' ? `, ${formatUsd(view.usd)} so far` : '';
  switch (session.statusOf(view)) {
    case 'passed':
      return `$(pass) ${view.last?.reason === undefined ? 'passed' : 'accepted'}${view.last?.by === 'model' ? ` on ${view.last.model}` : ''}${cost}`;
    case 'failed':
      return `$(error) failed: ${view.last?.checks.find((check) => check.status !== 'pass' && check.level === 'must')?.text.split(':')[0] ?? 'see the output'}${cost}`;
    case 'error':
      return '$(warning) did not run to its end';
    case 'stale':
      return '$(history) changed since it ran';
    default:
      return undefined;
  }
}
