import assert from 'node:assert/strict';
import { ask, type World } from './world';

type Status = 'pass' | 'fail' | 'error';
/** Check, output, verdict, what its message says (a piece of it, or a pattern), and the world where it is not empty. */
type Row = [check: string, output: string, status: Status, said?: string | RegExp, world?: World];

const voice = '# V\n## Words to avoid\n- hype\n- leverage\n## Cadence\n- Longest sentence: 12 words\n- No exclamation marks\n';
const post = `---
title: A week with queues
tags: [ops, queues]
---

# A week with queues

We run four queues[^1]. One of them is slow.

| queue | jobs | lag |
|---|---:|---:|
| mail | 1,200 | 3 s |
| print | 40 | 90 s |

## What we did

1. Measure first.

   \`\`\`js
   // hype: leverage!
   queue.on('lag', (ms) => console.log(ms));
   \`\`\`

2. Then change one thing.

## What's next?

See [the plan](#what-we-did), [next steps](#whats-next) and [the code](src/queue.js#L10).

[^1]: Counted in May.
`;
const mail = 'Hi Ana,\r\n\r\nThanks for writing — we’re sorry about the delay.\r\n\r\nYour refund of 12,50 € is on its way.\r\n\r\nBest,\r\nTom\r\n';
const html = '<article>\n<h1>Queues</h1>\n<p>See <a href="gone.html">this</a> and <img src="a.png">.</p>\n<h2 class="x">Next <em>steps</em></h2>\n</article>\n';
const german = '# Überblick\n\nDie Straße heißt „Große Allee“. Wir prüfen drei Dinge:\n\n- Größe\n- Übergänge\n- Maßstäbe\n';
const chinese = '# 介绍\n\n我们喜欢编程。革命性的产品。\n';

