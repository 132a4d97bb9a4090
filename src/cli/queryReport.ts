import type { Omitted, Piece } from '../bundle/bundleTypes';
import { ignoredReason } from '../bundle/ownFiles';
import type { ProjectTexts } from '../bundle/projectTexts';
import type { QueryBundle } from '../bundle/query';
import { formatTokens } from '../catalog/tokens';
import { plural } from '../text';
import { jsonText } from './json';

/** A bundle for a query and how its sources are named to the person who asked. */
export interface QueryReport {
  own: QueryBundle;
  project: Pick<ProjectTexts, 'size' | 'passedOver'>;
  /** A path from the folder, as it is shown. */
  shown: (source: string) => string;
}

/** The shape of `bundle --json`; `stage` is null, as nothing runs. */
export function queryJson({ own, project, shown }: QueryReport): string {
  return jsonText({
    stage: null,
    query: own.query,
    budget: own.budget,
    tokens: own.tokens,
    ...(own.least === undefined ? {} : { leastBudget: own.least }),
    pieces: own.pieces.map(({ source, heading, lines, outline, tokens, reason }) => ({ source: shown(source), heading, lines, outline, tokens, reason })),
    omitted: own.omitted.map(({ source, heading, tokens, reason }) => ({ source: shown(source), heading, tokens, reason })),
    files: project.size,
    passedOver: [...project.passedOver].map(([reason, count]) => ({ reason, count })),
    prompt: { system: '', user: own.text },
  });
}

/** What is in, and what was left out and why, a line for each. */
export function queryTable({ own, project, shown }: QueryReport): string {
  const lines = [`${formatTokens(own.tokens)} of ${formatTokens(own.budget)} tokens (estimated), from ${plural(project.size, 'file')}`];
  if (!own.pieces.length) lines.push(`  ${nothing(own, project.size)}`);
  for (const piece of own.pieces)
    lines.push(`  ${formatTokens(piece.tokens).padStart(6)}  ${place(piece, shown)}${piece.heading ? ` # ${piece.heading}` : ''}`);
  for (const [reason, sources] of sourcesByReason(own.omitted))
    lines.push(`  left out  ${sources.map((source) => oneLine(shown(source))).join(', ')}: ${reason}`);
  for (const [reason, count] of project.passedOver)
    lines.push(
      `  passed over  ${reason === ignoredReason ? `${count} ${count === 1 ? 'file or folder' : 'files and folders'}` : plural(count, 'file')}: ${reason}`,
    );
  return `${lines.join('\n')}\n`;
}

/** What was left out for one reason is told in one line. */
function sourcesByReason(omitted: readonly Omitted[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { source, reason } of omitted) found.set(reason, [...(found.get(reason) ?? []), source]);
  return found;
}

/** The table, and below it what a model would be shown. */
export function queryText(report: QueryReport): string {
  return report.own.text ? `${queryTable(report)}\n${report.own.text}\n` : queryTable(report);
}

/** For a chat or an issue: each piece under its place, in a fence that nothing in it can close. */
export function queryMarkdown({ own, project, shown }: QueryReport): string {
  if (!own.pieces.length) return `${nothing(own, project.size)}\n`;
  const parts = own.pieces.map((piece) => {
    const fence = '`'.repeat(Math.max(3, ...[...piece.text.matchAll(/`{3,}/g)].map(([run]) => run.length + 1)));
    return `**${code(place(piece, shown))}**\n\n${fence}${language(piece.source)}\n${piece.text}\n${fence}\n`;
  });
  return parts.join('\n');
}

function nothing(own: QueryBundle, files: number): string {
  if (own.least !== undefined) return `Nothing fits into ${own.budget} tokens: the best part takes ${own.least}. Set --budget to at least that.`;
  return files ? 'No file holds a word of the query. Say it in words of the code.' : 'There is no file to choose from.';
}

function place({ source, lines }: Piece, shown: (source: string) => string): string {
  return `${oneLine(shown(source))}${lines ? `:${lines[0]}-${lines[1]}` : ''}`;
}

/** A file's name may hold line breaks. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, '�');
}

/** As a code span that nothing in it can close. */
function code(text: string): string {
  const ticks = '`'.repeat(1 + Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)));
  const blank = /^`|`$/.test(text) ? ' ' : '';
  return `${ticks}${blank}${text}${blank}${ticks}`;
}

function language(source: string): string {
  return /\.([A-Za-z0-9+]{1,12})$/.exec(source)?.[1]?.toLowerCase() ?? '';
}
