import * as vscode from 'vscode';
import { UserError } from '../ports';
import { toUri, withoutLinks } from './convert';
import { deskStage, type StrategyDesk, shownName } from './strategyDesk';

/** Open the file of a stage's strategy. @throws UserError where there is none */
export async function openStrategy(desk: StrategyDesk, uri: vscode.Uri, number: number): Promise<void> {
  const { path } = await strategyAt(desk, uri, number);
  await vscode.window.showTextDocument(toUri(path), { preview: false });
}

/** Move the file of a stage's strategy to the trash, after a yes. Where there is no trash, that is said, and asked once more. */
export async function deleteStrategy(desk: StrategyDesk, uri: vscode.Uri, number: number): Promise<void> {
  const { path, called, session } = await strategyAt(desk, uri, number);
  const [move, forGood] = ['Move to Trash', 'Delete for Good'];
  const detail = `${called} then runs without it.`;
  if ((await vscode.window.showWarningMessage(`Delete the strategy ${shownName(path)}?`, { modal: true, detail }, move)) !== move) return;
  try {
    await vscode.workspace.fs.delete(toUri(path), { useTrash: true });
  } catch {
    const question = `${shownName(path)} could not be moved to the trash. Delete it for good?`;
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, forGood)) !== forGood) return;
    await vscode.workspace.fs.delete(toUri(path), { useTrash: false });
  }
  await session.refresh();
  void vscode.window.showInformationMessage(withoutLinks(`The strategy of ${called} is deleted.`));
}

async function strategyAt(desk: StrategyDesk, uri: vscode.Uri, number: number) {
  const at = await deskStage(desk, uri, number);
  if (await desk.files.stat(at.path)) return at;
  throw new UserError(`Stage ${number} has no strategy.`, { todo: 'Have one written: “Haiku First: Have Opus Write a Strategy”.' });
}
