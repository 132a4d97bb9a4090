import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNodeCommands } from '../../../src/node/commands';
import { commandEnvironment, isSecretVariable } from '../../../src/node/environment';
import { KeptOutput } from '../../../src/node/keptOutput';
import { shellCall, systemProgram } from '../../../src/node/shell';

const node = (script: string) => `"${process.execPath}" -e "${script}"`;
const options = { cwd: tmpdir(), timeoutMs: 20_000 };

/** With variables of this process set for as long as the work takes. */
async function withVariables<T>(variables: Record<string, string>, work: () => Promise<T>): Promise<T> {
  const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]));
  Object.assign(process.env, variables);
  try {
    return await work();
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'haiku-first-command-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Resolves once a condition holds; fails after five seconds. */
async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 5000; !condition(); ) {
    assert.ok(Date.now() < end, 'It never came to that.');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A process that has ended and that nobody asked about yet is still in the table.
    return !/^State:\s+Z/m.test(existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : '');
  } catch {
    return false;
  }
}

describe('commands on this machine', () => {
  const commands = createNodeCommands({ graceMs: 150 });

  it('give what they print, and their exit code', async () => {
    const result = await commands.run(node("console.log('out'); console.error('err'); process.exit(3)"), options);
    assert.deepEqual(result, { exitCode: 3, ended: undefined, stdout: 'out\n', stderr: 'err\n' });
  });

  it('run in their folder with their input and variables', async () => {
    await inFolder(async (folder) => {
      const script = "process.stdin.on('data', (d) => console.log(String(d) + process.env.HAIKU_FIRST_INPUTS + process.cwd()))";
      const { stdout } = await commands.run(node(script), { ...options, cwd: folder, input: 'in ', env: { HAIKU_FIRST_INPUTS: '/inputs ' } });
      assert.match(stdout, /^in \/inputs .*haiku-first-command-/);
    });
  });

  it('that read what nobody types come to the end of it', async () => {
    assert.deepEqual(await commands.run('cat', options), { exitCode: 0, ended: undefined, stdout: '', stderr: '' });
  });

  it('that can’t be started say so', async () => {
    const gone = await commands.run('true', { ...options, cwd: join(tmpdir(), 'haiku-first-no-such-folder') });
    assert.equal(gone.exitCode, 127);
    assert.match(gone.stderr, /ENOENT/);
    const unspeakable = await commands.run('true', { ...options, env: { HAIKU_FIRST_ITEM: 'a\0b' } });
    assert.equal(unspeakable.exitCode, 127);
  });

  it('are not started once a person has cancelled', async () => {
    await inFolder(async (folder) => {
      const result = await commands.run('touch started', { ...options, cwd: folder, signal: AbortSignal.abort() });
      assert.deepEqual([result.ended, existsSync(join(folder, 'started'))], ['cancelled', false]);
    });
  });

  it('are ended with all they started when their time is up, or when they are cancelled', async () => {
    const forever = `${node('setInterval(() => {}, 1000)')} | ${node('setInterval(() => {}, 1000)')}`;
    assert.equal((await commands.run(forever, { ...options, timeoutMs: 200 })).ended, 'timeout');
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 200);
    assert.equal((await commands.run(forever, { ...options, signal: abort.signal })).ended, 'cancelled');
  });

  (process.platform === 'win32' ? it.skip : it)('may tidy up when they are asked to end, and are killed where they do not heed it', async () => {
    await inFolder(async (folder) => {
      const patient = createNodeCommands({ graceMs: 10_000 });
      const tidy = await patient.run('trap "touch tidied; exit 5" TERM; sleep 60 & wait', { ...options, cwd: folder, timeoutMs: 1000 });
      assert.deepEqual([tidy.ended, tidy.exitCode, existsSync(join(folder, 'tidied'))], ['timeout', 5, true]);
      const deaf = await commands.run('trap "" TERM; echo $$ > pid; while :; do sleep 0.05; done', { ...options, cwd: folder, timeoutMs: 1000 });
      assert.equal(deaf.ended, 'timeout');
      await until(() => !isAlive(Number(readFileSync(join(folder, 'pid'), 'utf8'))));
    });
  });

  (process.platform === 'win32' ? it.skip : it)('are not waited for because of what they leave running', async () => {
    await inFolder(async (folder) => {
      const inTheWay = await commands.run('sleep 60 & echo $! > pid; echo done', { ...options, cwd: folder });
      assert.deepEqual([inTheWay.exitCode, inTheWay.ended, inTheWay.stdout], [0, undefined, 'done\n']);
      assert.match(inTheWay.stderr, /left running held its output open/);
      await until(() => !isAlive(Number(readFileSync(join(folder, 'pid'), 'utf8'))));
      // Out of the group, and so out of reach.
      const script = "require('child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 1500)'], { detached: true, stdio: 'inherit' }).unref()";
      assert.equal((await commands.run(node(script), options)).exitCode, 0);
      // Out of the way: a clipboard's tool stays to hand its text out.
      const quiet = await commands.run('sleep 60 >/dev/null 2>&1 </dev/null & echo $! > pid', { ...options, cwd: folder });
      const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
      assert.deepEqual([quiet.stderr, isAlive(pid)], ['', true]);
      process.kill(pid, 'SIGKILL');
    });
  });

  (process.platform === 'win32' ? it.skip : it)('do not outlive the program that runs them', async () => {
    await inFolder(async (folder) => {
      const runner = join(folder, 'runner.ts');
      const source = join(__dirname, '../../../src/node/commands');
      writeFileSync(
        runner,
        `import { createNodeCommands } from ${JSON.stringify(source)};
        void createNodeCommands().run('echo $$ > pid; sleep 60', { cwd: ${JSON.stringify(folder)}, timeoutMs: 60000 });
        setInterval(() => { if (require('node:fs').existsSync(${JSON.stringify(join(folder, 'pid'))})) process.exit(0); }, 20);`,
      );
      await createNodeCommands().run(`"${process.execPath}" --require tsx "${runner}"`, { ...options, cwd: join(__dirname, '../../..') });
      await until(() => !isAlive(Number(readFileSync(join(folder, 'pid'), 'utf8'))));
    });
  });

  describe('that print too much', () => {
    const few = createNodeCommands({ graceMs: 150, keptBytes: 1000, endingBytes: 5_000_000 });

    it('keep their beginning and their end, and are told to be cut', async () => {
      const result = await few.run(node("process.stdout.write('first' + 'x'.repeat(1e6) + 'last')"), options);
      assert.deepEqual([result.exitCode, result.ended, result.flaw], [0, undefined, 'cut']);
      assert.match(result.stdout, /^first.*\n\[… 999009 bytes left out …\]\n.*last$/s);
      assert.ok(result.stdout.length < 1100);
    });

    it('without end are ended, in bounded memory', async () => {
      const result = await createNodeCommands({ graceMs: 150, keptBytes: 100_000, endingBytes: 100_000_000 }).run('yes', options);
      assert.equal(result.ended, 'output');
      assert.ok(result.stdout.length < 110_000, 'It kept what it should have dropped.');
    });
  });

  it('that print no text are told so', async () => {
    assert.equal((await commands.run(node('process.stdout.write(Buffer.from([80, 75, 0, 1]))'), options)).flaw, 'binary');
    assert.equal((await commands.run(node('process.stdout.write(Buffer.from([0x63, 0xe9, 0x0a]))'), options)).flaw, 'encoding');
    assert.equal((await commands.run(node("process.stdout.write('cé\\n')"), options)).flaw, undefined);
  });
});

