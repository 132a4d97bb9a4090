import assert from 'node:assert/strict';
import { FakeGit } from '../fakeGit';
import { noProblem, problem, TaskFolder } from '../taskFolder';

describe('lint in an untrusted workspace', () => {
  it('finds dead paths and follows the files, but starts no git', async () => {
    const folder = new TaskFolder('untrusted-lint', null);
    const git = new FakeGit();
    try {
      folder.write('.git/HEAD', 'ref: refs/heads/main\n');
      folder.write('src/app.ts', '');
      folder.write('CLAUDE.md', '# Project\n\nThe entry is `src/gone.ts`.\n\nRead @docs/style.md first.\n');
      const { uri } = await folder.open('CLAUDE.md');
      await problem(uri, 'reference/path');
      await problem(uri, 'reference/import');
      folder.write('docs/style.md', '# Style\n');
      await noProblem(uri, 'reference/import');
      assert.equal(git.started, false);
    } finally {
      git.leave();
      await folder.remove();
    }
  });
});
