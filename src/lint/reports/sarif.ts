import type { Range } from '../../text';
import type { Fix, Issue, Severity } from '../issue';
import { knownRules, type RuleSummary } from '../rules/index';
import type { LintedFile } from './lintedFile';

const levels: Record<Severity, string> = { error: 'error', warning: 'warning', info: 'note' };

export interface SarifOptions {
  version: string;
  /** The text of a rule's page, shown beside its results; undefined where there is none. */
  page?(rule: string): string | undefined;
}

/**
 * SARIF 2.1.0 (OASIS), for code scanning services. Lines and columns from 1, columns in UTF-16 code units; paths are relative to `%SRCROOT%`,
 * the folder the linter was started in, which whoever reads the log knows.
 */
export function sarifReport(files: readonly LintedFile[], options: SarifOptions): string {
  const found = new Set(files.flatMap(({ issues }) => issues.map(({ rule }) => rule)));
  const run = {
    tool: {
      driver: {
        name: 'haiku-first',
        semanticVersion: options.version,
        rules: knownRules.map((rule) => ruleOf(rule, options, found.has(rule.id))),
      },
    },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The folder the linter was started in.' } } },
    artifacts: files.map(({ path }) => ({ location: locationOf(path) })),
    results: files.flatMap(({ path, issues }, index) => issues.map((issue) => resultOf(path, index, issue))),
  };
  return `${JSON.stringify({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] }, null, 2)}\n`;
}

function ruleOf({ id, title, severity }: RuleSummary, { page }: SarifOptions, found: boolean) {
  // The pages of all rules would be most of the log.
  const text = found ? page?.(id) : undefined;
  return {
    id,
    name: pascalCase(id),
    shortDescription: { text: title },
    ...(text ? { help: { text, markdown: text } } : {}),
    defaultConfiguration: { level: levels[severity] },
    properties: { tags: [id.split('/')[0]] },
  };
}

function resultOf(path: string, artifact: number, { rule, severity, message, range, fixes, related }: Issue) {
  const ruleIndex = knownRules.findIndex(({ id }) => id === rule);
  return {
    ruleId: rule,
    ...(ruleIndex < 0 ? {} : { ruleIndex }),
    level: levels[severity],
    message: { text: message },
    locations: [{ physicalLocation: { artifactLocation: { ...locationOf(path), index: artifact }, region: regionOf(range) } }],
    ...(related?.length
      ? {
          relatedLocations: related.map((each, id) => ({
            id,
            message: { text: each.message },
            physicalLocation: { artifactLocation: locationOf(each.path), region: regionOf(each.range) },
          })),
        }
      : {}),
    ...(fixes.length ? { fixes: fixes.map((fix) => fixOf(path, fix)) } : {}),
  };
}

function fixOf(path: string, { title, edits }: Fix) {
  const replacements = edits.map(({ range, newText }) => ({ deletedRegion: regionOf(range), insertedContent: { text: newText } }));
  return { description: { text: title }, artifactChanges: [{ artifactLocation: locationOf(path), replacements }] };
}

function regionOf({ start, end }: Range) {
  return { startLine: start.line + 1, startColumn: start.character + 1, endLine: end.line + 1, endColumn: end.character + 1 };
}

/** A path as a URI relative to where the linter was started; an absolute one gets its scheme. */
function locationOf(path: string): { uri: string; uriBaseId?: string } {
  // Half a character, which a file name can hold on Windows, has no encoding.
  const encoded = path
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
  return path.startsWith('/') ? { uri: `file://${encoded}` } : { uri: encoded, uriBaseId: '%SRCROOT%' };
}

/** `reference/import-cycle` is “ReferenceImportCycle”: names of rules are identifiers. */
function pascalCase(id: string): string {
  return id.replace(/(?:^|[/-])(\w)/g, (_, letter: string) => letter.toUpperCase());
}
