import type { LintConfiguration } from '../lint/configuration';
import type { LintFacts } from '../lint/issue';
import { UserError } from '../ports';
import { estimateStage } from '../stage/estimate';
import { estimateContext } from '../stage/runEstimate';
import type { Kind } from '../steering/kinds';
import { planTask } from '../steering/plan';
import { taskOf } from '../steering/task';
import { readingEngine, type Surroundings } from './surroundings';

/** What rules want to know of the storeys they do not see: what a task's stages would cost, and what the project has set. */
export async function lintFacts(
  around: Pick<Surroundings, 'files' | 'env'>,
  document: { path: string; kind: Kind; text: string },
  { launchBudget, agentsFile = 'fallback' }: Pick<LintConfiguration, 'launchBudget' | 'agentsFile'>,
): Promise<LintFacts> {
  const facts: LintFacts = { agentsFile, ...(launchBudget === undefined ? {} : { launchBudget }) };
  return document.kind === 'context' ? { ...facts, ...(await estimates(around, document)) } : facts;
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
