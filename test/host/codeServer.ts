/** code-server: the real VS Code server and workbench, from the npm registry alone. Installed once into the cache, started per run. */

import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cached } from './cache';
import { cleanEnvironment, type Environment, ProcessGroup, runCommand } from './command';
import { calmSettings } from './settings';

const codeServerVersion = '4.139.1';
/** code-server dies on start under an older Node than this. */
const nodeMajor = 24;

export interface CodeServer {
  /** As `code-server 4.139.1 (VS Code 1.139.1)`. */
  name: string;
  /** The absolute path of the Node that runs it. */
  node: string;
  /** The absolute path of its entry point. */
  entry: string;
}

/**
 * code-server and the Node it needs, installed on first use (600 MB, half a minute).
 * The packages' install scripts compile native modules for minutes; nothing tested here needs those, so they are left out.
 * @throws Error where there is no such package for this platform, or the registry cannot be reached.
 */
export async function installedCodeServer(progress: (line: string) => void): Promise<CodeServer> {
  if (process.platform === 'win32') throw new Error('code-server does not run on Windows: install desktop VS Code and set HAIKU_FIRST_TEST_HOST=desktop.');
  const nodePackage = `node-${process.platform}-${process.arch}`;
  const folder = await cached(`code-server-${codeServerVersion}-node-${nodeMajor}`, async (draft) => {
    const started = Date.now();
    const nodeFolder = join(draft, 'node_modules', nodePackage, 'bin');
    const environment = cleanEnvironment({ PATH: `${nodeFolder}${delimiter}${process.env.PATH ?? ''}` });
    const install = (cwd: string, ...args: string[]) =>
      runCommand('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...args], { cwd, env: environment });
    writeFileSync(join(draft, 'package.json'), '{ "private": true }\n');
    progress(`Installing Node ${nodeMajor} and code-server ${codeServerVersion} (once, about half a minute) …`);
    await install(draft, `${nodePackage}@${nodeMajor}`);
    await install(draft, `code-server@${codeServerVersion}`);
    progress('Installing the packages of its VS Code …');
    const vscode = join(draft, 'node_modules', 'code-server', 'lib', 'vscode');
    await install(vscode, '--omit=dev');
    await install(join(vscode, 'extensions'), '--omit=dev');
    progress(`Installed in ${Math.round((Date.now() - started) / 1000)} s.`);
  });
  const root = join(folder, 'node_modules', 'code-server');
  const vscode = JSON.parse(readFileSync(join(root, 'lib', 'vscode', 'package.json'), 'utf8')) as { version: string };
  return {
    name: `code-server ${codeServerVersion} (VS Code ${vscode.version})`,
    node: join(folder, 'node_modules', nodePackage, 'bin', 'node'),
    entry: join(root, 'out', 'node', 'entry.js'),
  };
}

export interface ServerOptions {
  /** An empty or new folder for everything this server writes: settings, extensions, sockets, its home. */
  folder: string;
  /** Whether every workspace counts as trusted, without asking. */
  trusted: boolean;
  /** Lets a suite be run through the page; it also keeps notifications from showing. */
  testDriver?: boolean;
  /** Variables for the server, and with it for the extension host. */
  env?: Environment | undefined;
  /** User settings over the calm ones. */
  settings?: Record<string, unknown> | undefined;
  /** Keep the person's own home and keys (for trying by hand). */
  asPerson?: boolean;
}

export interface RunningServer {
  /** `http://127.0.0.1:PORT` */
  url: string;
  /** The address of a file or folder of this machine as VS Code in the page knows it. */
  remote(path: string): string;
  /** What it printed so far. */
  readonly log: string;
  readonly ended: Promise<number>;
  stop(): Promise<void>;
}

/** Installs a package (.vsix) into the extensions of the server that will run on this folder. */
export async function installVsix(server: CodeServer, vsix: string, folder: string): Promise<void> {
  if (!existsSync(vsix)) throw new Error(`${vsix} is missing: run "npm run package" first.`);
  const { args, env } = laidOut(server, { folder, trusted: true });
  await runCommand(server.node, [...args, '--install-extension', vsix], { env });
}

/**
 * Has the server that will run on this folder load an extension from where it is developed, so that a reload takes up a new build.
 * VS Code's own way (`extensionDevelopmentPath`) works in a browser only with the test driver, which keeps notifications from showing.
 */
export function linkExtension(extension: string, folder: string): void {
  const { publisher, name, version } = JSON.parse(readFileSync(join(extension, 'package.json'), 'utf8')) as Record<'publisher' | 'name' | 'version', string>;
  mkdirSync(join(folder, 'extensions'), { recursive: true });
  symlinkSync(extension, join(folder, 'extensions', `${publisher}.${name}-${version}`), 'dir');
}

/**
 * Starts a server on a free port of 127.0.0.1 and returns when it answers.
 * @throws Error with its log when it does not within 30 s.
 */
export async function startServer(server: CodeServer, options: ServerOptions): Promise<RunningServer> {
  const port = await freePort();
  const { args, env } = laidOut(server, options);
  const flags = [
    ...['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`],
    ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override', '--disable-proxy'],
    ...(options.trusted ? ['--disable-workspace-trust'] : []),
    ...(options.testDriver ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
  ];
  const group = new ProcessGroup(server.node, [...args, ...flags], { env });
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + 30_000;
  while (!(await answers(`${url}/healthz`))) {
    if (!group.running || Date.now() > deadline) {
      await group.stop();
      throw new Error(`code-server did not start:\n${group.output}`);
    }
    await sleep(100);
  }
  return {
    url,
    remote: (path) => `vscode-remote://127.0.0.1:${port}${path}`,
    get log() {
      return group.output;
    },
    ended: group.ended,
    stop: () => group.stop(),
  };
}

/** The folders, settings and environment that keep a server from touching anything of the person's or of another run's. */
function laidOut(server: CodeServer, { folder, env, settings, asPerson }: ServerOptions): { args: string[]; env: NodeJS.ProcessEnv } {
  const user = join(folder, 'user');
  const home = join(folder, 'home');
  const temporary = join(folder, 'tmp');
  for (const path of [join(user, 'User'), home, temporary]) mkdirSync(path, { recursive: true });
  writeFileSync(join(user, 'User', 'settings.json'), `${JSON.stringify({ ...calmSettings, ...settings }, undefined, 2)}\n`);
  writeFileSync(join(folder, 'config.yaml'), 'auth: none\n');
  const args = [server.entry, '--config', join(folder, 'config.yaml'), '--user-data-dir', user, '--extensions-dir', join(folder, 'extensions')];
  const own = asPerson
    ? Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('ANTHROPIC_')))
    : { HOME: home, XDG_CONFIG_HOME: undefined, XDG_DATA_HOME: undefined, XDG_CACHE_HOME: undefined };
  return { args, env: cleanEnvironment({ TMPDIR: temporary, XDG_RUNTIME_DIR: temporary, ...own, ...env }) };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('No free port.'))));
    });
    probe.on('error', reject);
  });
}
