import type { TaskState } from '../journal/state';
import { UserError } from '../ports';
import type { Name } from '../steering/contextTypes';
import { nearest } from '../steering/nearest';
import type { Plan, Resolved } from '../steering/plan';
import type { Person, RunOptions } from './engine';

interface Asked {
  name: Name;
  stage: { number: number; title: string };
}

/** The inputs of some stages that nothing in the document or the workspace provides, each once, in their order. */
export function askedInputs(plan: Plan, indexes: readonly number[]): Asked[] {
  const found = new Map<string, Asked>();
  for (const index of indexes) {
    const planned = plan.stages[index];
    for (const resolved of planned ? [...planned.inputs, planned.list] : []) {
      const key = resolved?.name.text.toLowerCase();
      if (!planned || !resolved || key === undefined || !asks(resolved) || found.has(key)) continue;
      found.set(key, { name: resolved.name, stage: { number: planned.stage.number, title: planned.stage.title } });
    }
  }
  return [...found.values()];
}

function asks({ source }: Resolved): boolean {
  return source.kind === 'asked' || source.kind === 'ambiguous';
}

/**
 * Refuse values for inputs that no stage has: most likely the name is mistyped, and the stage would go without.
 * @throws UserError (exit 2) with the nearest name
 */
export function refuseUnknownInputs(plan: Plan, names: Iterable<string>): void {
  const { document } = plan.task;
  const known = [
    ...document.inputs.keys(),
    ...plan.stages.flatMap(({ inputs, context, list }) => [...inputs, ...context, ...(list ? [list] : [])].map(({ name }) => name.text)),
  ];
  const lower = new Set(known.map((name) => name.trim().toLowerCase()));
  const unknown = [...names].filter((name) => !lower.has(name.trim().toLowerCase()));
  if (!unknown.length) return;
  const meant = unknown.map((name) => nearest(name, known)).filter((name) => name !== undefined);
  const all = [...new Set(known)];
  throw new UserError(`No stage has an input called ${unknown.map((name) => `“${name}”`).join(' or ')}.`, {
    path: document.path,
    todo: meant.length
      ? `Did you mean ${meant.map((name) => `“${name}”`).join(', ')}?`
      : all.length
        ? `There are ${all.map((name) => `“${name}”`).join(', ')}.`
        : 'The stages have none.',
    exitCode: 2,
  });
}

/**
 * What a person gave, now or in an earlier run, and what they give when asked, by lower-case name.
 * @throws UserError (exit 2) naming all inputs that are missing together, and for a name that no stage has
 */
export async function collectAnswers(
  plan: Plan,
  scope: readonly number[],
  state: Pick<TaskState, 'answers'>,
  person: Pick<Person, 'answer' | 'present'>,
  options: Pick<RunOptions, 'inputs'>,
): Promise<Map<string, string>> {
  refuseUnknownInputs(plan, options.inputs?.keys() ?? []);
  const answers = new Map(state.answers);
  for (const [name, value] of options.inputs ?? []) answers.set(name.toLowerCase(), value);
  const missing: Asked[] = [];
  for (const asked of askedInputs(plan, scope)) {
    if (answers.has(asked.name.text.toLowerCase())) continue;
    // A person who closes one question is not asked the next.
    const value = missing.length && person.present ? undefined : await person.answer(asked.name.text, asked.stage);
    if (value === undefined) missing.push(asked);
    else answers.set(asked.name.text.toLowerCase(), value);
  }
  const [first] = missing;
  if (!first) return answers;
  const reads = missing.map(({ name, stage }) => `stage ${stage.number} “${stage.title}” reads “${name.text}”`).join(', ');
  throw new UserError(`${reads[0]?.toUpperCase()}${reads.slice(1)}, and nothing provides ${missing.length > 1 ? 'them' : 'it'}.`, {
    path: plan.task.document.path,
    line: first.name.range.start.line,
    todo: `Give ${missing.length > 1 ? 'them' : 'it'} with ${missing.map(({ name }) => `--input "${name.text}=…"`).join(' ')}, or declare ${missing.length > 1 ? 'them' : 'it'} under \`inputs:\` in the front matter.`,
    exitCode: 2,
  });
}
