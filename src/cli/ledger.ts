import { posix } from 'node:path';
import { formatTokens, formatUsd } from '../catalog/tokens';
import { trendText } from '../money/escalationTrend';
import { basisText, type Ledger, type LedgerMonth, readAllLedgers, readLedger } from '../money/ledger';
import { purposeText, unprovenText } from '../money/ledgerTypes';
import { UserError } from '../ports';
import { consultRate } from '../stage/advice';
import { loadTask } from '../steering/task';
import { parseCommand, wrongUsage } from './arguments';
import { jsonText } from './json';
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
  if (values.json) around.stdout(jsonText({ tasks: ledgers, total: sumOf(ledgers), months: monthsOf(ledgers) }));
  else around.stdout(ledgers.length ? [...ledgers.map(ledgerText), ...(ledgers.length > 1 ? [allTasksText(ledgers)] : [])].join('\n') : 'No runs yet.\n');
  return 0;
}

function sumOf(ledgers: readonly Ledger[]) {
  const sum = (of: (ledger: Ledger) => number) => ledgers.reduce((total, each) => total + of(each), 0);
  return {
    usd: sum((each) => each.total.usd),
    paidUsd: sum((each) => each.total.paidUsd),
    atMostUsd: sum((each) => each.total.atMostUsd),
    allOpusUsd: sum((each) => each.total.allOpusUsd),
    allOpusLowUsd: sum((each) => each.total.allOpusLowUsd),
    estimatedUsd: sum((each) => each.total.estimatedUsd),
    cacheSavedUsd: sum((each) => each.total.cacheSavedUsd),
  };
}

/** The months of all tasks together, oldest first. */
function monthsOf(ledgers: readonly Ledger[]): LedgerMonth[] {
  const months = new Map<string, LedgerMonth>();
  for (const month of ledgers.flatMap((each) => each.months)) {
    const known = months.get(month.month);
    if (!known) months.set(month.month, { ...month });
    else for (const name of ['runs', 'usd', 'atMostUsd', 'recordedUsd', 'allOpusUsd', 'allOpusLowUsd'] as const) known[name] += month[name];
  }
  return [...months.values()].sort((a, b) => (a.month < b.month ? -1 : 1));
}

export function ledgerText(own: Ledger): string {
  if (!own.runs && !own.other.length) return `${own.task}: no runs yet.\n`;
  const rows = own.stages.map((stage) => [
    `${stage.number} ${stage.title}`,
    String(stage.calls),
    String(stage.escalations),
    formatTokens(stage.usage.inputTokens + stage.usage.cacheReadTokens + stage.usage.cacheWriteTokens),
    formatTokens(stage.usage.outputTokens),
    formatUsd(stage.estimatedUsd),
    costText(stage),
    formatUsd(stage.allOpusUsd),
    formatUsd(stage.allOpusLowUsd),
  ]);
  const { total } = own;
  for (const other of own.other) rows.push([purposeText(other.purpose), String(other.calls), '', '', '', '', costText(other), '', '']);
  rows.push(['Together', '', '', '', '', formatUsd(total.estimatedUsd), costText(total), formatUsd(total.allOpusUsd), formatUsd(total.allOpusLowUsd)]);
  const lines = [
    `Ledger of ${own.task}, ${own.runs} run${own.runs === 1 ? '' : 's'}`,
    table(['Stage', 'Calls', 'Escalated', 'Tokens in', 'out', 'Estimated', 'Cost', 'All on Opus', 'Opus low'], rows),
    ...totalLines(own),
    ...own.months.map(monthLine),
  ];
  return `${lines.join('\n')}\n`;
}

/** "≤" where a part of it is a worst case: of calls that broke off, or of which nobody knows what became. */
function costText({ usd, atMostUsd }: { usd: number; atMostUsd: number }): string {
  return `${atMostUsd > 0 ? '≤ ' : ''}${formatUsd(usd)}`;
}

function totalLines(own: Ledger): string[] {
  const { total } = own;
  const lines: string[] = [];
  if (total.paidUsd < total.usd) lines.push(`Paid: ${formatUsd(total.paidUsd)}. The rest were recorded samples, priced as if they had been paid.`);
  if (total.atMostUsd > 0) {
    const calls = total.uncertainCalls ? ` ${total.uncertainCalls} of them have no end on record.` : '';
    lines.push(`Of the cost, ${formatUsd(total.atMostUsd)} is the worst case of calls that broke off; it may have been less.${calls}`);
  }
  const parts = [
    total.judgeUsd > 0 ? `judges ${formatUsd(total.judgeUsd)}` : '',
    own.stages.some(({ advisedCalls }) => advisedCalls) ? `the advisor ${formatUsd(total.advisorUsd)} (${consultRate(own.stages)})` : '',
    total.cacheSavedUsd > 0 ? `the cache saved ${formatUsd(total.cacheSavedUsd)}` : '',
    total.cacheSavedUsd < 0 ? `writing to the cache cost ${formatUsd(-total.cacheSavedUsd)} more than it saved` : '',
  ].filter(Boolean);
  if (parts.length) lines.push(`In it: ${parts.join(', ')}.`);
  if (total.usd > 0 && total.allOpusUsd > 0) {
    const times = (usd: number) => `${(usd / total.usd).toFixed(1)} times`;
    lines.push(`All on Opus it would have cost ${times(total.allOpusUsd)} as much, on Opus at low effort ${times(total.allOpusLowUsd)}.`);
    lines.push(basisText(own));
  }
  if (total.documentUsd !== undefined) lines.push(`The document itself expects ${formatUsd(total.documentUsd)} a run.`);
  if (total.documentOneShotUsd !== undefined) lines.push(`For one prompt to a big model instead it expects ${formatUsd(total.documentOneShotUsd)}.`);
  return [...lines, trendText(own.trend), unprovenText(own)].filter(Boolean);
}

function monthLine({ month, usd, atMostUsd, recordedUsd }: LedgerMonth): string {
  return `${month}: ${costText({ usd, atMostUsd })} paid${recordedUsd ? `, ${formatUsd(recordedUsd)} rehearsed` : ''}.`;
}

/** Columns padded to their widest cell; all but the first to the right. */
function table(head: readonly string[], rows: readonly string[][]): string {
  const widths = head.map((cell, i) => Math.max(cell.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) => cells.map((cell, i) => (i ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0))).join('  ');
  return [line(head), ...rows.map(line)].join('\n');
}

/** All tasks of a folder, month by month. */
function allTasksText(ledgers: readonly Ledger[]): string {
  const total = sumOf(ledgers);
  const rest = `all on Opus ${formatUsd(total.allOpusUsd)}, on Opus at low effort ${formatUsd(total.allOpusLowUsd)}`;
  return `All ${ledgers.length} tasks: ${formatUsd(total.paidUsd)} paid, ${costText(total)} at list prices; ${rest}.\n${monthsOf(ledgers).map(monthLine).join('\n')}\n`;
}
