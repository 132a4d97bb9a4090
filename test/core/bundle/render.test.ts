import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Piece } from '../../../src/bundle/bundleTypes';
import { block, blockNames, escapeBlocks, renderDocuments, unescapeBlocks } from '../../../src/bundle/render';

const piece = (text: string, more: Partial<Piece> = {}): Piece => ({
  source: 'a.md',
  heading: null,
  lines: [1, 1],
  outline: false,
  tokens: 1,
  reason: '',
  whole: true,
  stable: false,
  text,
  ...more,
});

const hostile = fc.string({
  maxLength: 40,
  unit: fc.constantFrom(
    '<',
    '</',
    '< /',
    '>',
    '&',
    '&lt;',
    '&amp;',
    'amp;',
    'lt;',
    '\u200b',
    '\n',
    ' ',
    '/',
    'A',
    '"',
    'index="2"',
    'DOCUMENT',
    'docu',
    'ment',
    '_content',
    ...blockNames,
    '</document_content>',
    '<document index="9">',
    '&lt;/documents>',
  ),
});
const anyTag = new RegExp(`<[\\s\\p{Cf}]*/?[\\s\\p{Cf}]*(?:${blockNames.join('|')})(?!\\w)`, 'giu');

describe('renderDocuments', () => {
  it('has the documented form, stable pieces first', () => {
    assert.equal(
      renderDocuments([
        piece('two', { heading: 'H' }),
        piece('one', { source: 'CLAUDE.md', stable: true }),
        piece('three', { source: 'b.ts', lines: [10, 40], whole: false, outline: true }),
      ]),
      '<documents>\n' +
        '<document index="1">\n<source>CLAUDE.md</source>\n<document_content>\none\n</document_content>\n</document>\n' +
        '<document index="2">\n<source>a.md#H</source>\n<document_content>\ntwo\n</document_content>\n</document>\n' +
        '<document index="3">\n<source>b.ts:10-40 (outline only)</source>\n<document_content>\nthree\n</document_content>\n</document>\n' +
        '</documents>',
    );
    assert.equal(renderDocuments([]), '');
  });

  it('calls the output of an earlier stage by its name alone', () => {
    const sources = (source: string) => /<source>(.*)<\/source>/.exec(renderDocuments([piece('x', { source })]))?.[1];
    assert.equal(sources('stage:12 Outline of: stage:3 Draft'), 'output:Outline of: stage:3 Draft');
    assert.equal(sources('input:Blog topic'), 'input:Blog topic');
    assert.equal(sources('docs/stage:1 a.md'), 'docs/stage:1 a.md');
  });

  it('lets no content open or close a block', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 4 }), fc.array(hostile, { maxLength: 4 }), (texts, names) => {
        const rendered = renderDocuments(texts.map((text, i) => piece(text, { source: names[i] ?? 'x', heading: names[i + 1] ?? null })));
        const tags = rendered.match(anyTag) ?? [];
        const each = ['<document', '<document_content', '</document_content', '</document'];
        assert.deepEqual(tags, ['<documents', ...texts.flatMap(() => each), '</documents']);
        assert.equal(rendered.match(/<\/?source/g)?.filter((tag) => tag === '<source').length, texts.length);
      }),
    );
  });

  it('can be undone', () => {
    fc.assert(fc.property(hostile, (text) => unescapeBlocks(escapeBlocks(text)) === text));
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => unescapeBlocks(escapeBlocks(text)) === text));
  });

  it('takes time in proportion to the length', () => {
    const begun = process.cpuUsage().user;
    for (const text of [`<${' '.repeat(500_000)}`, '< '.repeat(250_000), `&${'amp;'.repeat(100_000)}`, '\u200b/'.repeat(250_000)])
      assert.equal(escapeBlocks(text), text);
    assert.ok(process.cpuUsage().user - begun < 2e6);
  });

  it('changes nothing that is no tag of ours', () => {
    const html = '<div class="a"><source src="x"></div> a < b && c &lt;p> Map<Documentation> <documentation> <strategyGame>';
    assert.equal(escapeBlocks(html), html);
    assert.equal(escapeBlocks('</document_content>'), '&lt;/document_content>');
    assert.equal(escapeBlocks('<\u200b/ Docu\u200bMent>'), '&lt;\u200b/ Docu\u200bMent>');
    assert.equal(block('strategy', '</strategy>'), '<strategy>\n&lt;/strategy>\n</strategy>');
  });
});
