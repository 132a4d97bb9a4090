import { type LintedFile, summaryOf } from './lintedFile';

/** For programs: one JSON document with every file that was read, lines and characters from 0. `fixable`: `--fix` mends it. */
export function jsonReport(files: readonly LintedFile[]): string {
  const report = {
    files: files.map(({ path, kind, issues }) => ({
      path,
      kind,
      issues: issues.map(({ rule, severity, message, range, fixes }) => ({ rule, severity, message, range, fixable: fixes.some((fix) => fix.safe) })),
    })),
    summary: summaryOf(files),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}
