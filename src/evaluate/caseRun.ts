import { estimateTokens } from '../catalog/tokens';
import { completeness } from '../journal/completeness';
import type { CheckVerdict } from '../journal/records';
import type { TaskState } from '../journal/state';
import { CapReached } from '../money/cap';
import { type ModelRequest, UserError } from '../ports';
import { answerRoom } from '../stage/answerRoom';
import type { CommissionDesk } from '../stage/commission';
import type { Engine } from '../stage/engine';
import { expectedAnswer } from '../stage/estimate';
import { outputText } from '../stage/outputText';
import { buildUnit, type StageOutput } from '../stage/unit';
import { asksModel, verify } from '../stage/verify';
import type { Plan, PlannedStage } from '../steering/plan';
import type { Case } from './cases';
import type { CaseOutcome } from './reflection';

/** How one run of a case went. */
export interface CaseRun extends CaseOutcome {
  /** The required checks that did not pass, with what was found. */
  failures: CheckVerdict[];
  output: string;
  /** At list prices, its judges included, also where it was on record. */
  usd: number;
  ms: number;
  /** It was on record and cost nothing now. */
  known: boolean;
  /** A required check could not be run: of this run nobody knows whether it passed. */
  unsettled: boolean;
}

/** Everything a case is run with. */
export interface CaseSetting {
  engine: Engine;
  plan: Plan;
  index: number;
  /** Standing outputs of earlier stages, for inputs that the case does not give. */
  outputs: ReadonlyMap<number, StageOutput>;
  answers: ReadonlyMap<string, string>;
  state: TaskState;
  /** Id of the model that runs the stage. */
  model: string;
}

/**
 * What a case asks the model, with a strategy or with none ('').
 * @throws UserError (exit 2) naming the case where an input has no value or a file is missing; SecretsFound
 */
export async function caseRequest(setting: CaseSetting, { id, values }: Case, strategy: string, nth: number): Promise<ModelRequest> {
  const { engine, plan, index, outputs, state, model } = setting;
  const { stage } = plan.stages[index] as PlannedStage;
  const { task } = plan;
  const answers = new Map([...setting.answers, ...values]);
  const value = stage.each && values.get(stage.each.item.toLowerCase());
  const item = stage.each && value !== undefined ? { number: 1, name: stage.each.item, value } : undefined;
  try {
    const unit = await buildUnit({ engine, plan, outputs, answers, allowedSecrets: state.allowedSecrets, strategy: { body: strategy } }, index, item);
    const { system, user } = unit.prompt();
    const entry = engine.catalog.entry(model);
    const tier = stage.runner.tier === 'code' ? 'haiku' : stage.runner.tier;
    const { most } = answerRoom(
      expectedAnswer(stage, (text) => estimateTokens(text)),
      undefined,
      entry.maxOutput,
    );
    return {
      model,
      ...(entry.takesEffort && stage.runner.effort ? { effort: stage.runner.effort } : {}),
      system,
      user,
      maxTokens: most,
      label: { folder: task.haikuFolder, task: task.slug, stage: stage.slug, purpose: 'trial', tier, attempt: nth },
    };
  } catch (error) {
    if (!(error instanceof UserError) || error.constructor !== UserError) throw error;
    throw new UserError(`The case “${id}” can’t be run: ${error.what}`, { ...error.details });
  }
}

/**
 * Run a case once: ask, check, score.
 * @param draw what the answer is drawn for, and the how-manieth draw it is
 * @throws CapReached where a cap is reached, or left so little room that the answer was cut off; UserError where the model can't be reached
 */
export async function runCase(
  desk: CommissionDesk,
  setting: CaseSetting,
  request: ModelRequest,
  { purpose, nth }: { purpose: 'trial' | 'improve'; nth: number },
): Promise<CaseRun> {
  const { context } = desk;
  const planned = setting.plan.stages[setting.index] as PlannedStage;
  const { stage } = planned;
  const expected = expectedAnswer(stage, (text) => estimateTokens(text));
  const { least } = answerRoom(expected, undefined, request.maxTokens);
  // A refusal or an empty answer is how this run of the case went.
  const answer = await desk.ask(request, { purpose, stage: stage.slug, nth, leastTokens: least, isAnswer: () => true });
  if (answer.capped) throw cutOff('The answer to a case');
  const text = outputText(stage, answer.text);
  const incomplete = completeness({ text, stopReason: answer.stopReason }, request.maxTokens);
  const usd = answer.earlier?.usd ?? answer.usd;
  let judgedBefore = 0;
  // As in a run: what is cut off or empty needs no judge.
  const checks = incomplete ? stage.checks.filter((check) => !asksModel([check]) && check.rule.kind !== 'command') : stage.checks;
  const verified = await verify(checks, text, stage.output?.format, {
    engine: context.engine,
    task: setting.plan.task,
    spending: context.spending,
    journal: context.journal,
    judged: {
      get(asked) {
        const known = context.state.judged.get(asked);
        judgedBefore += known?.usd ?? 0;
        return known;
      },
    },
    signal: context.options.signal,
    before: context.before,
    planned,
    slug: stage.slug,
    stage: stage.slug,
    tier: request.label.tier,
    attempt: nth,
    outputFile: answer.file,
    costUsd: usd,
  });
  if (verified.broken !== undefined) throw verified.broken;
  const musts = [...(incomplete ? [incomplete] : []), ...verified.verdicts].filter(({ level }) => level === 'must');
  const failures = musts.filter(({ status }) => status !== 'pass');
  return {
    score: musts.length ? 1 - failures.length / musts.length : 0,
    passed: musts.length > 0 && !failures.length,
    feedback: failures.map(({ text: check, message }) => `- ${check}: ${message}`).join('\n'),
    failures,
    output: text,
    usd: usd + verified.usd + judgedBefore,
    ms: answer.earlier?.ms ?? answer.ms,
    known: answer.earlier !== undefined,
    unsettled: failures.some(({ status }) => status === 'error'),
  };
}

/** An answer that a cap cut off says nothing of the model: it is asked for again once there is room. */
export function cutOff(what: string): CapReached {
  return new CapReached(`${what} was cut off, as a cap left too little room for it.`);
}
