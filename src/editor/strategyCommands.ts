import * as vscode from 'vscode';
import { commandIds } from './ids';
import type { StrategyDesk } from './strategyDesk';

/** How a command is registered: with its arguments as they come, for a task, or for one of its stages. */
interface Register {
  on(id: string, act: (...args: unknown[]) => Promise<unknown>): vscode.Disposable;
  onTask(id: string, act: (uri: vscode.Uri) => Promise<unknown>): vscode.Disposable;
  onStage(id: string, act: (uri: vscode.Uri, number: number) => Promise<unknown>): vscode.Disposable;
}

/** The commands about strategies. What they do is loaded when it is first asked for. */
export function registerStrategyCommands(desk: StrategyDesk, { on, onTask, onStage }: Register): vscode.Disposable[] {
  const draft = (of: unknown) => (of instanceof vscode.Uri ? of : undefined);
  return [
    onStage(commandIds.author, async (uri, number) => (await import('./strategyAuthoring')).authorStrategy(desk, uri, number)),
    onTask(commandIds.decompose, async (uri) => (await import('./stagePlanning')).planStages(desk, uri)),
    onStage(commandIds.tryStrategy, async (uri, number) => (await import('./strategyTrial')).tryStageStrategy(desk, uri, number)),
    onTask(commandIds.rerunEvidence, async (uri) => (await import('./strategyTrial')).rerunEvidence(desk, uri)),
    onStage(commandIds.improve, async (uri, number) => (await import('./strategyImprovement')).improveStageStrategy(desk, uri, number)),
    onStage(commandIds.learn, async (uri, number) => (await import('./playbookLearning')).learnFromRuns(desk, uri, number)),
    onStage(commandIds.export, async (uri, number) => (await import('./stageExport')).exportStage(desk, uri, number)),
    onStage(commandIds.openStrategy, async (uri, number) => (await import('./strategyFile')).openStrategy(desk, uri, number)),
    onStage(commandIds.deleteStrategy, async (uri, number) => (await import('./strategyFile')).deleteStrategy(desk, uri, number)),
    on(commandIds.keepDraft, async (of) => desk.proposals.keep(draft(of))),
    on(commandIds.discardDraft, async (of) => desk.proposals.discard(draft(of))),
  ];
}
