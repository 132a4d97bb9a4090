import { UserError } from '../ports';
import { currentOutputs } from '../stage/current';
import type { Engine, Person, RunEstimate } from '../stage/engine';
import { estimateStage } from '../stage/estimate';
import { askedHash } from '../stage/recordedCall';
import { estimateContext, noteDearer } from '../stage/runEstimate';
import { indexOf, refuseUnrunnable } from '../stage/scope';
import { commandsOf } from '../stage/verify';
import type { Stage } from '../steering/contextTypes';
import { planTask } from '../steering/plan';
import type { Task } from '../steering/task';
import { type CaseSetting, caseRequest } from './caseRun';
import { gatherCases } from './caseSources';
import type { Case } from './cases';

/** What a stage is tried with, and on. */
export interface SetCases {
  setting: CaseSetting;
  /** Each question once, whatever it is called. */
  cases: readonly Case[];
  /** Ids of cases that ask the model what another one asks word for word: left out, as they are no evidence of their own. */
  twins: readonly string[];
  stage: Stage;
}

/**
 * What cases of a stage are run with, once it is clear that they can be.
 * @throws UserError (exit 2) for a Code stage, one without checks or without cases, and where its commands are not allowed
 */
export async function caseSetting(
  engine: Engine,
  person: Pick<Person, 'confirmCommands'>,
  task: Task,
  number: number,
  given: { model?: string; cases?: readonly Case[] } = {},
): Promise<SetCases> {
  const plan = await planTask(task, engine.files);
  const index = indexOf(plan, number);
  refuseUnrunnable(plan, [index]);
  const { stage } = plan.stages[index] as (typeof plan.stages)[number];
  const place = { path: task.document.path, line: stage.headingRange.start.line, exitCode: 2 as const };
  const called = `Stage ${number} “${stage.title}”`;
  if (stage.runner.tier === 'code') throw new UserError(`${called} is a Code stage: there is no model to try.`, place);
  if (!stage.checks.some(({ level }) => level === 'must'))
    throw new UserError(`${called} has no checks, so nothing tells whether a run of it passed.`, {
      ...place,
      todo: 'Give it `Checks:`, or a Success that can be measured.',
    });
  const { outputs, answers, state } = await currentOutputs(engine, plan, index);
  const all = given.cases ?? (await gatherCases(engine, plan, index, state));
  if (!all.length) {
    throw new UserError(`${called} has no cases to be tried on.`, {
      ...place,
      todo: `Write some into evals/${task.slug}.jsonl, one a line, such as {"id": "late refund", "${stage.inputs[0]?.text ?? 'Input'}": "…"}; or run the stage, and its inputs are cases.`,
    });
  }
  const commands = commandsOf(stage.checks).map((command) => ({ stage: number, title: stage.title, command }));
  if (commands.length && !(await person.confirmCommands(commands))) throw new UserError('The commands of these checks were not allowed.', { exitCode: 2 });
  const model = given.model ?? engine.catalog.modelFor(stage.runner.tier, task.document.models);
  const setting: CaseSetting = { engine, plan, index, outputs, answers, state, model };
  return { setting, ...(await apart(setting, all)), stage };
}

/** Cases by what they ask: an input that is left out and one that says the same as the document are one case. */
async function apart(setting: CaseSetting, all: readonly Case[]): Promise<Pick<SetCases, 'cases' | 'twins'>> {
  const seen = new Set<string>();
  const cases: Case[] = [];
  const twins: string[] = [];
  for (const each of all) {
    const asked = askedHash(await caseRequest(setting, each, '', 1));
    if (seen.has(asked)) twins.push(each.id);
    else cases.push(each);
    seen.add(asked);
  }
  return { cases, twins };
}

/** What so many fresh runs of cases will cost, judges included. */
export async function trialEstimate(setting: CaseSetting, fresh: number, title: string): Promise<RunEstimate> {
  const { engine, plan, index, outputs, answers, model } = setting;
  const { stage } = plan.stages[index] as (typeof plan.stages)[number];
  const estimate: RunEstimate = { paid: engine.model.paid, stages: [], usd: 0, allOpusUsd: 0 };
  if (!fresh || stage.runner.tier === 'code') return estimate;
  const context = {
    ...(await estimateContext(plan, { engine, answers, outputs })),
    items: () => 1,
    models: { ...plan.task.document.models, [stage.runner.tier]: model },
  };
  const one = await estimateStage(plan, index, context);
  const times = fresh / Math.max(1, stage.variants);
  const tokens = { inputTokens: one.inputTokens * times, outputTokens: one.outputTokens * times };
  // A model that the person named is their own choice, not the document's.
  if (model === engine.catalog.modelFor(stage.runner.tier, plan.task.document.models)) noteDearer(estimate, stage.runner.tier, model, tokens, engine.catalog);
  return {
    ...estimate,
    stages: [{ number: stage.number, title, slug: stage.slug, model, usd: one.usd * times }],
    usd: one.usd * times,
    allOpusUsd: one.allOpusUsd * times,
  };
}
