import assert from 'node:assert/strict';
import fc from 'fast-check';
import { applyFixes } from '../../../src/lint/linter';
import { readContext } from '../../../src/steering/context';
import { issuesOf, lintContext, parts } from './contextSubject';

const rule = 'context/uncovered-criterion';
const stage = (success: string, rest = '') => `${parts}Stage 1: A (Haiku)\n- Task: Do a.\n- Success: ${success}\n${rest}`;
const titles = async (text: string, more: Record<string, string> = {}) =>
  (await issuesOf(rule, text, more)).flatMap(({ fixes }) => fixes.map(({ title }) => title));
const voice = '# Voice\n\n## Words to avoid\n\nhype\n';

describe('criteria that nothing verifies', () => {
  it('offer the command of the project where they speak of tests, and no judge', async () => {
    const manifest = { 'package.json': '{"scripts":{"test":"x","lint":"y"}}' };
    assert.deepEqual(await titles(stage('all tests pass'), manifest), ['Check it with `npm test`']);
    assert.deepEqual(await titles(stage('all tests pass'), { ...manifest, 'pnpm-lock.yaml': '' }), ['Check it with `pnpm run test`']);
    assert.deepEqual(await titles(stage('tests are green'), { 'Cargo.toml': '' }), ['Check it with `cargo test`']);
    assert.deepEqual(await titles(stage('`make check` passes')), ['Check it with `make check`']);
    assert.deepEqual(await titles(stage('it builds'), manifest), ['Have a judge verify “it builds”'], 'that is no form we know');
    assert.deepEqual(await titles(stage('all tests pass')), [], 'nothing here says how to run them, and no judge can');
  });

  it('of part 3 are covered by the check of any stage, and are given no judge where the last stage is code', async () => {
    const text = (criterion: string, checks = '') =>
      `${parts.replace('300 words max', criterion)}Stage 1: A (Haiku)\n- Task: Do a.\n${checks}\nStage 2: B (Code)\n- Run: make check\n`;
    const command = '- Checks:\n  - command: npm test\n';
    assert.deepEqual(await issuesOf(rule, text('`npm test` passes', command)), []);
    assert.deepEqual(await issuesOf(rule, text('All tests pass', command)), []);
    const issues = await issuesOf(rule, text('`npm test` passes'));
    assert.deepEqual(
      issues.map(({ fixes }) => fixes.map(({ title }) => title)),
      [['Check it with `npm test`']],
    );
    assert.match(issues[0]?.message ?? '', /such as `command: npm test`\.$/);
    assert.deepEqual(await titles(text('Reads like you')), []);
    assert.deepEqual(await issuesOf(rule, text('`make check` passes')), [], 'stage 2 runs it');
    assert.match((await issuesOf(rule, text('Reads like you')))[0]?.message ?? '', /to the stage whose output shows it, such as a judge\.$/);
    assert.equal((await issuesOf(rule, text('Reads like you', '- Success: reads like you.\n'))).length, 1, 'told once');
    assert.deepEqual(await issuesOf(rule, text('Reads like you', '- Checks:\n  - judge: reads like you\n')), []);
    assert.equal((await issuesOf(rule, `${stage('all tests pass')}\nStage 2: B (Haiku)\n- Task: Do b.\n${command}`)).length, 1, 'a stage has its own');
  });

  it('offer the voice where they speak of tone and VOICE.md measures something', async () => {
    const text = stage('Matches VOICE.md tone');
    assert.deepEqual(await titles(text, { 'VOICE.md': voice }), [
      'Check it with what VOICE.md makes measurable',
      'Have a judge verify “Matches VOICE.md tone”',
    ]);
    assert.deepEqual(await titles(text, { 'VOICE.md': '# Voice\n\nBe calm.\n' }), ['Have a judge verify “Matches VOICE.md tone”']);
    assert.deepEqual(await titles(text), ['Have a judge verify “Matches VOICE.md tone”']);
  });

  it('offer what an aim, a reading time and a thing to avoid suggest', async () => {
    assert.deepEqual(await titles(stage('about 500 words; avoids hype; no filler')), [
      'Check it with “words: 450-550”',
      'Have a judge verify “about 500 words”',
      'Check it with “excludes: hype”',
      'Have a judge verify “avoids hype”',
      'Have a judge verify “no filler”',
    ]);
    assert.deepEqual((await titles(`${parts}Stage 1: A (Haiku)\n- Task: Do a.\n- Success: 12-15 min read\n`))[0], 'Check it with “words: 2400-3600”');
  });

  it('are counted where they are sections, and no kind of words is a word', async () => {
    assert.deepEqual(await titles(stage('four sections, no superlatives')), [
      'Check it with “headings: >= 4”',
      'Have a judge verify “four sections”',
      'Have a judge verify “no superlatives”',
    ]);
    assert.deepEqual(await titles(stage('2 sections', '- Checks:\n  - sections: Summary, Impact\n')), []);
  });

  const lists: [string, string][] = [
    ['bullets', `${parts}Stage 1: A (Haiku)\n- Input: x\n- Task: Do a.\n- Success: Reads like you\n`],
    ['stars, four columns', `${parts}Stage 1: A (Haiku)\n*   Input: x\n*   Task: Do a.\n*   Success: Reads like you\n`],
    ['numbers', `${parts}## Stage 1: A (Haiku)\n\n1. Input: x\n2. Task: Do a.\n3. Success: Reads like you\n`],
    ['a tab', `${parts}Stage 1: A (Haiku)\n-\tTask: Do a.\n-\tSuccess: Reads like you\n`],
    ['items with blank lines between', `${parts}Stage 1: A (Haiku)\n\n- Task: Do a.\n\n- Success: Reads like you\n\nMore prose.\n`],
    ['a code block at the end', `${parts}## Stage 1: A (Haiku)\n\n- Success: Reads like you\n- Task: Do a.\n  \`\`\`\n  - Checks:\n  \`\`\`\n`],
    ['a comment at the end', `${parts}Stage 1: A (Haiku)\n- Task: Do a.\n- Success: Reads like you <!-- really -->\n`],
    ['checks on one line', `${parts}Stage 1: A (Haiku)\n- Task: Do a.\n- Success: Reads like you; calm\n- Checks: words: 3-5; json\n`],
    [
      'checks below, stars',
      `${parts}Stage 1: A (Haiku)\n- Task: Do a.\n- Success: Reads like you\n- Checks:\n    * words: 3-5\n    * any of:\n        * json\n        * yaml\n`,
    ],
    ['checks before other fields', `${parts}Stage 1: A (Haiku)\n- Checks:\n  - words: 3-5\n- Task: Do a.\n- Success: Reads like you\n`],
    ['of part 3', `${parts.replace('300 words max', 'Quality bar: reads like you')}Stage 1: A (Haiku)\n- Task: Do a.\n`],
    ['no line break at the end', `${parts}Stage 1: A (Haiku)\n- Task: Do a.\n- Success: Reads like you`],
  ];
  for (const [name, text] of lists) {
    for (const eol of ['\n', '\r\n']) {
      it(`are covered after each fix: ${name}, ${eol === '\n' ? 'LF' : 'CRLF'}`, async () => {
        const source = text.replace(/\n/g, eol);
        const issues = await issuesOf(rule, source);
        assert.ok(issues.length && issues.every(({ fixes }) => fixes.length), 'there is one, with a fix');
        for (const issue of issues) {
          for (const fix of issue.fixes) {
            const fixed = applyFixes(source, [fix.edits]);
            const left = await lintContext(fixed);
            assert.equal(left.filter((known) => known.rule === rule).length, issues.length - 1, fixed);
            assert.deepEqual(
              left.filter(({ severity }) => severity === 'error'),
              [],
              fixed,
            );
            assert.ok(!(eol === '\r\n' ? /[^\r]\n/ : /\r/).test(fixed), 'line ends are kept');
            assert.equal(readContext('/w/CONTEXT.md', fixed).stages.length, 1);
          }
        }
      });
    }
  }

  it('are covered by the fix, whatever their words', async () => {
    const piece = fc.constantFrom(
      'reads',
      'like',
      'you',
      'a `code` span',
      '“so”',
      '"quoted"',
      '(1/5)',
      '>= 3/5',
      'is: fine',
      '**bold**',
      "don't",
      'x_y',
      '3',
      'and',
      '- dash',
      'not',
      '#1',
      '%',
      '[link](a.md)',
      '/slash/',
      '100%',
      '& <b>',
      '=',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 5 }), fc.boolean(), fc.boolean(), async (words, crlf, listed) => {
        const source = stage(words.join(' '), listed ? '- Checks:\n  - characters: <= 9000\n' : '').replace(/\n/g, crlf ? '\r\n' : '\n');
        const before = await issuesOf(rule, source);
        for (const issue of before) {
          for (const fix of issue.fixes) {
            const fixed = applyFixes(source, [fix.edits]);
            const after = await lintContext(fixed);
            assert.equal(after.filter((known) => known.rule === rule).length, before.length - 1, fixed);
            assert.ok(!after.some((known) => known.rule === 'context/unparsable-check'), fixed);
          }
        }
      }),
      { numRuns: 150 },
    );
  });
});

it('a missing part brings no line ends that were not there, whatever they are', async () => {
  for (const text of ['# Task\n\rStage 1: A (Haiku)\n- Task: Do a.', '# A\r# B\n# C\r\r- x', '# A\r\n# B\rx\n', '# A\r# B\nStage 1: A\n- Task: x\n']) {
    const ends = (of: string) => new Set(of.match(/\r\n|\r|\n/g) ?? []);
    for (const { fixes } of await issuesOf('context/missing-part', text)) {
      for (const { edits } of fixes)
        assert.deepEqual(
          [...ends(applyFixes(text, [edits]))].filter((end) => !ends(text).has(end)),
          [],
          JSON.stringify(text),
        );
    }
  }
});
