import { posix } from 'node:path';
import { formatTokens, formatUsd } from '../catalog/tokens';
import { UserError } from '../ports';
import { type Ledger, readAllLedgers, readLedger } from '../stage/ledger';
import { loadTask } from '../steering/task';
import { parseCommand, wrongUsage } from './arguments';
import { absolutePath, catalogOf, type Surroundings, shownPath } from './surroundings';

export async function ledger(around: Surroundings, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('ledger', args, { json: { type: 'boolean' } });
  if (positionals.length > 1) throw wrongUsage('ledger', 'One file at a time.');
  const catalog = catalogOf(around.env);
  const ledgers: Ledger[] = [];
  if (positionals[0]) {
    const task = await loadTask(absolutePath(around, positionals[0]), around.files);
    ledgers.push(await readLedger(around.files, task.haikuFolder, task.slug, catalog, task.document));
  } else {
    const folder = posix.join(around.workingDirectory, '.haiku');
    if (!(await around.files.stat(folder)))
      throw new UserError(`There is no ${shownPath(around, folder)} here.`, { todo: 'Name the CONTEXT.md whose ledger you want.', exitCode: 2 });
    ledgers.push(...(await readAllLedgers(around.files, folder, catalog)));
  }
  if (values.json) around.stdout(`${JSON.stringify({ tasks: ledgers, total: sumOf(ledgers) }, null, 2)}\n`);
  else around.stdout(ledgers.length ? ledgers.map(ledgerText).join('\n') : 'No runs yet.\n');
  return 0;
}

function sumOf(ledgers: readonly Ledger[]) {
  const sum = (of: (ledger: Ledger) => number) => ledgers.reduce((total, each) => total + of(each), 0);
  return {
    usd: sum((each) => each.total.usd),
    paidUsd: sum((each) => each.total.paidUsd),
    allOpusUsd: sum((each) => each.total.allOpusUsd),
    estimatedUsd: sum((each) => each.total.estimatedUsd),
  };
}

export function ledgerText(own: Ledger): string {
  if (!own.runs) return `${own.task}: no runs yet.\n`;
  const rows = own.stages.map((stage) => [
    `${stage.number} ${stage.title}`,
    String(stage.calls),
    String(stage.escalations),
    formatTokens(stage.usage.inputTokens + stage.usage.cacheReadTokens + stage.usage.cacheWriteTokens),
    formatTokens(stage.usage.outputTokens),
    formatUsd(stage.estimatedUsd),
    formatUsd(stage.usd),
    formatUsd(stage.allOpusUsd),
  ]);
  const { total } = own;
  rows.push(['Together', '', '', '', '', formatUsd(total.estimatedUsd), formatUsd(total.usd), formatUsd(total.allOpusUsd)]);
  const lines = [
    `Ledger of ${own.task}, ${own.runs} run${own.runs === 1 ? '' : 's'}`,
    table(['Stage', 'Calls', 'Escalated', 'Tokens in', 'out', 'Estimated', 'Cost', 'All on Opus'], rows),
  ];
  if (total.paidUsd < total.usd) lines.push(`Paid: ${formatUsd(total.paidUsd)}. The rest were recorded samples, priced as if they had been paid.`);
  if (total.usd > 0 && total.allOpusUsd > 0) lines.push(`All on Opus it would have cost ${(total.allOpusUsd / total.usd).toFixed(1)} times as much.`);
  if (total.documentUsd !== undefined) lines.push(`The document itself expects ${formatUsd(total.documentUsd)} a run.`);
  for (const month of own.months)
    lines.push(`${month.month}: ${formatUsd(month.usd)} paid${month.recordedUsd ? `, ${formatUsd(month.recordedUsd)} rehearsed` : ''}.`);
  return `${lines.join('\n')}\n`;
}

/** Columns padded to their widest cell; all but the first to the right. */
function table(head: readonly string[], rows: readonly string[][]): string {
  const widths = head.map((cell, i) => Math.max(cell.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) => cells.map((cell, i) => (i ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0))).join('  ');
  return [line(head), ...rows.map(line)].join('\n');
}
