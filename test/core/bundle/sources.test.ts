import assert from 'node:assert/strict';
import fc from 'fast-check';
import { signatureLines } from '../../../src/bundle/signatures';
import { symbolStretches } from '../../../src/bundle/symbols';
import { UserError } from '../../../src/ports';
import { bundled, oneStage, sourcesOf } from './bundling';

const refused = (form: RegExp, line: number) => (error: unknown) => {
  assert.ok(error instanceof UserError);
  assert.match(error.message, form);
  assert.deepEqual([error.details.path, error.details.line, error.details.exitCode], ['/w/CONTEXT.md', line, 2]);
  return true;
};

describe('rules of .claude/rules', () => {
  const rules = {
    '/w/CLAUDE.md': 'project',
    '/w/.claude/rules/always.md': 'always, see @more.md',
    '/w/.claude/rules/more.md': 'more',
    '/w/.claude/rules/api/errors.md': '---\npaths:\n  - "src/api/**/*.ts"\n---\n\n# Errors\n\nWrap them.\n',
    '/w/.claude/rules/tests.md': '---\npaths: "test/**"\n---\ntests',
    '/w/src/api/users.ts': 'export {}\n',
    '/w/notes.md': 'notes',
  };
  const named = async (fields: string) => (await bundled(1, { ...rules, '/w/CONTEXT.md': oneStage(fields) })).bundle;

  it('without paths are in every bundle, each once with what they import', async () => {
    assert.deepEqual(sourcesOf(await named('- Task: x')), ['CLAUDE.md', '.claude/rules/always.md', '.claude/rules/more.md']);
  });

  it('with paths are in where they match what the stage names, by file, glob, lines, symbol or output', async () => {
    const forms = ['- Input: src/api/users.ts', '- Context: src/**/*.ts', '- Input: src/api/users.ts:1-1', '- Output: Users → src/api/more.ts'];
    for (const field of forms) {
      const bundle = await named(`- Task: x\n${field}`);
      const rule = bundle.pieces.find(({ source }) => source === '.claude/rules/api/errors.md');
      assert.equal(rule?.text, '# Errors\n\nWrap them.', `${field}: without the front matter that tools read`);
      assert.match(rule?.reason ?? '', /^a rule for src\/api\//);
      assert.ok(!sourcesOf(bundle).includes('.claude/rules/tests.md'));
    }
    assert.ok(!sourcesOf(await named('- Task: x\n- Input: notes.md')).includes('.claude/rules/api/errors.md'));
  });

  it('with paths stand behind what all stages share, and are said to be scoped', async () => {
    const bundle = await named('- Task: x\n- Input: src/api/users.ts, notes.md');
    assert.deepEqual(sourcesOf(bundle), [
      'CLAUDE.md',
      '.claude/rules/always.md',
      '.claude/rules/more.md',
      '.claude/rules/api/errors.md',
      'src/api/users.ts',
      'notes.md',
    ]);
    assert.deepEqual(
      bundle.pieces.map(({ stable, scoped }) => [stable, scoped ?? false]),
      [
        [true, false],
        [true, false],
        [true, false],
        [true, true],
        [false, false],
        [false, false],
      ],
    );
  });

  it('match from the folder that holds them', async () => {
    const files = {
      '/w/app/.claude/rules/api.md': '---\npaths: api/*.ts\n---\nrule',
      '/w/app/api/a.ts': 'a',
      '/w/app/CONTEXT.md': oneStage('- Task: x\n- Input: api/a.ts'),
    };
    const { bundle } = await bundled(1, files, { at: '/w/app/CONTEXT.md' });
    assert.deepEqual(sourcesOf(bundle), ['app/.claude/rules/api.md', 'app/api/a.ts']);
  });
});

describe('symbol in path', () => {
  const code = [
    "import { a } from 'a';",
    '',
    '/** Adds. */',
    'export function add(x: number, y: number): number {',
    '  const text = `',
    'not the end',
    '`;',
    '  return x + y;',
    '}',
    '',
    'export class Sum {',
    '  add(x: number): void {',
    '    add(x, 1);',
    '  }',
    '',
    '  reset(): void {}',
    '}',
  ].join('\n');
  const files = { '/w/sum.ts': code, '/w/notes.md': '# Notes\n\n## Cadence & delivery\n\nslow\n\n## Other\n\nrest\n' };
  const named = async (name: string) => (await bundled(1, { ...files, '/w/CONTEXT.md': oneStage(`- Task: x\n- Input: ${name}`) })).bundle;

  it('gives a function or class with its comment, whole, and a section by its heading', async () => {
    const forms: [string, string | null, [number, number]][] = [
      ['add in sum.ts', 'add', [3, 9]],
      ['`add()` in `sum.ts`', 'add', [3, 9]],
      ['Sum in ./sum.ts', 'Sum', [11, 17]],
      ['Sum.add in sum.ts', 'Sum.add', [12, 14]],
      ['Cadence in notes.md', 'Cadence & delivery', [3, 5]],
      ['cadence & delivery in notes.md', 'Cadence & delivery', [3, 5]],
    ];
    for (const [name, heading, lines] of forms) {
      const [piece, ...more] = (await named(name)).pieces;
      assert.deepEqual([piece?.heading, piece?.lines, more.length], [heading, lines, 0], name);
      assert.equal(
        piece?.text,
        (piece?.source === 'sum.ts' ? code : files['/w/notes.md'])
          .split('\n')
          .slice(lines[0] - 1, lines[1])
          .join('\n'),
      );
    }
  });

  it('is an error with its place where nothing, or several places, declare it, and where the file is missing', async () => {
    await assert.rejects(named('subtract in sum.ts'), refused(/sum\.ts declares no “subtract”.*sum\.ts:10-40/, 4));
    await assert.rejects(named('Gone in notes.md'), refused(/no section “Gone”/, 4));
    await assert.rejects(named('add in gone.ts'), refused(/gone\.ts, which is not there/, 4));
    const twice = { '/w/a.py': 'def f():\n    pass\n\nx = 1\n\ndef f():\n    return 2\n', '/w/CONTEXT.md': oneStage('- Task: x\n- Input: f in a.py') };
    await assert.rejects(bundled(1, twice), refused(/declares “f” 2 times, in lines 1, 6.*a\.py:1-2/, 4));
  });

  it('is nothing but words where it names no file', async () => {
    assert.deepEqual(
      (await named('the errors in production')).missing.map(({ text }) => text),
      ['the errors in production'],
    );
  });

  it('finds declarations of common languages, and no calls', () => {
    const cases: [string, string, string, [number, number][]][] = [
      [
        'a.py',
        'Foo.b',
        'class Foo:\n    """x\nclass Bar\n"""\n    def a(self):\n        return 1\n\n    @cached\n    def b(self,\n        x,\n    ):\n        pass\n\n\ndef c(): pass\n',
        [[8, 12]],
      ],
      [
        'a.go',
        'Take',
        'package x\n\n// Take takes.\nfunc (r *T) Take(a int) error {\n\tx := `\nraw {\n`\n\treturn nil\n}\n\nfunc b() { r.Take(1) }\n',
        [[3, 9]],
      ],
      ['a.c', 'foo', 'int foo(int a);\n\nint bar(void)\n{\n  return foo(1);\n}\n\nint foo(int a)\n{\n  if (a) {\n    b();\n  }\n}\n', [[8, 13]]],
      [
        'a.rs',
        'Foo::new',
        '/// d\n#[derive(Debug)]\npub struct Foo {\n    a: u8,\n}\n\nimpl Foo {\n    pub fn new() -> Self {\n        Foo { a: 1 }\n    }\n}\n',
        [[8, 10]],
      ],
      ['A.java', 'run', 'class A {\n  @Override\n  public void run(int a) throws X {\n    run(1);\n    x.run(2, () -> {\n    });\n  }\n}\n', [[2, 7]]],
      ['a.rb', 'call', 'module A\n  class B\n    def self.call(x)\n      y\n    end\n\n    def other\n    end\n  end\nend\n', [[3, 5]]],
      [
        'a.ts',
        'f',
        'export function f(a: string): string;\nexport function f(a: number): string;\nexport function f(a: any) {\n  return a;\n}\n\nf(1);\n',
        [[1, 5]],
      ],
      ['a.ts', 'g', 'const h = 1;\nexport const g = async (x: number) => {\n  h(x);\n};\n', [[2, 4]]],
    ];
    for (const [path, symbol, text, expected] of cases) assert.deepEqual(symbolStretches(path, text, symbol), expected, `${symbol} in ${path}`);
  });

  it('is looked for in time that grows with the length, whatever the lines', () => {
    const traps = ['public static const ', '@a(', 'a:: ', '* & ', '<a ', 'static ', 'pub(a) ', 'a.', '  a(', '\n  a() {', '\nfunction a() {', '`', '/*', '(('];
    for (const trap of traps) {
      for (const ending of ['', '\n', ' a(', '\n  x a(']) {
        const text = `${trap.repeat(Math.ceil(900 / trap.length))}${ending}`.repeat(60);
        const started = Date.now();
        symbolStretches('a.ts', text, 'a');
        signatureLines('a.ts', text);
        assert.ok(Date.now() - started < 10_000, `${JSON.stringify(trap)} ${JSON.stringify(ending)} took ${Date.now() - started} ms`);
      }
    }
  });

  it('gives lines that exist, in order and apart, whatever the text', () => {
    const line = fc.constantFrom(
      '',
      'function a() {',
      '  a() {',
      '}',
      '  }',
      '`',
      'class a {',
      '"""',
      'a(',
      ')',
      'const a = 1;',
      '// a',
      '  return a;',
      'def a():',
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), fc.constantFrom('x.ts', 'x.py', 'x.go', 'x'), (lines, path) => {
        let before = 0;
        for (const [from, to] of symbolStretches(path, lines.join('\n'), 'a')) {
          assert.ok(before < from && from <= to && to <= Math.max(1, lines.length), `${from}-${to} of ${lines.length}`);
          before = to;
        }
      }),
    );
  });
});

