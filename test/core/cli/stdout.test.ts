import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Terminal } from './terminal';

describe('what goes to stdout', () => {
  let terminal: Terminal;
  beforeEach(() => {
    terminal = new Terminal();
  });
  afterEach(() => terminal.remove());

  const start = (args: readonly string[], stdout: number | 'pipe' = 'pipe', node: readonly string[] = []) =>
    spawnSync(process.execPath, [...node, '--import', pathToFileURL(require.resolve('tsx')).href, resolve('src/cli.ts'), ...args], {
      cwd: terminal.folder,
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', stdout, 'pipe'],
      encoding: 'utf8',
    });

  it('is JSON whatever a file or a message holds, and nothing that repaints a terminal', function () {
    this.timeout(30_000);
    const folder = 'odd \u202e\u007f';
    mkdirSync(terminal.path(folder));
    writeFileSync(terminal.path(`${folder}/CLAUDE.md`), '# P\n\n[x](docs/a\u200eb.md)\n');
    const { stdout, status } = start(['lint', '--json']);
    const { files } = JSON.parse(stdout) as { files: { path: string; issues: { message: string }[] }[] };
    assert.deepEqual([files[0]?.path, status], [`${folder}/CLAUDE.md`, 1]);
    assert.ok(files[0]?.issues[0]?.message.includes('a\u200e'));
    assert.doesNotMatch(stdout, /[\u007f-\u009f\u200e\u202e\u2028]/);
  });

  it('that never comes is no success: whoever waits for nothing ends with 70 and a line on stderr', function () {
    this.timeout(30_000);
    writeFileSync(terminal.path('CONTEXT.md'), '# T\n\n## Stage 1: A (Haiku)\n- Task: a\n');
    // A wait that nothing will end.
    const never = 'path, ...more) => (String(path).endsWith("CONTEXT.md") ? new Promise(() => undefined) : readFile(path, ...more));';
    writeFileSync(terminal.path('never.cjs'), `const all = require('node:fs/promises');\nconst { readFile } = all;\nall.readFile = (${never}\n`);
    const { stdout, stderr, status } = start(['plan', 'CONTEXT.md', '--json'], 'pipe', ['--require', terminal.path('never.cjs')]);
    assert.deepEqual([stdout, status], ['', 70]);
    assert.match(stderr, /stopped without a result/);
  });

  it('is missed with one line and exit code 2 where it can not be written', function () {
    this.timeout(30_000);
    if (!existsSync('/dev/full')) this.skip();
    writeFileSync(terminal.path('CLAUDE.md'), '# P\n');
    const { stderr, status } = start(['lint', '--json'], openSync('/dev/full', 'w'));
    assert.deepEqual([stderr, status], ['The result could not be written to stdout (ENOSPC).\n', 2]);
  });
});
