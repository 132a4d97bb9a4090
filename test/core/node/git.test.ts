import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGitHistory, readLog } from '../../../src/node/git';

describe('history from git', () => {
  let root: string;
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] });
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'haiku-first-git-'));
    git('init', '-q');
    mkdirSync(join(root, 'src'));
    writeFileSync(join(root, 'src/näme one.ts'), 'export const a = 1;\n'.repeat(20));
    writeFileSync(join(root, 'old.md'), 'old\n');
    git('add', '.');
    git('commit', '-qm', 'one', '--date', '2026-01-01T12:00:00Z');
    renameSync(join(root, 'src/näme one.ts'), join(root, 'src/two.ts'));
    rmSync(join(root, 'old.md'));
    git('add', '-A');
    git('commit', '-qm', 'two');
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  it('says what was renamed and deleted, by which commit and when', async () => {
    const left = await createGitHistory().departures(root);
    assert.deepEqual(left.map(({ path, to }) => [path, to]).sort(), [
      ['old.md', undefined],
      ['src/näme one.ts', 'src/two.ts'],
    ]);
    for (const { commit, date } of left) {
      assert.match(commit, /^[0-9a-f]{7,}$/);
      assert.match(date, /^\d{4}-\d\d-\d\d$/);
    }
  });

  it('runs nothing that the repository names', async () => {
    const mark = join(root, 'ran');
    const program = join(root, 'evil.sh');
    writeFileSync(program, `#!/bin/sh\ntouch '${mark}'\n`, { mode: 0o755 });
    for (const key of ['core.fsmonitor', 'core.pager', 'diff.external', 'gpg.program', 'pager.log']) git('config', key, program);
    git('config', 'log.showSignature', 'true');
    assert.equal((await createGitHistory().departures(root)).length, 2);
    assert.equal(existsSync(mark), false);
  });

  it('reads no file that the repository names', async () => {
    git('config', 'diff.orderFile', '/nonexistent');
    if (existsSync('/dev/zero')) git('config', 'mailmap.file', '/dev/zero');
    const begun = Date.now();
    assert.equal((await createGitHistory().departures(root)).length, 2);
    assert.ok(Date.now() - begun < 2500);
  });

  it('is empty where there is no repository, and no git', async () => {
    assert.deepEqual(await createGitHistory().departures(join(root, 'nowhere')), []);
    assert.deepEqual(await createGitHistory('no-such-git-program').departures(root), []);
  });

  it('leaves out an entry that breaks off', () => {
    assert.deepEqual(readLog('//abc1234 2026-01-01\0\nD\0a.md\0R100\0b.md\0c.m'), [{ path: 'a.md', commit: 'abc1234', date: '2026-01-01' }]);
    assert.deepEqual(readLog(''), []);
  });
});
