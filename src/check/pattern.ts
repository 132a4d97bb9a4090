import { createContext, Script } from 'node:vm';
import type { Verdict } from '../steering/checkTypes';
import { LineIndex, plural } from '../text';
import type { Subject } from './subject';
import { excerpt, fail, lineAt, pass, unable } from './verdict';

/** The time limit was passed. */
export class TookTooLong extends Error {}

let runner: { script: Script; context: { run?: () => void } } | undefined;

/**
 * Run something that a file of the project can make slow beyond measure (a regular expression that backtracks), for at most `ms`.
 * The limit is V8's own, which ends even a single call of the regular expression engine; nothing is isolated by this.
 * @throws TookTooLong, and whatever `work` throws
 */
export function withinTime<T>(work: () => T, ms = 1000): T {
  const result: { value?: T } = {};
  try {
    // One context for all: making one takes a millisecond. What runs may come here again: each call takes its work out before it begins.
    runner ??= { script: new Script('{ const work = run; run = undefined; work(); }'), context: createContext({}) as { run?: () => void } };
    runner.context.run = (): void => {
      result.value = work();
    };
    runner.script.runInContext(runner.context, { timeout: ms });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw new TookTooLong(`took too long: over ${ms / 1000} s`);
    throw error;
  }
  return result.value as T;
}

/** A regular expression matches somewhere in the output as it is, fences and all. */
export function measureMatches(pattern: string, flags: string, subject: Subject): Verdict {
  const shown = `/${pattern.length > 200 ? `${pattern.slice(0, 199)}…` : pattern}/${flags}`;
  try {
    const match = withinTime(() => new RegExp(pattern, flags).exec(subject.text));
    const index = new LineIndex(subject.text);
    if (!match) return fail(`Expected a match of ${shown}, found none in ${plural(index.lineCount, 'line')}.`);
    return pass(`Found a match of ${shown} in line ${lineAt(index, match.index)}: ${excerpt(subject.text, match.index, match.index + match[0].length)}.`);
  } catch (error) {
    if (error instanceof TookTooLong) return unable(`Matching ${shown} ${error.message}. Write it without nested repetitions.`);
    if (error instanceof SyntaxError) return unable(`${shown} is no regular expression: ${error.message}.`);
    throw error;
  }
}
