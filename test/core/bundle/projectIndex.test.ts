import assert from 'node:assert/strict';
import fc from 'fast-check';
import { eachPart, indexedFile } from '../../../src/bundle/indexedFile';
import { linksOf, moduleOf } from '../../../src/bundle/links';
import { partsOf } from '../../../src/bundle/parts';
import { ProjectIndex } from '../../../src/bundle/projectIndex';
import { lessForRepetition } from '../../../src/bundle/repetition';
import { countTerms } from '../../../src/bundle/terms';

const words = fc.constantFrom('paintWall', 'door', 'doors', '\n', '\n\n', '}\n', '# Heading\n', 'the', 'x'.repeat(50), 'Größe', '`', 'HTTPServer2', '\t');
const text = fc.array(words, { maxLength: 400 }).map((list) => list.join(' '));

describe('files that share just the same words with a query', () => {
  it('make room for others after the first five, and keep their order', () => {
    const part = (path: string, value: number, ...shared: string[]) => ({ path, from: 0, to: 1, start: 0, end: 1, value, words: shared });
    const alike = Array.from({ length: 12 }, (_, i) => part(`${i}.md`, 1 - i / 1000, i % 2 ? 'version' : 'snippet', i % 2 ? 'snippet' : 'version'));
    const values = lessForRepetition([...alike, part('0.md', 0.9, 'snippet', 'version'), part('other.md', 0.9, 'installation', 'version')]).map(
      ({ value }) => value,
    );
    assert.deepEqual(
      values.slice(0, 5),
      alike.slice(0, 5).map(({ value }) => value),
    );
    assert.ok((values[11] as number) < 0.85 && values.slice(0, 12).every((value, i) => i === 0 || value < (values[i - 1] as number)));
    assert.equal(values[13], 0.9);
  });
});

describe('the index of a project', () => {
  it('holds the terms of each part, as often as they stand there', () => {
    fc.assert(
      fc.property(text, fc.constantFrom('a.ts', 'a.md'), (source, path) => {
        const file = indexedFile(path, source);
        const expected = partsOf(path, source);
        eachPart(file, ({ from, to, start, end, firstTerm, endTerm, length }, i) => {
          assert.deepEqual({ from, to, start, end }, expected[i]);
          const counts = countTerms(source.slice(start, end));
          assert.deepEqual(new Map([...file.terms.slice(firstTerm, endTerm)].map((term, at) => [term, file.counts[firstTerm + at] as number])), counts);
          assert.equal(
            length,
            [...counts.values()].reduce((sum, count) => sum + count, 0),
          );
        });
      }),
    );
  });

  it('knows whether the parts of a file still lie where they lay', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const index = new ProjectIndex();
        index.set('a.ts', before);
        assert.ok(index.liesIn('a.ts', before));
        const places = (of: string) => of.split('\n').map((line) => line.length);
        const moved = partsOf('a.ts', before).some(({ from, to }) => String(places(before).slice(from, to)) !== String(places(after).slice(from, to)));
        if (!moved && before.length === after.length) assert.ok(index.liesIn('a.ts', after));
        if (before.length !== after.length || before.split('\n').length !== after.split('\n').length) assert.ok(!index.liesIn('a.ts', after));
      }),
    );
  });

  it('ranks what is rare above what is common, and every part by its own text', () => {
    const index = new ProjectIndex();
    for (let i = 0; i < 20; i++) index.set(`common${i}.ts`, 'export const door = 1;\n');
    const filler = '  // more of it\n'.repeat(20);
    index.set('rare.ts', `function door() {\n${filler}}\n\nfunction giraffe() {\n${filler}}\n`);
    const [first, ...others] = index.rank('the giraffe at the door');
    assert.deepEqual([first?.path, first?.from], ['rare.ts', 23]);
    assert.equal(others.length, 21);
    assert.deepEqual(index.rank('zebra'), []);
    assert.deepEqual(index.rank('the of a'), []);
    index.delete('rare.ts');
    assert.deepEqual(index.rank('giraffe'), []);
  });

  it('ranks a file beside the one that is meant above one that is beside nothing', () => {
    const index = new ProjectIndex();
    index.set('src/giraffe.ts', "import { brush } from './tools/a.js';\nexport const giraffe = 'giraffe paint';\n");
    for (const name of ['a', 'b', 'c']) index.set(`src/tools/${name}.ts`, 'export const brush = "paint";\n');
    for (let i = 0; i < 20; i++) index.set(`other${i}.ts`, 'export const wall = 1;\n');
    const order = () => index.rank('paint the giraffe').map(({ path }) => path);
    assert.deepEqual(order().slice(0, 2), ['src/giraffe.ts', 'src/tools/a.ts']);
    index.set('src/giraffe.ts', "import { brush } from './tools/c';\nexport const giraffe = 'giraffe paint';\n");
    assert.deepEqual(order().slice(0, 2), ['src/giraffe.ts', 'src/tools/c.ts']);
    index.set('src/giraffe.ts', "export const giraffe = 'giraffe paint';\n");
    index.set('src/tools/b.ts', "import x from '../giraffe';\nexport const brush = 'paint';\n");
    assert.deepEqual(order().slice(0, 2), ['src/giraffe.ts', 'src/tools/b.ts']);
  });
});

describe('links of a file', () => {
  it('are found in any language, by the lines that import', () => {
    for (const [path, text, links] of [
      [
        'src/a/b.ts',
        "import { x } from '../c/d.js';\nconst y = require('./e');\nconst z = 'no import';\n} from 'pkg/Part';\n",
        ['./src/c/d', './src/a/e', 'pkg/part'],
      ],
      ['a/b.py', 'from fast.server.auth import X\nimport os\nvalue = 1\n', ['fast/server/auth', 'os']],
      ['a/B.java', 'import static com.acme.Foo;\nclass B {}\n', ['com/acme/foo']],
      ['a/b.rs', 'use crate::db::pool::Pool;\npub mod tests;\n', ['db/pool/pool', 'tests']],
      ['a/b.c', '#include "net/http.h"\n#include <stdio.h>\n', ['net/http', 'stdio']],
      ['a/b.rb', "require_relative '../lib/thing'\n", ['./lib/thing']],
      ['a/b.php', 'use App\\Models\\User;\n', ['app/models/user']],
      ['notes.md', 'import all of it\n', []],
    ] as const)
      assert.deepEqual(linksOf(path, text), links, path);
    assert.deepEqual(['src/a/index.ts', 'lib/x/__init__.py', 'A/B.d.ts', 'noend'].map(moduleOf), ['src/a', 'lib/x', 'a/b', 'noend']);
  });
});
