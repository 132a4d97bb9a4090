import { posix } from 'node:path';
import * as vscode from 'vscode';
import { formatUsd } from '../catalog/tokens';
import type { RunOptions, RunResult } from '../stage/engine';
import { dependents } from '../steering/plan';
import { plural } from '../text';
import { toPath, toUri, withoutLinks } from './convert';
import { commandIds } from './ids';
import { capitalised } from './quickFixes';
import type { StageView, TaskSession } from './taskSession';

/** What a person asked to run. */
export type Choice = Omit<RunOptions, 'signal' | 'onEvent'>;

const goOn = 'Go On';
const openLedger = 'Open the Ledger';
const showTheDifference = 'Show the Difference';
const escalate = 'Escalate';
const writeStrategy = 'Write a Strategy';

/** Tell how a run ended and what it cost, and offer what can be done next. `before` is the last attempt before an escalation. */
export async function tellResult(session: TaskSession, result: RunResult, choice: Choice, before: StageView['last']): Promise<void> {
  const cost = `${formatUsd(result.total.usd)}${result.paid ? '' : ' (recorded samples, nothing was paid)'}`;
  if (result.status === 'cancelled') return void vscode.window.showInformationMessage(`Run cancelled. What was made so far is kept; it cost ${cost}.`);
  // A run that no cap leaves room for has begun no stage.
  const failed =
    result.stages.find((stage) => stage.status === 'failed' || stage.status === 'error') ??
    (result.stopped && result.stages.find((stage) => stage.status === 'skipped'));
  if (failed) return tellFailed(session, result, failed.number, cost);
  const again = choice.escalate ?? choice.retry;
  const waiting = again === undefined || !choice.alone ? 0 : dependentsOf(session, again);
  const learns = choice.escalate !== undefined;
  const next = [...(waiting ? [goOn] : []), ...(learns ? [writeStrategy] : []), ...(before?.output ? [showTheDifference] : [])];
  // A fourth button would be cut off.
  const offers = next.length < 3 ? [...next, openLedger] : next;
  // The buttons of a notification are narrow: what one goes on with stands in the message.
  const done = again === undefined ? passedText(result) : `Stage ${again} passed`;
  const chosen = await vscode.window.showInformationMessage(
    `${done} for ${cost}.${waitingText(waiting)}${learns ? learnText(session, choice.escalate) : ''}`,
    ...offers,
  );
  if (chosen === showTheDifference && before && again !== undefined) await showDifference(session, before, again);
  else await follow(session, chosen, again);
}

/** Tell that a stage counts as passed without a new call, and offer to go on. */
export async function tellPassed(session: TaskSession, number: number, how: string): Promise<void> {
  const waiting = dependentsOf(session, number);
  await follow(session, await vscode.window.showInformationMessage(`Stage ${number} ${how}.${waitingText(waiting)}`, ...(waiting ? [goOn] : [])), number);
}

async function tellFailed(session: TaskSession, result: RunResult, number: number, cost: string): Promise<void> {
  const show = 'Show the Stage';
  const stage = result.stages.find((each) => each.number === number);
  const how = stage?.status === 'error' ? 'did not run to its end' : 'failed its checks';
  const what = result.stopped?.message ?? `Stage ${number} “${stage?.title}” ${how}. Its quick fixes can escalate it.`;
  const view = session.stage(number);
  const canLearn = !result.stopped && stage?.status === 'failed' && view !== undefined && view.planned.stage.runner.tier !== 'code';
  const offers = canLearn ? [escalate, writeStrategy, show] : [show];
  const chosen = await vscode.window.showWarningMessage(withoutLinks(`${what} The run cost ${cost}.`), ...offers);
  if (chosen === escalate || chosen === writeStrategy) return follow(session, chosen, number);
  if (chosen !== show) return;
  const line = session.stage(number)?.planned.stage.headingRange.start.line ?? 0;
  await vscode.window.showTextDocument(session.uri, { selection: new vscode.Range(line, 0, line, 0) });
}

/** Reasoning is bought once: what the dear model did is written down for the cheap one. */
function learnText(session: TaskSession, number: number | undefined): string {
  const view = number === undefined ? undefined : session.stage(number);
  const tier = view?.planned.stage.runner.tier;
  return tier && tier !== 'code' ? ` ${view?.strategy ? 'A better' : 'A'} strategy could let the next run pass on ${capitalised(tier)}.` : '';
}

async function follow(session: TaskSession, chosen: string | undefined, number: number | undefined): Promise<void> {
  if (chosen === goOn) await vscode.commands.executeCommand(commandIds.runFrom, toPath(session.uri), number);
  else if (chosen === escalate) await vscode.commands.executeCommand(commandIds.escalate, toPath(session.uri), number);
  else if (chosen === writeStrategy) await vscode.commands.executeCommand(commandIds.author, toPath(session.uri), number);
  else if (chosen === openLedger) await vscode.commands.executeCommand(commandIds.openLedger, toPath(session.uri));
}

function passedText(result: RunResult): string {
  const reused = result.stages.filter((stage) => stage.status === 'cached').length;
  const ran = result.stages.length - reused;
  if (!ran) return 'Everything was up to date: nothing ran,';
  return `${ran === 1 ? 'The stage' : `${ran} stages`} passed${reused ? `, ${plural(reused, 'other')} ${reused === 1 ? 'was' : 'were'} up to date,` : ''}`;
}

function dependentsOf(session: TaskSession, number: number): number {
  const index = session.stage(number)?.planned.index;
  return session.plan && index !== undefined ? dependents(session.plan, index).length : 0;
}

function waitingText(waiting: number): string {
  return waiting ? ` ${waiting === 1 ? 'The stage' : `${waiting} stages`} after it can go on.` : '';
}

async function showDifference(session: TaskSession, before: NonNullable<StageView['last']>, number: number): Promise<void> {
  const after = session.stage(number)?.last;
  if (!before.output || !after?.output) return;
  const sides = [before, after].map((attempt) => toUri(posix.join(attempt.folder, attempt.output ?? '')));
  await vscode.commands.executeCommand('vscode.diff', ...sides, `Stage ${number}: ${before.model} ↔ ${after.model}`);
}
