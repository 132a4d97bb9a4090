import { formatUsd } from '../catalog/tokens';
import { plural } from '../text';
import type { KeptStrategy } from './keptStrategies';
import type { PairedComparison, Proportion } from './statistics';
import type { CasesLeft, TrialReport } from './trial';

/** A trial in words and numbers, the same on the command line and in the editor. */

export function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)}%`;
}

/** `92% [75–98%]`: a rate with its 95% interval. */
export function rateText({ rate, low, high }: Proportion): string {
  return `${percent(rate)} [${percent(low).replace('%', '')}–${percent(high)}]`;
}

/** What may be said of a comparison, in one or two sentences. */
export function verdictText({ verdict, difference, p, better, worse, tooFew }: PairedComparison, what = 'The strategy'): string {
  const points = `${Math.abs(difference * 100).toFixed(0)} points`;
  const test = `${better} ${better === 1 ? 'case' : 'cases'} better, ${worse} worse, exact p = ${p < 0.0001 ? '< 0.0001' : p.toPrecision(2)}`.replace(
    '= <',
    '<',
  );
  if (verdict === 'better') return `${what} helps: ${points} more of the runs passed (${test}).`;
  if (verdict === 'worse') return `${what} does harm: ${points} fewer of the runs passed (${test}).`;
  return `Nothing can be claimed (${test}). ${tooFew ?? ''}`.trim();
}

/** Which cases are not compared, and why: a sentence for each reason. */
export function leftText({ learnt, twins, unsettled }: CasesLeft): string[] {
  const lines: [number, string][] = [
    [learnt, 'the strategy was learnt from them'],
    [twins, 'another case asks the same'],
    [unsettled, 'a check could not run, which proves nothing'],
  ];
  return lines.flatMap(([count, why]) => (count ? [`Left out, as ${why}: ${plural(count, 'case')}.`] : []));
}

/** The report as lines for a person. */
export function trialText(report: TrialReport): string {
  const { comparison, with: own, without, runs, usd, known, model } = report;
  const arm = (name: string, rate: Proportion, { usd: cost, ms }: typeof own) =>
    `  ${name.padEnd(8)} ${rateText(rate).padEnd(18)} ${formatUsd(cost)} and ${(ms / 1000).toFixed(1)} s a run`;
  const differing = report.cases.filter((each) => each.with !== each.without);
  const lines = [
    `Stage ${report.stage.number}: ${report.stage.title}, on ${model}: ${plural(comparison.cases, 'case')}, ${runs} × each`,
    `  passed   (95% interval)`,
    arm('with', comparison.first, own),
    arm('without', comparison.second, without),
    verdictText(comparison),
    ...leftText(report.left),
    ...differing.slice(0, 20).map((each) => `  ${each.id}: ${each.with} of ${runs} with, ${each.without} without`),
    ...(differing.length > 20 ? [`  and ${differing.length - 20} more cases that differ`] : []),
    `Cost: ${formatUsd(usd)}${known ? ` (${plural(known, 'run')} on record)` : ''}.`,
  ];
  return `${lines.join('\n')}\n`;
}

/** The report as Markdown. */
export function trialMarkdown(report: TrialReport): string {
  const { comparison, with: own, without, runs, usd, known, model, stage } = report;
  const row = (name: string, rate: Proportion, arm: typeof own) => `| ${name} | ${rateText(rate)} | ${formatUsd(arm.usd)} | ${(arm.ms / 1000).toFixed(1)} s |`;
  const differing = report.cases.filter((each) => each.with !== each.without);
  const shown = differing.slice(0, mostShown).map((each) => `| ${cell(each.id)} | ${each.with} of ${runs} | ${each.without} of ${runs} |`);
  const parts = [
    `# Trial of the strategy of stage ${stage.number}: ${cell(stage.title)}`,
    `**${verdictText(comparison)}**`,
    `${plural(comparison.cases, 'case')}, ${runs} × each with the strategy and ${runs} × without, on ${model}.`,
    [
      '| | Passed, with its 95% interval | Cost of a run | Time |',
      '|---|---|---:|---:|',
      row('With', comparison.first, own),
      row('Without', comparison.second, without),
    ].join('\n'),
    ...leftText(report.left),
    differing.length ? ['| Case that differs | With | Without |', '|---|---|---|', ...shown].join('\n') : 'No case differs.',
    ...(differing.length > mostShown ? [`And ${differing.length - mostShown} more cases that differ.`] : []),
    `The trial cost ${formatUsd(usd)}${known ? `; ${plural(known, 'run')} of it on record` : ''}. A run passes where all of the stage’s required checks pass. The test is McNemar’s, exact and two-sided, over cases.`,
  ];
  return `${parts.join('\n\n')}\n`;
}

/** Differing cases in a page. */
const mostShown = 50;

export const holdsHead = (model: string) => ['Stage', 'Evidence before', `With, on ${model}`, 'Without', 'p', 'Strategy', 'Cost'];

/** Which strategies hold on another model: a row for each, under `holdsHead`. */
export function holdsRows(done: readonly { kept: KeptStrategy; report: TrialReport }[]): string[][] {
  const words = { better: 'holds', worse: 'does harm', undecided: 'not shown' } as const;
  return done.map(({ kept: { strategy }, report: { comparison, stage, usd } }) => [
    `${stage.number} ${stage.title}`,
    strategy.evidence
      ? `${(strategy.evidence.withStrategy * 100).toFixed(0)}% / ${(strategy.evidence.withoutStrategy * 100).toFixed(0)}% on ${strategy.evidence.model}`
      : 'none',
    rateText(comparison.first),
    rateText(comparison.second),
    comparison.p.toPrecision(2),
    words[comparison.verdict],
    formatUsd(usd),
  ]);
}

/** The same as a page. */
export function holdsMarkdown(done: readonly { kept: KeptStrategy; report: TrialReport }[], model: string): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  const undecided = done
    .filter(({ report }) => report.comparison.tooFew)
    .map(({ report: { stage, comparison } }) => `Stage ${stage.number}: ${comparison.tooFew}`);
  return `# Strategies on ${model}\n\n${[line(holdsHead(model)), '|---|---|---|---|---|---|---:|', ...holdsRows(done).map(line)].join('\n')}\n${undecided.map((each) => `\n${each}\n`).join('')}\nNothing was written: evidence of another model is not a strategy’s own.\n`;
}

/** A text as a cell of a table. */
function cell(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[|\\`*_<[\]]/g, '\\$&');
}
