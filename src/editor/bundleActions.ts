import * as vscode from 'vscode';
import { formatTokens } from '../catalog/tokens';
import { UserError } from '../ports';
import { readContext } from '../steering/context';
import { listInContext, setBudget, unlistFromContext } from '../steering/contextEdits';
import type { ContextDocument, Name, Stage } from '../steering/contextTypes';
import { readWhole } from '../steering/fieldValues';
import type { TextEdit } from '../text';
import type { BundlePreviews, Preview } from './bundlePreview';
import type { Offer } from './bundleRows';
import { toPath, toRange, toTextEdit, withoutLinks } from './convert';

/** A row's action in a bundle's preview: what is asked for is written to `Context:` of the stage, as an edit of its document that can be undone there. */
export async function actOnRow(previews: BundlePreviews, args: readonly unknown[]): Promise<void> {
  const [path, id, action] = args;
  const preview = typeof path === 'string' ? previews.at(path) : undefined;
  const offer = preview?.rows.find((row) => row.id === id)?.offers.find((each) => each.action === action);
  // The bundle has changed since the link was made: the row is gone, and there is nothing left to do.
  if (!preview || !offer) return;
  if (offer.contradicts) return tellContradiction(preview, offer, offer.contradicts);
  const written = await changeStage(preview.task, preview.stage, (document, index) => change(document, index, offer));
  if (!written) {
    throw new UserError(`“${offer.name}” can’t be written in Context so that it is read back as that.`, { todo: 'Rename it, or name the folder it is in.' });
  }
  await previews.refresh(preview);
  vscode.window.setStatusBarMessage(`$(edit) ${said(offer)}`, 8000);
}

function change(document: ContextDocument, index: number, { action, name }: Offer): TextEdit[] | undefined {
  switch (action) {
    case 'pin':
      return listInContext(document, index, 'include', name);
    case 'leaveOut':
      return listInContext(document, index, 'exclude', name);
    case 'unpin':
      return unlistFromContext(document, index, 'include', name);
    case 'takeBack':
      return unlistFromContext(document, index, 'exclude', name);
  }
}

function said({ action, name }: Offer): string {
  const what = action === 'leaveOut' || action === 'takeBack' ? `“not ${name}”` : `“${name}”`;
  return action === 'pin' || action === 'leaveOut' ? `Context of the stage now says ${what}` : `Context of the stage no longer says ${what}`;
}

async function tellContradiction({ task, stage }: Preview, offer: Offer, input: Name): Promise<void> {
  const open = 'Open Input';
  const chosen = await vscode.window.showWarningMessage(
    withoutLinks(
      `Stage ${stage} names “${input.text}” in Input: “not ${offer.name}” in Context would contradict it. Take it off Input if the stage can do without it.`,
    ),
    open,
  );
  if (chosen === open) await vscode.window.showTextDocument(task, { selection: toRange(input.range), viewColumn: vscode.ViewColumn.One });
}

/** Ask for the tokens that a stage's bundle may take, and write them to `Budget:`. An empty answer takes the field off. */
export async function askForBudget(previews: BundlePreviews, task: vscode.Uri, number: number): Promise<void> {
  const preview = await previews.make(task, number);
  const stage = readContext(toPath(task), (await vscode.workspace.openTextDocument(task)).getText()).stages.find((each) => each.number === number);
  const answer = await vscode.window.showInputBox({
    title: `Budget of stage ${number}${stage ? `: ${stage.title}` : ''}`,
    prompt: `Tokens that the bundle may take, such as 6000 or 6k. It takes ${formatTokens(preview.tokens)} of ${formatTokens(preview.budget)} now. Empty: what the document or the default says.`,
    value: stage?.budget === undefined ? '' : String(stage.budget),
    placeHolder: String(preview.budget),
    ignoreFocusOut: true,
    validateInput: (text) => (!text.trim() || readWhole(text.trim()) !== undefined ? undefined : 'A whole number of tokens, such as 6000 or 6k.'),
  });
  if (answer === undefined) return;
  const tokens = answer.trim() ? readWhole(answer.trim()) : undefined;
  if (answer.trim() && tokens === undefined) throw new UserError(`“${answer.trim()}” is no number of tokens.`, { todo: 'Write it such as 6000 or 6k.' });
  const written = await changeStage(task, number, (document, index) => setBudget(document, index, tokens));
  if (!written) throw new UserError(`Budget of stage ${number} can’t be written so that it is read back as that.`, { todo: 'Write the field by hand.' });
  await previews.refresh(preview);
}

/** Open the document at a stage. */
export async function openStage(task: vscode.Uri, number: number): Promise<void> {
  const document = await vscode.workspace.openTextDocument(task);
  const stage = stageOf(readContext(toPath(task), document.getText()), number);
  const at = toRange(stage.headingRange).start;
  const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(at, at), viewColumn: shown?.viewColumn ?? vscode.ViewColumn.One });
}

/** Change one stage of a document as it stands in the editor. @returns false where the change can't be written or was refused */
async function changeStage(task: vscode.Uri, number: number, make: (document: ContextDocument, index: number) => TextEdit[] | undefined): Promise<boolean> {
  const document = await vscode.workspace.openTextDocument(task);
  const read = readContext(toPath(task), document.getText());
  const edits = make(read, read.stages.indexOf(stageOf(read, number)));
  if (!edits) return false;
  if (!edits.length) return true;
  const edit = new vscode.WorkspaceEdit();
  edit.set(document.uri, edits.map(toTextEdit));
  return vscode.workspace.applyEdit(edit);
}

/** @throws UserError where there is no such stage any more */
function stageOf({ stages }: ContextDocument, number: number): Stage {
  const stage = stages.find((each) => each.number === number);
  if (!stage) throw new UserError(`There is no stage ${number} any more.`, { todo: 'Open the preview of another.' });
  return stage;
}
