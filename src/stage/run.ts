import { assembleBundle } from '../bundle/bundle';
import type { SecretFinding } from '../bundle/bundleTypes';
import { estimateTokens } from '../catalog/tokens';
import { UserError } from '../ports';
import type { Name } from '../steering/contextTypes';
import { type Plan, planTask, type Resolved } from '../steering/plan';
import type { Task } from '../steering/task';
import { standingOutput } from './current';
import type { Engine, Person, RunOptions, RunResult } from './engine';
import { refuseForeign } from './outputFile';
import { estimateRun } from './runEstimate';
import { refuseUnrunnable, scopeOf } from './scope';
import { isSent, onceEach, ownSecrets, type SecretDesk, SecretsFound, withDecisions } from './secretGate';
import { readState, type TaskState } from './state';
import { executeRun, isForced } from './taskRun';
import type { StageOutput } from './unit';
import type { RunContext } from './unitRun';
import { commandsOf } from './verify';

/**
 * Run a task's stages: what waits for nothing at once, what passed unchanged not again, what failed with its feedback, and stop where nothing
 * can go on. Asks the person before money is spent or a command runs.
 * @throws UserError before anything is spent: unreadable document, missing input, a consent refused (Cancelled). Later troubles are in the result.
 */
export async function runTask(engine: Engine, person: Person, task: Task, options: RunOptions): Promise<RunResult> {
  const plan = await planTask(task, engine.files);
  const scope = scopeOf(plan, options);
  refuseUnrunnable(plan, scope);
  const state = await readState(engine.files, task.haikuFolder, task.slug);
  const answers = await collectAnswers(plan, scope, state, person, options);
  const asked = { engine, person, options, task, state };
  const decided: SecretFinding[] = [];
  const desk: SecretDesk = { person, state, record: (findings) => void decided.push(...findings) };
  await withDecisions(desk, () => refuseSecrets(plan, scope, asked, answers));
  const { todo, outputs } = await withDecisions(desk, () => stagesToRun(plan, scope, asked, answers));
  for (const index of todo) {
    const planned = plan.stages[index];
    if (planned) await refuseForeign(asked, planned);
  }
  await confirm(plan, todo, asked, { answers, outputs });
  return executeRun({ plan, scope, todo, answers, decided, why: options.escalate === undefined ? 'run' : 'escalate' }, asked);
}

/** What a person gave, now or in an earlier run, and what they give when asked. */
async function collectAnswers(plan: Plan, scope: readonly number[], state: TaskState, person: Person, options: RunOptions): Promise<Map<string, string>> {
  const answers = new Map(state.answers);
  for (const [name, value] of options.inputs ?? []) answers.set(name.toLowerCase(), value);
  const asks = (resolved: Resolved | undefined): resolved is { name: Name; source: { kind: 'asked' | 'ambiguous'; indexes: number[] } } =>
    resolved !== undefined && (resolved.source.kind === 'asked' || resolved.source.kind === 'ambiguous');
  for (const index of scope) {
    const planned = plan.stages[index];
    if (!planned) continue;
    for (const resolved of [...planned.inputs, planned.list]) {
      if (!asks(resolved) || answers.has(resolved.name.text.toLowerCase())) continue;
      const { stage } = planned;
      const value = await person.answer(resolved.name.text, { number: stage.number, title: stage.title });
      if (value === undefined) {
        throw new UserError(`Stage ${stage.number} “${stage.title}” reads “${resolved.name.text}”, and nothing provides it.`, {
          path: plan.task.document.path,
          line: resolved.name.range.start.line,
          todo: `Give it with --input "${resolved.name.text}=…", or declare it under \`inputs:\` in the front matter.`,
          exitCode: 2,
        });
      }
      answers.set(resolved.name.text.toLowerCase(), value);
    }
  }
  return answers;
}

type Asked = Pick<RunContext, 'engine' | 'person' | 'options' | 'task' | 'state'>;

/**
 * Look through all that the stages of the scope would send, as far as it is there already, so that a person is asked once and before anything is spent.
 * @throws SecretsFound
 */
async function refuseSecrets(plan: Plan, scope: readonly number[], { engine, state }: Asked, answers: ReadonlyMap<string, string>): Promise<void> {
  const { files, catalog, settings, project } = engine;
  const allowed = state.allowedSecrets;
  const found: SecretFinding[] = [];
  for (const index of scope) {
    const stage = plan.stages[index]?.stage;
    if (!stage || !isSent(stage)) continue;
    const model = catalog.modelFor(stage.runner.tier === 'code' ? 'haiku' : stage.runner.tier, plan.task.document.models);
    const bundle = await assembleBundle(plan, index, {
      files,
      countTokens: (text) => estimateTokens(text, model),
      outputs: () => undefined,
      answers,
      background: settings.background,
      windowTokens: catalog.entry(model).contextWindow,
      project,
      allowedSecrets: allowed,
      lenient: true,
    });
    found.push(...bundle.secrets, ...(await ownSecrets(plan, index, { files, bundle, allowed })));
  }
  const findings = onceEach(found);
  if (findings.length) throw new SecretsFound(findings, plan.task.document.path);
}

/** The stages of the scope that are not up to date (changed, failed or never run, and all that read from those), and the outputs of the others. */
async function stagesToRun(
  plan: Plan,
  scope: readonly number[],
  { engine, state, options }: Asked,
  answers: ReadonlyMap<string, string>,
): Promise<{ todo: number[]; outputs: Map<number, StageOutput> }> {
  const outputs = new Map<number, StageOutput>();
  const todo = new Set<number>();
  for (const index of scope) {
    const planned = plan.stages[index];
    if (!planned) continue;
    const waits = planned.needs.some((need) => todo.has(need));
    const standing = waits || isForced(plan, index, options) ? undefined : await standingOutput({ engine, plan, outputs, answers }, state, index);
    if (standing) outputs.set(index, standing);
    else todo.add(index);
  }
  return { todo: [...todo], outputs };
}

async function confirm(
  plan: Plan,
  todo: readonly number[],
  { engine, person, options }: Asked,
  known: { answers: ReadonlyMap<string, string>; outputs: ReadonlyMap<number, StageOutput> },
): Promise<void> {
  const commands = todo.flatMap((index) => {
    const stage = plan.stages[index]?.stage;
    if (!stage) return [];
    return [...(stage.runner.tier === 'code' && stage.run ? [stage.run] : []), ...commandsOf(stage.checks)].map((command) => ({
      stage: stage.number,
      title: stage.title,
      command,
    }));
  });
  if (commands.length && !(await person.confirmCommands(commands))) {
    throw new UserError('The commands of this run were not allowed, so nothing ran.', {
      path: plan.task.document.path,
      todo: 'Read them, then allow them (on the command line: --allow-commands).',
      exitCode: 2,
    });
  }
  const estimate = await estimateRun(plan, todo, { engine, ...known, escalate: options.escalate });
  if (estimate.stages.length && !(await person.confirmSpending(estimate))) {
    throw new UserError('Nothing was sent: the estimated cost was not agreed to.', { todo: 'Agree to it (on the command line: --yes).', exitCode: 2 });
  }
}
