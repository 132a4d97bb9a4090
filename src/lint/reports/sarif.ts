import type { Range } from '../../text';
import type { Severity } from '../issue';
import { fileRules, ruleAnchor, rules } from '../rules/index';
import type { LintedFile } from './lintedFile';

const levels: Record<Severity, string> = { error: 'error', warning: 'warning', info: 'note' };

export interface SarifOptions {
  version: string;
  /** Absolute address of docs/rules.md; each rule links to its anchor there. */
  docs?: string;
}

/** SARIF 2.1.0 (OASIS), for code scanning services. Lines and columns from 1, columns in UTF-16 code units. */
export function sarifReport(files: readonly LintedFile[], { version, docs }: SarifOptions): string {
  const known = [...fileRules, ...rules];
  const location = (path: string, range: Range) => ({ physicalLocation: { artifactLocation: { uri: uriOf(path) }, region: regionOf(range) } });
  const run = {
    tool: {
      driver: {
        name: 'haiku-first',
        version,
        rules: known.map(({ id, title, severity }) => ({
          id,
          shortDescription: { text: title },
          ...(docs ? { helpUri: `${docs}#${ruleAnchor(id)}` } : {}),
          defaultConfiguration: { level: levels[severity] },
        })),
      },
    },
    columnKind: 'utf16CodeUnits',
    artifacts: files.map(({ path }) => ({ location: { uri: uriOf(path) } })),
    results: files.flatMap(({ path, issues }) =>
      issues.map(({ rule, severity, message, range }) => ({
        ruleId: rule,
        ...indexed(known.findIndex(({ id }) => id === rule)),
        level: levels[severity],
        message: { text: message },
        locations: [location(path, range)],
      })),
    ),
  };
  return `${JSON.stringify({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] }, null, 2)}\n`;
}

function indexed(ruleIndex: number): { ruleIndex?: number } {
  return ruleIndex < 0 ? {} : { ruleIndex };
}

function regionOf({ start, end }: Range) {
  return { startLine: start.line + 1, startColumn: start.character + 1, endLine: end.line + 1, endColumn: end.character + 1 };
}

/** A path as a relative URI; an absolute one gets its scheme. */
function uriOf(path: string): string {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${encoded}` : encoded;
}
