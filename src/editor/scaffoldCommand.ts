import { posix } from 'node:path';
import * as vscode from 'vscode';
import type { Files } from '../ports';
import { listTemplates, planScaffold, type ScaffoldKind, scaffoldKinds } from '../steering/scaffold';
import { toPath, toUri } from './convert';

/** Choose a template and files, and write them where nothing stands; what stands there is replaced only after a look at the difference. */
export async function scaffoldCommand(files: Files, templatesFolder: string, into?: vscode.Uri): Promise<void> {
  const folder = into ?? (await chooseFolder());
  if (!folder) return;
  const templates = await listTemplates(files, templatesFolder);
  const template = await vscode.window.showQuickPick(
    templates.map(({ name, title, description }) => ({ label: title, detail: description, name })),
    { title: 'Haiku First: scaffold', placeHolder: 'Choose a template' },
  );
  if (!template) return;
  const choices: { label: string; file?: ScaffoldKind }[] = [
    { label: 'Everything in the template' },
    ...(Object.keys(scaffoldKinds) as ScaffoldKind[]).map((kind) => ({ label: `Only ${scaffoldKinds[kind]}`, file: kind })),
  ];
  const chosen = await vscode.window.showQuickPick(choices, { title: 'Haiku First: scaffold', placeHolder: 'Choose the files' });
  if (!chosen) return;
  await writeScaffold(files, templatesFolder, template.name, chosen.file ? [chosen.file] : [], folder);
}

/** Write a template's files into a folder and open its CONTEXT.md. Returns false where the person did not want a file replaced. */
export async function writeScaffold(files: Files, templatesFolder: string, template: string, kinds: ScaffoldKind[], folder: vscode.Uri): Promise<boolean> {
  const planned = await planScaffold(files, templatesFolder, template, kinds, toPath(folder));
  for (const file of planned.filter(({ current, text }) => current !== undefined && current !== text)) {
    const name = vscode.workspace.asRelativePath(toUri(file.path));
    await vscode.commands.executeCommand(
      'vscode.diff',
      toUri(file.path),
      toUri(posix.join(templatesFolder, template, posix.relative(toPath(folder), file.path))),
      `${name}: yours ↔ the template's`,
    );
    const answer = await vscode.window.showWarningMessage(
      `${name} is there already.`,
      { modal: true, detail: 'Replace it with the template? Nothing has been written so far.' },
      'Replace',
    );
    if (answer !== 'Replace') return false;
  }
  for (const file of planned) if (file.current !== file.text) await files.write(file.path, file.text);
  const first = planned.find(({ path }) => path.endsWith('/CONTEXT.md')) ?? planned[0];
  if (first) await vscode.window.showTextDocument(toUri(first.path));
  return true;
}

async function chooseFolder(): Promise<vscode.Uri | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 1) return folders[0]?.uri;
  if (folders.length > 1) return (await vscode.window.showWorkspaceFolderPick())?.uri;
  const chosen = await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false, openLabel: 'Scaffold here' });
  return chosen?.[0];
}

/** Copy the sample task to a folder the person chooses and open it there. */
export async function openSample(files: Files, templatesFolder: string): Promise<void> {
  const here = 'In this workspace';
  const elsewhere = 'In another folder …';
  const open = vscode.workspace.workspaceFolders?.[0]?.uri;
  const where = open
    ? await vscode.window.showQuickPick([here, elsewhere], { title: 'Haiku First: open the sample', placeHolder: 'Where to put it' })
    : elsewhere;
  if (!where) return;
  if (where === here && open) {
    await writeScaffold(files, templatesFolder, 'sample', [], vscode.Uri.joinPath(open, 'haiku-first-sample'));
    return;
  }
  const chosen = (await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false, openLabel: 'Put the sample here' }))?.[0];
  if (!chosen) return;
  const folder = vscode.Uri.joinPath(chosen, 'haiku-first-sample');
  if (await writeScaffold(files, templatesFolder, 'sample', [], folder))
    await vscode.commands.executeCommand('vscode.openFolder', folder, { forceNewWindow: true });
}
