import assert from 'node:assert/strict';
import { ask } from './world';

/** What an output of a megabyte, or one made to hold up whoever reads it, is answered. Each ends by itself, far from the time limit. */

const megabyte = (piece: string): string => piece.repeat(Math.ceil(1_000_000 / piece.length));
const voice = '# V\n## Words to avoid\n- hype\n- leverage\n## Cadence\n- Longest sentence: 12 words\n- Average sentence: 3-5 words\n- No exclamation marks\n';
const world = { files: { 'VOICE.md': voice, 'a.md': 'a', 's.json': '{"type": "array", "items": {"type": "integer"}}' } };

describe('an output of a megabyte', function () {
  this.timeout(60_000);

  const prose = megabyte('The quick brown fox jumps over the lazy dog.\r\n\r\n');
  for (const [check, status] of [
    ['words: >= 100000', 'pass'],
    ['characters: >= 900000', 'pass'],
    ['lines: >= 1000', 'pass'],
    ['contains: "lazy dog"', 'pass'],
    ['excludes: hype, leverage', 'pass'],
    ['matches: /cat/', 'fail'],
    ['paths exist', 'pass'],
    ['same as: a.md', 'fail'],
    ['voice: VOICE.md', 'fail'],
    ['json', 'fail'],
  ] as const)
    it(`is measured: ${check}`, () => assert.equal(ask(check, prose, world).status, status));

  it('is not read as Markdown or YAML: an error, not a pass', () => {
    for (const check of ['headings: 0', 'links: 0', 'items: 0', 'sections: A', 'links resolve', 'not headings: 1', 'yaml'])
      assert.equal(ask(check, prose, world).status, 'error', check);
    assert.match(ask('headings: 0', prose).message, /^The output has \d+ characters; its structure is read up to 524288\.$/);
  });

  it('is validated as JSON', () => {
    const list = (last: string) => `[${'1, '.repeat(300_000)}\n${last}]`;
    assert.equal(ask('schema: s.json', list('2'), world).status, 'pass');
    assert.match(ask('schema: s.json', list('"x"'), world).message, /at \/300000 it must be integer, found "x" \(line 2\)/);
    assert.equal(ask('json', '['.repeat(1_000_000)).status, 'fail');
  });

  for (const [name, piece] of Object.entries({
    backticks: '`',
    'pairs of backticks': '`a',
    blanks: ' ',
    tabs: '\t',
    tags: '<a ',
    brackets: '[',
    parentheses: '(',
    comments: '<!-- ',
    quotes: '> ',
    dots: 'a. ',
    Chinese: '我喜欢编程',
    emoji: '👨‍👩‍👧',
  }))
    it(`may be all ${name}`, () => {
      const text = megabyte(piece).slice(0, 300_000);
      for (const check of ['words: 3', 'lines: 1', 'excludes: hype', 'voice: VOICE.md', 'paths exist', 'json']) {
        const { status, message } = ask(check, text, world);
        assert.ok(!/took (?:over|too long)/.test(message), `${check}: ${status} ${message}`);
      }
    });
});
