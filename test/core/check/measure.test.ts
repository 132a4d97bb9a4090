import assert from 'node:assert/strict';
import fc from 'fast-check';
import { wrongJsonAt } from '../../../src/check/jsonPlace';
import { combine, type Facts, factsNeeded, isMeasured, measure, pathsMentioned, type Subject, unfence, watchedFiles } from '../../../src/check/measure';
import { parseCheck } from '../../../src/steering/checks';
import type { Check, Verdict } from '../../../src/steering/checkTypes';
import type { OutputFormat } from '../../../src/steering/contextTypes';

const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };

function check(text: string): Check {
  const parsed = parseCheck(text, range);
  if ('problem' in parsed) assert.fail(parsed.problem.message);
  return parsed.check;
}

interface World {
  files?: Record<string, string>;
  changed?: Record<string, boolean>;
  costUsd?: number;
  format?: OutputFormat;
  headings?: Record<string, string[]>;
}

function subject(text: string, world: World = {}): Subject {
  const facts: Facts = {
    file: (path) => world.files?.[path],
    exists: (path) => world.files?.[path] !== undefined,
    headingsOf: (path) => world.headings?.[path],
    unchanged: (path) => (world.changed?.[path] === undefined ? undefined : !world.changed[path]),
    costUsd: world.costUsd,
  };
  return { text, format: world.format, facts };
}

const ask = (rule: string, text: string, world?: World): Verdict => measure(check(rule), subject(text, world));

function passes(rule: string, text: string, world?: World): string {
  const verdict = ask(rule, text, world);
  assert.equal(verdict.status, 'pass', `${rule}: ${verdict.message}`);
  return verdict.message;
}

function fails(rule: string, text: string, world?: World): string {
  const verdict = ask(rule, text, world);
  assert.equal(verdict.status, 'fail', `${rule}: ${verdict.message}`);
  return verdict.message;
}

function errs(rule: string, text: string, world?: World): string {
  const verdict = ask(rule, text, world);
  assert.equal(verdict.status, 'error', `${rule}: ${verdict.message}`);
  return verdict.message;
}

