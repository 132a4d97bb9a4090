import { noUsage } from '../money/spending';
import type { RunEstimate } from '../stage/engine';
import { judgeUsage } from '../stage/estimate';
import { judgeVerdict } from '../stage/judge';
import { outputText } from '../stage/outputText';
import { askedHash } from '../stage/recordedCall';
import { judgeQuestion } from '../stage/verify';
import type { Check } from '../steering/checkTypes';
import type { CaseSetting } from './caseRun';

/** How many judges would be asked about an answer on record, as theirs is not: a trial was cut off, or what they said was no verdict. At most. */
export async function openJudges({ engine, plan, index, state }: CaseSetting, answer: { text: string; stopReason: string }): Promise<number> {
  const { stage } = plan.stages[index] as (typeof plan.stages)[number];
  const text = outputText(stage, answer.text);
  if (answer.stopReason === 'max_tokens' || !text.trim()) return 0;
  let open = 0;
  for (const check of judgesIn(stage.checks)) {
    const question = await judgeQuestion(check, text, { engine, task: plan.task, stage: stage.slug, attempt: 1 });
    if (!question || 'refusal' in question) continue;
    const known = state.judged.get(askedHash(question.request));
    if (!known || judgeVerdict(question.rule, known, text).status === 'error') open++;
  }
  return open;
}

function judgesIn(checks: readonly Check[]): Check[] {
  return checks.flatMap((check) => (check.rule.kind === 'judge' ? [check] : check.rule.kind === 'atLeast' ? judgesIn(check.rule.of) : []));
}

/** An estimate with so many judges more. */
export function withJudges(estimate: RunEstimate, { engine, plan, index }: CaseSetting, judges: number): RunEstimate {
  if (!judges) return estimate;
  const { stage } = plan.stages[index] as (typeof plan.stages)[number];
  const model = engine.catalog.modelFor('haiku', plan.task.document.models);
  const usd = engine.catalog.price(model, { ...noUsage, ...judgeUsage(stage, judges) });
  const row = { number: stage.number, title: 'Judges of answers on record', slug: stage.slug, model, usd };
  return { ...estimate, stages: [...estimate.stages, row], usd: estimate.usd + usd, allOpusUsd: estimate.allOpusUsd + usd };
}