const families: Record<string, Row[]> = {
  words: [
    ['words: 3', 'one two three', 'pass', 'Found 3 words.'],
    ['words: 1-2', 'one two three', 'fail', 'Expected 1 to 2 words, found 3 (1 too many).'],
    ['words: >= 1', '', 'fail', 'Expected at least 1 word, found 0 (1 too few).'],
    ['words: 0', ' \r\n\t', 'pass'],
    ['words: 4', 'one\r\ntwo\rthree\nfour', 'pass'],
    ['words: 2', '\uFEFFtwo words', 'pass'],
    ['words: 5', 'Die Größe der „Großen Straße“', 'pass'],
    ['words: 3', 'А вот слова', 'pass'],
    ['words: 2', '👍 two 🎉 words 👨‍👩‍👧', 'pass'],
    ['words: 4', 'Text with a note.[^1]\n\n[^1]: ', 'pass'],
    ['words: 20', mail, 'pass'],
  ],
  characters: [
    ['characters: 5', 'hello\n', 'pass'],
    ['characters: <= 4', 'hello', 'fail', 'Expected at most 4 characters, found 5 (1 too many).'],
    ['characters: 3', 'a\r\nb', 'pass'],
    ['characters: 2', '日本', 'pass'],
    ['characters: 1', '😀', 'pass'],
    ['characters: 0', '', 'pass'],
  ],
  lines: [
    ['lines: 2', 'a\r\nb\r\n', 'pass'],
    ['lines: 3', 'a\n\nb', 'pass'],
    ['lines: 0', '\n\n', 'pass'],
    ['lines: <= 1', 'a\nb', 'fail', 'Expected at most 1 line, found 2 (1 too many).'],
  ],
  tokens: [
    ['tokens: 0', '', 'pass'],
    ['tokens: <= 10', 'word '.repeat(200), 'fail', /^Expected at most 10 tokens, found \d+ \(\d+ too many\)\.$/],
  ],
  items: [
    ['items: 2', post, 'pass'],
    ['items: 3', german, 'pass'],
    ['items: 2', '{"points": [1, 2]}', 'pass'],
    ['items: 0', 'no list', 'pass'],
    ['items: 5-7', '- a\r\n- b\r\n', 'fail', 'Expected 5 to 7 list items, found 2 (3 too few).'],
    ['items: 0', '', 'pass'],
  ],
  headings: [
    ['headings: 3', post, 'pass'],
    ['headings: 2', html, 'pass'],
    ['headings: 1', 'Title\r\n=====\r\n\r\ntext\r\n', 'pass'],
    ['headings: 0', '```md\n# no\n```\ntext', 'pass'],
    ['headings: 1', '```markdown\n# yes\n```\n', 'pass'],
    ['headings: >= 2', '# One', 'fail', 'Expected at least 2 headings, found 1 (1 too few).'],
    ['headings: 1', '[a'.repeat(3000), 'error', /cannot be read as Markdown/],
    ['not headings: 1', '[a'.repeat(3000), 'error'],
  ],
  links: [
    ['links: 3', post, 'pass'],
    ['links: 1', html, 'pass'],
    ['links: 2', 'https://example.com and <https://example.org> ![no](x.png)', 'pass'],
    ['links: >= 1', 'none', 'fail', 'Expected at least 1 link, found 0 (1 too few).'],
  ],
  contains: [
    ['contains: "refund"', mail, 'pass', 'Found “refund” in line 5.'],
    ['contains: "Refund"', mail, 'fail', /Expected the output to contain “Refund” \(line 5 has “refund”; case, blanks .* count\); found it nowhere\./],
    ["contains: we're sorry", mail, 'fail', /line 3 has “we’re sorry”.*kind of apostrophe count/],
    ['contains: "café"', 'Cafe\u0301 and cafe\u0301', 'pass'],
    ['contains: "编程"', chinese, 'pass'],
    ['contains: "x"', '', 'fail', 'found it nowhere'],
    ['not contains: "x"', '', 'pass', 'As it should'],
  ],
  excludes: [
    ['excludes: hype', 'No hyper or hypes.', 'pass', 'Found none of “hype”.'],
    ['excludes: hype', 'a\r\nb\r\nHYPE!', 'fail', 'Found the excluded word “hype” in line 3: “HYPE!”.'],
    ['excludes: straße', 'Die STRASSE, die Straße', 'fail', 'line 1'],
    ['excludes: naïve', 'nai\u0308ve', 'fail'],
    ['excludes: x', '', 'pass'],
    ['excludes: TODO', '```js\n// TODO\n```', 'fail'],
    ['excludes: "—"', mail, 'fail'],
    ['excludes: "!"', '![An image](a.png)\n\n`a != b` and `!x`, <!-- no -->', 'pass'],
    ['excludes: "!"', 'Text.\n\n**Great!**', 'fail', 'line 3'],
    ['excludes: "!"', 'Really?! ¡Sí!', 'fail', 'line 1'],
  ],
  matches: [
    ['matches: /^Best,$/m', mail, 'pass', 'in line 7'],
    ['matches: /refund of [\\d,]+ €/', mail, 'pass'],
    ['matches: /^# /', '\uFEFF# Title', 'pass'],
    ['matches: /a.b/', 'a\nb', 'fail', 'Expected a match of /a.b/, found none in 2 lines.'],
    ['matches: /a.b/s', 'a\nb', 'pass'],
    ['matches: /^.$/u', '😀', 'pass'],
    ['matches: /./', '', 'fail', 'found none in 1 line.'],
    ['matches: /(a*)*c/', 'a'.repeat(40), 'error', /took too long: over 1 s\. Write it without nested repetitions/],
    ['matches: /^(([a-z])+.)+[A-Z]([a-z])+$/', 'a'.repeat(60), 'error', 'took too long'],
  ],
  json: [
    ['json', '{"a": [1, 2]}', 'pass'],
    ['json', '[1]', 'pass', 'Found a JSON array of 1 item.'],
    ['json', '\uFEFF{}', 'pass'],
    ['json', '{\r\n  "a": 1,\r\n}', 'fail', 'Expected JSON; in line 3 a key in double quotes was expected, found “}”.'],
    ['json', "{'a': 1}", 'fail', /line 1 a key in double quotes/],
    ['json', 'Here you are:\n\n```json\n{}\n```', 'fail', /in line 1 a value was expected, found “Here you are/],
    ['json', '{"a": NaN}', 'fail'],
    ['json', 'Sure:\n\n```json\n{"a": 1}\n```\nEnjoy!', 'fail', 'found “Sure:”. There is JSON in a code block: nothing may stand around it.'],
    ['json', '[1', 'fail', 'found the end of the output'],
    ['json', '"just a string"', 'pass'],
    ['json', '{} {}', 'fail', 'nothing after the JSON'],
    ['json', '{"名": "值😀"}', 'pass'],
    ['json', '', 'fail', 'found an empty output'],
  ],
  yaml: [
    ['yaml', 'a: 1\r\nb:\r\n  - x\r\n', 'pass'],
    ['yaml', 'kind: Service\n---\nkind: Deployment\n', 'pass', 'Found 2 YAML documents.'],
    ['yaml', '%YAML 1.2\n---\na: 1\n...\n', 'pass'],
    ['yaml', '```yaml\nname: ü\n```', 'pass'],
    ['yaml', 'a: 1\n b: 2\n', 'fail', /^Expected YAML; in line 1: Nested mappings .+; found “a: 1”/],
    ['yaml', '```yaml\na: 1\nb: [1\n```', 'fail', /in line 3: /],
    ['yaml', 'a: 1\na: 2\n', 'fail', /in line 2: .*unique/],
    ['yaml', 'Hello there', 'fail', 'found plain text: “Hello there”'],
    ['yaml', 'a: 1\n---\nprose\n', 'fail', 'plain text'],
    ['yaml', '# only a comment\n', 'fail', 'only comments'],
    ['yaml', '', 'fail', 'empty'],
    ['yaml', `a: ${'['.repeat(100)}`, 'error', 'nested too deeply'],
    ['yaml', 'a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: *missing\n', 'fail'],
    ['not yaml', 'Hello there', 'pass'],
  ],
  sections: [
    ["sections: A week with queues, What we did, What's next", post, 'pass', 'Found the sections'],
    ['sections: überblick', german, 'pass'],
    ['sections: Whats next', post, 'pass'],
    ['sections: 介绍', chinese, 'pass'],
    ['sections: Next steps', html, 'pass'],
    ['sections: Title', '---\ntitle: Title\n---\ntext', 'fail', 'found no headings'],
    ['sections: Intro', '# 1. Intro\r\n\r\ntext', 'pass'],
    ['sections: Intro', '## 🚀 Intro', 'pass'],
    ['sections: Intro, Outro', '# Intro', 'fail', 'Expected the heading “Outro”; found “Intro”.'],
    ['sections: Intro', '**Intro**', 'fail', 'found no headings'],
    ['sections: Intro', '', 'fail'],
  ],
  'links resolve': [
    ['links resolve', post, 'pass', 'All 3 links resolve', { files: { 'src/queue.js': '' } }],
    ['links resolve', post, 'fail', 'src/queue.js#L10 does not exist (line 28)'],
    ['links resolve', html, 'fail', 'gone.html does not exist (line 3)', { files: { 'a.png': '' } }],
    ['links resolve', '[a](/posts/another) [b](other-post) [c](../x/#part)', 'pass', undefined, { files: { 'other-post.md': '', '../x/index.md': '' } }],
    ['links resolve', '[a](/img/gone.png)', 'fail', '/img/gone.png does not exist (line 1)'],
    ['links resolve', '[a][b]\n\n[b]: gone.md "T"\n', 'fail', 'gone.md does not exist (line 3)'],
    ['links resolve', 'A [x](x.md)\r\n\r\n[y](y.md)\r\n', 'fail', 'y.md does not exist (line 3)', { files: { 'x.md': '' } }],
    ['links resolve', '```markdown\n# T\n\n[y](y.md)\n```\n', 'fail', 'y.md does not exist (line 4)'],
    ['links resolve', '```js\n// [y](y.md)\n```\ntext `[z](z.md)`', 'pass', 'Found no links.'],
    ['links resolve', '# Où ça ?\n\n[a](#où-ça) [b](#O%C3%B9-%C3%A7a) <a id="here"></a>[c](#here)', 'pass'],
    ['links resolve', '# Part {#custom}\n\n[a](#custom) [t](tel:123) [m](mailto:a@b.c) [d](data:,x)', 'pass'],
    ['links resolve', '# A\n# A\n\n[x](#a-1) [y](#a-2)', 'fail', '#a-2 names no heading of the output (line 4)'],
    [
      'links resolve',
      '[a](b.md#one) [c](b.md#two)',
      'fail',
      'b.md#two names no heading of that file',
      { files: { 'b.md': '' }, headings: { 'b.md': ['One'] } },
    ],
    ['links resolve', '[a](https://exa mple.com) [b](http://)', 'fail', 'is no valid web address'],
    ['links resolve', '[a]('.repeat(3000), 'error', 'cannot be read as Markdown'],
  ],
  'paths exist': [
    ['paths exist', 'Edit `src/a.ts` and `docs/`.', 'pass', 'All 2 paths', { files: { 'src/a.ts': '', 'docs/': '' } }],
    ['paths exist', 'Edit\r\n`src/a.ts`', 'fail', 'there is no src/a.ts (line 2)'],
    [
      'paths exist',
      'Use `console.log`, `items.map`, `process.env`, `mutex.lock`, `example.com/page.html`, `path/to/file.ts`, `/etc/hosts.conf`, `/api/users.json`, `and/or`, `1.5/2.0`, `x.y.z`, `Math.max`.',
      'pass',
      'Found no paths in backticks.',
    ],
    ['paths exist', '`yarn.lock` and `datei-größe.md`', 'fail', 'there is no yarn.lock (line 1)'],
    ['paths exist', '```markdown\nSee `gone.md`.\n```', 'fail', 'gone.md (line 2)'],
    ['paths exist', '', 'pass'],
  ],
  'same as': [
    ['same as: x.md', 'a\r\nb\r\n', 'pass', 'Is the same as x.md.', { files: { 'x.md': 'a\nb' } }],
    ['same as: x.md', '```\na\nb\n```', 'pass', undefined, { files: { 'x.md': 'a\nb\n' } }],
    ['same as: x.md', 'a\nB', 'fail', 'line 2 should be “b”, found “B”', { files: { 'x.md': 'a\nb\n' } }],
    ['same as: x.md', '', 'fail', 'line 1 should be “a”, found an empty line', { files: { 'x.md': 'a' } }],
    ['same as: x.md', 'a', 'error', 'x.md could not be read'],
  ],
  unchanged: [
    ['unchanged: x.md', '', 'pass', 'x.md is unchanged.', { changed: { 'x.md': false } }],
    ['unchanged: x.md', '', 'fail', 'Expected x.md to stay as it was; it has changed.', { changed: { 'x.md': true } }],
    ['unchanged: x.md', '', 'error', /x\.md .*there was no such file/],
    ['not unchanged: x.md', '', 'error'],
  ],
  cost: [
    ['cost: <= 0.01', '', 'pass', 'Cost $0.01.', { costUsd: 0.01 }],
    ['cost: <= 0.3', '', 'pass', undefined, { costUsd: 0.1 + 0.2 }],
    ['cost: <= 0.01', '', 'fail', 'Expected a cost of at most $0.01, found $0.02.', { costUsd: 0.02 }],
    ['cost: <= 0.01', '', 'error', 'not known'],
  ],
  voice: [
    ['voice: VOICE.md', post, 'pass', 'Keeps to VOICE.md', { files: { 'VOICE.md': voice } }],
    ['voice: VOICE.md', mail, 'pass', undefined, { files: { 'VOICE.md': voice } }],
    ['voice: VOICE.md', 'a\r\n\r\nAll hype.', 'fail', /avoids: “hype” in line 3: “All hype\.”/, { files: { 'VOICE.md': voice } }],
    ['voice: VOICE.md', 'See [the page](https://example.com/hype) and `leverage()`.', 'pass', undefined, { files: { 'VOICE.md': voice } }],
    ['voice: VOICE.md', 'He said:\n\n> It is hype!\n\nWe doubt it.', 'pass', undefined, { files: { 'VOICE.md': voice } }],
    ['voice: VOICE.md', 'At 9 p.m. Dr. Smith saw Fig. 3, e.g. the top of page 4 in vol. 2.', 'fail', 'found 14 in line 1', { files: { 'VOICE.md': voice } }],
    ['voice: VOICE.md', 'It runs at 9 p.m. each day. We say No. Then we go on, as Mr. Lee asked.', 'pass', undefined, { files: { 'VOICE.md': voice } }],
    ['voice: VOICE.md', 'Great!', 'fail', 'exclamation marks', { files: { 'VOICE.md': voice } }],
    ['voice: VOICE.md', 'x', 'error', 'VOICE.md could not be read'],
    ['voice: VOICE.md', '', 'pass', undefined, { files: { 'VOICE.md': voice } }],
  ],
};

