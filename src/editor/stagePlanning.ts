import * as vscode from 'vscode';
import { UserError } from '../ports';
import { decomposeTask } from '../strategy/decompose';
import { plural } from '../text';
import { costText, orderPerson } from './orderPerson';
import type { StrategyDesk } from './strategyDesk';

/** Have Opus plan the stages of a document, after a yes to its price, and put them into it when the person keeps them: one step that can be undone. */
export async function planStages({ runs, proposals }: StrategyDesk, uri: vscode.Uri): Promise<void> {
  const made = await runs.order(uri, 'Opus plans the stages', async ({ engine, person, task, options }) => {
    const planned = await decomposeTask(engine, orderPerson(person, { what: 'Have Opus plan the stages', yes: 'Plan Them', dear: true }), task, options);
    return { ...planned, before: task.document.text, cost: costText(planned.usd, engine.model.paid) };
  });
  const { stages, findings, sentBack, cost, text, before } = made;
  const found = findings.length ? ` ${plural(findings.length, 'finding')} left: ${findings.slice(0, 3).join(' ')}` : '';
  const again = sentBack ? ', sent back once with what was found wrong' : '';
  await proposals.propose({
    title: 'Stages',
    name: 'stages.md',
    current: uri,
    text,
    message: `Opus planned ${plural(stages.length, 'stage')} for ${cost}${again}.${found} Edit them as you like, then keep them.`,
    keep: (edited) => putInto(uri, before, edited),
  });
}

/** @throws UserError where the document is another by now */
async function putInto(uri: vscode.Uri, before: string, after: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  // A document with CRLF gives its text with CRLF, and a draft made from it has them too.
  if (document.getText() !== before)
    throw new UserError('The document was changed since its stages were planned.', { todo: 'Undo that, or copy the stages from the draft.' });
  let from = 0;
  while (from < Math.min(before.length, after.length) && before[from] === after[from]) from++;
  let end = 0;
  while (end < Math.min(before.length, after.length) - from && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const edit = new vscode.WorkspaceEdit();
  edit.replace(uri, new vscode.Range(document.positionAt(from), document.positionAt(before.length - end)), after.slice(from, after.length - end));
  if (!(await vscode.workspace.applyEdit(edit))) throw new UserError('The document could not be changed.');
  await vscode.window.showTextDocument(document, { preview: false });
}
