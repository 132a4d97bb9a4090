import { ProjectTexts } from '../bundle/projectTexts';
import { assembleWithoutSecrets } from '../bundle/querySecrets';
import { estimateTokens } from '../catalog/tokens';
import { copyToClipboard } from '../node/clipboard';
import { createNodeCommands } from '../node/commands';
import { UserError } from '../ports';
import { wrongUsage } from './arguments';
import { queryJson, queryMarkdown, queryTable, queryText } from './queryReport';
import { absolutePath, keptIndexes, readingEngine, type Surroundings, shownPath } from './surroundings';

/** Where nothing is said: a good handful of functions with their tests. Tokens. */
const usualBudget = 16_000;

export const queryFormats = ['text', 'json', 'markdown'] as const;
export type QueryFormat = (typeof queryFormats)[number];

export interface QueryOptions {
  query: string;
  dir?: string;
  budget?: number;
  format: QueryFormat;
  /** To the clipboard: what a model would be shown, as it is; a person gets the list of it. */
  copy?: boolean;
}

/** `bundle --query`: what of a project's own files fits a query. @throws UserError (exit 2) for an empty query, and a folder that is none. */
export async function bundleForQuery(around: Surroundings, options: QueryOptions): Promise<number> {
  const { files } = around;
  if (!options.query.trim()) throw wrongUsage('bundle', '--query is empty.');
  if (options.copy && options.format === 'json') throw wrongUsage('bundle', '--copy is for people: it does not go with JSON.');
  const folder = absolutePath(around, options.dir ?? '.');
  if ((await files.stat(folder))?.kind !== 'folder') throw new UserError(`${shownPath(around, folder)} is no folder.`, { todo: 'Check --dir.', exitCode: 2 });
  const { catalog } = readingEngine(around);
  const model = catalog.modelFor('haiku', {});
  const project = new ProjectTexts(folder, files, keptIndexes(around.env));
  const found = await project.find(options.query);
  const shown = (source: string) => shownPath(around, `${folder}/${source}`);
  const own = await assembleWithoutSecrets(found, options.budget ?? usualBudget, (text) => estimateTokens(text, model), shown);
  const report = { own, project, shown };
  if (options.copy) {
    if (!own.text) throw new UserError(queryTable(report).trimEnd(), { exitCode: 2, todo: 'Nothing was copied.' });
    await copyToClipboard(options.format === 'markdown' ? queryMarkdown(report) : `${own.text}\n`, createNodeCommands(), around.env);
    around.stdout(queryTable(report));
    around.stderr('Copied to the clipboard.\n');
  } else around.stdout({ text: queryText, json: queryJson, markdown: queryMarkdown }[options.format](report));
  return 0;
}
