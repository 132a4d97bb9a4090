import * as vscode from 'vscode';
import { formatTokens, formatUsd } from '../catalog/tokens';
import type { Files } from '../ports';
import { type Ledger, readLedger } from '../stage/ledger';
import { taskOf } from '../steering/task';
import { toPath } from './convert';
import { currentCatalog } from './engine';
import type { ReadOnlyDocuments } from './readOnlyDocuments';

/** Open the ledger of a task as a rendered page: what each stage cost against its estimate and against everything on Opus. */
export async function showLedger(documents: ReadOnlyDocuments, files: Files, uri: vscode.Uri): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  const task = await taskOf(toPath(uri), document.getText(), files);
  const ledger = await readLedger(files, task.haikuFolder, task.slug, currentCatalog(), task.document);
  const shown = documents.set(`/ledger/Ledger of ${task.slug}.md`, ledgerMarkdown(task.document.title, ledger));
  await vscode.commands.executeCommand('markdown.showPreview', shown);
}

export function ledgerMarkdown(title: string, ledger: Ledger): string {
  if (!ledger.stages.length) return `# Ledger\n\n${title} has not been run yet.\n`;
  const rows = ledger.stages.map((stage) => {
    const tokensIn = stage.usage.inputTokens + stage.usage.cacheReadTokens + stage.usage.cacheWriteTokens;
    const money = [stage.usd, stage.allOpusUsd, stage.estimatedUsd].map(formatUsd);
    const work = [stage.calls, stage.escalations || '', formatTokens(tokensIn), formatTokens(stage.usage.outputTokens)];
    return `| ${stage.number}. ${stage.title.replace(/\|/g, '\\|')} | ${[...money, ...work].join(' | ')} |`;
  });
  const { total } = ledger;
  const months = ledger.months.map(
    (month) => `| ${month.month} | ${formatUsd(month.usd)} | ${formatUsd(month.recordedUsd)} | ${formatUsd(month.allOpusUsd)} |`,
  );
  const ratio = total.usd > 0 && total.allOpusUsd > 0 ? ` — **${(total.allOpusUsd / total.usd).toFixed(1)} times** as much` : '';
  const recorded =
    total.paidUsd < total.usd ? `\nOf this **${formatUsd(total.paidUsd)}** was paid; the rest were recorded samples, priced as if they had been.\n` : '';
  return `# Ledger: ${title.replace(/\n/g, ' ')}

${ledger.runs} run${ledger.runs === 1 ? '' : 's'} cost **${formatUsd(total.usd)}** against an estimate of ${formatUsd(total.estimatedUsd)}. Everything on Opus would have cost about **${formatUsd(total.allOpusUsd)}**${ratio}.
${recorded}
| Stage | Cost | All on Opus | Estimated | Calls | Escalated | Tokens in | Tokens out |
|---|---:|---:|---:|---:|---:|---:|---:|
${rows.join('\n')}
| **Together** | ${formatUsd(total.usd)} | ${formatUsd(total.allOpusUsd)} | ${formatUsd(total.estimatedUsd)} | | | | |

| Month | Paid | Rehearsed | All on Opus |
|---|---:|---:|---:|
${months.join('\n')}

Estimates are of one passing attempt each; “All on Opus” is what the same answers would have cost there, each stage done at once.${total.documentUsd === undefined ? '' : ` The document itself expects ${formatUsd(total.documentUsd)} a run.`}${total.cacheSavedUsd > 0 ? ` Reading from the cache saved ${formatUsd(total.cacheSavedUsd)}.` : ''}
`;
}
