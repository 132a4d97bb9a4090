/** An answer with less room than this times what is expected would be cut off, as thinking counts too: assumed as for estimates at medium effort. */
const withThinking = 1.5;

/** The most tokens an answer may have where nothing longer is expected; thinking counts too. */
const usualMaxTokens = 16_000;

/** Limits of one call: more than the answer that was cut off before, no more than what the money for it allows. */
export interface Room {
  least?: number;
  most?: number;
}

/**
 * How many tokens an answer may have, thinking included: `most` is asked for, `least` is what there must be money for.
 * @param expectedTokens about how long the visible answer will be
 * @param maxOutput the most that the model can answer with
 */
export function answerRoom(expectedTokens: number, room: Room | undefined, maxOutput: number): { least: number; most: number } {
  const least = Math.min(maxOutput, Math.max(256, Math.ceil(expectedTokens * withThinking), room?.least ?? 0));
  const most = Math.min(maxOutput, room?.most ?? maxOutput, Math.max(usualMaxTokens, expectedTokens * 3, room?.least ?? 0));
  return { least, most };
}
