import { posix } from 'node:path';
import type { Bundle } from '../bundle/bundleTypes';
import { Cancelled, type CommandResult, type Commands, type Files } from '../ports';
import { plural, shortSlug, slug } from '../text';

export interface CommandOutcome {
  output: string;
  /** Why it failed; undefined where it ended with 0 and its output is text. */
  failure?: string;
}

/** The most bytes an item may have to be handed on in a variable: what Windows takes, and a quarter of what Linux does. */
const longestItem = 30_000;

/**
 * Run the command of a Code stage in the document's folder. What it prints is the stage's output.
 * Its inputs are files in the folder `HAIKU_FIRST_INPUTS`, named by their slugs; the item of `Each` is the variable `HAIKU_FIRST_ITEM`. Neither is
 * ever put into the command's text: what a model wrote is data to a command, as long as the command does not make it more.
 */
export async function runCommand(
  commands: Commands,
  files: Files,
  command: string,
  options: { cwd: string; inputsFolder: string; bundle: Bundle; item?: { name: string; value: string }; timeoutMs: number; signal: AbortSignal },
): Promise<CommandOutcome> {
  const { item, inputsFolder } = options;
  if (item && (item.value.includes('\0') || Buffer.byteLength(item.value) > longestItem)) {
    const why = item.value.includes('\0') ? 'holds a NUL character' : `is longer than ${longestItem} bytes`;
    return { output: '', failure: `This item ${why}, which no environment variable takes, so the command was not started. Shorten the items of the list.` };
  }
  const names = new Map<string, number>();
  for (const piece of options.bundle.pieces) await files.write(posix.join(inputsFolder, apart(inputFileName(piece.source), names)), piece.text);
  const env: Record<string, string> = { HAIKU_FIRST_INPUTS: inputsFolder };
  if (item) env.HAIKU_FIRST_ITEM = item.value;
  const result = await commands.run(command, { cwd: options.cwd, env, timeoutMs: options.timeoutMs, signal: options.signal });
  return { output: result.stdout, failure: commandFailure(command, result, options.timeoutMs) ?? outputFailure(command, result) };
}

/** Names that Windows keeps for devices: a file of that name can't be made there. */
const deviceName = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

/** `stage:2 Outline` is the file `outline`, `input:Blog topic` is `blog-topic`, a path keeps its extension. */
export function inputFileName(source: string): string {
  const bare = source.replace(/^(?:stage:\d+ |input:)/, '');
  const extension = /\.[A-Za-z0-9]{1,8}$/.exec(bare)?.[0] ?? '';
  const name = bare.slice(0, bare.length - extension.length);
  const short = (slug(name) && shortSlug(name)) || 'input';
  return `${deviceName.test(short) ? `${short}-` : short}${extension}`;
}

/** Two inputs that come to one name are two files: `notes.md` and `notes-2.md`. */
function apart(name: string, names: Map<string, number>): string {
  const count = (names.get(name) ?? 0) + 1;
  names.set(name, count);
  return count > 1 ? apart(name.replace(/(\.[^.]*)?$/, `-${count}$1`), names) : name;
}

/** Why a command counts as failed, for a person and a model; undefined where it ended with 0. @throws Cancelled where a person ended it: that is no verdict. */
export function commandFailure(command: string, result: CommandResult, timeoutMs: number): string | undefined {
  if (result.ended === 'cancelled') throw new Cancelled();
  if (result.ended === 'timeout') return `\`${command}\` was ended after ${plural(Math.round(timeoutMs / 1000), 'second')}.${said(result)}`;
  if (result.ended === 'output') return `\`${command}\` was ended, as it printed without end.${said(result)}`;
  if (result.exitCode === 0) return undefined;
  const how = result.exitCode === null ? 'was ended by a signal' : `ended with exit code ${result.exitCode}`;
  return `\`${command}\` ${how}, expected 0.${said(result)}`;
}

/** Why what a command printed can't be a stage's output, though it ended with 0. */
function outputFailure(command: string, { flaw }: CommandResult): string | undefined {
  if (!flaw) return undefined;
  const why = {
    cut: 'printed more than a stage’s output may hold, and its middle is left out. Have it print less, or write to a file',
    binary: 'printed bytes that are no text. Have it write to a file and print where',
    encoding: 'printed text that is not UTF-8. Have it print UTF-8',
  }[flaw];
  return `\`${command}\` ${why}.`;
}

function said({ stdout, stderr }: CommandResult): string {
  const last = lastLines(stderr) || lastLines(stdout);
  return last ? ` It said: ${last}` : '';
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-12).join('\n').slice(-1500);
}
