import * as vscode from 'vscode';
import { models } from '../catalog/models';
import { aboutUsd } from '../catalog/tokens';
import { type KeptStrategy, keptStrategies } from '../evaluate/keptStrategies';
import { evidenceOf, type TrialReport, trialPrices, tryStrategy } from '../evaluate/trial';
import { holdsMarkdown, trialMarkdown, verdictText } from '../evaluate/trialReport';
import { UserError } from '../ports';
import { planTask } from '../steering/plan';
import { strategyText } from '../steering/strategy';
import { plural } from '../text';
import { toPath, withoutLinks } from './convert';
import { commandIds } from './ids';
import { orderPerson } from './orderPerson';
import type { Ordered } from './runs';
import { type DeskStage, deskStage, keptText, type StrategyDesk, shownName, soundStrategy } from './strategyDesk';

const [adopt, reject, improve] = ['Adopt', 'Reject', 'Improve Strategy'];

/** Run a stage with and without its strategy on the same cases, and show what that proves. Adopted only where the evidence and the person say so. */
export async function tryStageStrategy(desk: StrategyDesk, uri: vscode.Uri, number: number): Promise<void> {
  const at = await deskStage(desk, uri, number);
  const text = await keptText(desk.files, at.path);
  if (text === undefined)
    throw new UserError(`Stage ${number} has no strategy to try.`, { todo: 'Have one written: “Haiku First: Have Opus Write a Strategy”.' });
  const { body, learntFrom } = soundStrategy(at.path, text);
  const report = await desk.runs.order(uri, `Trying the strategy of stage ${number}`, async (given) => {
    const { engine, person, task, options, report: say } = given;
    const runs = await chooseRuns(given, at, learntFrom);
    const order = { stage: number, strategy: body, learntFrom, runs, onRun: (done: number, of: number) => say(`${done} of ${of}`) };
    return tryStrategy(engine, orderPerson(person, { what: `Try the strategy of ${at.called}`, yes: 'Try It' }), task, order, options);
  });
  await showPage(desk, `/trial/Trial of stage ${number}.md`, trialMarkdown(report));
  void decide(desk, at, report, text);
}

/** How often each case is run: more runs tell more and cost more. */
async function chooseRuns({ engine, task }: Ordered, { called, stage }: DeskStage, learntFrom?: readonly string[]): Promise<number> {
  const counts = [1, 3, 5];
  const { cases, usd } = await trialPrices(engine, task, { stage: stage.number, learntFrom }, counts);
  const items = counts.map((runs, i) => ({
    label: `${plural(runs, 'run')} of each case`,
    description: `${plural(cases, 'case')}, ${2 * cases * runs} runs with and without: ${aboutUsd(usd[i] ?? 0)}`,
    runs,
  }));
  const picked = await vscode.window.showQuickPick(items, { title: `Try the strategy of ${called}`, placeHolder: 'How often to run each case' });
  if (!picked) throw new vscode.CancellationError();
  return picked.runs;
}

/** Offer what the evidence allows: adopting what helps, rejecting what does harm. */
async function decide({ files, clock }: StrategyDesk, { path, stage, session }: DeskStage, report: TrialReport, text: string): Promise<void> {
  const { verdict } = report.comparison;
  const offer = { better: adopt, worse: reject, undecided: improve }[verdict];
  const show = verdict === 'worse' ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  const chosen = await show(withoutLinks(verdictText(report.comparison)), offer);
  if (!chosen) return;
  if (chosen === improve) return void vscode.commands.executeCommand(commandIds.improve, toPath(session.uri), stage.number);
  const strategy = soundStrategy(path, text);
  const evidence = evidenceOf(report, strategy.body, clock.now().toISOString().slice(0, 10));
  const status = chosen === adopt ? 'adopted' : 'rejected';
  await files.write(path, strategyText({ ...strategy, status, evidence }), text);
  await session.refresh();
  const said =
    chosen === adopt ? `says that it is proven: ${Math.round(evidence.withStrategy * 100)}% passed with it` : 'is kept to be read, and no longer used';
  void vscode.window.showInformationMessage(withoutLinks(`${shownName(path)} ${said}.`));
}

/** Try all strategies of a document on a model that the person picks, and show which of them hold there. Writes nothing. */
export async function rerunEvidence(desk: StrategyDesk, uri: vscode.Uri): Promise<void> {
  const { done, model } = await desk.runs.order(uri, 'Running the evidence again', async ({ engine, person, task, options, report: say }) => {
    const kept = await keptStrategies(engine.files, await planTask(task, engine.files));
    if (!kept.length) throw new UserError('No stage of this document has a strategy.', { todo: 'Have one written first.' });
    const items = models.map(({ id, name, prices }) => ({
      label: name,
      description: `${id}, $${prices.input} in, $${prices.output} out a million tokens`,
      id,
    }));
    const picked = await vscode.window.showQuickPick(items, { title: 'Re-run the evidence', placeHolder: 'On which model' });
    if (!picked) throw new vscode.CancellationError();
    const trials: { kept: KeptStrategy; report: TrialReport }[] = [];
    for (const each of kept) {
      const { stage } = each.planned;
      const what = `Try the strategy of stage ${stage.number} “${stage.title}” on ${picked.label}`;
      const onRun = (ran: number, of: number) => say(`stage ${stage.number}, ${ran} of ${of}`);
      const order = { stage: stage.number, strategy: each.strategy.body, learntFrom: each.strategy.learntFrom, runs: 1, model: picked.id, onRun };
      trials.push({ kept: each, report: await tryStrategy(engine, orderPerson(person, { what, yes: 'Try It' }), task, order, options) });
    }
    return { done: trials, model: picked.id };
  });
  await showPage(desk, `/trial/Strategies on ${model}.md`, holdsMarkdown(done, model));
}

async function showPage({ documents }: StrategyDesk, path: string, markdown: string): Promise<void> {
  await vscode.commands.executeCommand('markdown.showPreview', documents.set(path, markdown));
}
