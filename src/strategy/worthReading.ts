import type { Catalog } from '../catalog/catalog';
import { estimateTokens } from '../catalog/tokens';
import { readState, type StageHistory } from '../journal/state';
import type { Files } from '../ports';
import { keptPrompt } from '../stage/keptPrompt';
import type { Stage } from '../steering/contextTypes';
import { bodyHash, isStrategyFile, readStrategy, strategyPath } from '../steering/strategy';
import type { Task } from '../steering/task';
import { type Doing, doingsOf, strategyWorth, type Worth } from './worth';

/** Prompts are read from the disk, a file or two for each: older ones say less of how it is now anyway. */
const mostDoings = 60;

/**
 * What the strategy of a stage is worth by what is on record: times that were sent this very text against times that were sent none. Undefined where there
 * is none that is used, or too little is on record or kept to tell.
 */
export async function readStrategyWorth(
  files: Files,
  catalog: Catalog,
  task: Pick<Task, 'haikuFolder' | 'slug'>,
  stage: Stage,
  history: StageHistory | undefined,
): Promise<Worth | undefined> {
  if (!history || stage.runner.tier === 'code') return undefined;
  const path = strategyPath(task, stage);
  if ((await files.stat(path))?.kind !== 'file') return undefined;
  const { strategy } = readStrategy(path, await files.read(path));
  if (!strategy || strategy.status === 'rejected') return undefined;
  const own = bodyHash(strategy.body);
  const without: Doing[] = [];
  const told: Doing[] = [];
  for (const doing of doingsOf(history.attempts, stage).slice(-mostDoings)) {
    const prompt = await keptPrompt(files, doing.first.sent);
    if (!prompt) continue;
    const sent = prompt.pieces.find(({ source }) => isStrategyFile(source) && !source.endsWith('/playbook.md'));
    if (!sent) without.push(doing);
    else if (sent.text !== undefined && bodyHash(sent.text) === own) told.push(doing);
  }
  return strategyWorth({ without, with: told, tokens: estimateTokens(strategy.body, strategy.targetModel) }, stage, catalog);
}

/** The same, with the runs read from the disk. */
export async function worthOnRecord(
  { files, catalog }: { files: Files; catalog: Catalog },
  task: Pick<Task, 'haikuFolder' | 'slug'>,
  stage: Stage,
): Promise<Worth | undefined> {
  const state = await readState(files, task.haikuFolder, task.slug);
  return readStrategyWorth(files, catalog, task, stage, state.stages.get(stage.slug));
}
