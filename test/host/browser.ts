/** Chromium for the VS Code that is served to a browser. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { runCommand } from './command';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];
const elsewhere = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
];

/**
 * The path of a Chromium: `CHROMIUM`, one on the PATH, Playwright's own; else Debian's is installed where we may.
 * @throws Error with one line that says what to install.
 */
export async function chromiumPath(progress: (line: string) => void): Promise<string> {
  const found = findChromium();
  if (found) return found;
  const wanted =
    'No Chromium found. Install one ("apt install chromium", "npx playwright install chromium") or set CHROMIUM to the path of a Chrome or Chromium.';
  const debian = process.platform === 'linux' && process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
  if (!debian) throw new Error(wanted);
  progress('Installing Chromium with apt-get (once) …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const wait = ['-o', 'DPkg::Lock::Timeout=180'];
  try {
    await runCommand('apt-get', ['update', ...wait], { env });
    await runCommand('apt-get', ['install', '-y', '--no-install-recommends', ...wait, 'chromium'], { env });
  } catch (error) {
    throw new Error(`${wanted}\n${error instanceof Error ? error.message : String(error)}`);
  }
  const installed = findChromium();
  if (!installed) throw new Error(wanted);
  return installed;
}

/** A headless browser that makes no connections of its own. */
export async function launchBrowser(progress: (line: string) => void): Promise<Browser> {
  return chromium.launch({
    executablePath: await chromiumPath(progress),
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-dev-shm-usage', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });
}

function findChromium(): string | undefined {
  const chosen = process.env.CHROMIUM;
  if (chosen) {
    if (!existsSync(chosen)) throw new Error(`CHROMIUM is set to ${chosen}, which does not exist.`);
    return chosen;
  }
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return [...onPath, ...elsewhere, chromium.executablePath()].find((path) => path && existsSync(path));
}
