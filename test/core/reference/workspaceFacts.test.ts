import assert from 'node:assert/strict';
import { posix } from 'node:path';
import fc from 'fast-check';
import { WorkspaceFacts } from '../../../src/reference/workspaceFacts';
import { MemoryFiles } from '../memoryFiles';

/** Files that say which folders were listed. */
class CountingFiles extends MemoryFiles {
  readonly lists: string[] = [];

  override list(folder: string) {
    this.lists.push(folder);
    return super.list(folder);
  }
}

function workspace(texts: Record<string, string> = {}) {
  const files = new CountingFiles({ '/w/.git/HEAD': '', ...texts });
  return { files, facts: new WorkspaceFacts(files) };
}

describe('what is known of a workspace, when a file changes', () => {
  it('knows a new file and its new folders, whichever of them it was told of', async () => {
    for (const told of ['/w/a', '/w/a/b', '/w/a/b/c.md']) {
      const { files, facts } = workspace({ '/w/x.md': '' });
      assert.equal(await facts.stat('/w/a'), undefined);
      assert.equal(await facts.stat('/w/a/b/c.md'), undefined);
      assert.deepEqual([...(await facts.tree('/w')).folders], []);
      files.put('/w/a/b/c.md', '');
      facts.fileChanged(told, 'created');
      const tree = await facts.tree('/w');
      assert.deepEqual(
        [[...tree.files].sort(), [...tree.folders].sort()],
        [
          ['a/b/c.md', 'x.md'],
          ['a', 'a/b'],
        ],
      );
      assert.equal((await facts.stat('/w/a/b/c.md'))?.kind, 'file', told);
      assert.equal((await facts.stat('/w/a'))?.kind, 'folder', told);
    }
  });

  it('forgets a deleted folder with all below it', async () => {
    const { files, facts } = workspace({ '/w/a/b/c.md': '', '/w/ab/d.md': '' });
    await facts.tree('/w');
    assert.ok(await facts.stat('/w/a/b/c.md'));
    await files.remove('/w/a');
    facts.fileChanged('/w/a', 'deleted');
    const tree = await facts.tree('/w');
    assert.deepEqual([[...tree.files], [...tree.folders]], [['ab/d.md'], ['ab']]);
    assert.equal(await facts.stat('/w/a/b/c.md'), undefined);
  });

  it('reads one manifest of many again, and lists one folder of many', async () => {
    const texts = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`/w/packages/p${i}/package.json`, `{"scripts": {"s${i}": ""}}`]));
    const { files, facts } = workspace({ ...texts, '/w/Makefile': 'all:\n' });
    const scripts = async () => (await facts.packages('/w')).flatMap((each) => each.scripts);
    assert.equal((await scripts()).length, 50);
    assert.ok((await facts.makeTargets('/w'))?.has('all'));
    files.reads.length = 0;
    files.lists.length = 0;
    files.put('/w/packages/p7/package.json', '{"scripts": {"other": ""}}');
    facts.fileChanged('/w/packages/p7/package.json', 'changed');
    assert.ok((await scripts()).includes('other') && !(await scripts()).includes('s7'));
    assert.ok(await facts.makeTargets('/w'));
    assert.deepEqual(files.reads, ['/w/packages/p7/package.json']);
    assert.deepEqual(files.lists, []);
    files.reads.length = 0;
    files.put('/w/packages/p50/package.json', '{"scripts": {"new": ""}}');
    facts.fileChanged('/w/packages/p50/package.json', 'created');
    assert.ok((await scripts()).includes('new'));
    await facts.makeTargets('/w');
    assert.deepEqual(files.reads, ['/w/packages/p50/package.json']);
    assert.ok(files.lists.length <= 2, files.lists.join());
  });

  it('follows a Makefile, what it includes, and a .gitignore', async () => {
    const { files, facts } = workspace({ '/w/Makefile': 'include more.mk\nall:\n', '/w/more.mk': 'more:\n' });
    assert.ok((await facts.makeTargets('/w'))?.has('more'));
    assert.equal(await facts.ignored('/w', '/w/out/x'), false);
    files.put('/w/more.mk', 'most:\n');
    facts.fileChanged('/w/more.mk', 'changed');
    assert.ok((await facts.makeTargets('/w'))?.has('most'));
    files.put('/w/.gitignore', 'out/\n');
    facts.fileChanged('/w/.gitignore', 'created');
    assert.equal(await facts.ignored('/w', '/w/out/x'), true);
    files.put('/w/.gitignore', '');
    facts.fileChanged('/w/.gitignore', 'changed');
    assert.equal(await facts.ignored('/w', '/w/out/x'), false);
  });

  it('finds another root where .git comes or goes', async () => {
    const { files, facts } = workspace({ '/w/sub/x.md': '' });
    assert.equal(await facts.root('/w/sub'), '/w');
    files.makeFolder('/w/sub/.git');
    facts.fileChanged('/w/sub/.git', 'created');
    assert.equal(await facts.root('/w/sub'), '/w/sub');
  });

  it('asks history again after a commit, and only then', async () => {
    const files = new MemoryFiles({ '/w/.git/HEAD': '' });
    let asked = 0;
    const facts = new WorkspaceFacts(files, {
      departures: async () => {
        asked++;
        return [];
      },
    });
    await facts.departed('/w');
    facts.fileChanged('/w/a.md', 'created');
    await facts.departed('/w');
    assert.equal(asked, 1);
    facts.fileChanged('/w/.git/logs/HEAD', 'changed');
    await facts.departed('/w');
    assert.equal(asked, 2);
  });

  it('lists nothing for what happens in dependencies, and never changes a tree that was handed out', async () => {
    const { files, facts } = workspace({ '/w/node_modules/p/index.js': '', '/w/a.md': '' });
    const before = await facts.tree('/w');
    files.lists.length = 0;
    files.put('/w/node_modules/q/index.js', '');
    facts.fileChanged('/w/node_modules/q/index.js', 'created');
    assert.equal(await facts.tree('/w'), before);
    assert.deepEqual(files.lists, []);
    files.put('/w/b.md', '');
    facts.fileChanged('/w/b.md', 'created');
    assert.notEqual(await facts.tree('/w'), before);
    assert.deepEqual([...before.files], ['a.md']);
  });

  it('always has the tree that a fresh listing would have', async () => {
    const path = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 }).map((names) => posix.join('/w', ...names));
    const change = fc.record({ path, remove: fc.boolean(), look: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
        const { files, facts } = workspace();
        await facts.tree('/w');
        for (const { path: at, remove, look } of changes) {
          if (remove) await files.remove(at);
          else files.put(`${at}.md`, '');
          facts.fileChanged(remove ? at : `${at}.md`, remove ? 'deleted' : 'created');
          if (look) await facts.tree('/w');
        }
        const fresh = await new WorkspaceFacts(files).tree('/w');
        const tree = await facts.tree('/w');
        assert.deepEqual([[...tree.files].sort(), [...tree.folders].sort()], [[...fresh.files].sort(), [...fresh.folders].sort()]);
      }),
      { numRuns: 200 },
    );
  });
});
