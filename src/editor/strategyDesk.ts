import * as vscode from 'vscode';
import { type Clock, type Files, UserError } from '../ports';
import type { PlannedStage } from '../steering/plan';
import { readStrategy, type Strategy, strategyPath } from '../steering/strategy';
import type { Task } from '../steering/task';
import { toUri } from './convert';
import type { Proposals } from './proposals';
import type { ReadOnlyDocuments } from './readOnlyDocuments';
import type { Runs } from './runs';
import type { StageView, TaskSession } from './taskSession';
import type { TaskSessions } from './taskSessions';

/** What commands about strategies work with. */
export interface StrategyDesk {
  files: Files;
  clock: Clock;
  runs: Runs;
  sessions: TaskSessions;
  documents: ReadOnlyDocuments;
  proposals: Proposals;
}

/** A stage that a strategy can be for, with its task as the editor has it. */
export interface DeskStage {
  session: TaskSession;
  view: StageView;
  stage: PlannedStage['stage'];
  task: Task;
  /** `stage 4 “Release notes”` */
  called: string;
  /** Of its strategy's file, absolute. */
  path: string;
}

/** @throws UserError where there is no such stage */
export async function deskStage({ sessions }: Pick<StrategyDesk, 'sessions'>, uri: vscode.Uri, number: number): Promise<DeskStage> {
  const session = sessions.open(uri);
  await session?.whenFresh();
  const view = session?.stage(number);
  const task = session?.plan?.task;
  if (!session || !view || !task) throw new UserError(`There is no stage ${number} in this document.`);
  const { stage } = view.planned;
  return { session, view, stage, task, called: `stage ${number} “${stage.title}”`, path: strategyPath(task, stage) };
}

/** The text of a file of strategies as a person sees it: what is open and not saved yet is saved first. Undefined where there is none. */
export async function keptText(files: Files, path: string): Promise<string | undefined> {
  const uri = toUri(path).toString();
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri);
  if (open?.isDirty && !(await open.save())) throw new UserError('The file could not be saved, so nothing was begun.', { path });
  return (await files.stat(path)) ? files.read(path) : undefined;
}

/** The strategy a file holds. @throws UserError for one that can't be read, with its line */
export function soundStrategy(path: string, text: string): Strategy {
  const { strategy, problems } = readStrategy(path, text);
  if (strategy) return strategy;
  throw new UserError(`The strategy can’t be read: ${problems[0]?.message}`, { path, line: problems[0]?.range.start.line });
}

/** A file's name for a person, from the workspace. */
export function shownName(path: string): string {
  return vscode.workspace.asRelativePath(toUri(path), false);
}
