import * as vscode from 'vscode';
import { formatTokens, formatUsd } from '../catalog/tokens';
import { trendText } from '../money/escalationTrend';
import { basisText, type Ledger, readLedger } from '../money/ledger';
import { purposeText, unprovenText } from '../money/ledgerTypes';
import type { Files } from '../ports';
import { consultRate } from '../stage/advice';
import type { Stage } from '../steering/contextTypes';
import { readStageStrategy, runsUnproven, type StageStrategy } from '../steering/stageStrategy';
import { taskOf } from '../steering/task';
import { toPath } from './convert';
import { currentCatalog } from './engine';
import type { ReadOnlyDocuments } from './readOnlyDocuments';

/** Open the ledger of a task as a rendered page: what each stage cost against its estimate and against everything on Opus. */
export async function showLedger(documents: ReadOnlyDocuments, files: Files, uri: vscode.Uri): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  const task = await taskOf(toPath(uri), document.getText(), files);
  const ledger = await readLedger(files, task.haikuFolder, task.slug, currentCatalog(), task.document);
  const strategies = await Promise.all(task.document.stages.map(async (stage) => ({ stage, strategy: await readStageStrategy(files, task, stage) })));
  const shown = documents.set(`/ledger/Ledger of ${task.slug}.md`, `${ledgerMarkdown(task.document.title, ledger)}${strategyNote(strategies)}`);
  await vscode.commands.executeCommand('markdown.showPreview', shown);
}

export function ledgerMarkdown(title: string, ledger: Ledger): string {
  if (!ledger.stages.length && !ledger.other.length) return `# Ledger\n\n${title} has not been run yet.\n`;
  const rows = ledger.stages.map((stage) => {
    const tokensIn = stage.usage.inputTokens + stage.usage.cacheReadTokens + stage.usage.cacheWriteTokens;
    const money = [costText(stage), ...[stage.allOpusUsd, stage.allOpusLowUsd, stage.estimatedUsd].map(formatUsd)];
    const work = [stage.calls, stage.escalations || '', formatTokens(tokensIn), formatTokens(stage.usage.outputTokens)];
    return `| ${stage.number}. ${stage.title.replace(/\|/g, '\\|')} | ${[...money, ...work].join(' | ')} |`;
  });
  for (const other of ledger.other) rows.push(`| ${purposeText(other.purpose)} | ${costText(other)} | | | | ${other.calls} | | | |`);
  const { total } = ledger;
  const months = ledger.months.map(
    (month) =>
      `| ${month.month} | ${costText(month)} | ${formatUsd(month.recordedUsd)} | ${formatUsd(month.allOpusUsd)} | ${formatUsd(month.allOpusLowUsd)} | ${month.runs} |`,
  );
  const times = (usd: number) => (total.usd > 0 && usd > 0 ? ` — **${(usd / total.usd).toFixed(1)} times** as much` : '');
  const recorded =
    total.paidUsd < total.usd ? `\nOf this **${formatUsd(total.paidUsd)}** was paid; the rest were recorded samples, priced as if they had been.\n` : '';
  return `# Ledger: ${title.replace(/\n/g, ' ')}

${ledger.runs} run${ledger.runs === 1 ? '' : 's'} cost **${costText(total)}** against an estimate of ${formatUsd(total.estimatedUsd)}. Everything on Opus would have cost about **${formatUsd(total.allOpusUsd)}**${times(total.allOpusUsd)}; on Opus at low effort, the honest rival, about **${formatUsd(total.allOpusLowUsd)}**${times(total.allOpusLowUsd)}.
${recorded}
| Stage | Cost | All on Opus | Opus low | Estimated | Calls | Escalated | Tokens in | Tokens out |
|---|---:|---:|---:|---:|---:|---:|---:|---:|
${rows.join('\n')}
| **Together** | ${costText(total)} | ${formatUsd(total.allOpusUsd)} | ${formatUsd(total.allOpusLowUsd)} | ${formatUsd(total.estimatedUsd)} | | | | |

| Month | Paid | Rehearsed | All on Opus | Opus low | Runs |
|---|---:|---:|---:|---:|---:|
${months.join('\n')}

${notes(ledger).join('\n\n')}
`;
}

/** Which stages are given a strategy of which nobody has shown that it helps; '' where none is. */
function strategyNote(of: readonly { stage: Stage; strategy: StageStrategy | undefined }[]): string {
  const unproven = of.filter(({ strategy }) => runsUnproven(strategy)).map(({ stage }) => `${stage.number}. ${stage.title.replace(/[|<>[\]\n]/g, ' ')}`);
  if (!unproven.length) return '';
  return `\nRuns with a strategy of which nobody has shown yet that it helps: ${unproven.join('; ')}. *Try Strategy* shows it.\n`;
}

/** "≤" where a part of it is a worst case. */
function costText({ usd, atMostUsd }: { usd: number; atMostUsd: number }): string {
  return `${atMostUsd > 0 ? '≤ ' : ''}${formatUsd(usd)}`;
}

function notes(ledger: Ledger): string[] {
  const { total } = ledger;
  const notes = [`Estimates are of one passing attempt each. ${basisText(ledger)}`];
  if (total.atMostUsd > 0)
    notes.push(
      `${formatUsd(total.atMostUsd)} of the cost is the worst case of calls that broke off or have no end on record (${total.uncertainCalls}); it may have been less.`,
    );
  if (total.judgeUsd > 0) notes.push(`Judges took ${formatUsd(total.judgeUsd)} of it.`);
  if (ledger.stages.some(({ advisedCalls }) => advisedCalls))
    notes.push(`The advisor took ${formatUsd(total.advisorUsd)} of it, ${consultRate(ledger.stages)}.`);
  if (total.cacheSavedUsd > 0) notes.push(`The cache saved ${formatUsd(total.cacheSavedUsd)}.`);
  if (total.cacheSavedUsd < 0) notes.push(`Writing to the cache cost ${formatUsd(-total.cacheSavedUsd)} more than reading from it saved.`);
  notes.push(...[trendText(ledger.trend), unprovenText(ledger)].filter(Boolean).map(plain));
  if (total.documentUsd !== undefined)
    notes.push(
      `The document itself expects ${formatUsd(total.documentUsd)} a run${total.documentOneShotUsd === undefined ? '' : `, and ${formatUsd(total.documentOneShotUsd)} for one prompt to a big model instead`}.`,
    );
  return notes;
}

/** Titles are a document's: nothing in one is markup here. */
function plain(text: string): string {
  return text.replace(/[\\`*_[\]<>|#]/g, '\\$&');
}
