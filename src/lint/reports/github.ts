import type { Severity } from '../issue';
import type { LintedFile } from './lintedFile';

const commands: Record<Severity, string> = { error: 'error', warning: 'warning', info: 'notice' };

/** Workflow commands that GitHub Actions shows as annotations, one a line, lines and columns from 1. '' where there is no issue. */
export function githubReport(files: readonly LintedFile[]): string {
  return files
    .flatMap(({ path, issues }) =>
      issues.map(({ rule, severity, message, range: { start, end } }) => {
        // GitHub refuses columns of a range over several lines.
        const columns = start.line === end.line ? [`col=${start.character + 1}`, `endColumn=${end.character + 1}`] : [];
        const properties = [`file=${property(path)}`, `line=${start.line + 1}`, `endLine=${end.line + 1}`, ...columns, `title=${property(rule)}`];
        return `::${commands[severity]} ${properties.join(',')}::${data(message)}\n`;
      }),
    )
    .join('');
}

function data(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function property(text: string): string {
  return data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}
