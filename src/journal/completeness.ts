import type { ModelAnswer } from '../ports';
import type { CheckVerdict } from './records';

/** How the verdict is called that says whether an answer came to its own end. */
export const completeAnswer = 'complete answer';

/** Stop reasons that say: there was no room left, of the answer or of the whole window. */
const cutOff = new Set(['max_tokens', 'model_context_window_exceeded', 'length']);

/** Stop reasons of answers that no check can be asked about: refused, or paused for a tool that nothing here answers. Asked again, they may end otherwise. */
export function isNoAnswer(stopReason: string): boolean {
  return ['refusal', 'pause_turn', 'tool_use'].includes(stopReason);
}

/** True where an answer ended because it had no more room. */
export function wasCutOff(stopReason: string | undefined): boolean {
  return stopReason !== undefined && cutOff.has(stopReason);
}

/**
 * Refused, cut off, paused and empty answers are states with a message of their own, not passes; undefined for an answer that came to its end.
 * @param maxTokens what the answer could have
 * @param mostTokens what the model could answer with at the most
 */
export function completeness(
  answer: Pick<ModelAnswer, 'text' | 'stopReason'>,
  maxTokens: number,
  mostTokens = Number.POSITIVE_INFINITY,
): CheckVerdict | undefined {
  const told = (status: 'fail' | 'error', message: string): CheckVerdict => ({ text: completeAnswer, level: 'must', status, message });
  switch (answer.stopReason) {
    case 'refusal':
      return told('error', 'The model refused to answer. Reword the Task, or run the stage on another model.');
    case 'pause_turn':
    case 'tool_use':
      return told('error', 'The model paused for a tool, and nothing here answers it: the output is not complete. Run the stage again.');
    case 'model_context_window_exceeded':
      return told('fail', 'The answer was cut off: prompt and answer together fill the model’s window. Give the stage less context, or split it.');
    case 'max_tokens':
    case 'length':
      return told(
        'fail',
        `The answer was cut off at ${maxTokens} tokens, thinking included${maxTokens >= mostTokens ? ', the most this model can answer with' : ''}. Ask for less in one stage, or split it.`,
      );
  }
  return answer.text.trim() ? undefined : told('fail', 'The answer is empty.');
}