describe('each family of checks', () => {
  for (const [family, rows] of Object.entries(families))
    describe(family, () => {
      for (const [check, output, status, said, world] of rows)
        it(`${check} on ${JSON.stringify(output.slice(0, 40))}: ${status}`, () => {
          const verdict = ask(check, output, world);
          assert.equal(verdict.status, status, verdict.message);
          if (typeof said === 'string') assert.ok(verdict.message.includes(said), `${verdict.message}\nshould say: ${said}`);
          else if (said) assert.match(verdict.message, said);
          const index = output.split(/\r\n|\r|\n/);
          if (verdict.range) assert.ok(verdict.range.start.line < index.length, 'a range in the output');
        });
    });
});

describe('a message', () => {
  it('is short whatever the output and the check hold', () => {
    const long = 'x'.repeat(200_000);
    const world = {
      files: { 's.json': JSON.stringify({ enum: [long], type: 'array' }), 'a.md': `${long}\n`, 'VOICE.md': `# V\n## Words to avoid\n- ${'y'.repeat(200)}\n` },
    };
    const rules = [
      `contains: "${long}"`,
      `contains: ${Array.from({ length: 300 }, (_, i) => `term${i}`).join(', ')}`,
      `excludes: ${Array.from({ length: 300 }, (_, i) => `w${i}`).join(', ')}`,
      `sections: ${Array.from({ length: 300 }, (_, i) => `Section ${i}`).join(', ')}`,
      `matches: /${'y'.repeat(5000)}/`,
      'schema: s.json',
      'same as: a.md',
      'json',
      'yaml',
      'voice: VOICE.md',
      `all of: ${Array.from({ length: 100 }, () => 'contains: "nowhere"').join('; ')}`,
    ];
    const outputs = [long, `"${long}"`, `# ${long}`, Array.from({ length: 300 }, (_, i) => `w${i}`).join(' '), '[]', `{"${long}": 1}`, '# h\n'.repeat(300)];
    for (const rule of rules)
      for (const output of outputs)
        for (const text of [rule, `not ${rule}`]) {
          const { message } = ask(text, output, world);
          assert.ok(message.length <= 1200 && message.length > 5, `${text.slice(0, 40)}: ${message.length}`);
        }
  });
});
