import * as vscode from 'vscode';
import { formatUsd } from '../catalog/tokens';
import { type ImproveReport, improveStrategy, usualBudget } from '../evaluate/improve';
import { verdictText } from '../evaluate/trialReport';
import { Cancelled } from '../ports';
import { bodyHash, stageHash, strategyText } from '../steering/strategy';
import { replacesOwnText } from '../strategy/author';
import { plural } from '../text';
import { withoutLinks } from './convert';
import { orderPerson } from './orderPerson';
import { proposeStrategy } from './strategyAuthoring';
import { deskStage, keptText, type StrategyDesk, soundStrategy } from './strategyDesk';

const stopped = {
  perfect: 'every case passes',
  'no improvement': 'nothing improved any more',
  budget: 'the budget does not allow another look',
  'nothing to learn from': 'there are too few cases',
} as const;

/** Have a strategy rewritten from what fails on cases, within a budget the person names, and show the best found beside what stands there. */
export async function improveStageStrategy(desk: StrategyDesk, uri: vscode.Uri, number: number): Promise<void> {
  const at = await deskStage(desk, uri, number);
  const current = await keptText(desk.files, at.path);
  const known = current === undefined ? undefined : soundStrategy(at.path, current);
  const maxCalls = await askNumber(`Improve the strategy of ${at.called}`, 'Calls of any model, at most', usualBudget.calls, /^[1-9]\d{0,5}$/);
  const maxUsd = maxCalls && (await askNumber(`Improve the strategy of ${at.called}`, 'USD, at most', usualBudget.usd, /^\d{1,4}(?:\.\d{1,6})?$/));
  if (!maxCalls || !maxUsd) return;
  let authorModel = '';
  let report: ImproveReport;
  try {
    report = await desk.runs.order(uri, `Improving the strategy of stage ${number}`, ({ engine, person, task, options, report: say }) => {
      authorModel = engine.catalog.modelFor('opus', task.document.models);
      let calls = 0;
      let found = '';
      return improveStrategy(
        engine,
        orderPerson(person, { what: `Improve the strategy of ${at.called}`, yes: 'Improve It' }),
        task,
        { stage: number, seed: known?.body ?? '', learntFrom: known?.learntFrom, maxCalls, maxUsd },
        {
          ...options,
          onEvent(event) {
            options.onEvent?.(event);
            if (event.type !== 'record') return;
            const { record } = event;
            if (record.type === 'call' || record.type === 'judge') calls++;
            else if (record.type === 'candidate') found = `, ${plural(record.number, 'candidate')}, the last passed ${record.passed} of ${record.of} cases`;
            else return;
            say(`${calls} of ${maxCalls} calls${found}`);
          },
        },
      );
    });
  } catch (error) {
    if (error instanceof Cancelled)
      void vscode.window.showInformationMessage('Not improved. What was answered so far is on record: ordered again, it goes on from there, unpaid.');
    throw error;
  }
  const { best, calls, usd, comparison, judgedBy } = report;
  const spent = `${plural(calls, 'call')}, ${formatUsd(usd)}; it stopped as ${stopped[report.stopped]}.`;
  if (best.number === 1)
    return void vscode.window.showInformationMessage(
      withoutLinks(`Nothing better than what it began with was found: ${best.passed} of ${best.of} cases pass. ${spent}`),
    );
  const flattery = judgedBy === 'chosen' ? ' Measured on the cases it was chosen by, which flatters it.' : '';
  const verdict = comparison
    ? `${verdictText(comparison, 'The best against what it began with')}${flattery}`
    : 'Nothing was left to compare it on other cases.';
  const { stage } = report;
  const strategy = {
    stage: stage.slug,
    targetModel: report.model,
    authorModel,
    date: desk.clock.now().toISOString().slice(0, 10),
    stageHash: stageHash(stage),
    status: 'unproven' as const,
    learntFrom: report.learntFrom,
    writtenHash: bodyHash(best.text),
    body: best.text,
  };
  const replaced = replacesOwnText({ path: at.path, current }) ? ' It would replace one that somebody wrote or edited.' : '';
  const message = `${verdict} The best of ${plural(report.candidates.length, 'candidate')} passes ${best.passed} of ${best.of} cases.${replaced} ${spent}`;
  await proposeStrategy(desk, at, { text: strategyText(strategy), current, message });
}

/** A number the person types; undefined where they leave. */
async function askNumber(title: string, prompt: string, usual: number, form: RegExp): Promise<number | undefined> {
  const validateInput = (text: string) => (form.test(text.trim()) && Number(text) > 0 ? undefined : 'A number above 0.');
  const typed = await vscode.window.showInputBox({ title, prompt, value: String(usual), ignoreFocusOut: true, validateInput });
  return typed === undefined || validateInput(typed) ? undefined : Number(typed);
}