describe('what a command gets of this process', () => {
  const commands = createNodeCommands();
  const printed = (own = commands) => own.run(node('console.log(JSON.stringify(process.env))'), options);

  it('is no secret, by its name or by its value', async () => {
    const secrets = {
      ANTHROPIC_API_KEY: 'sk-secret-1',
      GITHUB_TOKEN: 'secret-2',
      'npm_config_//r.test/:_authToken': 'secret-3',
      STAGING: 'postgres://app:Zk83hfQpLm@db.prod.acme.io/main',
    };
    await withVariables(secrets, async () => {
      const { stdout } = await printed();
      const seen = JSON.parse(stdout) as Record<string, string>;
      assert.deepEqual(
        Object.keys(secrets).filter((name) => name in seen),
        [],
      );
      assert.ok(seen.PATH && seen.HOME !== '');
    });
  });

  it('is what the person passes on by name; a command that lacks one is told', async () => {
    await withVariables({ ACME_TOKEN: 'secret-4', OTHER_TOKEN: 'secret-5' }, async () => {
      const { stdout } = await printed(createNodeCommands({ passed: () => ['ACME_TOKEN'] }));
      assert.ok(stdout.includes('secret-4') && !stdout.includes('secret-5'));
      const { stderr } = await commands.run('echo "set ACME_TOKEN" >&2; exit 1', options);
      assert.match(stderr, /Held back from it.*: ACME_TOKEN\. Pass it on with --pass-env/);
      assert.doesNotMatch((await commands.run('exit 1', options)).stderr, /Held back/);
    });
  });

  it('tells secrets from what sounds like one', () => {
    const secret =
      'ANTHROPIC_AUTH_TOKEN ANTHROPIC_CUSTOM_HEADERS AWS_SECRET_ACCESS_KEY AWS_ACCESS_KEY_ID NPM_TOKEN OPENAI_API_KEY dbPassword DB_PASS PGPASSWORD MYSQL_PWD GH_PAT GOOGLE_APPLICATION_CREDENTIALS npm_config__auth CLIENT_SECRET apikey SLACK_WEBHOOK_KEYS SESSION_COOKIE';
    const plain =
      'PATH HOME PWD OLDPWD SSH_AUTH_SOCK TOKENIZERS_PARALLELISM KEYBOARD_LAYOUT ANTHROPIC_BASE_URL GIT_AUTHOR_NAME XAUTHORITY MONKEY COMPASS_DIR GIT_ASKPASS LANG CI NODE_OPTIONS HAIKU_FIRST_INPUTS PATH_DIR';
    assert.deepEqual(
      secret.split(' ').filter((name) => !isSecretVariable(name)),
      [],
    );
    assert.deepEqual(plain.split(' ').filter(isSecretVariable), []);
  });

  it('has no search path into the folder it runs in', async () => {
    assert.equal((await commandEnvironment({ PATH: '.:/usr/bin::node_modules/.bin:/bin:' }, [], 'linux')).variables.PATH, '/usr/bin:/bin');
    const { variables } = await commandEnvironment({ Path: '.;C:\\Windows;\\tools;"D:\\My Tools"', ELECTRON_RUN_AS_NODE: '1' }, [], 'win32');
    assert.deepEqual(variables, { Path: 'C:\\Windows;"D:\\My Tools"', NoDefaultCurrentDirectoryInExePath: '1' });
    assert.deepEqual((await commandEnvironment({ Acme_Token: 'x' }, ['ACME_TOKEN'], 'win32')).withheld, []);
    assert.deepEqual((await commandEnvironment({ Acme_Token: 'x' }, ['ACME_TOKEN'], 'linux')).withheld, ['Acme_Token']);
  });
});

