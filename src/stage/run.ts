import { assembleBundle } from '../bundle/bundle';
import type { SecretFinding } from '../bundle/bundleTypes';
import { estimateTokens } from '../catalog/tokens';
import { journalSizes } from '../journal/journal';
import { readState } from '../journal/state';
import { interruptedRuns, interruptionNotes } from '../journal/uncertain';
import { UserError } from '../ports';
import { type Plan, planTask } from '../steering/plan';
import type { Task } from '../steering/task';
import { collectAnswers } from './answers';
import { commandsToAllow, startingFileNotes, writtenPrograms } from './commandConsent';
import { agreeToDearer } from './dearer';
import type { Engine, Person, RunEstimate, RunOptions, RunResult } from './engine';
import { type Escalates, escalatable } from './escalatable';
import { estimateNotes } from './estimateNotes';
import { exactInputs } from './exactInputs';
import { Glance, sharedReading } from './glance';
import { refuseForeign } from './outputFile';
import { roomUnderCaps } from './purse';
import { estimateRun } from './runEstimate';
import type { RunOrder } from './runOpening';
import { isForced, refuseUnrunnable, scopeOf } from './scope';
import { isSent, onceEach, ownSecrets, type SecretDesk, SecretsFound, withDecisions } from './secretGate';
import { type Standing, standingOf } from './standing';
import { whenTaskIsFree, withTaskLock } from './taskLock';
import { executeRun } from './taskRun';
import { refuseTwin } from './twinTask';
import type { StageOutput } from './unit';
import type { RunContext } from './unitRun';

/**
 * Run a task's stages: what waits for nothing at once, what passed unchanged not again, what failed with its feedback, and stop where nothing
 * can go on. Asks the person before money is spent or a command runs.
 * @throws UserError before anything is spent: unreadable document, missing input, a consent refused (Cancelled). Later troubles are in the result.
 */
export async function runTask(engine: Engine, person: Person, task: Task, options: RunOptions): Promise<RunResult> {
  let told = false;
  for (;;) {
    await whenTaskIsFree(engine, task, options);
    const seen = await journalSizes(engine.files, task.haikuFolder, task.slug);
    const { order, asked } = await prepare(engine, person, task, options);
    const interrupted = interruptedRuns(asked.state.journals);
    if (!told) for (const note of interruptionNotes(interrupted, (slug) => titleOf(order.plan, slug))) options.onEvent?.({ type: 'note', ...note });
    told = true;
    const result = await withTaskLock(engine, task, options, async () => {
      // While the person was asked, another run went on: what it made is not to be made twice.
      if ((await journalSizes(engine.files, task.haikuFolder, task.slug)) !== seen) return undefined;
      return executeRun(order, asked);
    });
    const uncertain = interrupted.flatMap((run) => run.uncertain);
    if (result) return uncertain.length ? { ...result, uncertain } : result;
  }
}

function titleOf(plan: Plan, slug: string): string {
  const stage = plan.stages.find((planned) => planned.stage.slug === slug)?.stage;
  return stage ? `Stage ${stage.number} “${stage.title}”` : `Stage “${slug}”`;
}

/** What a run will do, agreed to by the person. */
async function prepare(engine: Engine, person: Person, task: Task, options: RunOptions): Promise<{ order: RunOrder; asked: Asked }> {
  const plan = await planTask(task, engine.files);
  const scope = scopeOf(plan, options);
  refuseUnrunnable(plan, scope);
  await refuseTwin(engine.files, task);
  const state = await readState(engine.files, task.haikuFolder, task.slug);
  const answers = await collectAnswers(plan, scope, state, person, options, engine.files);
  const asked = { engine, person, options, task, state };
  // What all stages share is looked at once for this look ahead, however many there are.
  const glance = new Glance(engine.files, engine.clock);
  const looking = { ...asked, engine: { ...engine, files: glance } };
  const decided: SecretFinding[] = [];
  const desk: SecretDesk = { person, state, record: (findings) => void decided.push(...findings) };
  const { todo, standing, outputs } = await withDecisions(desk, async () => {
    const found = await stagesToRun(plan, scope, looking, answers);
    const secrets = onceEach([...found.secrets, ...(await secretsToSend(plan, found.unbuilt, looking, answers))]);
    if (secrets.length) throw new SecretsFound(secrets, task.document.path);
    return found;
  });
  const escalates = await escalatable({ engine: looking.engine, plan, answers }, state, options);
  for (const index of todo) {
    const planned = plan.stages[index];
    if (planned) await refuseForeign(asked, planned);
  }
  const estimate = await confirm(plan, todo, looking, { answers, outputs, escalates });
  return {
    order: {
      plan,
      scope,
      todo,
      standing,
      glance,
      answers,
      estimate,
      decided,
      batch: estimate.byBatch,
      why: options.escalate === undefined ? 'run' : 'escalate',
    },
    asked,
  };
}

type Asked = Pick<RunContext, 'engine' | 'person' | 'options' | 'task' | 'state'>;

