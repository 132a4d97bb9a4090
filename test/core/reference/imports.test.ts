import assert from 'node:assert/strict';
import { importChains } from '../../../src/reference/importChain';
import { followImport, importTarget, loadedText } from '../../../src/reference/imports';
import { readProject } from '../../../src/steering/project';
import { MemoryFiles } from '../memoryFiles';

describe('imports', () => {
  it('are surely paths where nothing else is written like that', () => {
    const sure = ['@docs/a.md', '@./a.ts', '@../b.json', '@a.txt#part', '@/w/x.md'];
    const perhaps = ['@alice', '@types/node', '@README', '@src/app.ts', '@docs/'];
    for (const text of sure) assert.equal(importTarget('/w/CLAUDE.md', { text })?.sure, true, text);
    for (const text of perhaps) assert.equal(importTarget('/w/CLAUDE.md', { text })?.sure, false, text);
    for (const text of ['@~/a.md', '@path/to/file.md', '@docs/*.md', '@<name>.md']) assert.equal(importTarget('/w/CLAUDE.md', { text }), undefined, text);
    assert.equal(importTarget('/w/docs/a.md', { text: '@../b.md#x' })?.path, '/w/b.md');
  });

  it('never lead out of the workspace, not by a path, the home folder or a link', async () => {
    const files = new MemoryFiles({ '/w/a.md': '', '/secret/b.md': 'x', '/w/docs/c.md': '' }, { '/w/link.md': '/secret/b.md', '/w/near.md': '/w/docs/c.md' });
    const end = async (text: string) => (await followImport('/w/CLAUDE.md', { text }, '/w', files)).kind;
    assert.equal(await end('@a.md'), 'file');
    assert.equal(await end('@/w/a.md'), 'file');
    assert.equal(await end('@near.md'), 'file');
    assert.equal(await end('@docs'), 'folder');
    assert.equal(await end('@gone.md'), 'missing');
    for (const text of ['@../secret/b.md', '@/secret/b.md', '@~/b.md', '@link.md']) assert.equal(await end(text), 'outside', text);
    assert.deepEqual(files.reads, []);
  });

  it('are followed by what a file is, not by its name, and each file is read once', async () => {
    const files = new MemoryFiles(
      { '/w/CLAUDE.md': '@a.md @b.md', '/w/a.md': '@c.md', '/w/b.md': '@c.md @again.md', '/w/c.md': '' },
      { '/w/again.md': '/w/CLAUDE.md' },
    );
    const reads: string[] = [];
    const project = async (path: string) => {
      reads.push(path);
      return readProject(path, await files.read(path));
    };
    const { circular, deep } = await importChains(await project('/w/CLAUDE.md'), '/w', Object.assign(files, { project }));
    assert.deepEqual(circular, [{ first: 1, files: ['/w/b.md', '/w/again.md'] }]);
    assert.deepEqual(deep, []);
  });

  it('end four hops away, on the shortest way', async () => {
    const chain = Object.fromEntries('abcde'.split('').map((name, i) => [`/w/${name}.md`, i < 4 ? `@${'bcde'[i]}.md` : '']));
    const deepOf = async (text: string) => {
      const files = new MemoryFiles({ '/w/CLAUDE.md': text, ...chain });
      return (await importChains(readProject('/w/CLAUDE.md', text), '/w', files)).deep.map((way) => way.files.map((path) => path.slice(3, 4)).join(''));
    };
    assert.deepEqual(await deepOf('@a.md'), ['abcde']);
    assert.deepEqual(await deepOf('@b.md'), []);
    assert.deepEqual(await deepOf('@a.md and @c.md'), []);
  });

  it('are loaded without front matter and block comments', () => {
    const text = '---\npaths: a\n---\n<!-- note\nnote -->\n# A <!-- stays: it is no block -->\n\n```\n<!-- code -->\n```\n';
    assert.equal(loadedText(readProject('/w/a.md', text)).trim(), '# A <!-- stays: it is no block -->\n\n```\n<!-- code -->\n```');
  });
});
