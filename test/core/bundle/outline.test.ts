import assert from 'node:assert/strict';
import { outlineOf } from '../../../src/bundle/outline';
import { signatureLines } from '../../../src/bundle/signatures';
import { bundled, oneStage } from './bundling';

describe('the outline of a source file', () => {
  const shown = (path: string, text: string) => signatureLines(path, text).map(({ line, text: signature }) => `${line}: ${signature}`);

  it('is what it declares, with the lines, in common languages', () => {
    const cases: [string, string, string[]][] = [
      [
        'a.ts',
        'export class A {\n  constructor(private x: X) {}\n\n  async f(a: number): Promise<void> {\n    const inner = 1;\n    g(a, () => {\n    });\n  }\n}\n\nexport const b = 1;\n',
        ['1: export class A', '4:   async f(a: number): Promise<void>', '11: export const b = 1'],
      ],
      [
        'a.py',
        'class A(B):\n    """d"""\n    def f(self, a):\n        if a:\n            x = 1\n\ndef top():\n    pass\n',
        ['1: class A(B)', '3:     def f(self, a)', '7: def top()'],
      ],
      [
        'a.go',
        'package a\n\nfunc (r *T) F(a int) error {\n\tif x(1) {\n\t}\n}\n\ntype T struct {\n\ta int\n}\n',
        ['3: func (r *T) F(a int) error', '8: type T struct'],
      ],
      [
        'A.java',
        'public class A {\n    public A(int b) {\n        run(b, () -> {\n        });\n    }\n\n    static <T> T get(T t) throws X {\n        return t;\n    }\n}\n',
        ['1: public class A', '2:     public A(int b)', '7:     static <T> T get(T t) throws X'],
      ],
      [
        'a.c',
        'static int\nfoo(int a)\n{\n  while (x(a)) {\n  }\n}\n\nint bar(int a,\n  int b) {\n  return 1;\n}\n',
        ['1: static int foo(int a)', '8: int bar(int a, int b)'],
      ],
      ['a.json', '{\n  "function": 1\n}\n', []],
    ];
    for (const [path, text, expected] of cases) {
      const found = shown(path, text).filter((line) => !line.includes('constructor'));
      assert.deepEqual(found, expected, path);
    }
  });

  it('takes the place of the file where the budget is short, and says how much of it is not there', async () => {
    const functions = Array.from(
      { length: 30 },
      (_, i) => `export function part${i}(value: number): number {\n${'  value += 1;\n'.repeat(20)}  return value;\n}\n`,
    );
    const files = { '/w/big.ts': functions.join('\n'), '/w/CONTEXT.md': oneStage('- Task: x\n- Input: big.ts\n- Budget: 400') };
    const { bundle } = await bundled(1, files);
    const [piece] = bundle.pieces;
    assert.ok(piece?.outline && bundle.tokens <= 400);
    assert.match(piece.text, /^1: export function part0\(value: number\): number\n25: export function part1/);
    assert.match(piece.text, /\[… \d+ more declarations\]$/);
    assert.match(bundle.omitted[0]?.reason ?? '', /its outline is in/);
  });

  it('is its first lines where it declares next to nothing, or is no file', () => {
    const text = Array.from({ length: 40 }, (_, i) => `line(${i});`).join('\n');
    assert.match(outlineOf(text, false, 3, 'a.ts'), /^line\(0\);\nline\(1\);\nline\(2\);\n\[… 37 more lines\]$/);
    const code = 'function a() {}\nfunction b() {}\nfunction c() {}\n'.repeat(20);
    assert.match(outlineOf(code, false, 3), /^function a\(\) \{\}/);
  });
});
