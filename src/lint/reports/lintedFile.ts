import type { Kind } from '../../steering/kinds';
import type { Issue, Severity } from '../issue';

/** One file of a report. */
export interface LintedFile {
  /** Relative to the working directory, with `/`. */
  path: string;
  kind: Kind;
  issues: Issue[];
}

export interface Summary {
  files: number;
  errors: number;
  warnings: number;
  infos: number;
}

/** How many issues of each severity there are. */
export function summaryOf(files: readonly LintedFile[]): Summary {
  const count = (severity: Severity) => files.reduce((sum, file) => sum + file.issues.filter((issue) => issue.severity === severity).length, 0);
  return { files: files.length, errors: count('error'), warnings: count('warning'), infos: count('info') };
}
