import { posix } from 'node:path';
import type { LintConfiguration } from '../lint/configuration';
import type { LintFacts } from '../lint/issue';
import { UserError } from '../ports';
import { estimateStage } from '../stage/estimate';
import { estimateContext } from '../stage/runEstimate';
import type { Kind } from '../steering/kinds';
import { planTask } from '../steering/plan';
import { homeOf } from '../steering/strategyHome';
import { taskOf } from '../steering/task';
import { worthOnRecord } from '../strategy/worthReading';
import { catalogOf, readingEngine, type Surroundings } from './surroundings';

/** What rules want to know of the storeys they do not see: what a task's stages would cost, and what the project has set. */
export async function lintFacts(
  around: Pick<Surroundings, 'files' | 'env'>,
  document: { path: string; kind: Kind; text: string },
  { launchBudget, agentsFile = 'fallback' }: Pick<LintConfiguration, 'launchBudget' | 'agentsFile'>,
): Promise<LintFacts> {
  const facts: LintFacts = { agentsFile, ...(launchBudget === undefined ? {} : { launchBudget }) };
  if (document.kind === 'strategy') return { ...facts, ...(await strategyFacts(around, document.path)) };
  return document.kind === 'context' ? { ...facts, ...(await estimates(around, document)) } : facts;
}

/** The model of a stage's tier, and what its strategy is worth by the runs on record. */
async function strategyFacts({ files, env }: Pick<Surroundings, 'files' | 'env'>, path: string): Promise<Pick<LintFacts, 'modelFor' | 'strategyWorth'>> {
  const catalog = catalogOf(env);
  const modelFor = catalog.modelFor.bind(catalog);
  try {
    const home = await homeOf(path, files);
    const stage = home?.document?.stages.find(({ slug }) => slug === home.name);
    if (!home || !stage) return { modelFor, strategyWorth: () => undefined };
    const task = { haikuFolder: posix.join(home.folder, '.haiku'), slug: home.task };
    const worth = await worthOnRecord({ files, catalog }, task, stage);
    return { modelFor, strategyWorth: (slug) => (slug === stage.slug ? worth : undefined) };
  } catch (error) {
    // Journals that can't be read are said by the commands that need them.
    if (error instanceof UserError) return { modelFor };
    throw error;
  }
}

/** Nothing where the document can't be planned. */
async function estimates(around: Pick<Surroundings, 'files' | 'env'>, { path, text }: { path: string; text: string }): Promise<Pick<LintFacts, 'estimate'>> {
  try {
    const task = await taskOf(path, text, around.files);
    const { tokens, usd } = task.document.budget;
    // Estimates are held against a budget: where none is stated, making them only takes time.
    if (!task.document.stages.length || (tokens === undefined && usd === undefined)) return { estimate: () => undefined };
    const plan = await planTask(task, around.files);
    const context = await estimateContext(plan, { engine: readingEngine(around), answers: new Map() });
    const found = await Promise.all(plan.stages.map(({ index }) => estimateStage(plan, index, context)));
    return { estimate: (index) => found[index] };
  } catch (error) {
    // What can't be read is the linter's to say.
    if (error instanceof UserError) return {};
    throw error;
  }
}
