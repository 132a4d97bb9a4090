import { UserError } from '../ports';

/** Node's fetch gives up by itself after so long without a byte. */
export const longestStallMs = 300_000;

/**
 * The longest silence of a server as a person sets it, in seconds, as milliseconds; undefined where nothing is set.
 * @param name What it is called where it was set.
 * @throws UserError (exit code 2) for what is no positive number
 */
export function stallTimeout(value: string | undefined, name: string): number | undefined {
  const text = value?.trim();
  if (!text) return undefined;
  const seconds = Number(text);
  if (!(seconds > 0 && seconds * 1000 <= longestStallMs)) {
    throw new UserError(`${name} is a number of seconds, up to ${longestStallMs / 1000}; “${text}” is not.`, { exitCode: 2 });
  }
  return seconds * 1000;
}
