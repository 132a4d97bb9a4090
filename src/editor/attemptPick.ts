import * as vscode from 'vscode';
import { formatUsd } from '../catalog/tokens';
import { attemptName, countingAttempt } from '../journal/countingAttempt';
import type { StageHistory } from '../journal/state';
import type { KnownAttempt } from '../journal/unitHistory';
import { UserError } from '../ports';
import { visible } from '../text';
import { toUri } from './convert';

/**
 * Have a person choose an earlier attempt of a stage: with its verdict, model and price, then the difference to what counts now, then a yes.
 * @throws UserError where there is none; CancellationError where they change their mind
 */
export async function chooseAttempt(number: number, history: StageHistory | undefined): Promise<KnownAttempt> {
  const known = (history?.attempts ?? []).filter((attempt) => attempt.output !== undefined);
  const other = known.filter((attempt) => countingAttempt(history, attempt) !== attempt);
  if (!other.length) throw new UserError(`Stage ${number} has no other attempt to restore.`, { todo: known.length ? undefined : 'Run it first.' });
  const picked = await vscode.window.showQuickPick(
    other.toReversed().map((attempt) => ({ ...itemOf(attempt), attempt })),
    {
      title: `Restore an earlier attempt of stage ${number}`,
      placeHolder: 'It counts from then on; nothing is sent, nothing costs',
      matchOnDescription: true,
      matchOnDetail: true,
    },
  );
  if (!picked) throw new vscode.CancellationError();
  const { attempt } = picked;
  const now = countingAttempt(history, attempt);
  if (now?.output) await showAttempts(number, now, attempt);
  const yes = 'Restore';
  const question = `Restore ${attemptName(attempt)} of stage ${number}?`;
  const detail =
    attempt.status === 'passed'
      ? 'It passed its checks. Its text goes to the stage’s file.'
      : 'It failed its checks: the stage counts as failed again, and you can accept it.';
  if ((await vscode.window.showInformationMessage(question, { modal: true, detail }, yes)) !== yes) throw new vscode.CancellationError();
  return attempt;
}

/** Two attempts side by side, what counts now on the left. */
export async function showAttempts(number: number, left: KnownAttempt, right: KnownAttempt): Promise<void> {
  const [one, other] = [left, right].map(({ folder, output }) => toUri(`${folder}/${output}`));
  await vscode.commands.executeCommand('vscode.diff', one, other, `Stage ${number}: ${attemptName(left)} ↔ ${attemptName(right)}`);
}

const icons = { passed: '$(pass)', failed: '$(error)', error: '$(warning)' } as const;

function itemOf(attempt: KnownAttempt): vscode.QuickPickItem {
  const { status, item, model, effort, usd, at, by, checks, reason, error } = attempt;
  const first = checks.find((check) => check.status !== 'pass')?.message ?? error ?? (reason && `accepted: ${reason}`);
  return {
    label: `${icons[status]} ${item === undefined ? '' : `item ${item}, `}${attemptName(attempt)}`,
    description: visible(
      `${status}${by === 'model' ? ` on ${model}${effort ? `, ${effort} effort` : ''}` : ''}, ${formatUsd(usd)}, ${new Date(at).toLocaleString()}`,
    ),
    detail: first && visible(first).slice(0, 200),
  };
}
