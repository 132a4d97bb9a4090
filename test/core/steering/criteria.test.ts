import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describeCheck, parseCheck } from '../../../src/steering/checks';
import { readCriterion, splitCriteria } from '../../../src/steering/criteria';

const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 9 } };
const read = (text: string) => readCriterion(text, range).map((check) => describeCheck(check));
const texts = (value: string) => splitCriteria(value).map((part) => part.text);

describe('reading success criteria', () => {
  const measurable: [string, string[]][] = [
    ['3000+ words', ['words: >= 3000']],
    ['3,000+ words', ['words: >= 3000']],
    ['3k+ words', ['words: >= 3000']],
    ['300 words max', ['words: <= 300']],
    ['Max 300 words', ['words: <= 300']],
    ['at least 300 words', ['words: >= 300']],
    ['At most 500 words.', ['words: <= 500']],
    ['under 500 words', ['words: <= 499']],
    ['over 500 words', ['words: >= 501']],
    ['exactly 500 words', ['words: = 500']],
    ['500-800 words', ['words: 500-800']],
    ['1,000–1,500 words', ['words: 1000-1500']],
    ['between 500 and 800 words', ['words: 500-800']],
    ['The draft is between 500 and 800 words long', ['words: 500-800']],
    ['Output must be under 300 words', ['words: <= 299']],
    ['must not exceed 300 words', ['words: <= 300']],
    ['does not exceed 300 words', ['words: <= 300']],
    ['no more than 300 words in total', ['words: <= 300']],
    ['300 words or less', ['words: <= 300']],
    ['Word count: 500-800', ['words: 500-800']],
    ['word count under 800', ['words: <= 799']],
    ['>= 3000 words', ['words: >= 3000']],
    ['at least 300 words and at most 3 links', ['words: >= 300', 'links: <= 3']],
    ['at most 280 characters', ['characters: <= 280']],
    ['fits in 280 characters max', ['characters: <= 280']],
    ['5-7 main points with supporting detail', ['items: 5-7']],
    ['5 to 7 bullet points', ['items: 5-7']],
    ['lists at least 3 key takeaways', ['items: >= 3']],
    ['3-5 sections', ['headings: 3-5']],
    ['at least 4 headings', ['headings: >= 4']],
    ['three headings', ['headings: = 3']],
    ['5 headings', ['headings: = 5']],
    ['3 links', ['links: = 3']],
    ['Fits on one page (450 words max)', ['words: <= 450']],
    ['Two pages max (900 words)', ['words: <= 900']],
    ['one word', ['words: = 1']],
    ['a single line', ['lines: = 1']],
    ['Concise (under 300 words)', ['words: <= 299']],
    ['The answer is brief (at most 5 lines)', ['lines: <= 5']],
    ['no more than 3 links', ['links: <= 3']],
    ['valid JSON', ['json']],
    ['Output is valid JSON', ['json']],
    ['is valid YAML', ['yaml']],
    ['links to existing posts', ['links resolve', 'links: >= 1']],
    ['Must link to existing posts', ['links resolve', 'links: >= 1']],
    ['all links work', ['links resolve']],
    ['no broken links', ['links resolve']],
    ['mentions "refund policy"', ['contains: "refund policy"']],
    ['Includes the phrases “30 days” and “no questions”', ['contains: "30 days", "no questions"']],
    ['never says "synergy" or "leverage"', ['excludes: "synergy", "leverage"']],
    ['Does not mention "competitor"', ['excludes: "competitor"']],
    ['Maximum length: 300 words', ['words: <= 300']],
    ['300-word limit', ['words: <= 300']],
    ['word limit: 300', ['words: <= 300']],
    ['capped at 300 words', ['words: <= 300']],
    ['at least two links', ['links: >= 2']],
    ['three to five bullet points', ['items: 3-5']],
    ['Output is JSON', ['json']],
    ['JSON only', ['json']],
    ['is a JSON array', ['json']],
    ['matches the schema schemas/Post.json', ['schema: schemas/Post.json']],
    ['conforms to `schemas/post.schema.json`', ['schema: schemas/post.schema.json']],
    ['has sections "Summary" and "Next steps"', ['sections: "Summary", "Next steps"']],
    ['Has a "Summary" section', ['sections: "Summary"']],
    ['starts with "# Notes"', ['matches: /^\\s*# Notes/']],
    ['ends with "Thank you."', ['matches: /Thank you\\.\\s*$/']],
    ['avoids the words hype and leverage', ['excludes: "hype", "leverage"']],
    ['no exclamation marks', ['excludes: "!"']],
    ['no emoji', ['not matches: /\\p{Emoji_Presentation}/u']],
    ['no TODOs left', ['excludes: "TODO"']],
    ['package.json stays unchanged', ['unchanged: package.json']],
    ['leaves src/index.html untouched', ['unchanged: src/index.html']],
    ['Does not change src/index.html', ['unchanged: src/index.html']],
    ['matches schemas/post.json schema', ['schema: schemas/post.json']],
    ['Keeps it under 100 words.', ['words: <= 99']],
    ['identical to expected.md', ['same as: expected.md']],
    ['every file it names exists', ['paths exist']],
    ['words: >= 3000', ['words: >= 3000']],
    ['`excludes: hype`', ['excludes: "hype"']],
  ];
  for (const [text, checks] of measurable) it(`reads “${text}”`, () => assert.deepEqual(read(text), checks));

  const uncertain = [
    // The essay's template.
    '12-15 min read',
    'Matches VOICE.md tone',
    'includes 2+ real examples',
    'must avoid hype',
    'All citations verified',
    'related posts linked',
    'all sections covered',
    'Title (under 60 characters)',
    'Two examples max (90 words)',
    'one word per line',
    'a summary paragraph (100 words max)',
    'short introduction (50 words max)',
    '5 sections',
    'one link',
    '3 links each',
    'Reads like you',
    'compelling',
    'no filler',
    // Said of something else than the output, of a part of it, or only roughly.
    'users in 5-7 countries',
    'under 3000 words per month of budget',
    'each section 300 words max',
    'title under 60 characters',
    '300 words per section',
    '500 words',
    'about 500 words',
    'Introduction (300 words max)',
    '5-7 points per section',
    'not valid JSON',
    'explains why valid JSON matters',
    'mentions the refund policy',
    'mentions "refund policy" only if asked',
    'at least 3 lines of evidence',
    '3-5 sections with 300 words each and 5 links',
    'saves 300+ words of boilerplate',
    'average sentence under 20 words',
    'ideally under 500 words',
    'no links',
    'loads in under 3 seconds',
    '0+ words',
    'judge: reads well',
    'command: rm -rf x',
    'contains: no hype',
    'Note: keep it short',
    'summary under 200 words',
    'one link per section',
    'one of the sections',
    'two or more examples',
    'says one thing',
    'starts with "A" or "B"',
    'no exclamation marks in headings',
    'the JSON is explained',
    'matches the schema of the database',
    'avoids the words people laugh at and more',
    'stays unchanged in tone',
    '',
  ];
  for (const text of uncertain) it(`leaves “${text}” alone`, () => assert.deepEqual(read(text), []));

  it('gives checks that say where they come from and parse back', () => {
    for (const [text] of measurable) {
      for (const check of readCriterion(text, range)) {
        assert.deepEqual([check.source, check.level, check.range], ['success', 'must', range]);
        const again = parseCheck(check.text, range);
        assert.ok('check' in again);
        assert.deepEqual(again.check.rule, check.rule);
      }
    }
  });

  it('never throws, and says nothing of prose without numbers, quotes or formats', () => {
    fc.assert(fc.property(fc.string(), (text) => assert.ok(Array.isArray(readCriterion(text, range)))));
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('words', 'points', 'at least', 'the', 'output', 'is', 'max', 'valid', 'sections', 'under'), { maxLength: 6 }),
        (parts) => assert.deepEqual(read(parts.join(' ')), []),
      ),
    );
  });
});

