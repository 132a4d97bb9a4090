import picomatch from 'picomatch';

/** Stars in one name of a path. Each more takes up to ten times as long with a name made for it: five take a second for one file, six twenty. */
const mostStars = 3;

/** True for a pattern that could take forever with some name: nobody needs one like that, and a stranger's repository may hold it. */
export function isCostlyGlob(pattern: string): boolean {
  // A repeated group that holds something repeated.
  if (/[*+]\([^)]*[*+?]/.test(pattern)) return true;
  return pattern.split('/').some((name) => (name.match(/\*+/g)?.length ?? 0) > mostStars);
}

/** Whether a path is matched by one of the patterns, names that begin with a dot or hold a line break included; empty and costly patterns match nothing. */
export function globMatcher(patterns: readonly string[]): (path: string) => boolean {
  const usable = patterns.filter((pattern) => pattern && !isCostlyGlob(pattern));
  return usable.length ? picomatch(usable, { dot: true, flags: 's' }) : () => false;
}
