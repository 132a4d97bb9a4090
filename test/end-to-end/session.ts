/** A VS Code as a person has it: the packaged extension installed, a fresh home and profile, a workspace of its own, a real browser. */

import { cpSync, mkdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../host/browser';
import { installedCodeServer, installVsix, type RunningServer, startServer } from '../host/codeServer';
import type { Environment } from '../host/command';
import { newRunFolder, removeRunFolder } from '../host/runFolder';
import { Workbench } from './workbench';

const root = resolve(__dirname, '..', '..');

export interface SessionOptions {
  /** The folder of which the workspace is a copy. */
  workspace: string;
  /** The file to open at once, from the workspace folder. */
  open?: string;
  /** The package to install; `HAIKU_FIRST_VSIX` or `out/haiku-first.vsix` where nothing is said. */
  vsix?: string;
  /** True where nothing is said. Without trust, VS Code starts in Restricted Mode. */
  trusted?: boolean;
  /** Variables for the extension host, as ANTHROPIC_BASE_URL; none of this process's keys reach it. */
  env?: Environment;
  /** User settings. */
  settings?: Record<string, unknown>;
}

export interface Session {
  workbench: Workbench;
  /** The absolute path of the workspace folder, to look at files on disk. */
  workspace: string;
  /** `code-server 4.139.1 (VS Code 1.139.1)` */
  host: string;
  /** Ends everything and deletes the folders. */
  close(): Promise<void>;
}

/** Installs the package, starts VS Code, and returns when its window is up. Takes about ten seconds. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const say = (line: string) => console.log(`  ${line}`);
  const installed = await installedCodeServer(say);
  const folder = newRunFolder('e2e');
  let browser: Browser | undefined;
  let server: RunningServer | undefined;
  const close = async () => {
    await browser?.close();
    await server?.stop();
    removeRunFolder(folder);
  };
  try {
    const workspace = join(folder, basename(options.workspace));
    cpSync(options.workspace, workspace, { recursive: true });
    const serverFolder = join(folder, 'server');
    await installVsix(installed, options.vsix ?? process.env.HAIKU_FIRST_VSIX ?? join(root, 'out', 'haiku-first.vsix'), serverFolder);
    server = await startServer(installed, { folder: serverFolder, trusted: options.trusted ?? true, env: options.env, settings: options.settings });
    browser = await launchBrowser(say);
    const page = await (await browser.newContext({ viewport: { width: 1400, height: 900 } })).newPage();
    page.setDefaultTimeout(30_000);
    const payload = [
      ['skipWelcome', 'true'],
      ['skipReleaseNotes', 'true'],
      ...(options.open ? [['openFile', server.remote(join(workspace, options.open))]] : []),
    ];
    await page.goto(`${server.url}/?folder=${encodeURIComponent(workspace)}&payload=${encodeURIComponent(JSON.stringify(payload))}`);
    const screenshots = join(root, 'out', 'screenshots');
    mkdirSync(screenshots, { recursive: true });
    const workbench = new Workbench(page, screenshots);
    await workbench.ready();
    return { workbench, workspace, host: installed.name, close };
  } catch (error) {
    await close();
    throw error;
  }
}
