import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ProjectTexts } from '../../../src/bundle/projectTexts';
import { assembleForQuery } from '../../../src/bundle/query';
import { estimateTokens } from '../../../src/catalog/tokens';
import { MemoryFiles } from '../memoryFiles';

const absolute = (path: string) => `/repo/${path}`;

function repository(texts: Record<string, string>): MemoryFiles {
  const files = new MemoryFiles(Object.fromEntries(Object.entries(texts).map(([path, text]) => [absolute(path), text])));
  files.makeFolder('/repo/.git');
  return files;
}

const pathsOf = async (project: ProjectTexts, query: string) => [...new Set((await project.find(query)).ranked.map(({ path }) => path))];

describe('the texts of a project', () => {
  it('are read once: a change in one file reads that file, and those that are shown', async () => {
    const texts = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`src/part${i}.ts`, `export const word${i} = 'painted';\n`]));
    const files = repository(texts);
    const project = new ProjectTexts('/repo', files);
    assert.deepEqual(await pathsOf(project, 'word7'), ['src/part7.ts']);
    files.put(absolute('src/part9.ts'), 'export const giraffe = 1;\n');
    files.reads.length = 0;
    project.fileChanged(absolute('src/part9.ts'));
    assert.deepEqual(await pathsOf(project, 'giraffe'), ['src/part9.ts']);
    assert.deepEqual([...new Set(files.reads)], [absolute('src/part9.ts')]);
  });

  it('know what came and went, folders and what git ignores included', async () => {
    const files = repository({ 'a.ts': 'giraffe', 'old/b.ts': 'giraffe', 'old/deep/c.ts': 'giraffe' });
    const project = new ProjectTexts('/repo', files);
    assert.deepEqual((await pathsOf(project, 'giraffe')).sort(), ['a.ts', 'old/b.ts', 'old/deep/c.ts']);
    await files.remove(absolute('old'));
    project.fileChanged(absolute('old'));
    files.put(absolute('new/deep/d.ts'), 'giraffe');
    project.fileChanged(absolute('new'));
    assert.deepEqual((await pathsOf(project, 'giraffe')).sort(), ['a.ts', 'new/deep/d.ts']);
    files.put(absolute('.gitignore'), 'new/\n');
    project.fileChanged(absolute('.gitignore'));
    assert.deepEqual(await pathsOf(project, 'giraffe'), ['a.ts']);
    files.put(absolute('new/e.ts'), 'giraffe');
    project.fileChanged(absolute('new/e.ts'));
    assert.deepEqual(await pathsOf(project, 'giraffe'), ['a.ts']);
    await files.remove(absolute('.gitignore'));
    project.fileChanged(absolute('.gitignore'));
    assert.deepEqual((await pathsOf(project, 'giraffe')).sort(), ['a.ts', 'new/deep/d.ts', 'new/e.ts']);
  });

  it('answer after any changes as if they were read anew', async () => {
    const path = fc.constantFrom('a.ts', 'b.md', 'd/a.ts', 'd/e/f.ts', '.gitignore', 'd/.gitignore', '.env');
    const text = fc.constantFrom('giraffe', 'zebra giraffe', '', '# Giraffe\n\nzebra\n', 'd/\n', '!a.ts\n*.md\n', 'a.ts\n');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(path, fc.option(text)), { maxLength: 12 }), async (changes) => {
        const files = repository({ 'a.ts': 'giraffe', 'd/a.ts': 'zebra giraffe' });
        const kept = new ProjectTexts('/repo', files);
        for (const [at, written] of changes) {
          if (written === null) await files.remove(absolute(at));
          else files.put(absolute(at), written);
          kept.fileChanged(absolute(at));
          const anew = new ProjectTexts('/repo', files);
          assert.deepEqual(await kept.find('giraffe zebra'), await anew.find('giraffe zebra'));
          assert.deepEqual(kept.passedOver, anew.passedOver);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('obey the ignored files of all folders as git does: the nearest has the last word', async () => {
    const files = repository({
      '.gitignore': '*.gen.ts\n/out/\n',
      '.git/info/exclude': 'mine.ts\n',
      'x.gen.ts': 'giraffe',
      'mine.ts': 'giraffe',
      'out/a.ts': 'giraffe',
      'part/.gitignore': '!kept.gen.ts\n',
      'part/kept.gen.ts': 'giraffe',
      'part/out/b.ts': 'giraffe',
      'node_modules/dep/index.js': 'giraffe',
    });
    assert.deepEqual((await pathsOf(new ProjectTexts('/repo', files), 'giraffe')).sort(), ['part/kept.gen.ts', 'part/out/b.ts']);
    assert.deepEqual(await pathsOf(new ProjectTexts('/repo/part', files), 'giraffe'), ['kept.gen.ts', 'out/b.ts']);
    assert.deepEqual(await pathsOf(new ProjectTexts('/repo/out', files), 'giraffe'), []);
  });

  it('are those that belong to the parts, where a file changes while it is read; what never rests is left out, and named', async () => {
    const lines = (count: number) => `${'one more line\n'.repeat(count)}giraffe\n`;
    const files = repository({ 'once.ts': lines(3), 'always.ts': lines(5), 'calm.ts': 'giraffe\n' });
    const read = files.read.bind(files);
    let times = 0;
    files.read = async (path, most) => {
      if (path.endsWith('always.ts')) return lines(++times);
      const text = await read(path, most);
      if (path.endsWith('once.ts')) files.put(path, lines(4));
      return text;
    };
    const project = new ProjectTexts('/repo', files);
    const bundle = assembleForQuery(await project.find('giraffe'), 16_000, estimateTokens);
    assert.deepEqual(bundle.pieces.map(({ source, lines: at }) => [source, at]).sort(), [
      ['calm.ts', [1, 1]],
      ['once.ts', [1, 5]],
    ]);
    assert.deepEqual(
      bundle.omitted.map(({ source, reason }) => [source, reason]),
      [['always.ts', 'kept changing while it was read']],
    );
  });

  it('are gone where their file is gone before it is shown, or a link out of the folder has taken its place', async () => {
    const links: Record<string, string> = {};
    const files = new MemoryFiles({ '/repo/a.ts': 'giraffe', '/repo/b.ts': 'giraffe', '/repo/c.ts': 'giraffe', '/elsewhere/secret': 'giraffe' }, links);
    const project = new ProjectTexts('/repo', files);
    assert.equal((await pathsOf(project, 'giraffe')).length, 3);
    await files.remove('/repo/a.ts');
    links['/repo/b.ts'] = '/elsewhere/secret';
    assert.deepEqual(await pathsOf(project, 'giraffe'), ['c.ts']);
  });
});
