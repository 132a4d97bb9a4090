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

  const start = (args: readonly string[], stdout: number | 'pipe' = 'pipe') =>
    spawnSync(process.execPath, ['--import', pathToFileURL(require.resolve('tsx')).href, resolve('src/cli.ts'), ...args], {
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

  it('is missed with one line and exit code 2 where it can not be written', function () {
    this.timeout(30_000);
    if (!existsSync('/dev/full')) this.skip();
    writeFileSync(terminal.path('CLAUDE.md'), '# P\n');
    const { stderr, status } = start(['lint', '--json'], openSync('/dev/full', 'w'));
    assert.deepEqual([stderr, status], ['The result could not be written to stdout (ENOSPC).\n', 2]);
  });
});
