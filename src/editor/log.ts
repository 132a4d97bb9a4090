import * as vscode from 'vscode';
import { Cancelled, type Log, UserError } from '../ports';
import { toUri, withoutLinks } from './convert';

/** The log channel of the extension. Never holds keys, prompts or documents. */
export function createLog(): Log & { channel: vscode.LogOutputChannel } {
  const channel = vscode.window.createOutputChannel('Haiku First', { log: true });
  return {
    channel,
    debug: (message) => channel.debug(message),
    info: (message) => channel.info(message),
    warn: (message) => channel.warn(message),
    error: (message, cause) =>
      channel.error(cause instanceof Error ? `${message}\n${cause.stack ?? cause.message}` : cause === undefined ? message : `${message} ${String(cause)}`),
  };
}

/** Tell a person what went wrong: what they can act on in its own words, a fault of ours in one line with the way to the log. */
export async function tell(log: Log & { channel: vscode.LogOutputChannel }, error: unknown): Promise<void> {
  if (error instanceof Cancelled || error instanceof vscode.CancellationError) return;
  if (error instanceof UserError) {
    const { path, line } = error.details;
    const open = path && line !== undefined ? 'Go to Line' : undefined;
    const chosen = await vscode.window.showErrorMessage(withoutLinks(error.message), ...(open ? [open] : []));
    if (chosen && path && line !== undefined) {
      const position = new vscode.Position(line, 0);
      await vscode.window.showTextDocument(toUri(path), { selection: new vscode.Range(position, position) });
    }
    return;
  }
  log.error('Something went wrong.', error);
  if (await vscode.window.showErrorMessage('Haiku First: something went wrong inside the extension.', 'Show Log')) log.channel.show();
}
