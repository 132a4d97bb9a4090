import { posix } from 'node:path';
import { githubReport } from '../lint/reports/github';
import { jsonReport } from '../lint/reports/json';
import type { LintedFile } from '../lint/reports/lintedFile';
import { sarifReport } from '../lint/reports/sarif';
import { coloured, plain, textReport } from '../lint/reports/text';
import { rulePage } from '../lint/rules/index';
import { UserError } from '../ports';
import { escapedJson } from './json';
import type { Surroundings } from './surroundings';

export const reportFormats = ['text', 'json', 'sarif', 'github'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** Whether text is coloured: as FORCE_COLOR says, else not with NO_COLOR (https://no-color.org), else in a terminal that can. */
export function wantsColours({ env, terminal }: Pick<Surroundings, 'env' | 'terminal'>): boolean {
  if (env.FORCE_COLOR !== undefined) return !/^(?:0|false)$/i.test(env.FORCE_COLOR);
  return !env.NO_COLOR && terminal && env.TERM !== 'dumb';
}

/** Put the report on stdout. */
export async function writeReport(around: Surroundings, format: ReportFormat, files: readonly LintedFile[]): Promise<void> {
  switch (format) {
    case 'json':
      return around.stdoutAsIs(escapedJson(jsonReport(files)));
    case 'sarif':
      return around.stdoutAsIs(escapedJson(await sarifOf(around, files)));
    case 'github':
      return around.stdout(githubReport(files));
    case 'text':
      return wantsColours(around) ? around.stdoutAsIs(textReport(files, coloured)) : around.stdout(textReport(files, plain));
  }
}

/** Absolute: the folder the product is installed in. */
export function productFolder(around: Pick<Surroundings, 'templatesFolder'>): string {
  return posix.join(around.templatesFolder, '..');
}

async function sarifOf(around: Surroundings, files: readonly LintedFile[]): Promise<string> {
  const folder = productFolder(around);
  const { version } = JSON.parse(await around.files.read(posix.join(folder, 'package.json'))) as { version: string };
  const pages = new Map<string, string>();
  for (const rule of new Set(files.flatMap(({ issues }) => issues.map((issue) => issue.rule)))) {
    const page = await readPage(around, rule);
    if (page !== undefined) pages.set(rule, page);
  }
  return sarifReport(files, {
    version,
    page: (rule) => pages.get(rule),
  });
}

/** The page of a rule as it is shipped; undefined where it is not. */
export async function readPage(around: Pick<Surroundings, 'files' | 'templatesFolder'>, rule: string): Promise<string | undefined> {
  try {
    return await around.files.read(posix.join(productFolder(around), rulePage(rule)));
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
