import { UserError } from '../ports';
import type { Task } from '../steering/task';
import type { Engine, Person, RunEstimate } from './engine';

/**
 * Have the person agree, once, to a document's mapping of a tier to a dearer model: what a repository says never decides what it costs. Asked again when the
 * document maps it to another model, when another is the person's own, or when a price of either has changed.
 * @throws UserError (exit 2) where they do not
 */
export async function agreeToDearer(
  estimate: RunEstimate,
  task: Pick<Task, 'document'>,
  { agreements, catalog }: Pick<Engine, 'agreements' | 'catalog'>,
  person: Pick<Person, 'confirmDearer'>,
): Promise<void> {
  if (!estimate.paid || !estimate.dearer?.length || !person.confirmDearer) return;
  const { path } = task.document;
  const priceOf = (model: string) => {
    const { prices, longPrompt } = catalog.entry(model);
    return [model, prices.input, prices.output, longPrompt?.prices.input, longPrompt?.prices.output];
  };
  const open: { mapping: NonNullable<RunEstimate['dearer']>[number]; key: string }[] = [];
  for (const mapping of estimate.dearer) {
    const key = JSON.stringify(['dearer model', path, mapping.tier, priceOf(mapping.model), priceOf(mapping.insteadOf)]);
    if (!(await agreements?.has(key))) open.push({ mapping, key });
  }
  if (!open.length) return;
  if (!(await person.confirmDearer(open.map(({ mapping }) => mapping)))) {
    throw new UserError('The dearer model was not agreed to, so nothing was sent.', {
      path,
      todo: 'Take the mapping out of `models:`, or agree to it.',
      exitCode: 2,
    });
  }
  for (const { key } of open) await agreements?.add(key);
}