/** The secrets in what stages would send that wait for others, as far as it is there already: so that a person is asked once and before anything is spent. */
async function secretsToSend(plan: Plan, indexes: readonly number[], { engine, state }: Asked, answers: ReadonlyMap<string, string>): Promise<SecretFinding[]> {
  const { files, catalog, settings, project } = engine;
  const allowed = state.allowedSecrets;
  const found: SecretFinding[] = [];
  for (const index of indexes) {
    const stage = plan.stages[index]?.stage;
    if (!stage || !isSent(stage)) continue;
    const model = catalog.modelFor(stage.runner.tier === 'code' ? 'haiku' : stage.runner.tier, plan.task.document.models);
    const bundle = await assembleBundle(plan, index, {
      files,
      reading: sharedReading(files, plan.task),
      countTokens: (text) => estimateTokens(text, model),
      outputs: () => undefined,
      answers,
      background: settings.background,
      relevantCode: settings.relevantCode,
      windowTokens: catalog.entry(model).contextWindow,
      project,
      allowedSecrets: allowed,
      lenient: true,
    });
    found.push(...bundle.secrets, ...(await ownSecrets(plan, index, { files, bundle, allowed })));
  }
  return found;
}

/** What a look ahead finds: the stages to run, and of the others what stands. */
interface Ahead {
  todo: number[];
  /** Of those to run, the ones that were not put together yet: they wait for others, or run in any case. */
  unbuilt: number[];
  standing: Map<number, Standing & { at: number }>;
  outputs: Map<number, StageOutput>;
  /** In what the others would send. */
  secrets: SecretFinding[];
}

/** The stages of the scope that are not up to date (changed, failed or never run, and all that read from those), and the outputs of the others. */
async function stagesToRun(
  plan: Plan,
  scope: readonly number[],
  { engine, state, options }: Asked & { engine: { files: Glance } },
  answers: ReadonlyMap<string, string>,
): Promise<Ahead> {
  const ahead: Ahead = { todo: [], unbuilt: [], standing: new Map(), outputs: new Map(), secrets: [] };
  const todo = new Set<number>();
  for (const index of scope) {
    const planned = plan.stages[index];
    if (!planned) continue;
    const waits = planned.needs.some((need) => todo.has(need));
    if (waits || isForced(plan, index, options)) {
      todo.add(index);
      ahead.unbuilt.push(index);
      continue;
    }
    const at = engine.files.now();
    const standing = await standingOf({ engine, plan, outputs: ahead.outputs, answers }, state, index).catch((error: unknown) => {
      // What nobody decided to send was not sent before: it can't stand.
      if (!(error instanceof SecretsFound)) throw error;
      ahead.secrets.push(...error.findings);
      return undefined;
    });
    if (standing) {
      ahead.standing.set(index, { ...standing, at });
      ahead.outputs.set(index, standing.output);
    } else todo.add(index);
  }
  return { ...ahead, todo: [...todo] };
}

async function confirm(
  plan: Plan,
  todo: readonly number[],
  { engine, person, options, task, state }: Asked,
  known: { answers: ReadonlyMap<string, string>; outputs: ReadonlyMap<number, StageOutput>; escalates?: Escalates },
): Promise<RunEstimate> {
  const rooms = await roomUnderCaps(engine, task);
  const exactInput = options.exact ? await exactInputs(engine, plan, todo, known, options.signal) : undefined;
  const estimated = async (batch?: boolean) => ({
    ...(await estimateRun(plan, todo, { engine, ...known, escalate: options.escalate, journals: state.journals, rooms, exactInput, batch })),
    escalates: known.escalates,
  });
  const estimate = await estimated(options.batch);
  if (options.batch && !estimate.byBatch) {
    options.onEvent?.({ type: 'note', message: `The model client “${engine.model.kind}” takes no batches: items are asked one by one.` });
  }
  // Where nothing is paid, nobody is shown the estimate.
  if (!estimate.paid) for (const message of estimateNotes(estimate)) options.onEvent?.({ type: 'note', message });
  // What can't be paid for is not begun: no command runs, and nobody is asked.
  if (estimate.refusal) return estimate;
  await agreeToDearer(estimate, task, engine, person);
  for (const message of startingFileNotes(plan, todo)) options.onEvent?.({ type: 'note', message });
  const commands = commandsToAllow(plan, todo);
  if (commands.length && !(await person.confirmCommands(commands, writtenPrograms(plan)))) {
    throw new UserError('The commands of this run were not allowed, so nothing ran.', {
      path: plan.task.document.path,
      todo: 'Read them, then allow them (on the command line: --allow-commands).',
      exitCode: 2,
    });
  }
  const agreed = !estimate.stages.length || (await person.confirmSpending(estimate));
  if (!agreed) {
    throw new UserError('Nothing was sent: the estimated cost was not agreed to.', { todo: 'Agree to it (on the command line: --yes).', exitCode: 2 });
  }
  return agreed === 'batch' && !estimate.byBatch ? estimated(true) : estimate;
}
