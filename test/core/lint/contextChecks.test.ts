import assert from 'node:assert/strict';
import { applyFixes, fixAll } from '../../../src/lint/linter';
import { issuesOf, lintContext, parts, textsOf } from './contextSubject';

const stage = (checks: readonly string[], more = '') =>
  `${parts.replace('300 words max', 'Stage 1: short')}Stage 1: A (Haiku)\n- Task: Do a.\n${more}- Checks:\n${checks.map((check) => `  - ${check}\n`).join('')}`;

describe('checks of a stage', () => {
  it('are found where no output passes both', async () => {
    const contradictory: [string[], string][] = [
      [['words: >= 500', 'words: <= 300'], 'words: <= 300'],
      [['words: 100-200', 'json', 'words: 300-400'], 'words: 300-400'],
      [['words: >= 500', 'not words: >= 500'], 'not words: >= 500'],
      [['json', 'not json'], 'not json'],
      [['contains: "our hype train"', 'excludes: hype'], 'contains: "our hype train"'],
      [['excludes: hype', 'contains: "Hype"'], 'contains: "Hype"'],
      [['contains: "so robust"', 'voice: VOICE.md'], 'contains: "so robust"'],
    ];
    for (const [checks, text] of contradictory)
      assert.deepEqual(await textsOf('context/contradictory-checks', stage(checks), { 'VOICE.md': '# V\n\n## Avoid\n\nrobust\n' }), [text], checks.join('; '));
  });

  it('may differ in what they say', async () => {
    for (const checks of [
      ['words: >= 300', 'words: <= 500'],
      ['words: <= 300', 'should words: >= 500'],
      ['items: 5', 'headings: 3'],
      ['contains: "hyperbole"', 'excludes: hyper'],
      ['any of:\n    - words: >= 500\n    - json', 'words: <= 300'],
      ['matches: /a/', 'not matches: /b/'],
    ])
      assert.deepEqual(await textsOf('context/contradictory-checks', stage(checks)), [], checks.join('; '));
  });

  it('are compared with Success and part 3', async () => {
    assert.deepEqual(await textsOf('context/contradictory-checks', stage(['words: >= 900'], '- Success: 300 words max\n')), ['300 words max']);
    assert.deepEqual(await textsOf('context/contradictory-checks', `${parts}Stage 1: A (Haiku)\n- Task: x\n- Success: 900+ words\n`), ['300 words max']);
  });

  it('are found where they can never fail, or never pass', async () => {
    const voice = { 'VOICE.md': '# V\n\nBe calm.\n' };
    for (const check of ['words: >= 0', 'matches: /.*/', 'matches: /x?/i', 'judge: good, >= 1/5', 'voice: VOICE.md']) {
      const issue = (await issuesOf('context/constant-check', stage([check, 'json']), voice))[0];
      assert.match(issue?.message ?? '', /never fail/, check);
      const fixed = applyFixes(stage([check, 'json']), [issue?.fixes[0]?.edits ?? []]);
      assert.equal(fixed, stage(['json']));
    }
    for (const check of ['not words: >= 0', 'not matches: /.*/', 'cost: <= 0'])
      assert.match((await issuesOf('context/constant-check', stage([check])))[0]?.message ?? '', /never pass/, check);
    for (const check of ['words: >= 1', 'matches: /^# /m', 'matches: /\\S/', 'judge: good', 'characters: <= 0', 'matches: /^$/'])
      assert.deepEqual(await textsOf('context/constant-check', stage([check])), [], check);
    assert.deepEqual(
      await textsOf('context/constant-check', stage(['voice: VOICE.md']), { 'VOICE.md': '# V\n\n## Cadence\n\n- Longest sentence: 20 words\n' }),
      [],
    );
  });

  it('are taken out where they stand twice, once', async () => {
    const text = stage([
      'words: 3-5',
      'judge: calm',
      'words: 3 – 5',
      'any of:\n    - json\n    - yaml',
      'any of:\n    - json\n    - yaml',
      'judge: calm, >= 4/5',
      'not json',
    ]);
    const issues = await issuesOf('context/duplicate-check', text);
    assert.equal(issues.length, 3);
    // Two that touch are made one after the other, as the command line does it.
    const once = fixAll(text, issues);
    const fixed = fixAll(once, await issuesOf('context/duplicate-check', once));
    assert.equal(fixed, stage(['words: 3-5', 'judge: calm', 'any of:\n    - json\n    - yaml', 'not json']));
    assert.deepEqual(await issuesOf('context/duplicate-check', fixed), []);
  });

  it('stay where a person noted something in them', async () => {
    const text = stage(['words: 3-5', 'words: 3-5 <!-- keep until the form is new -->']);
    assert.deepEqual(
      (await issuesOf('context/duplicate-check', text)).map(({ fixes }) => fixes),
      [[]],
    );
  });

  it('name files that are there, or that a stage writes', async () => {
    const files = { 'schemas/post.json': '{"type":"object"}', 'VOICE.md': '# V\n\n## Avoid\n\nhype\n' };
    const text = stage(
      ['schema: schemas/pst.json', 'any of:\n    - voice: VOIC.md\n    - json', 'same as: out/a.md', 'unchanged: new.md'],
      '- Output: A → out/a.md\n',
    );
    const issues = await issuesOf('context/missing-check-file', text, files);
    assert.deepEqual(
      issues.map(({ message }) => /measures by (\S+),/.exec(message)?.[1]),
      ['schemas/pst.json', 'VOIC.md'],
    );
    const fixed = applyFixes(
      text,
      issues.map(({ fixes }) => fixes[0]?.edits ?? []),
    );
    assert.match(fixed, /schema: schemas\/post\.json\n {2}- any of:\n {4}- voice: VOICE\.md/);
    assert.deepEqual(await issuesOf('context/missing-check-file', fixed, files), []);
  });

  it('measure by schemas that are schemas', async () => {
    const problem = async (schema: string) =>
      (await issuesOf('context/bad-schema', stage(['schema: s.json']), { 's.json': schema })).map(({ message }) => message).join();
    for (const [schema, why] of [
      ['{', /no JSON/],
      ['[1]', /a list/],
      ['{"name":"x","version":1}', /none of its keywords/],
      ['{"type":"strng"}', /#\/type is "strng"/],
      ['{"type":"object","properties":{"a":{"type":"object","required":"b"}}}', /#\/properties\/a\/required/],
      ['{"items":{"$ref":"#/$defs/x"},"$defs":{"y":{}}}', /leads nowhere/],
      ['{"pattern":"("}', /no regular expression/],
      ['{"properties":{"a":3}}', /#\/properties\/a is neither/],
    ] as const)
      assert.match(await problem(schema), why, schema);
    for (const schema of [
      'true',
      '{"type":["string","null"]}',
      '{"$ref":"#/$defs/x","$defs":{"x":{"enum":[1]}}}',
      '{"type":"array","items":{"type":"object","properties":{"type":{"type":"string"}}}}',
      '{"allOf":[{"required":["a"]}]}',
    ])
      assert.equal(await problem(schema), '', schema);
  });

  it('take time in proportion to the stages', async () => {
    const many = (count: number) =>
      parts +
      Array.from(
        { length: count },
        (_, i) =>
          `Stage ${i + 1}: S${i} (Opus if needed)\n- Input: in${i}.md\n- Task: Extract a${i}, then write the post etc.\n- Output: O${i} → out/${i}.md\n- Success: reads like ${i}\n- Checks:\n  - words: >= 0\n  - contains: "a ${i}"\n  - excludes: b${i}\n`,
      ).join('\n');
    // Warm up, then compare: eight times the stages may take at most about eight times as long, wherever the machine stands.
    await lintContext(many(20));
    const time = async (count: number) => {
      const text = many(count);
      const from = process.cpuUsage();
      await lintContext(text);
      const { user } = process.cpuUsage(from);
      return user / 1000;
    };
    const small = await time(50);
    const large = await time(400);
    assert.ok(large < 8 * 4 * Math.max(small, 20), `${small} ms for 50, ${large} ms for 400`);
  });
});
