import assert from 'node:assert/strict';
import fc from 'fast-check';
import { declarationsOf, isLocal, pathOf } from '../../../src/bundle/declarations';
import { signatureLines } from '../../../src/bundle/signatures';
import { symbolStretches } from '../../../src/bundle/symbols';

const paths = ['a.ts', 'a.tsx', 'a.js', 'a.py', 'a.rs', 'a.go', 'A.java', 'a.cpp', 'a.h', 'a.php'];

describe('what a source file declares', () => {
  const shown = (path: string, text: string) => signatureLines(path, text).map(({ line, text: signature }) => `${line}: ${signature}`);

  it('is told with its whole signature, and nested where it stands nested', () => {
    const cases: [string, string, string[]][] = [
      [
        'a.ts',
        '@Component({ a: 1 })\nexport class A<T>\n  extends B\n{\n  private x = 1;\n  h = (a: number) => {\n    const no = 1;\n  };\n  get q() {\n    return 1;\n  }\n}\n\nexport interface I {\n  n: number;\n  m(a: string): void;\n}\n\nexport type Pair = [a: string, b: string];\nconst own = 1;\nexport const shared = 2;\nconst handler = {\n  get() {\n    return 1;\n  },\n};\nexports.open = function (\n  path,\n  mode,\n) {\n};\n',
        [
          '2: export class A<T> extends B',
          '6:   h = (a: number)',
          '9:   get q()',
          '14: export interface I',
          '16:   m(a: string): void',
          '19: export type Pair = [a: string, b: string]',
          '21: export const shared = 2',
          '23:   get()',
          '27: exports.open = function (path, mode)',
        ],
      ],
      [
        'a.test.ts',
        "describe('sums', () => {\n  const one = 1;\n  function add() {}\n\n  it('adds', async () => {\n    add();\n  });\n});\n",
        ["1: describe('sums')", "5:   it('adds')"],
      ],
      [
        'a.py',
        '"""\ndef no(): pass\n"""\nLIMIT: int = 3\nlocal = 1\n\n@dec(\n    1,\n)\nasync def f(\n    a: int,\n    *,\n    b: str = "x",\n) -> int:\n    def inner(): pass\n    return 1\n',
        ['4: LIMIT: int = 3', '10: async def f(a: int, *, b: str = "x") -> int'],
      ],
      [
        'a.rs',
        'impl<T> Tr for S<T> {\n    #[inline]\n    pub fn f<U>(&self, u: U) -> u8\n    where\n        U: Copy,\n    {\n        0\n    }\n}\n',
        ['1: impl<T> Tr for S<T>', '3:     pub fn f<U>(&self, u: U) -> u8 where U: Copy,'],
      ],
      [
        'a.go',
        'package a\n\ntype (\n\tA = int\n\tB interface {\n\t\tM(a int) error\n\t}\n)\n\nconst max = 1\nvar Max = 2\n\nfunc (r *T[K]) F(\n\ta int,\n) error {\n\treturn nil\n}\n',
        ['4: \tA = int', '5: \tB interface', '6: \t\tM(a int) error', '11: var Max = 2', '13: func (r *T[K]) F(a int) error'],
      ],
      [
        'a.cpp',
        'namespace n {\nclass A : public B {\n public:\n  A(int a);\n  int *f() const { return 0; }\n};\n}\n\nint n::A::g(int b) {\n  return 1;\n}\n',
        ['1: namespace n', '2: class A : public B', '4:   A(int a)', '5:   int *f() const', '9: int n::A::g(int b)'],
      ],
      ['a.php', '<?php\ninterface I\n{\n    public function m(int $a): int;\n}\n', ['2: interface I', '4:     public function m(int $a): int']],
    ];
    for (const [path, text, expected] of cases) assert.deepEqual(shown(path, text), expected, path);
  });

  it('is found by its name from the outside in, also where its method is written outside of the type', () => {
    const go = 'package a\n\ntype T struct{}\n\nfunc F() {}\n\nfunc (t *T) F() {\n\tx()\n}\n';
    assert.deepEqual(symbolStretches('a.go', go, 'T.F'), [[7, 9]]);
    assert.deepEqual(symbolStretches('a.go', go, 'F'), [[5, 5]]);
    assert.deepEqual(symbolStretches('a.cpp', 'class A { void g(); };\n\nint A::g(int b) {\n  return 1;\n}\n', 'A::g'), [[3, 5]]);
    // A brace in a text, and an odd indent, mislead whoever looks at lines.
    const odd = "class A {\n    f() {\nreturn '}';\n    }\n\n    g() {}\n}\n";
    assert.deepEqual(symbolStretches('a.ts', odd, 'A.f'), [[2, 4]]);
  });

  it('is told as far as it can be where the file is in error', () => {
    const broken =
      'export function whole(a: number) {\n  return a;\n}\n\nexport function half(a: string) {\n  if (a ==\n  const = ;\n}\n\nexport class After {\n  go() {}\n}\n';
    assert.ok(shown('a.ts', broken).includes('1: export function whole(a: number)'));
    assert.ok(shown('a.ts', broken).some((line) => line.includes('After')));
  });

  it('lies in the text, nested in order, whatever the text', () => {
    const word = fc.constantFrom(
      ...'class A|function f|def f|fn f|func f|impl X|type T|interface I|export |const x = |@d|#[a]|(|)|{|}|<|>|;|:|,|=>|=|"|\'|`|/*|*/|//|\n|  |\t|return |if |<?php |$a|`${|...'.split(
        '|',
      ),
      '|',
      '\u2028',
      '😀',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string({ maxLength: 5 })), { maxLength: 120 }), fc.constantFrom(...paths), (words, path) => {
        const text = words.join('');
        const lines = text.split('\n').length;
        for (const one of declarationsOf(path, text) ?? []) {
          assert.ok(0 <= one.from && one.from <= one.start && one.start <= one.to && one.to <= text.length, JSON.stringify(one));
          assert.ok(!one.within || (one.within.from <= one.from && one.to <= one.within.to));
          assert.ok(pathOf(one).length >= 1 && typeof isLocal(one) === 'boolean');
        }
        for (const { line, text: signature } of signatureLines(path, text)) assert.ok(line >= 1 && line <= lines && !signature.includes('\n'));
        symbolStretches(path, text, 'f');
      }),
      { numRuns: 300 },
    );
  });

  it('is looked for by lines where a text was made to be parsed for ever', () => {
    const deep = '(a,'.repeat(20_000);
    const long = `const a = ${'b + '.repeat(2000)}1;\n`;
    const angles = `${'a<b,\n'.repeat(800)};`.repeat(10);
    for (const [path, text] of [
      ['a.go', `package a\n${deep.replaceAll(',', ',\n')}`],
      ['a.ts', long],
      ['a.cpp', angles],
    ] as const) {
      assert.equal(declarationsOf(path, text), undefined, path);
      assert.doesNotThrow(() => signatureLines(path, text));
    }
  });
});
