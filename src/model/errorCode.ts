/** What the operating system, TLS or undici calls a failure, from the error or what caused it: ECONNREFUSED, ENOTFOUND, UND_ERR_SOCKET …; undefined where none says. */
export function codeOf(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    // With several addresses to try, Node reports one error for each.
    if (at instanceof AggregateError) return codeOf(at.errors[0]);
  }
  return undefined;
}