describe('splitting success criteria', () => {
  it('cuts the lines of the essay’s template', () => {
    assert.deepEqual(texts('3000+ words, 12-15 min read'), ['3000+ words', '12-15 min read']);
    assert.deepEqual(texts('Matches VOICE.md tone, includes 2+ real examples'), ['Matches VOICE.md tone', 'includes 2+ real examples']);
    assert.deepEqual(texts('Reads like you, compelling, no filler'), ['Reads like you', 'compelling', 'no filler']);
    assert.deepEqual(texts('Must link to existing posts, must avoid hype'), ['Must link to existing posts', 'must avoid hype']);
  });

  it('cuts at bullets, semicolons and sentences, not inside quotes, brackets and numbers, and not at "and"', () => {
    assert.deepEqual(texts('\n- 3,000+ words; tone and style fit\n  - [ ] mentions "a, b"\n1. has title, date, and tags'), [
      '3,000+ words',
      'tone and style fit',
      'mentions "a, b"',
      'has title',
      'date',
      'tags',
    ]);
    for (const list of ['Columns: number, date, customer and net', 'Quality bar: concise, friendly', '**Covers:** price, terms of use, support'])
      assert.deepEqual(texts(list), [list]);
    assert.deepEqual(texts('Output: valid JSON, no comments'), ['Output: valid JSON', 'no comments']);
    assert.deepEqual(texts('Result: short, links resolve'), ['Result: short', 'links resolve']);
    assert.deepEqual(texts('Output is valid JSON. It has at most 300 words.'), ['Output is valid JSON', 'It has at most 300 words']);
    assert.deepEqual(texts('three parts (intro, body, end), e.g. short'), ['three parts (intro, body, end)', 'e.g. short']);
    assert.deepEqual(texts('never says "hype", "leverage" or "synergy", 300 words max'), ['never says "hype", "leverage" or "synergy"', '300 words max']);
  });

  it('gives the place of each', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'B', ',', ';', '.', ' ', '\n', '"', '`', '(', ')', '-', '\r', 'and ') }), (value) => {
        let last = 0;
        for (const part of splitCriteria(value)) {
          assert.equal(value.slice(part.start, part.end), part.text);
          assert.ok(part.start >= last);
          last = part.end;
        }
      }),
      { numRuns: 1000 },
    );
  });
});
