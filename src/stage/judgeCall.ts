import { estimateTokens } from '../catalog/tokens';
import { unfence } from '../check/measure';
import type { ModelAnswer, ModelRequest } from '../ports';

/** What all calls of a judge have in common: the material it is given, how much of it, and how its answer is read. */

/** The most tokens a judge may answer with, thinking included. */
export const judgeMaxTokens = 4096;

/**
 * The most estimated tokens a judge is given, all in all. A longer text is refused, not cut: nobody could tell what a verdict on a part of it is worth.
 * It stays below 100,000 tokens, where the cheap model's price is five times as high.
 */
export const judgeMaxInput = 90_000;

const attribute = (text: string) => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');

/** Material for a judge: it cannot close the tag it stands in, nor open one of ours. */
export function material(text: string): string {
  return text.replace(/<(\s*\/?\s*)(text|reference)/gi, '&lt;$1$2');
}

/** The files a rubric names, each in a tag of its own. */
export function referenceBlocks(references: ReadonlyMap<string, string>): string {
  return [...references].map(([path, text]) => `<reference path="${attribute(path)}">\n${material(text)}\n</reference>\n`).join('');
}

/** Why a request is too long to be judged; undefined where it is not. */
export function tooLong(request: Pick<ModelRequest, 'system' | 'user' | 'model'>): string | undefined {
  const tokens = estimateTokens([...request.system, ...request.user].map(({ text }) => text).join('\n'), request.model);
  if (tokens <= judgeMaxInput) return undefined;
  return `The judge was not asked: with the files its rubric names the text has about ${tokens} tokens, and a judge is given at most ${judgeMaxInput}. Judge a shorter output: split the stage, or use \`Each:\`.`;
}

/** A judge's answer as the object it must be, or why it is none. A code fence around it is taken off: not every server holds a model to a schema. */
export function readJudgement(answer: Pick<ModelAnswer, 'text' | 'stopReason'>): { value: Record<string, unknown> } | { error: string } {
  if (answer.stopReason === 'refusal') return { error: 'The judge refused to rate this text.' };
  if (answer.stopReason === 'max_tokens') return { error: 'The judge’s answer was cut off before its verdict.' };
  if (!answer.text.trim()) return { error: `The judge gave no answer (it ended with ${answer.stopReason}).` };
  let value: unknown;
  try {
    value = JSON.parse(unfence(answer.text).text);
  } catch {
    return { error: `The judge's answer is no JSON (it ended with ${answer.stopReason}).` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { error: "The judge's answer is no JSON object." };
  return { value: value as Record<string, unknown> };
}

/** A judge's reason on one line, short enough for a message. */
export function shortReason(reason: unknown): string {
  const line = typeof reason === 'string' ? reason.replace(/\s+/g, ' ').trim() : '';
  return line.length > 600 ? `${line.slice(0, 599)}…` : line;
}
