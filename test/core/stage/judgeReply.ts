/** What a judge answers. */
export function judgeReply(score: number): string {
  return JSON.stringify({ reason: `It is a ${score}.`, score });
}
