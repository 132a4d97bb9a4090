import assert from 'node:assert/strict';
import fc from 'fast-check';
import { remark } from 'remark';
import remarkGfm from 'remark-gfm';
import { parsePlainList } from '../../../src/steering/plainList';

const parser = remark().use(remarkGfm);
const byRemark = (text: string) => JSON.parse(JSON.stringify(parser.parse(text))) as unknown;

describe('a plain list', () => {
  it('is read as remark reads it', () => {
    for (const text of [
      '- Input: notes\n- Task: Write.\n- Output: Draft → draft.md as markdown\n- Success: 300-800 words, "quoted" (and more)',
      '\n\n- Input: Result 1, Result 2\n- Checks:\n  - words: 300-800\n  - contains: "a word"\n- Retries: 2\n\n',
      '- Überschrift: naïve café\n- Second: 日本語',
    ]) {
      assert.ok(parsePlainList(text), text);
      assert.deepEqual(parsePlainList(text), byRemark(text), text);
    }
  });

  it('is none where a line could mean more', () => {
    for (const text of [
      '',
      '- a\n\n- b',
      '- a\n text',
      '- `code`',
      '- a_b',
      '- 1. one',
      '- a\n    - deep',
      '  - in',
      '- a \n- b',
      '- x@y.z',
      '- www.a.b',
      '- a\r\n- b',
      '* a',
    ])
      assert.equal(parsePlainList(text), undefined, JSON.stringify(text));
  });

  it('never differs from remark, whatever stands in it', () => {
    const words = fc.oneof(
      fc.constantFrom(
        'Task',
        'a: b',
        'http',
        'mailto:x',
        'www',
        'HTTPS:',
        '1. x',
        '- x',
        '+ y',
        '# h',
        '---',
        '===',
        '|',
        ': -',
        '::',
        '[x]',
        '~~a~~',
        '"q"',
        "it's",
        '{a}',
        '$x$',
        '^1',
        '%',
        'xmpp:a',
        'ftp',
      ),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
      fc.string({ unit: 'binary-ascii', maxLength: 6 }),
    );
    const line = fc
      .tuple(
        fc.constantFrom(...Array<string>(12).fill('- '), ...Array<string>(8).fill('  - '), '', ' - ', '\t- ', '-  '),
        fc.array(words, { minLength: 1, maxLength: 4 }),
      )
      .map(([mark, all]) => `${mark}T${all.join(' ')}`);
    let plain = 0;
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 9, arbitrary: line }, { weight: 1, arbitrary: fc.constant('') }), { minLength: 1, maxLength: 5 }), (lines) => {
        const text = lines.join('\n');
        const tree = parsePlainList(text);
        if (!tree) return;
        plain++;
        assert.deepEqual(tree, byRemark(text));
      }),
      { numRuns: 3000 },
    );
    assert.ok(plain > 100, `${plain} plain lists are too few to tell`);
  });
});
