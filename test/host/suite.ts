/** Runs a folder of mocha tests inside the extension host of a real VS Code, desktop or code-server, and returns its tally. */

import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { format } from 'node:util';
import { launchBrowser } from './browser';
import { installedCodeServer, type RunningServer, startServer } from './codeServer';
import { cleanEnvironment, type Environment, ProcessGroup } from './command';
import { desktopVSCode, NoDesktop } from './desktop';
import { newRunFolder, removeRunFolder } from './runFolder';
import { calmSettings } from './settings';
import { withSourcePositions } from './sourcePositions';
import { suiteBundle } from './suiteBundle';
import { ReportPrinter, type Tally, type TestRecord, tally } from './testReport';

export interface Suite {
  /** The folder of the `*.test.ts` files (not those in folders below it). */
  tests: string;
  /** A folder of which each run gets its own copy as workspace. */
  workspace: string;
  /** Whether the workspace is trusted; in a second start without, `workspace.isTrusted` is false. */
  trusted: boolean;
  /** Variables for the extension host. Keys and base URLs of this process are never passed on by themselves. */
  env?: Environment;
  /** User settings. */
  settings?: Record<string, unknown>;
  /** Seconds for the whole suite, 300 where nothing is said. */
  limit?: number;
}

type Ending = 'ended' | 'timeout';

/** One start of VS Code with the suite in it; returns the end, and VS Code's own log for when something failed. */
type Host = (run: {
  bundle: string;
  workspace: string;
  folder: string;
  env: Environment;
  suite: Suite;
  limit: number;
}) => Promise<{ ending: Ending; log: string }>;

const root = resolve(__dirname, '..', '..');

/** `desktop` or `code-server` in HAIKU_FIRST_TEST_HOST forces one; else the desktop where it can be had. */
export async function runSuite(suite: Suite, print: (line: string) => void): Promise<Tally> {
  const bundle = await suiteBundle(suite.tests);
  const folder = newRunFolder('suite');
  try {
    const workspace = join(folder, 'workspace');
    cpSync(suite.workspace, workspace, { recursive: true });
    const report = join(folder, 'report.jsonl');
    const env = { ...suite.env, HAIKU_FIRST_TEST_REPORT: report, HAIKU_FIRST_TEST_GREP: process.env.HAIKU_FIRST_TEST_GREP, CI: process.env.CI };
    const host = await chosenHost(print);
    const printer = new ReportPrinter(report, (line) => print(withSourcePositions(line, root)));
    let outcome: { ending: Ending; log: string };
    let records: TestRecord[];
    try {
      outcome = await host({ bundle, workspace, folder, env, suite, limit: (suite.limit ?? 300) * 1000 });
    } finally {
      records = printer.stop();
    }
    const result = tally(records);
    if (result.broken && outcome.ending === 'timeout') result.broken = `The suite did not end within ${suite.limit ?? 300} s.`;
    if (result.failed > 0) {
      const log = join(root, 'out', `vscode-${suite.trusted ? 'trusted' : 'untrusted'}.log`);
      writeFileSync(log, outcome.log);
      print(`  VS Code's log is in ${relative(root, log)}.`);
      // The failed tests explain themselves; what VS Code said matters where the run did not get to its end.
      if (result.broken) for (const line of telling(outcome.log).slice(-25)) print(`    ${line}`);
    }
    return result;
  } finally {
    removeRunFolder(folder);
  }
}

/** The lines of VS Code's log without what it always says: native modules that were left out, no market place, stacks. */
function telling(log: string): string[] {
  const usual = /spdlog|native-watchdog|vsda|open-vsx|bindings|ChatModelSelection|AgentHost|^\s*at |^\s*(\{|\}|\]|tries:)/;
  return log.split('\n').filter((line) => line.trim() !== '' && !usual.test(line));
}

async function chosenHost(print: (line: string) => void): Promise<Host> {
  const forced = process.env.HAIKU_FIRST_TEST_HOST;
  if (forced && forced !== 'desktop' && forced !== 'code-server') throw new Error(`HAIKU_FIRST_TEST_HOST is "${forced}": say desktop or code-server.`);
  if (forced === 'code-server') return codeServerHost(print);
  try {
    return await desktopHost();
  } catch (error) {
    if (forced || !(error instanceof NoDesktop)) throw error;
    print(`No desktop VS Code: ${error.message}. Using code-server.`);
    return codeServerHost(print);
  }
}

async function desktopHost(): Promise<Host> {
  const { command, before } = await desktopVSCode();
  return async ({ bundle, workspace, folder, env, suite, limit }) => {
    const user = join(folder, 'user');
    mkdirSync(join(user, 'User'), { recursive: true });
    writeFileSync(join(user, 'User', 'settings.json'), JSON.stringify({ ...calmSettings, ...suite.settings }));
    // Spawned here and not by `runTests`, which always turns workspace trust off and waits for ever.
    const args = [
      ...[workspace, `--user-data-dir=${user}`, `--extensions-dir=${join(folder, 'extensions')}`],
      ...['--no-sandbox', '--disable-gpu-sandbox', '--disable-updates', '--skip-welcome', '--skip-release-notes', '--disable-extensions'],
      ...(suite.trusted ? ['--disable-workspace-trust'] : []),
      ...[`--extensionDevelopmentPath=${root}`, `--extensionTestsPath=${bundle}`],
    ];
    const group = new ProcessGroup(command, [...before, ...args], { env: cleanEnvironment(env) });
    const ending = await Promise.race([group.ended.then((): Ending => 'ended'), sleep(limit, 'timeout' as const, { ref: false })]);
    await group.stop();
    return { ending, log: group.output };
  };
}

async function codeServerHost(print: (line: string) => void): Promise<Host> {
  const installed = await installedCodeServer(print);
  return async ({ bundle, workspace, folder, env, suite, limit }) => {
    const logged: string[] = [];
    const browser = await launchBrowser(print);
    print(`Starting ${installed.name} with Chromium ${browser.version()}`);
    let server: RunningServer | undefined;
    try {
      server = await startServer(installed, { folder: join(folder, 'server'), trusted: suite.trusted, testDriver: true, env, settings: suite.settings });
      const page = await browser.newPage();
      const exit = new Promise<Ending>((done) => {
        page.exposeFunction('codeAutomationExit', () => done('ended')).catch(() => undefined);
        page.on('crash', () => done('ended'));
      });
      // This is the whole workbench console, with printf arguments.
      await page.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => logged.push(`${type}: ${format(...args)}`));
      const payload = [
        ['extensionDevelopmentPath', server.remote(root)],
        ['extensionTestsPath', server.remote(bundle.replace(/\.js$/, ''))],
        ['skipWelcome', 'true'],
        ['skipReleaseNotes', 'true'],
      ];
      await page.goto(`${server.url}/?folder=${encodeURIComponent(workspace)}&payload=${encodeURIComponent(JSON.stringify(payload))}`);
      const died = server.ended.then((): Ending => 'ended');
      const ending = await Promise.race([exit, died, sleep(limit, 'timeout' as const, { ref: false })]);
      return { ending, log: `${logged.join('\n')}\n${server.log}` };
    } finally {
      await browser.close();
      await server?.stop();
    }
  };
}
