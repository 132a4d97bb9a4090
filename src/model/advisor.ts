import type { ModelRequest, Usage } from '../ports';
import type { StreamedAnswer } from './answerStream';
import { type PromptParams, promptParams } from './promptParams';

/** The beta that the advisor tool belongs to. */
export const advisorBeta = 'advisor-tool-2026-03-01';

/** How many turns one answer may take: after a pause the API wants the same again, and each turn is billed. */
export const maxAdvisorTurns = 4;

/** What a turn of an advised call is asked with, beside `stream`. */
export interface AdvisedParams extends Omit<PromptParams, 'messages'> {
  max_tokens: number;
  betas: string[];
  tools: { type: 'advisor_20260301'; name: 'advisor'; model: string; max_uses?: number; max_tokens: number }[];
  messages: (PromptParams['messages'][number] | { role: 'assistant'; content: Record<string, unknown>[] })[];
}

/** What all turns so far came to. */
export interface AdvisedAnswer extends StreamedAnswer {
  turns: number;
}

function sum(a: Usage, b: Usage): Usage {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
  };
}

/** The next turn of a request with an advisor: the prompt, the tool, and after a pause what was said so far, unchanged. */
export function advisedParams(request: ModelRequest, advisor: NonNullable<ModelRequest['advisor']>, soFar?: AdvisedAnswer): AdvisedParams {
  const { messages, ...params } = promptParams(request);
  return {
    ...params,
    // All turns together stay within what was allowed for one answer.
    max_tokens: request.maxTokens - (soFar?.usage.outputTokens ?? 0),
    betas: [advisorBeta],
    tools: [
      {
        type: 'advisor_20260301',
        name: 'advisor',
        model: advisor.model,
        // Blocks that are sent back refer to the tool: it stays, though it may be used no more.
        ...(advisor.maxUses !== undefined && { max_uses: Math.max(1, advisor.maxUses - (soFar?.advice.consults ?? 0)) }),
        max_tokens: Math.max(1024, advisor.maxTokens),
      },
    ],
    messages: [...messages, ...(soFar?.blocks.length ? [{ role: 'assistant' as const, content: soFar.blocks }] : [])],
  };
}

/** What was said with what came on top of it. */
export function joinTurns(before: AdvisedAnswer | undefined, turn: StreamedAnswer): AdvisedAnswer {
  if (!before) return { ...turn, turns: 1 };
  return {
    text: before.text + turn.text,
    stopReason: turn.stopReason,
    model: turn.model,
    usage: sum(before.usage, turn.usage),
    advice: { consults: before.advice.consults + turn.advice.consults, usage: sum(before.advice.usage, turn.advice.usage) },
    blocks: [...before.blocks, ...turn.blocks],
    turns: before.turns + 1,
  };
}

/**
 * True where the API only paused, and there is room to go on. Each turn reads the whole conversation once more, as each consult does anyway: so a pause
 * without one is not gone on with, or the call could pass the worst case it was reserved at.
 */
export function goesOn(request: ModelRequest, soFar: AdvisedAnswer): boolean {
  const { stopReason, turns, advice, usage } = soFar;
  return stopReason === 'pause_turn' && turns < maxAdvisorTurns && turns <= advice.consults && usage.outputTokens < request.maxTokens;
}
