import { plural, visible } from '../../text';
import type { Severity } from '../issue';
import { type LintedFile, summaryOf } from './lintedFile';

export type Style = 'error' | 'warning' | 'info' | 'path' | 'faint';

/** Sets a piece of the report off from the rest, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

const codes: Record<Style, [number, number]> = { error: [31, 39], warning: [33, 39], info: [36, 39], path: [4, 24], faint: [2, 22] };

/** Colours of a terminal (ECMA-48, select graphic rendition). */
export const coloured: Paint = (style, text) => `\u001b[${codes[style][0]}m${text}\u001b[${codes[style][1]}m`;
export const plain: Paint = (_style, text) => text;

/**
 * For people: issues below their file, in columns, lines and columns from 1, and a summary line. '' where there is no issue. Nothing of a
 * document gets through that a terminal would obey.
 */
export function textReport(files: readonly LintedFile[], paint: Paint = plain): string {
  const rows = files.flatMap(({ issues }) => issues);
  if (!rows.length) return '';
  const width = (cells: string[]) => Math.max(...cells.map((cell) => cell.length));
  const places = width(rows.map(place));
  const severities = width(rows.map(({ severity }) => severity));
  const names = width(rows.map(({ rule }) => rule));
  const blocks = files.flatMap(({ path, issues }) => {
    if (!issues.length) return [];
    const lines = issues.map(
      (issue) =>
        `  ${paint('faint', place(issue).padStart(places))}  ${paint(issue.severity, issue.severity.padEnd(severities))}  ${paint('faint', issue.rule.padEnd(names))}  ${seen(issue.message)}`,
    );
    return [[paint('path', seen(path)), ...lines].join('\n')];
  });
  return `${blocks.join('\n\n')}\n\n${closing(files, paint)}\n`;
}

function place({ range: { start } }: LintedFile['issues'][number]): string {
  return `${start.line + 1}:${start.character + 1}`;
}

function seen(text: string): string {
  return visible(text.replace(/\s+/g, ' '));
}

/** How many there are, in how many files, and how many of them `--fix` mends. */
function closing(files: readonly LintedFile[], paint: Paint): string {
  const { errors, warnings, infos } = summaryOf(files);
  const counted: [Severity, number][] = [
    ['error', errors],
    ['warning', warnings],
    ['info', infos],
  ];
  const counts = counted.flatMap(([severity, count]) => (count ? [paint(severity, plural(count, severity))] : []));
  const all = [...counts.slice(0, -2), counts.slice(-2).join(' and ')].join(', ');
  const fixable = files.flatMap(({ issues }) => issues).filter(({ fixes }) => fixes.some((fix) => fix.safe)).length;
  return `${all} in ${plural(files.length, 'file')}${fixable ? `; ${fixable} can be fixed with --fix` : ''}.`;
}
