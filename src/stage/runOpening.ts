import { posix } from 'node:path';
import type { SecretFinding } from '../bundle/bundleTypes';
import { watchedFiles } from '../check/measure';
import { ignoreRuns, JournalWriter, type RunStarted, runId } from '../journal/journal';
import { refuseLinkedRuns, stamped } from '../journal/origin';
import { EscalationPurse } from '../money/escalationPurse';
import type { Plan } from '../steering/plan';
import type { RunEstimate } from './engine';
import type { Glance } from './glance';
import { Lanes } from './lanes';
import { openPurse } from './purse';
import { guardedModel, type SecretDesk } from './secretGate';
import type { Standing } from './standing';
import type { RunContext } from './unitRun';
import { readIfThere } from './verify';

export interface RunOrder {
  plan: Plan;
  /** Indexes of the stages that take part, ascending. */
  scope: readonly number[];
  /** Of these, the ones a person agreed to run: not up to date when they were asked. All of the scope where nothing is said. */
  todo?: readonly number[];
  /** Of the others, what they made: at which moment of the glance that was so. */
  standing?: ReadonlyMap<number, Standing & { at: number }>;
  /** Through which the run was looked at before it began. */
  glance?: Glance;
  /** By lower-case name. */
  answers: Map<string, string>;
  why: RunStarted['why'];
  /** What the person agreed to; made anew where nobody was asked. */
  estimate?: RunEstimate;
  /** Items of `Each` are asked through the provider's batches, as far as they can be. */
  batch?: boolean;
  /** Secrets that the person decided to send, for the record. */
  decided?: readonly SecretFinding[];
}

export type Given = Pick<RunContext, 'engine' | 'person' | 'options' | 'task' | 'state'>;

/** A journal, a purse and what was there before: what a run of any kind begins with. */
export async function openRun(order: RunOrder, given: Given, estimate?: RunEstimate): Promise<RunContext> {
  const { engine, options, task } = given;
  const now = engine.clock.now();
  const earlier = (await engine.files.list(posix.join(task.haikuFolder, 'runs', task.slug))).map(({ name }) => name);
  const journal = new JournalWriter(engine.files, task.haikuFolder, task.slug, runId(now, engine.random(), earlier), (record) =>
    options.onEvent?.({ type: 'record', record }),
  );
  await refuseLinkedRuns(engine.files, task);
  await ignoreRuns(engine.files, task.haikuFolder);
  const opening: RunStarted = {
    type: 'run',
    at: now.toISOString(),
    run: journal.run,
    task: task.slug,
    client: engine.model.kind,
    paid: engine.model.paid,
    why: order.why,
    stages: order.scope.map((index) => order.plan.stages[index]?.stage.number ?? 0),
    estimateUsd: estimate?.usd ?? 0,
    estimates: Object.fromEntries((estimate?.stages ?? []).map((stage) => [stage.slug, stage.usd])),
    answers: Object.fromEntries(order.answers),
    again: order.plan.stages.find(({ stage }) => stage.number === (options.escalate ?? options.retry))?.stage.slug,
  };
  await journal.append(await stamped(engine.files, opening));
  const record = async (findings: readonly SecretFinding[]) => {
    for (const { source, line, kind, hash } of findings)
      await journal.append({ type: 'secret-allowed', at: engine.clock.now().toISOString(), source, line, kind, hash });
  };
  await record(order.decided ?? []);
  const desk: SecretDesk = { person: given.person, state: given.state, record };
  const before = new Map<string, string | undefined>();
  for (const path of order.scope.flatMap((index) => (order.plan.stages[index]?.stage.checks ?? []).flatMap(watchedFiles))) {
    before.set(path, await readIfThere(engine.files, task, path));
  }
  return {
    ...given,
    engine: { ...engine, model: guardedModel(engine.model, desk) },
    desk,
    spending: openPurse(engine, task, journal.run, options.signal),
    climbing: new EscalationPurse(engine.catalog, engine.settings.maxEscalationUsd ?? 0),
    journal,
    lanes: new Lanes(engine.settings.concurrency),
    before,
  };
}
