/**
 * `npm start`: builds, and opens a copy of the sample in VS Code with this extension loaded, for trying by hand. A folder given as
 * argument is opened as it is instead. Ends with Ctrl+C (or, in desktop VS Code, with its window).
 */

import { spawn } from 'node:child_process';
import { cpSync, existsSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { installedCodeServer, linkExtension, startServer } from './codeServer';
import { desktopVSCode, installedCode, NoDesktop } from './desktop';
import { newRunFolder, removeRunFolder } from './runFolder';

const root = resolve(__dirname, '..', '..');

async function main(): Promise<void> {
  const given = process.argv[2];
  if (given && !existsSync(given)) throw new Error(`There is no folder ${given}.`);
  await run('npm', ['run', '--silent', 'build']);
  const folder = newRunFolder('start');
  process.on('exit', () => removeRunFolder(folder));
  let workspace = given ? resolve(given) : join(folder, 'sample');
  if (!given) cpSync(join(root, 'templates', 'sample'), workspace, { recursive: true });
  workspace = realpathSync(workspace);
  const desktop = await desktopCommand();
  if (desktop) {
    console.log(`Opening ${workspace} in desktop VS Code; its window ends this.`);
    const profile = [`--user-data-dir=${join(folder, 'user')}`, `--extensions-dir=${join(folder, 'extensions')}`];
    await run(desktop, ['--new-window', '--wait', '--disable-workspace-trust', ...profile, `--extensionDevelopmentPath=${root}`, workspace]);
    return;
  }
  const installed = await installedCodeServer(console.log);
  linkExtension(root, join(folder, 'server'));
  const server = await startServer(installed, { folder: join(folder, 'server'), trusted: true, asPerson: true });
  const document = join(workspace, 'CONTEXT.md');
  const payload = existsSync(document) ? [['openFile', server.remote(document)]] : [];
  console.log(`${installed.name} shows ${workspace} with the extension loaded. Open in a browser on this machine:\n`);
  console.log(`  ${server.url}/?folder=${encodeURIComponent(workspace)}&payload=${encodeURIComponent(JSON.stringify(payload))}\n`);
  console.log('After "npm run build", reload the page. Ctrl+C ends it.');
  const code = await server.ended;
  throw new Error(`code-server ended with ${code}:\n${server.log.slice(-2000)}`);
}

/** The command that opens desktop VS Code, where there is one and a display to see it on. */
async function desktopCommand(): Promise<string | undefined> {
  if (process.env.HAIKU_FIRST_TEST_HOST === 'code-server') return undefined;
  const code = installedCode();
  if (code) return code;
  try {
    return (await desktopVSCode({ visible: true })).command;
  } catch (error) {
    if (!(error instanceof NoDesktop)) throw error;
    console.log(`No desktop VS Code: ${error.message}. Using code-server.`);
    return undefined;
  }
}

function run(command: string, args: string[]): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
    child.on('error', fail);
    child.on('close', (code) => (code === 0 ? done() : fail(new Error(`${command} ended with ${code}.`))));
  });
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
