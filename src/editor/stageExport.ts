import { posix } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../ports';
import { type ExportKind, exportPath, readExportMark } from '../steering/exportMark';
import { readStrategy } from '../steering/strategy';
import { pathInWorkspace } from '../steering/task';
import { exportedStage } from '../strategy/exportStage';
import { toUri, withoutLinks } from './convert';
import { currentCatalog } from './engine';
import { deskStage, keptText, type StrategyDesk, shownName } from './strategyDesk';

const kinds: { label: string; description: string; as: ExportKind }[] = [
  { label: 'Claude Code Subagent', description: '.claude/agents', as: 'subagent' },
  { label: 'VS Code Prompt File', description: '.github/prompts', as: 'prompt' },
];

/** Write a stage with its strategy as a file that another tool runs on the cheap model. A file that stands there is replaced only after a look and a yes. */
export async function exportStage(desk: StrategyDesk, uri: vscode.Uri, number: number): Promise<void> {
  const { stage, task, called, path: own } = await deskStage(desk, uri, number);
  if (stage.runner.tier === 'code') throw new UserError(`Stage ${number} is a Code stage: there is no model to export it for.`);
  const picked = await vscode.window.showQuickPick(kinds, { title: `Export ${called}`, placeHolder: 'What to export it as' });
  if (!picked) return;
  const kind = picked.as;
  const kept = await keptText(desk.files, own);
  const strategy = kept === undefined ? undefined : readStrategy(own, kept).strategy;
  const body = strategy?.status === 'rejected' ? undefined : strategy?.body;
  const text = exportedStage(kind, task, stage, body, currentCatalog());
  const path = await pathInWorkspace(task, posix.join(task.workspace, exportPath(kind, task, stage)), desk.files);
  const current = await keptText(desk.files, path);
  const without = body === undefined ? ' It has no strategy to go with it.' : '';
  if (current === text) return void vscode.window.showInformationMessage(withoutLinks(`${shownName(path)} is up to date.${without}`));
  if (current !== undefined) {
    const whose = readExportMark(current) ? 'was exported earlier' : 'was not exported from here';
    const decision = await desk.proposals.propose({
      title: shownName(path),
      name: posix.basename(path),
      current: toUri(path),
      text,
      message: `${shownName(path)} ${whose}. Replace it?${without}`,
      keep: (edited) => desk.files.write(path, edited, current),
    });
    if (decision === 'discarded') return;
  } else await desk.files.write(path, text);
  await vscode.window.showTextDocument(toUri(path), { preview: false });
  void vscode.window.showInformationMessage(withoutLinks(`Exported to ${shownName(path)}.${without}`));
}
