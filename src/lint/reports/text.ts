import { plural } from '../../text';
import { type LintedFile, summaryOf } from './lintedFile';

/** For people: issues below their file, lines and columns from 1, and a summary line. '' where there is no issue. */
export function textReport(files: readonly LintedFile[]): string {
  const { errors, warnings, infos } = summaryOf(files);
  if (errors + warnings + infos === 0) return '';
  const blocks = files.flatMap(({ path, issues }) => {
    if (!issues.length) return [];
    const rows = issues.map(
      ({ range, severity, message, rule }) => [`${range.start.line + 1}:${range.start.character + 1}`, severity, message.replace(/\s+/g, ' '), rule] as const,
    );
    const width = Math.max(...rows.map(([place]) => place.length));
    return [[path, ...rows.map(([place, severity, message, rule]) => `  ${place.padStart(width)}  ${severity.padEnd(7)}  ${message}  ${rule}`)].join('\n')];
  });
  const counts = [plural(errors, 'error'), plural(warnings, 'warning'), plural(infos, 'info')].join(', ');
  return `${blocks.join('\n\n')}\n\n${counts} in ${plural(files.length, 'file')}.\n`;
}
