import type { TaskState } from '../journal/state';
import { type Files, UserError } from '../ports';
import type { Name } from '../steering/contextTypes';
import { nearest } from '../steering/nearest';
import type { Plan, Resolved } from '../steering/plan';
import { type Absent, absentFiles } from './absentFiles';
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
 * @throws UserError (exit 2) naming all inputs and files that are missing together, and for a name that no stage has
 */
export async function collectAnswers(
  plan: Plan,
  scope: readonly number[],
  state: Pick<TaskState, 'answers'>,
  person: Pick<Person, 'answer' | 'present'>,
  options: Pick<RunOptions, 'inputs'>,
  files: Files,
): Promise<Map<string, string>> {
  refuseUnknownInputs(plan, options.inputs?.keys() ?? []);
  const answers = new Map(state.answers);
  for (const [name, value] of options.inputs ?? []) answers.set(name.toLowerCase(), value);
  const absent = await absentFiles(plan, scope, answers, files);
  const missing: Asked[] = [];
  for (const asked of askedInputs(plan, scope)) {
    if (answers.has(asked.name.text.toLowerCase())) continue;
    // A person who closes one question is not asked the next; nor is anybody for a run that can't be.
    const value = (missing.length || absent.length) && person.present ? undefined : await person.answer(asked.name.text, asked.stage);
    if (value === undefined) missing.push(asked);
    else answers.set(asked.name.text.toLowerCase(), value);
  }
  // Whoever is there is asked for their inputs once the files are.
  if (absent.length) refuseAbsent(plan, absent, person.present ? [] : missing);
  const [first] = missing;
  if (!first) return answers;
  throw new UserError(`${sentence(missing, 'reads')}, and nothing provides ${missing.length > 1 ? 'them' : 'it'}.`, {
    path: plan.task.document.path,
    line: first.name.range.start.line,
    todo: `${giving(missing)}, or declare ${missing.length > 1 ? 'them' : 'it'} under \`inputs:\` in the front matter.`,
    exitCode: 2,
  });
}

/** @throws UserError (exit 2) in any case */
function refuseAbsent(plan: Plan, absent: readonly Absent[], missing: readonly Asked[]): never {
  const unread = missing.length ? ` ${sentence(missing, 'reads')}, and nothing provides ${missing.length > 1 ? 'them' : 'it'}.` : '';
  throw new UserError(`${sentence(absent, 'names the file')}, which ${absent.length > 1 ? 'are' : 'is'} not there.${unread}`, {
    path: plan.task.document.path,
    line: absent[0]?.name.range.start.line,
    todo: `Make ${absent.length > 1 ? 'them' : 'it'}, or name ${absent.length > 1 ? 'others' : 'another'}.${missing.length ? ` ${giving(missing)}.` : ''}`,
    exitCode: 2,
  });
}

/** `Stage 1 “A” reads “Tone”, stage 2 “B” reads “Audience”`. */
function sentence(all: readonly Asked[], verb: string): string {
  const said = all.map(({ name, stage }) => `stage ${stage.number} “${stage.title}” ${verb} “${name.text}”`).join(', ');
  return `${said[0]?.toUpperCase()}${said.slice(1)}`;
}

function giving(missing: readonly Asked[]): string {
  return `Give ${missing.length > 1 ? 'them' : 'it'} with ${missing.map(({ name }) => `--input "${name.text}=…"`).join(' ')}`;
}
