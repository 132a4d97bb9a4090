import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readCommands } from '../../../src/steering/commandLines';
import { readProject } from '../../../src/steering/project';

function read(text: string) {
  return readProject('/w/CLAUDE.md', text);
}

describe('reading a project document', () => {
  it('finds imports outside code, with their places', () => {
    const text = '# P\n\nSee @docs/style.md, and @./local.md.\n\nMail me@example.com; `@code/span.md`.\n\n```\n@fenced.md\n```\n<!-- @commented.md -->\n';
    const { imports } = read(text);
    assert.deepEqual(
      imports.map((item) => item.text),
      ['@docs/style.md', '@./local.md'],
    );
    assert.deepEqual(imports[0]?.range, { start: { line: 2, character: 4 }, end: { line: 2, character: 18 } });
    for (const item of imports) assert.equal(text.slice(item.from, item.to), item.text);
  });

  it('finds links with their targets, without titles, fragments and escapes', () => {
    const { links } = read('[a](docs/a%20b.md#part "Title") ![i](img/x.png) [r](<b c.md>) `[no](code.md)` [open](never.md\n\n[d]: docs/d.md\n');
    assert.deepEqual(
      links.map((link) => [link.text, link.target]),
      [
        ['docs/a%20b.md#part', 'docs/a b.md'],
        ['img/x.png', 'img/x.png'],
        ['docs/d.md', 'docs/d.md'],
      ],
    );
  });

  it('pairs code spans within a block only', () => {
    const { spans } = read('- a stray ` here\n- `src/a.ts` and ``b ` c``\n\n| `x` | y |\n');
    assert.deepEqual(
      spans.map((span) => span.text),
      ['src/a.ts', 'b ` c', 'x'],
    );
  });

  it('gives a code span the sentence it stands in', () => {
    const { spans } = read('First one. Create `src/new.ts` for e.g. tests. Then stop.\n');
    assert.equal(spans[0]?.sentence, 'Create `src/new.ts` for e.g. tests.');
  });

  it('finds commands in spans and shell fences, not in other code', () => {
    const text = 'Run `npm run build`.\n\n```bash\n$ cd web && pnpm --filter app run dev # npm run no\nmake lint test -j4\n```\n\n```js\nnpm run never\n```\n';
    const { commands } = read(text);
    assert.deepEqual(
      commands.map(({ tool, name }) => `${tool} ${name}`),
      ['npm build', 'pnpm dev', 'make lint', 'make test'],
    );
    assert.deepEqual(
      commands.map(({ from, to }) => text.slice(from, to)),
      ['npm run build', 'pnpm --filter app run dev', 'make lint', 'test'],
    );
  });

  it('passes over commands that name no script of the project', () => {
    for (const line of [
      'npm install',
      'npm run <script>',
      'yarn add x',
      'npm run build --if-present',
      'make -f other.mk x',
      'make CC=gcc',
      'cargo run x',
      'npm ci',
      'yarn eslint src',
      'just --list',
      'yarn workspace app add run-thing',
    ]) {
      assert.deepEqual(readCommands(line), [], line);
    }
    assert.equal(readCommands('yarn workspace app run dev')[0]?.name, 'dev');
    assert.equal(readCommands('npm --prefix web run dev')[0]?.name, 'dev');
    assert.equal(readCommands('CI=1 npm run test:unit -- --watch')[0]?.name, 'test:unit');
  });

  it('never fails, and every reference is what stands at its place', () => {
    const bits = fc.constantFrom(
      '`',
      '``',
      '```',
      '\n',
      '[',
      '](',
      ')',
      '@',
      'a/b.md',
      ' ',
      '<!--',
      '-->',
      '- ',
      '# ',
      '|',
      'npm run x',
      '\r\n',
      '.',
      '---',
      '💡',
    );
    fc.assert(
      fc.property(fc.array(bits, { maxLength: 60 }), (parts) => {
        const text = parts.join('');
        const { imports, spans, commands, links } = read(text);
        for (const item of [...imports, ...commands, ...links]) assert.equal(text.slice(item.from, item.to), item.text);
        for (const span of spans) assert.equal(span.to - span.from, span.text.length);
      }),
      { numRuns: 500 },
    );
  });

  it('reads hostile documents in time that grows with their length', () => {
    for (const bit of ['](', '`a` ', '``` ', '[x](', '@a.', '<!-- ', '` `` ', '((((']) {
      const started = performance.now();
      read(bit.repeat(Math.floor(200_000 / bit.length)));
      assert.ok(performance.now() - started < 3000, `${bit} took too long`);
    }
  });
});