describe('Context: relevant code', () => {
  const billing = 'export function invoiceTotal(lines: Line[]): number {\n  return lines.reduce((sum, line) => sum + line.price, 0);\n}\n';
  const files = {
    '/w/src/billing/invoice.ts': billing,
    '/w/src/billing/invoice.test.ts': "test('invoice total of two lines', () => {\n  expect(invoiceTotal([])).toBe(0);\n});\n",
    '/w/src/search/index.ts': 'export function searchIndex(query: string) {\n  return trie.find(query);\n}\n',
    '/w/.gitignore': 'build/\n',
    '/w/build/invoice.js': 'invoice invoice total',
    '/w/package-lock.json': '{"invoice": "total"}',
    '/w/.env': 'INVOICE_TOTAL=1',
    '/w/CLAUDE.md': 'Invoice totals are in cents.',
    '/w/ARCHITECTURE.md': '# Invoices\n\nAn invoice total has no tax.\n',
  };
  const stage = (fields: string) => oneStage(`- Task: Explain how an invoice total is made\n${fields}`, 'Invoice total');
  const asked = async (fields: string, more: Parameters<typeof bundled>[2] = {}, further: Record<string, string> = {}) =>
    (await bundled(1, { ...files, ...further, '/w/CONTEXT.md': stage(fields) }, more)).bundle;

  it('gives what fits the stage of the own files, after background, with its reason, and only where it is asked for', async () => {
    const bundle = await asked('- Context: relevant code');
    assert.deepEqual(sourcesOf(bundle).slice(0, 2), ['CLAUDE.md', 'ARCHITECTURE.md']);
    assert.deepEqual(sourcesOf(bundle).slice(2).sort(), ['src/billing/invoice.test.ts', 'src/billing/invoice.ts']);
    assert.match(bundle.pieces.find(({ source }) => source === 'src/billing/invoice.ts')?.reason ?? '', /^relevant code: shares “/);
    assert.deepEqual(sourcesOf(await asked('- Context: notes.md', {}, { '/w/notes.md': 'n' })).sort(), ['ARCHITECTURE.md', 'CLAUDE.md', 'notes.md']);
    await asked('- Output: Text', { context: { project: () => assert.fail('nobody pays for it who does not ask') } });
  });

  it('never gives what is in already, that a stage of the task writes, or that is left out', async () => {
    const relevant = async (fields: string) =>
      (await asked(`- Context: relevant code${fields}`)).pieces.filter(({ reason }) => reason.startsWith('relevant code')).map(({ source }) => source);
    assert.deepEqual(await relevant('\n- Input: src/billing/invoice.ts'), ['src/billing/invoice.test.ts']);
    assert.deepEqual(await relevant('\n- Input: src/billing/invoice.ts:1-2'), ['src/billing/invoice.test.ts'], 'parts are taken whole, or not at all');
    assert.deepEqual(await relevant('\n- Output: Code → src/billing/invoice.ts'), ['src/billing/invoice.test.ts']);
    assert.deepEqual(await relevant(', not src/billing/invoice.test.ts'), ['src/billing/invoice.ts']);
    assert.deepEqual(await relevant(', not src/billing'), []);
  });

  it('gives other parts of a file that is in by its lines or its outline, and no line twice', async () => {
    const long = Array.from(
      { length: 8 },
      (_, i) => `export function invoice${i}(total: number): number {\n${`  total += ${i};\n`.repeat(40)}  return total;\n}\n`,
    ).join('\n');
    const further = { '/w/src/long.ts': long };
    const spans = async (fields: string, budget?: number) => {
      const { pieces } = await asked(`- Context: relevant code\n${fields}`, { context: { budget } }, further);
      return pieces.filter(({ source, outline }) => source === 'src/long.ts' && !outline).map(({ lines }) => lines as [number, number]);
    };
    const named = await spans('- Output: Long totals\n- Input: invoice2 in src/long.ts');
    assert.ok(named.length > 1);
    const sorted = [...named].sort((a, b) => a[0] - b[0]);
    for (const [i, [from]] of sorted.entries()) assert.ok(i === 0 || (sorted[i - 1]?.[1] ?? 0) < from, JSON.stringify(sorted));
    assert.ok((await spans('- Output: Long totals\n- Input: src/long.ts', 1500)).length, 'the outline is in, and the parts that fit best');
    assert.deepEqual(await spans('- Input: src/long.ts'), [[1, long.trimEnd().split('\n').length]]);
  });

  it('is given to stages that say nothing of it where settings say so, but not to one that refuses it, nor to a command', async () => {
    const on = { context: { relevantCode: true } };
    const code = (bundle: { pieces: { source: string; reason: string }[] }) =>
      bundle.pieces.filter(({ reason }) => reason.startsWith('relevant code, as settings say: ')).map(({ source }) => source);
    assert.deepEqual(code(await asked('- Output: Text', on)), ['src/billing/invoice.test.ts', 'src/billing/invoice.ts']);
    assert.deepEqual(code(await asked('- Context: not relevant code', on)), []);
    assert.deepEqual(code(await asked('- Output: Text')), []);
    const command = '## Stage 1: Invoice total (Code)\n- Run: cat\n- Task: Explain how an invoice total is made\n';
    assert.deepEqual(code((await bundled(1, { ...files, '/w/CONTEXT.md': command }, on)).bundle), []);
    const body = Array.from({ length: 40 }, (_, i) => `  step${i}('explain how an invoice total is made');\n`).join('');
    const many = Object.fromEntries(
      Array.from({ length: 200 }, (_, i) => [`/w/src/i${i}.ts`, i < 100 ? `export function invoiceTotal${i}() {\n${body}}\n` : 'export const other = 1;\n']),
    );
    const taken = (await asked('- Output: Text', on, many)).pieces.filter(({ reason }) => reason.startsWith('relevant code'));
    const tokens = taken.reduce((sum, piece) => sum + piece.tokens, 0);
    assert.ok(taken.length > 5 && tokens <= 16_000, String(tokens));
  });

  it('never gives a copy of a task', async () => {
    const copy = { '/w/CONTEXT2.md': stage('- Output: Text'), '/w/CONTEXT old.md': stage('- Output: Text') };
    assert.ok(!sourcesOf(await asked('- Context: relevant code', {}, copy)).some((source) => source.startsWith('CONTEXT')));
  });

  it('says what came next when the budget is used up', async () => {
    const whole = (await asked('- Context: relevant code')).tokens;
    const bundle = await asked('- Context: relevant code', { context: { budget: whole - 1 } });
    const reasons = bundle.omitted.filter(({ reason }) => reason.startsWith('relevant code'));
    assert.deepEqual(
      reasons.map(({ reason, named }) => [reason, named]),
      [['relevant code: no room left in the budget', false]],
    );
  });

  it('is a form of Context alone, and of nothing that a task calls so itself', async () => {
    assert.deepEqual(
      (await asked('- Input: relevant code')).missing.map(({ text }) => text),
      ['relevant code'],
    );
    const declared = `---\ninputs:\n  relevant code: mine\n---\n${stage('- Context: relevant code')}`;
    const { bundle } = await bundled(1, { ...files, '/w/CONTEXT.md': declared });
    assert.ok(sourcesOf(bundle).includes('input:relevant code') && !sourcesOf(bundle).includes('src/billing/invoice.ts'));
  });

  it('is asked for by the item of Each as well', async () => {
    const document = oneStage('- Each: Topic in topics.md\n- Task: Explain Topic\n- Context: relevant code', 'Explain');
    const item = { name: 'Topic', value: 'search index' };
    const { bundle } = await bundled(1, { ...files, '/w/topics.md': '- search index', '/w/CONTEXT.md': document }, { context: { item } });
    assert.ok(sourcesOf(bundle).includes('src/search/index.ts'));
  });

  it('says that nobody looked where there is nobody to', async () => {
    const bundle = await asked('- Context: relevant code', { context: { project: undefined } });
    assert.match(bundle.omitted.find(({ source }) => source === 'relevant code')?.reason ?? '', /not looked at/);
  });

  it('only grows with the budget, and never goes over it', async () => {
    const words = ['invoice', 'total', 'tax', 'search', 'trie', 'cents', 'line', 'price'];
    const text = fc.array(fc.constantFrom(...words, '\n', '\n\nfunction a() {\n', '}\n\n', '# h\n'), { maxLength: 120 }).map((parts) => parts.join(' '));
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { minLength: 1, maxLength: 5 }),
        text,
        fc.integer({ min: 0, max: 900 }),
        fc.integer({ min: 0, max: 300 }),
        async (own, note, budget, more) => {
          const project = Object.fromEntries(own.map((each, i) => [`/w/src/f${i}.${i % 2 ? 'md' : 'ts'}`, each]));
          const further = { ...project, '/w/notes.md': note };
          const make = (tokens: number) => asked('- Input: notes.md\n- Context: relevant code', { context: { budget: tokens } }, further);
          const [small, large] = [await make(budget), await make(budget + more)];
          for (const [bundle, most] of [
            [small, budget],
            [large, budget + more],
          ] as const) {
            assert.equal(
              bundle.tokens,
              bundle.pieces.reduce((sum, { tokens }) => sum + tokens, 0),
            );
            assert.ok(bundle.tokens <= most);
            const twice = sourcesOf(bundle).filter((source) => source === 'notes.md');
            assert.ok(twice.length <= 1);
          }
          assert.equal(JSON.stringify(await make(budget)), JSON.stringify(small));
        },
      ),
      { numRuns: 25 },
    );
  });
});
