import { posix } from 'node:path';
import type { Bundle } from '../bundle/bundleTypes';
import { Cancelled, type Commands, type Files } from '../ports';
import { plural, slug } from '../text';

export interface CommandOutcome {
  output: string;
  /** Why it failed; undefined where it ended with 0. */
  failure?: string;
}

/**
 * Run the command of a Code stage in the document's folder. What it prints is the stage's output.
 * Its inputs are files in the folder `HAIKU_FIRST_INPUTS`, named by their slugs.
 */
export async function runCommand(
  commands: Commands,
  files: Files,
  command: string,
  options: { cwd: string; inputsFolder: string; bundle: Bundle; item?: { name: string; value: string }; timeoutMs: number; signal: AbortSignal },
): Promise<CommandOutcome> {
  for (const piece of options.bundle.pieces) {
    const name = inputFileName(piece.source);
    await files.write(posix.join(options.inputsFolder, name), piece.text);
  }
  const env: Record<string, string> = { HAIKU_FIRST_INPUTS: options.inputsFolder };
  if (options.item) env.HAIKU_FIRST_ITEM = options.item.value;
  const result = await commands.run(command, { cwd: options.cwd, env, timeoutMs: options.timeoutMs, signal: options.signal });
  return { output: result.stdout, failure: commandFailure(command, result, options.timeoutMs) };
}

/** `stage:2 Outline` is the file `outline`, `input:Blog topic` is `blog-topic`, a path keeps its extension. */
export function inputFileName(source: string): string {
  const bare = source.replace(/^(?:stage:\d+ |input:)/, '');
  const extension = /\.[A-Za-z0-9]{1,8}$/.exec(bare)?.[0] ?? '';
  return `${slug(bare.slice(0, bare.length - extension.length)) || 'input'}${extension}`;
}

/** Why a command counts as failed, for a person and a model; undefined where it ended with 0. @throws Cancelled where a person ended it: that is no verdict. */
export function commandFailure(command: string, result: Awaited<ReturnType<Commands['run']>>, timeoutMs: number): string | undefined {
  if (result.ended === 'cancelled') throw new Cancelled();
  if (result.ended === 'timeout') return `\`${command}\` was ended after ${plural(Math.round(timeoutMs / 1000), 'second')}.`;
  if (result.exitCode === 0) return undefined;
  const said = lastLines(result.stderr) || lastLines(result.stdout);
  const how = result.exitCode === null ? 'was ended by a signal' : `ended with exit code ${result.exitCode}`;
  return `\`${command}\` ${how}, expected 0.${said ? ` It said: ${said}` : ''}`;
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-12).join('\n').slice(-1500);
}
