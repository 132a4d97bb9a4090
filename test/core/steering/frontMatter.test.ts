import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readFrontMatter } from '../../../src/steering/frontMatter';
import { LineIndex } from '../../../src/text';

const closed = (yaml: string) => `---\n${yaml}\n---\n# Body\n`;
const problemOf = (text: string) => readFrontMatter(text).problem?.message ?? '';

describe('front matter', () => {
  const broken: [string, string, RegExp][] = [
    ['an unclosed bracket', closed('a: [1, 2'), /no valid YAML/],
    ['an unclosed quote', closed('a: "b'), /no valid YAML/],
    ['a tab for indentation', closed('a:\n\tb: 1'), /no valid YAML/],
    ['a key that stands twice', closed('a: 1\na: 2'), /no valid YAML/],
    ['an alias of nothing', closed('a: *gone'), /no valid YAML|cannot be read/],
    [
      'aliases that multiply',
      closed(`a: &a [x, x]\n${Array.from({ length: 20 }, (_, i) => `k${i}: &k${i} [*${i ? `k${i - 1}` : 'a'}, *${i ? `k${i - 1}` : 'a'}]`).join('\n')}`),
      /cannot be read/,
    ],
    ['an alias within its own anchor', closed('inputs:\n  a: &a [*a]'), /cannot be read/],
    ['a list', closed('- a\n- b'), /no mapping/],
    ['a single word', closed('"word": \n  - a\nword'), /no valid YAML/],
    ['another language', '---js\nmodule.exports = process.exit(1)\n---\n# Body\n', /only YAML is read/],
    ['JSON', '---json\n{"a": 1}\n---\n# Body\n', /only YAML is read/],
    ['no end', '---\na: 1\n\n# Body\n', /not closed/],
    ['depth without end', closed(`a: ${'['.repeat(5000)}`), /too large or nested too deeply/],
    ['dashes without end', closed(`${'- '.repeat(5000)}a`), /too large or nested too deeply/],
    ['a megabyte', closed(`a: ${'x'.repeat(200_000)}`), /too large/],
    ['several documents', closed('a: 1\n...\nb: 2'), /no valid YAML/],
  ];
  for (const [name, text, message] of broken) {
    it(`with ${name} is one problem with its place, and the body is found`, () => {
      const read = readFrontMatter(text);
      assert.match(read.problem?.message ?? '', message);
      assert.deepEqual(read.data, {});
      if (!/not closed/.test(message.source)) assert.equal(read.body, '# Body\n');
    });
  }

  it('may have patterns without quotes, as rules of Claude Code were shown with', () => {
    for (const [yaml, data, places] of [
      ['paths: **/*.ts', { paths: '**/*.ts' }, ['**/*.ts']],
      ['globs: *.py, *.pyi\r\nalwaysApply: false\r', { globs: '*.py, *.pyi', alwaysApply: false }, ['*.py, *.pyi']],
      ['paths:\n  - **/*.ts\n  - "src/**"\n  - {a,b}/*.md', { paths: ['**/*.ts', 'src/**', '{a,b}/*.md'] }, ['**/*.ts', '{a,b}/*.md']],
      ['paths: *', { paths: '*' }, ['*']],
    ] as const) {
      const text = closed(yaml);
      const read = readFrontMatter(text);
      assert.deepEqual([read.problem, read.data], [undefined, data]);
      const index = new LineIndex(text);
      assert.deepEqual(
        read.unquoted?.map(({ start, end }) => text.slice(index.offsetAt(start), index.offsetAt(end))),
        places,
      );
    }
    assert.equal(readFrontMatter(closed('a: &x "*.ts"\nb: *x\nc: {d: 1}')).unquoted, undefined);
  });

  it('is data and nothing else: no tag, date, number or name in it does anything', () => {
    const read = readFrontMatter(
      closed('__proto__:\n  polluted: true\nconstructor: 1\nwhen: 2026-13-45\nbig: 1e999\nhuge: 99999999999999999999\ncode: !!js/function "() => 1"'),
    );
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
    assert.equal((read.data as { polluted?: unknown }).polluted, undefined);
    assert.equal(read.data.when, '2026-13-45');
    assert.equal(read.data.big, Number.POSITIVE_INFINITY);
    assert.equal(typeof read.data.code, 'string');
  });

  it('needs a closing line of its own: breaks and longer dashes are no front matter', () => {
    for (const text of ['----\na: 1\n----\n', '---\n\nProse between breaks.\n\n---\n', '# Title\n---\na: 1\n---\n', '---'])
      assert.equal(readFrontMatter(text).range, undefined);
    assert.equal(problemOf('---\n\nProse between breaks.\n'), '');
    assert.equal(readFrontMatter('---\r\na: 1\r\n---\r\n# Body').data.a, 1);
    assert.equal(readFrontMatter('---\na: 1\n---').bodyFrom, 12);
  });

  it('never throws, and its body is what stands behind it', () => {
    const piece = fc.constantFrom(
      'a',
      ': ',
      '\n',
      '\n  ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      '"',
      "'",
      '&a ',
      '*a',
      '!!x ',
      '|',
      '>',
      '#',
      '? ',
      '---',
      '...',
      '\t',
      '%',
      '@',
      '`',
      '\u0000',
      '__proto__',
      '<<',
      '1',
      '0x',
      '~',
      '\r\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.constantFrom('\n', '\r\n'), (pieces, end) => {
        const text = `---${end}${pieces.join('')}${end}---${end}# Body${end}`;
        const read = readFrontMatter(text);
        assert.equal(read.body, text.slice(read.bodyFrom));
        if (read.problem) assert.deepEqual(read.data, {});
        assert.equal(({} as Record<string, unknown>).a, undefined);
      }),
      { numRuns: 500 },
    );
  });
});