describe('counting', () => {
  it('counts words as a reader does', () => {
    passes('words: 5', 'Plain words, that’s all – really & truly.'.replace(' & truly', ''));
    passes('words: 6', "Don't use state-of-the-art 3.5 and—dash");
    passes(
      'words: 9',
      '# A title\n\n- **bold** and [a link](https://example.com/a/b c)\n- [x] done `inline code`\n<!-- not this -->\n```js\nconst no = 1;\n```\n',
    );
    passes('words: 2', '---\ntitle: no words here\n---\nTwo words\n');
    passes('words: 3', '```markdown\nThree plain words\n```');
    passes('words: 2', '| a | b |\n|---|---|\n');
    passes('words: 3', 'const no = 1;', { format: 'text' });
    passes('words: >= 2', '我喜欢编程');
    passes('words: 0', '');
    assert.equal(fails('words: >= 300', 'one two three'), 'Expected at least 300 words, found 3 (297 too few).');
    assert.match(fails('words: 1-2', 'one two three'), /^Expected 1 to 2 words, found 3 /);
  });

  it('counts a megabyte of words in well under a second', () => {
    const text = `${'The quick [brown](x) fox *jumps* over.\n'.repeat(27_000)}`;
    const began = performance.now();
    passes('words: 162000', text);
    assert.ok(performance.now() - began < 3000, `${performance.now() - began} ms`);
  });

  it('counts the other measures', () => {
    const text = '# T\n\n- a\n  - detail\n- b\n\n## U\n\n1. c\n\n> - d\n\nSee [x](y), https://example.com and ![i](j).\n';
    passes('items: 4', text);
    passes('headings: 2', text);
    passes('links: 2', text);
    passes('lines: 3', '\na\n\nb\n\n');
    passes('lines: 0', '\n');
    passes('characters: 3', ' a😀b\n');
    passes('tokens: 1-20', 'a few words');
    passes('items: 3', '```json\n[1, 2, 3]\n```');
    passes('items: 2', '{"points": ["a", "b"], "title": "x"}');
    assert.match(fails('items: 5-7', text), /Expected 5 to 7 list items, found 4/);
  });

  it('holds every text to its bounds', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'b ', '\n', '- ', '# ', '`', '*') }), fc.nat({ max: 20 }), fc.nat({ max: 20 }), (text, a, b) => {
        const [min, max] = [Math.min(a, b), Math.max(a, b)];
        for (const measured of ['words', 'lines', 'items', 'headings']) {
          const both = ask(`${measured}: >= ${min}`, text).status === 'pass' && ask(`${measured}: <= ${max}`, text).status === 'pass';
          assert.equal(ask(`${measured}: ${min}-${max}`, text).status === 'pass', both);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('words and patterns', () => {
  it('finds literal text', () => {
    passes('contains: "refund policy", 30 days', 'Our refund policy: 30 days.');
    assert.match(fails('contains: "refund policy"', 'x\nOur Refund Policy.'), /contain “refund policy” \(line 2 has “Refund Policy”/);
  });

  it('excludes whole words in any case', () => {
    passes('excludes: hype', 'Hyperbole is no hyped word, nor hype_score.');
    const verdict = ask('excludes: hype, leverage', 'a\nb\nHere we Leverage our strengths');
    assert.equal(verdict.message, 'Found the excluded word “leverage” in line 3: “Here we Leverage our strengths”.');
    assert.deepEqual(verdict.range, { start: { line: 2, character: 8 }, end: { line: 2, character: 16 } });
    fails("excludes: don't panic", 'Don’t\npanic!');
    fails('excludes: C++', 'We use C++.');
    fails('excludes: 革命', '这是革命性的');
    fails('excludes: naïve', 'A NAÏVE one');
  });

  it('matches regular expressions, and gives up on those that never end', function () {
    this.timeout(10_000);
    assert.match(passes('matches: /^# .+/m', 'x\n# Title'), /line 2/);
    assert.match(fails('matches: /foo/', 'bar'), /Expected a match of \/foo\//);
    const began = performance.now();
    assert.match(errs('matches: /^(a+)+$/', `${'a'.repeat(40)}b`), /took too long/);
    assert.ok(performance.now() - began < 5000);
    errs('not matches: /^(a+)+$/', `${'a'.repeat(40)}b`);
  });
});

describe('data', () => {
  it('takes off a fence around the whole output only', () => {
    assert.deepEqual(unfence('```json\n{"a": 1}\n```\n'), { text: '{"a": 1}', language: 'json', offset: 8 });
    assert.equal(unfence('~~~\nx\n~~~').text, 'x');
    for (const text of ['```js\na\n```\ntext\n```js\nb\n```', 'Here: ```x```', '```json\n{', '```\na\n```\n```\nb\n```'])
      assert.equal(unfence(text).text, text);
    assert.equal(unfence('````markdown\n```js\na\n```\n````').text, '```js\na\n```');
  });

  it('reads JSON and says where it is wrong', () => {
    passes('json', '{"a": [1]}');
    passes('json', '```json\n[]\n```');
    assert.match(fails('json', '{\n  "a": 1,\n  "b": }'), /^Expected JSON; in line 3 a value was expected, found “}”\.$/);
    assert.match(fails('json', 'Here is the JSON: {}'), /line 1/);
    assert.match(fails('json', ''), /empty/);
    assert.match(fails('json', '```json\n{"a": \n```'), /Expected JSON/);
  });

  it('finds the place of an error wherever the runtime finds one', () => {
    const piece = fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '"', '1', '01', '-', '1.5e3', 'true', 'nul', ' ', '\n', '\\', '"\\u12"');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.array(piece, { maxLength: 12 }).map((parts) => parts.join('')),
          fc.json().chain((text) => fc.nat({ max: text.length }).map((at) => text.slice(0, at))),
        ),
        (text) => {
          let valid = true;
          try {
            JSON.parse(text);
          } catch {
            valid = false;
          }
          const wrong = wrongJsonAt(text);
          assert.equal(wrong === undefined, valid);
          assert.ok(!wrong || (wrong.offset >= 0 && wrong.offset <= text.length));
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('reads YAML mappings and lists', () => {
    passes('yaml', 'a: 1\nb:\n  - x\n');
    passes('yaml', '---\n- a\n- b: |\n    text\n    more\n');
    passes('yaml', '```yaml\na: {b: c}\n```');
    assert.match(fails('yaml', 'Just some prose'), /plain text/);
    assert.match(fails('yaml', 'a: 1\nb: [1\n'), /^Expected YAML; in line 2: .*found “b: \[1”/);
    assert.match(fails('yaml', ''), /empty/);
  });

  it('validates with JSON schemas of several drafts', () => {
    const draft7 = JSON.stringify({
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      required: ['title'],
      properties: { tags: { type: 'array', items: { type: 'string', format: 'slug' } } },
    });
    const draft2020 = JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'array', prefixItems: [{ type: 'string' }] });
    const files = {
      'a.json': draft7,
      'b.json': draft2020,
      'bad.json': '{',
      'wrong.json': '{"type": "nonsense"}',
      'list.json': '[]',
      'no.json': 'false',
      'remote.json': '{"$ref": "https://example.com/x.json"}',
    };
    passes('schema: a.json', '{"title": "x", "tags": ["y"]}', { files });
    assert.match(fails('schema: a.json', '{"title": "x", "tags": ["y", 2]}', { files }), /at \/tags\/1 it must be string/);
    assert.match(fails('schema: a.json', '{}', { files }), /required property 'title'/);
    fails('schema: a.json', 'no json', { files });
    passes('schema: b.json', '["x", 1]', { files });
    assert.match(fails('schema: b.json', '[1]', { files }), /at \/0/);
    fails('schema: no.json', '1', { files });
    for (const path of ['bad.json', 'wrong.json', 'list.json', 'remote.json', 'missing.json']) errs(`schema: ${path}`, '{}', { files });
  });
});

describe('structure and references', () => {
  it('finds sections in any order, numbered or with a subtitle', () => {
    const text = '# 2. Core Argument: why\n\n## Introduction\n\n### Section 3: What’s next?\n';
    passes('sections: Introduction, Core argument, "What\'s next"', text.replace('’', "'"));
    assert.match(fails('sections: Introduction, Conclusion', text), /heading “Conclusion”; found “2\. Core Argument: why”/);
    fails('sections: Introduction', 'Introduction\n\ntext');
  });

  it('resolves links without a network', () => {
    const files = { 'posts/a b.md': '', 'img.png': '' };
    const headings = { 'posts/a b.md': ['One thing'] };
    passes(
      'links resolve',
      '# Top part\n[a](posts/a%20b.md#one-thing) [b](#top-part) ![c](img.png) <https://example.com> [d](mailto:a@b.c) [e](https://example.com/x?y#z)',
      { files, headings },
    );
    passes('links resolve', 'no links');
    const message = fails('links resolve', '[a](gone.md)\n\n[b](#nowhere) [c](posts/a%20b.md#two) [d](<http://[x>) [e]()', { files, headings });
    for (const part of [
      'gone.md does not exist (line 1)',
      '#nowhere names no heading of the output (line 3)',
      '#two names no heading of that file',
      'no valid web address',
      'has no target',
    ])
      assert.ok(message.includes(part), `${part}: ${message}`);
    assert.deepEqual(pathsMentioned('[a](x.md#y) [b](x.md) ![c](d.png) [e](#f) [g](https://h)', check('links resolve')), ['x.md', 'd.png']);
  });

  it('looks for paths in backticks', () => {
    const text =
      'See `src/a.ts:12`, `README.md`, `./run`, `npm test`, `application/json`, `node.js`, `foo.bar`, `v4.5`, `https://x.y/z.md`, `src/**/*.ts`.\n```\n`not/this.ts`\n```\n';
    assert.deepEqual(pathsMentioned(text, check('paths exist')), ['src/a.ts', 'README.md', './run']);
    assert.match(fails('paths exist', text, { files: { 'README.md': '', './run': '' } }), /there is no src\/a\.ts \(line 1\)/);
  });

  it('compares files and costs', () => {
    const files = { 'x.md': 'a\nb\n' };
    passes('same as: x.md', 'a\r\nb', { files });
    assert.match(fails('same as: x.md', 'a\nc', { files }), /line 2 should be “b”, found “c”/);
    assert.match(fails('same as: x.md', 'a', { files }), /found the end/);
    assert.match(fails('same as: x.md', 'a\nb\nc', { files }), /line 3 should be the end/);
    errs('same as: y.md', 'a', { files });
    passes('unchanged: x.md', '', { changed: { 'x.md': false } });
    fails('unchanged: x.md', '', { changed: { 'x.md': true } });
    errs('unchanged: x.md', '');
    passes('cost: <= 0.01', '', { costUsd: 0.01 });
    assert.equal(fails('cost: <= 0.01', '', { costUsd: 0.02 }), 'Expected a cost of at most $0.01, found $0.02.');
    errs('cost: <= 0.01', '');
  });

  it('holds an output to the voice', () => {
    const files = {
      'VOICE.md': '# V\n## Words to avoid\n- hype\n- leverage\n## Always use\n- “proof”\n## Cadence\nSentences under 8 words.\n',
      'plain.md': '# V\n## Tone\n- 50% — calm\n',
    };
    passes('voice: VOICE.md', '# A title\n\nHere is proof. It is short.\n', { files });
    assert.match(fails('voice: VOICE.md', 'The proof is hype.', { files }), /what VOICE\.md avoids: “hype” in line 1/);
    assert.match(fails('voice: VOICE.md', 'Nothing here.', { files }), /“proof”, which VOICE\.md requires/);
    assert.match(fails('voice: VOICE.md', 'One proof.\n\nThis sentence goes on and on for far too long.', { files }), /at most 7 words, found 10 in line 3/);
    passes('voice: VOICE.md', '- proof of a thing\n- and one more of these\n- and one more of those', { files });
    assert.match(passes('voice: plain.md', 'x', { files }), /nothing that can be measured/);
    errs('voice: gone.md', 'x', { files });
  });

  it('holds an output to the cadence of the voice', () => {
    const files = {
      'VOICE.md': '# V\n\n## Cadence\n\n- Average sentence: 3-5 words\n- Paragraphs: 3 sentences at most\n- No exclamation marks, no semicolons\n',
    };
    passes('voice: VOICE.md', '# A rather long title of eight words here\n\n- An item that is no paragraph at all\n\nIt is here. It works. So we go.\n', {
      files,
    });
    assert.match(fails('voice: VOICE.md', 'It is. It is. It is.\n\nIt is. It is.\n', { files }), /average sentence of 3 to 5 words \(VOICE\.md\), found 2\.0/);
    passes('voice: VOICE.md', 'It is. It is. It is.\n\nIt is.\n', { files });
    assert.match(fails('voice: VOICE.md', 'Fine.\n\nIt is so. It is so. It is so. It is so.\n', { files }), /at most 3 sentences, found 4 from line 3/);
    assert.match(fails('voice: VOICE.md', 'It works!\n', { files }), /exclamation marks, which VOICE\.md avoids, in line 1/);
    assert.match(fails('voice: VOICE.md', 'It works; it does.\n', { files }), /semicolons/);
    passes('voice: VOICE.md', 'Set `a != b;` there.\n\n```js\nif (!a) go();\n```\n', { files });
  });

  it('ends a sentence where code begins the next', () => {
    const files = { 'VOICE.md': '# V\n\n- Longest sentence: 4 words\n' };
    passes('voice: VOICE.md', 'Pause one queue now. `millrace pause` does that.\n', { files });
    fails('voice: VOICE.md', 'Pause queues, i.e. stop the work now.\n', { files });
  });
});

describe('verdicts', () => {
  const verdict = (status: Verdict['status']): Verdict => ({ status, message: `${status}.` });

  it('turns pass and fail round for not, and leaves errors', () => {
    const rules = [
      'words: >= 2',
      'contains: "a"',
      'excludes: b',
      'matches: /a/',
      'json',
      'yaml',
      'sections: A',
      'links resolve',
      'paths exist',
      'same as: x.md',
      'schema: s.json',
      'cost: <= 1',
      'any of: json; contains: "a"',
    ];
    const files = { 'x.md': 'a', 's.json': '{"type": "object"}' };
    const opposite = { pass: 'fail', fail: 'pass', error: 'error' };
    fc.assert(
      fc.property(fc.constantFrom(...rules), fc.oneof(fc.string(), fc.constantFrom('{}', '# A', '[a](b)', 'a')), (rule, text) => {
        const plain = ask(rule, text, { files });
        assert.equal(ask(`not ${rule}`, text, { files }).status, opposite[plain.status]);
        assert.ok(plain.message.length > 5);
      }),
      { numRuns: 400 },
    );
    assert.match(fails('not contains: "a"', 'a'), /^Expected not contains: "a", but it holds/);
    errs('not same as: gone.md', '');
  });

  it('combines groups, errors being no passes', () => {
    passes('any of:\n- json\n- contains: "a"', 'a');
    fails('any of:\n- json\n- contains: "b"', 'a');
    passes('at least 2 of:\n- words: 1\n- json\n- contains: "a"', 'a');
    const group = check('at least 2 of:\n- command: x\n- judge: y\n- json');
    assert.equal(isMeasured(group), false);
    assert.equal(measure(group, subject('{}')).status, 'error');
    const statuses = (...list: Verdict['status'][]) => combine(group, list.map(verdict)).status;
    assert.deepEqual(
      [statuses('pass', 'pass', 'error'), statuses('pass', 'error', 'fail'), statuses('pass', 'fail', 'fail'), statuses('error', 'fail', 'fail')],
      ['pass', 'error', 'fail', 'fail'],
    );
    assert.equal(combine({ ...group, negated: true }, [verdict('pass'), verdict('fail'), verdict('fail')]).status, 'pass');
  });

  it('says what must be read first', () => {
    const group = check('all of:\n- schema: s.json\n- voice: VOICE.md\n- unchanged: u.md\n- same as: s.json\n- links resolve');
    assert.deepEqual(factsNeeded(group), ['s.json', 'VOICE.md']);
    assert.deepEqual(watchedFiles(group), ['u.md']);
    assert.equal(isMeasured(group), true);
    assert.deepEqual(pathsMentioned('[a](b.md)', group), ['b.md']);
  });
});
