import assert from 'node:assert/strict';
import { WatchedFiles } from '../../../src/editor/watchedFiles';
import { lintText } from '../../../src/lint/linter';
import { WorkspaceFacts } from '../../../src/reference/workspaceFacts';
import { MemoryFiles } from '../memoryFiles';

function watched(texts: Record<string, string>, open: Record<string, string> = {}) {
  const disk = new MemoryFiles(texts);
  return {
    disk,
    files: new WatchedFiles(
      disk,
      (path) => path.startsWith('/w/') || path === '/w',
      (path) => open[path],
    ),
  };
}

describe('files as the linter of the editor sees them', () => {
  it('are read once, and again when they are said to have changed', async () => {
    const { disk, files } = watched({ '/w/a.md': 'one', '/w/b.md': 'b' });
    for (let i = 0; i < 3; i++) assert.equal(await files.read('/w/a.md'), 'one');
    await files.read('/w/b.md');
    assert.deepEqual(disk.reads, ['/w/a.md', '/w/b.md']);
    disk.put('/w/a.md', 'two');
    files.fileChanged('/w/a.md', 'changed');
    assert.equal(await files.read('/w/a.md'), 'two');
    await files.read('/w/b.md');
    assert.deepEqual(disk.reads, ['/w/a.md', '/w/b.md', '/w/a.md']);
  });

  it('are what is typed where they are open', async () => {
    const { disk, files } = watched({ '/w/a.md': 'saved' }, { '/w/a.md': 'typed' });
    assert.equal(await files.read('/w/a.md'), 'typed');
    assert.deepEqual(disk.reads, []);
  });

  it('come and go with their folders', async () => {
    const { disk, files } = watched({ '/w/x.md': '' });
    assert.equal(await files.stat('/w/a/b.md'), undefined);
    assert.equal(await files.stat('/w/a'), undefined);
    assert.deepEqual(await files.list('/w/a'), []);
    assert.equal((await files.list('/w')).length, 1);
    disk.put('/w/a/b.md', 'b');
    files.fileChanged('/w/a', 'created');
    assert.equal((await files.stat('/w/a/b.md'))?.kind, 'file');
    assert.equal((await files.list('/w')).length, 2);
    assert.equal(await files.read('/w/a/b.md'), 'b');
    await disk.remove('/w/a');
    files.fileChanged('/w/a', 'deleted');
    assert.equal(await files.stat('/w/a/b.md'), undefined);
    await assert.rejects(files.read('/w/a/b.md'));
  });

  it('keep nothing of what nobody watches, nor of what could not be read', async () => {
    const { disk, files } = watched({ '/w/node_modules/p/a.md': 'one', '/else/a.md': 'one' });
    for (const path of ['/w/node_modules/p/a.md', '/else/a.md']) {
      assert.equal(await files.read(path), 'one');
      disk.put(path, 'two');
      assert.equal(await files.read(path), 'two');
    }
    await assert.rejects(files.read('/w/late.md'));
    disk.put('/w/late.md', 'here');
    assert.equal(await files.read('/w/late.md'), 'here');
  });

  it('know what was written through them', async () => {
    const { files } = watched({ '/w/a.md': 'one' });
    assert.equal(await files.read('/w/a.md'), 'one');
    await files.write('/w/a.md', 'two');
    assert.equal(await files.read('/w/a.md'), 'two');
    await files.append('/w/a.md', '!');
    assert.equal(await files.read('/w/a.md'), 'two!');
    await files.remove('/w/a.md');
    assert.equal(await files.stat('/w/a.md'), undefined);
  });

  it('let a keystroke cost nothing but its own document, however many others there are', async () => {
    const texts: Record<string, string> = { '/w/.git/HEAD': '', '/w/a.md': '# A\n' };
    for (let i = 0; i < 60; i++) {
      texts[`/w/packages/p${i}/package.json`] = `{ "name": "p${i}", "scripts": { "build": "tsc" } }`;
      texts[`/w/packages/p${i}/src/index.ts`] = '';
    }
    let asked = 0;
    class CountingFiles extends MemoryFiles {
      override read(path: string, maxBytes?: number) {
        asked++;
        return super.read(path, maxBytes);
      }
      override stat(path: string) {
        asked++;
        return super.stat(path);
      }
      override list(folder: string) {
        asked++;
        return super.list(folder);
      }
    }
    const disk = new CountingFiles(texts);
    const path = '/w/CLAUDE.md';
    const open: Record<string, string> = {
      [path]: '# P\n\n@a.md\n\nRun `npm run build` in `packages/p1/src/`; see `src/gone.ts` and `packages/p2/src/lost.ts`.\n',
    };
    disk.put(path, open[path] ?? '');
    const files = new WatchedFiles(
      disk,
      () => true,
      (at) => open[at],
    );
    const workspace = new WorkspaceFacts(files);
    const lint = () => lintText({ path, text: open[path] ?? '', files, workspace });
    const first = await lint();
    assert.ok(first.length > 0 && asked > 60, `${first.length} issues, ${asked} questions`);
    asked = 0;
    for (const letter of 'typed') {
      open[path] += letter;
      for (const each of [files, workspace]) each.fileChanged(path, 'changed');
      assert.equal((await lint()).length, first.length);
    }
    assert.equal(asked, 0);
    disk.put('/w/packages/p2/src/lost.ts', '');
    for (const each of [files, workspace]) each.fileChanged('/w/packages/p2/src/lost.ts', 'created');
    assert.equal((await lint()).length, first.length - 1);
    assert.ok(asked <= 5, `${asked} questions for one new file`);
  });
});