describe('the shell', () => {
  it('is named by its path on every platform', () => {
    for (const platform of ['linux', 'darwin'] as const)
      assert.deepEqual(shellCall('a "b"', platform, { SHELL: '/w/evil' }), { program: '/bin/sh', args: ['-c', 'a "b"'], verbatim: false });
    const cmd = { args: ['/d', '/s', '/c', '"a "b""'], verbatim: true };
    assert.deepEqual(shellCall('a "b"', 'win32', { COMSPEC: 'D:\\WinNT\\system32\\cmd.exe' }), { program: 'D:\\WinNT\\system32\\cmd.exe', ...cmd });
    for (const ComSpec of ['cmd.exe', '\\cmd.exe', 'C:\\w\\evil.exe', undefined])
      assert.equal(shellCall('x', 'win32', { ComSpec, SystemRoot: 'C:\\Windows' }).program, 'C:\\Windows\\System32\\cmd.exe');
    assert.equal(systemProgram('taskkill.exe', { SYSTEMROOT: 'evil' }), 'C:\\Windows\\System32\\taskkill.exe');
  });
});

describe('what is kept of an output', () => {
  it('is all of it up to the limit, whatever the pieces, and both ends beyond', () => {
    const text = Array.from({ length: 100 }, (_, i) => String(i).padStart(2, '0')).join('');
    for (const size of [1, 3, 7, 64, 200]) {
      const kept = (most: number) => {
        const own = new KeptOutput(most);
        for (let at = 0; at < text.length; at += size) own.add(Buffer.from(text.slice(at, at + size)));
        return own;
      };
      assert.deepEqual([kept(200).text(), kept(200).flaw()], [text, undefined]);
      assert.deepEqual([kept(20).text(), kept(20).flaw()], [`${text.slice(0, 10)}\n[… 180 bytes left out …]\n${text.slice(-10)}`, 'cut']);
    }
  });
});
