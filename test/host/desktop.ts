/** Desktop VS Code, where it can be downloaded and there is a display to show it on. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { cacheFolder } from './cache';

export interface DesktopVSCode {
  /** The command and the arguments that stand before VS Code's own (`xvfb-run` where there is no display). */
  command: string;
  before: string[];
}

/** Why desktop VS Code cannot be had here, as a clause. */
export class NoDesktop extends Error {}

/**
 * Desktop VS Code, downloaded into the cache on first use.
 * @throws NoDesktop where it cannot be shown or not be downloaded; found out in about a second, and not tried twice.
 */
export async function desktopVSCode({ visible = false } = {}): Promise<DesktopVSCode> {
  const display = process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
  const xvfb = display || visible ? undefined : onPath('xvfb-run');
  if (!display && !xvfb) throw new NoDesktop(visible ? 'there is no display' : 'there is neither a display nor xvfb-run');
  const quiet = { report: () => undefined, error: () => undefined };
  let executable: string;
  try {
    executable = await downloadAndUnzipVSCode({ cachePath: join(cacheFolder(), 'desktop'), reporter: quiet, timeout: 15_000 });
  } catch (error) {
    throw new NoDesktop(`it cannot be downloaded (${error instanceof Error ? error.message : String(error)})`);
  }
  return xvfb ? { command: xvfb, before: ['-a', executable] } : { command: executable, before: [] };
}

/** The `code` command of an installed VS Code. */
export function installedCode(): string | undefined {
  const command = onPath(process.platform === 'win32' ? 'code.cmd' : 'code');
  if (!command) return undefined;
  return spawnSync(command, ['--version'], { shell: process.platform === 'win32' }).status === 0 ? command : undefined;
}

function onPath(name: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}
