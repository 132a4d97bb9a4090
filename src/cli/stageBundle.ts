import { copyToClipboard } from '../node/clipboard';
import { createNodeCommands } from '../node/commands';
import { UserError } from '../ports';
import { exactTokens, previewStage } from '../stage/preview';
import { indexOf, refuseMisread } from '../stage/scope';
import { planTask } from '../steering/plan';
import { loadTask } from '../steering/task';
import { wrongUsage } from './arguments';
import type { QueryFormat } from './query';
import { stageJson, stageMarkdown, stageTable, stageText } from './stageReport';
import { absolutePath, createEngine, readingEngine, type Surroundings } from './surroundings';

export interface StageBundleOptions {
  file: string;
  stage: number;
  answers: ReadonlyMap<string, string>;
  budget?: number;
  format: QueryFormat;
  /** The prompt to the clipboard, as it is; a person gets the list of its pieces. */
  copy?: boolean;
  /** Have the API count the prompt: free, but it goes there. */
  exact?: boolean;
}

/** `bundle FILE --stage N`: what a stage would be sent. @throws UserError (exit 2; 3 where nothing can count exactly) */
export async function bundleForStage(around: Surroundings, options: StageBundleOptions): Promise<number> {
  if (options.copy && options.format === 'json') throw wrongUsage('bundle', '--copy is for people: it does not go with JSON.');
  const task = await loadTask(absolutePath(around, options.file), around.files);
  refuseMisread(task.document);
  const plan = await planTask(task, around.files);
  const index = indexOf(plan, options.stage);
  const preview = await previewStage(readingEngine(around), plan, index, { answers: options.answers, budget: options.budget });
  let exact: number | undefined;
  if (options.exact) {
    const { model } = await createEngine(around);
    exact = await exactTokens(model, plan, index, preview, around.signal);
    if (exact === undefined)
      throw new UserError('Nothing here can count exactly.', {
        todo: 'It takes an API key (ANTHROPIC_API_KEY) or a server that counts; without --exact you get an estimate.',
        exitCode: 3,
      });
  }
  if (options.copy) {
    const { system, user } = preview.prompt.text;
    if (!preview.sent) throw new UserError('A Code stage sends nothing: there is nothing to copy.', { exitCode: 2 });
    const copied = options.format === 'markdown' ? stageMarkdown(preview, exact) : `${system}\n\n${user}\n`;
    await copyToClipboard(copied, createNodeCommands(), around.env);
    around.stdout(stageTable(preview, exact));
    around.stderr('Copied to the clipboard.\n');
  } else around.stdout({ text: stageText, json: stageJson, markdown: stageMarkdown }[options.format](preview, exact));
  return 0;
}
