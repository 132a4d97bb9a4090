import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkNames, describeCheck, parseCheck } from '../../../src/steering/checks';
import type { Check, CheckRule } from '../../../src/steering/checkTypes';
import { splitCommas } from '../../../src/steering/commas';

const range = { start: { line: 3, character: 2 }, end: { line: 3, character: 20 } };

function parsed(text: string, nested?: string[]): Check {
  const result = parseCheck(
    text,
    range,
    nested?.map((item) => ({ text: item, range })),
  );
  if ('problem' in result) assert.fail(`${text}: ${result.problem.message}`);
  return result.check;
}

function problem(text: string): string {
  const result = parseCheck(text, range);
  if ('check' in result) assert.fail(`${text} parsed as ${describeCheck(result.check)}`);
  assert.equal(result.problem.rule, 'context/unparsable-check');
  assert.deepEqual(result.problem.range, range);
  return result.problem.message;
}

/** A rule without the checks' source text and ranges. */
function bareRule(rule: CheckRule): unknown {
  if (rule.kind !== 'atLeast') return { ...rule };
  return { ...rule, of: rule.of.map((check) => ({ negated: check.negated, level: check.level, rule: bareRule(check.rule) })) };
}

describe('the check grammar', () => {
  const count = (measure: string, min?: number, max?: number) => ({
    kind: 'count',
    measure,
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
  });
  const readings: [string, unknown][] = [
    ['words: 300-800', count('words', 300, 800)],
    ['Words: 300–800 words', count('words', 300, 800)],
    ['words: >= 3,000', count('words', 3000)],
    ['words: ≥ 3k', count('words', 3000)],
    ['words: 3-5k', count('words', 3000, 5000)],
    ['words: > 300', count('words', 301)],
    ['words: < 300', count('words', undefined, 299)],
    ['words: <= 300', count('words', undefined, 300)],
    ['words: = 300', count('words', 300, 300)],
    ['words: 300', count('words', 300, 300)],
    ['words: at least 300', count('words', 300)],
    ['words: at most 300', count('words', undefined, 300)],
    ['words: 3000+', count('words', 3000)],
    ['words: >= 300, <= 800', count('words', 300, 800)],
    ['words >= 300', count('words', 300)],
    ['`words: 300-800`', count('words', 300, 800)],
    ['`words`: 300 to 800', count('words', 300, 800)],
    ['**words:** 300-800', count('words', 300, 800)],
    ['characters: <= 280', count('characters', undefined, 280)],
    ['items: between 5 and 7', count('items', 5, 7)],
    ['headings: 3', count('headings', 3, 3)],
    ['links: >= 1', count('links', 1)],
    ['contains: "refund policy"', { kind: 'contains', terms: ['refund policy'] }],
    ['contains: refund policy, "30 days, no questions", `npm ci`', { kind: 'contains', terms: ['refund policy', '30 days, no questions', 'npm ci'] }],
    ['contains: “curly”', { kind: 'contains', terms: ['curly'] }],
    ["contains: don't panic, the users' guide", { kind: 'contains', terms: ["don't panic", "the users' guide"] }],
    ['contains: ready: set', { kind: 'contains', terms: ['ready: set'] }],
    ['excludes: hype, leverage', { kind: 'excludes', terms: ['hype', 'leverage'] }],
    ['matches: /^# .+\\/x/im', { kind: 'matches', pattern: '^# .+\\/x', flags: 'im' }],
    ['matches: `/a, b/`', { kind: 'matches', pattern: 'a, b', flags: '' }],
    ['JSON', { kind: 'json' }],
    ['valid yaml', { kind: 'yaml' }],
    ['schema: schemas/x.json', { kind: 'schema', path: 'schemas/x.json' }],
    ['sections: Introduction, Core argument', { kind: 'sections', names: ['Introduction', 'Core argument'] }],
    ['links resolve', { kind: 'linksResolve' }],
    ['links: resolve', { kind: 'linksResolve' }],
    ['Paths exist', { kind: 'pathsExist' }],
    ['unchanged: `src/index.html`', { kind: 'unchanged', path: 'src/index.html' }],
    ['command: npm test -- --grep "a: b"', { kind: 'command', command: 'npm test -- --grep "a: b"' }],
    ['command: `npm test`', { kind: 'command', command: 'npm test' }],
    ['voice: VOICE.md', { kind: 'voice', path: 'VOICE.md' }],
    ['judge: reads like VOICE.md, >= 4/5', { kind: 'judge', rubric: 'reads like VOICE.md', min: 4, of: 5 }],
    ['judge: reads like VOICE.md', { kind: 'judge', rubric: 'reads like VOICE.md', min: 4, of: 5 }],
    ['judge: reads like VOICE.md, >= 80%', { kind: 'judge', rubric: 'reads like VOICE.md', min: 80, of: 100 }],
    ['judge: reads like VOICE.md (>= 3/5)', { kind: 'judge', rubric: 'reads like VOICE.md', min: 3, of: 5 }],
    ['judge: reads like VOICE.md, >= 3/5.', { kind: 'judge', rubric: 'reads like VOICE.md', min: 3, of: 5 }],
    ['judge: reads like VOICE.md, 3 out of 5', { kind: 'judge', rubric: 'reads like VOICE.md', min: 3, of: 5 }],
    ['judge: reads like VOICE.md, score >= 8/10', { kind: 'judge', rubric: 'reads like VOICE.md', min: 8, of: 10 }],
    ['judge: says that the load stays below 5%', { kind: 'judge', rubric: 'says that the load stays below 5%', min: 4, of: 5 }],
    ['judge: names the law (of 2019)', { kind: 'judge', rubric: 'names the law (of 2019)', min: 4, of: 5 }],
    ['judge: give 5/5 only where each claim has a source', { kind: 'judge', rubric: 'give 5/5 only where each claim has a source', min: 4, of: 5 }],
    ['must words: 3', count('words', 3, 3)],
    ['judge: "clear, short, kind", at least 7/10', { kind: 'judge', rubric: 'clear, short, kind', min: 7, of: 10 }],
    ['same as: expected.md', { kind: 'sameAs', path: 'expected.md' }],
    ['cost: <= 0.01', { kind: 'cost', max: 0.01 }],
    ['cost: at most $0.01', { kind: 'cost', max: 0.01 }],
    ['cost: $.05', { kind: 'cost', max: 0.05 }],
  ];
  for (const [text, rule] of readings) it(`reads ${text}`, () => assert.deepEqual(parsed(text).rule, rule));

  it('reads not and should in either order and leaves them out of the text', () => {
    for (const text of ['should not contains: "x"', 'not should contains: "x"', 'Should `not contains: "x"`', '`should not contains: "x"`']) {
      const check = parsed(text);
      assert.deepEqual([check.negated, check.level, check.text], [true, 'should', 'contains: "x"'], text);
    }
    const plain = parsed('json');
    assert.deepEqual([plain.negated, plain.level, plain.source, plain.range], [false, 'must', 'checks', range]);
  });

  it('reads groups from a nested list, from lines and from one line', () => {
    const wanted = {
      kind: 'atLeast',
      count: 1,
      of: [
        { negated: false, level: 'must', rule: { kind: 'json' } },
        { negated: true, level: 'must', rule: { kind: 'yaml' } },
      ],
    };
    assert.deepEqual(bareRule(parsed('any of:', ['json', 'not yaml']).rule), wanted);
    assert.deepEqual(bareRule(parsed('Any of:\n  - json\n  - not yaml').rule), wanted);
    assert.deepEqual(bareRule(parsed('any of: json; not yaml').rule), wanted);
    assert.equal((parsed('all of:', ['json', 'words: 3', 'links resolve']).rule as { count: number }).count, 3);
    assert.equal((parsed('at least 2 of:', ['json', 'words: 3', 'links resolve']).rule as { count: number }).count, 2);
    const deep = parsed('any of:', ['all of:\n  - json\n  - words: 3', 'yaml']).rule;
    assert.deepEqual(deep.kind === 'atLeast' && deep.of.map((check) => check.rule.kind), ['atLeast', 'yaml']);
  });

  it('reads terms nested below a list check', () => {
    assert.deepEqual(parsed('excludes:', ['hype', '"world class"']).rule, { kind: 'excludes', terms: ['hype', 'world class'] });
  });

  it('puts the problem of a nested check where that check stands', () => {
    const inner = { start: { line: 9, character: 4 }, end: { line: 9, character: 8 } };
    const result = parseCheck('any of:', range, [
      { text: 'json', range },
      { text: 'wrods: 3', range: inner },
    ]);
    assert.ok('problem' in result);
    assert.deepEqual(result.problem.range, inner);
    assert.match(result.problem.message, /did you mean “words”/);
  });

  it('says what was expected of a check it cannot read', () => {
    assert.match(problem('wrods: 300-800'), /did you mean “words”/);
    assert.match(problem('same-s: x.md'), /did you mean “same as”/);
    assert.match(problem('contians: x'), /did you mean “contains”/);
    assert.match(problem('command npm test'), /with a colon/);
    assert.match(problem('Reads Well'), /“Reads Well” is no check. If only a reader can tell, write `judge: Reads Well, >= 4\/5`/);
    assert.match(problem('words: 800-300'), /smaller number first/);
    assert.match(problem('words: about 300'), /range or a bound/);
    assert.match(problem('words: 3.000'), /range or a bound/);
    assert.match(problem('words: < 0'), /range or a bound/);
    assert.match(problem('words:'), /range or a bound/);
    assert.match(problem('contains:'), /at least one/);
    assert.match(problem('matches: /(/'), /valid regular expression/);
    assert.match(problem('matches: /a/g'), /flags i, m, s and u/);
    assert.match(problem('matches: a+'), /between slashes/);
    assert.match(problem('schema: a.json, b.json'), /one file/);
    assert.match(problem('sections: 3-5'), /headings: 3-5/);
    assert.match(problem('judge: good, >= 9/5'), /scale/);
    assert.match(problem('judge: good, < 3/5'), /least rating/);
    assert.match(problem('judge: answer 5/5'), /tells the judge what to answer/);
    assert.match(problem('judge: "always give full marks", >= 4/5'), /tells the judge what to answer/);
    assert.match(problem('must should json'), /contradict/);
    assert.match(problem('any of:\n- json\n- should yaml'), /“should” stands before the whole group/);
    assert.match(problem('judge: , >= 4/5'), /what is to be judged/);
    assert.match(problem('cost: >= 1'), /most it may cost/);
    assert.match(problem('json: maybe'), /takes nothing/);
    assert.match(problem('any of:'), /nested below/);
    assert.match(problem('at least 3 of:\n- json\n- yaml'), /never pass/);
    assert.match(problem('words: 3\n- json'), /no nested list/);
    assert.match(problem('not not json'), /twice/);
    assert.match(problem(''), /found nothing/);
  });

  it('has an example for every name that parses to its kind', () => {
    for (const { example, kind } of checkNames) assert.equal(parsed(example).rule.kind, kind, example);
  });

  it('never throws', () => {
    const words = fc.constantFrom(
      'not ',
      'should ',
      'words',
      ':',
      ' >= ',
      '3,000',
      '`',
      '"',
      '“',
      '\n- ',
      'any of:',
      'judge: ',
      '4/5',
      'matches: /',
      '(',
      ', ',
      'at least 2 of:',
      '  ',
      'command: ',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fc.oneof(words, fc.string({ maxLength: 3 }))).map((parts) => parts.join('')),
        ),
        (text) => {
          const result = parseCheck(text, range);
          assert.ok('check' in result !== 'problem' in result);
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('describes a check so that it parses to the same rule', () => {
    const term = fc
      .string({ minLength: 1, maxLength: 12 })
      .map((text) => text.replace(/[\r\n]/g, ''))
      .filter((text) => text.trim() !== '');
    const tight = term.map((text) => text.trim());
    const bound = fc.nat({ max: 100_000 });
    const measure = fc.constantFrom('words', 'items', 'tokens' as const) as fc.Arbitrary<'words' | 'items' | 'tokens'>;
    const leaf: fc.Arbitrary<CheckRule> = fc.oneof(
      fc.record({ kind: fc.constant('count' as const), measure, min: bound }),
      fc.record({ kind: fc.constant('count' as const), measure, max: bound }),
      fc.tuple(measure, bound, bound).map(([m, a, b]) => ({ kind: 'count' as const, measure: m, min: Math.min(a, b), max: Math.max(a, b) })),
      fc.record({ kind: fc.constantFrom('contains' as const, 'excludes' as const), terms: fc.array(term, { minLength: 1, maxLength: 3 }) }),
      fc.record({ kind: fc.constant('sections' as const), names: fc.array(term, { minLength: 1, maxLength: 3 }) }),
      fc.constantFrom<CheckRule>(
        { kind: 'json' },
        { kind: 'yaml' },
        { kind: 'linksResolve' },
        { kind: 'pathsExist' },
        { kind: 'matches', pattern: 'a/b "c`', flags: 'im' },
      ),
      fc.record({ kind: fc.constantFrom('schema' as const, 'unchanged' as const, 'voice' as const, 'sameAs' as const), path: tight }),
      fc.record({ kind: fc.constant('command' as const), command: tight }),
      fc.record({ kind: fc.constant('judge' as const), rubric: tight, min: fc.integer({ min: 1, max: 5 }), of: fc.constant(5) }),
      fc.record({ kind: fc.constant('cost' as const), max: fc.nat({ max: 10_000 }).map((n) => n / 1000) }),
    );
    const asCheck = (rule: CheckRule, negated: boolean, should: boolean): Check => ({
      text: '',
      rule,
      negated,
      level: should ? 'should' : 'must',
      source: 'checks',
      range,
    });
    const leafCheck = fc.tuple(leaf, fc.boolean(), fc.boolean()).map(([rule, negated, should]) => asCheck(rule, negated, should));
    // “should” stands before a group, not inside it.
    const groupOf = (inner: fc.Arbitrary<Check>) =>
      fc
        .array(
          inner.map((check) => ({ ...check, level: 'must' as const })),
          { minLength: 1, maxLength: 3 },
        )
        .chain((of) => fc.integer({ min: 1, max: of.length }).map((n) => asCheck({ kind: 'atLeast', count: n, of }, false, false)));
    fc.assert(
      fc.property(fc.oneof(leafCheck, groupOf(leafCheck), groupOf(fc.oneof(leafCheck, groupOf(leafCheck)))), (check) => {
        const again = parsed(describeCheck(check));
        assert.deepEqual(bareRule(again.rule), bareRule(check.rule));
        assert.deepEqual([again.negated, again.level], [check.negated, check.level]);
      }),
      { numRuns: 1500 },
    );
  });
});

describe('a comma-separated list', () => {
  const texts = (text: string) => splitCommas(text).map((piece) => piece.text);

  it('splits outside of quotes, code spans, brackets and numbers', () => {
    assert.deepEqual(texts('Outline, VOICE.md , related posts'), ['Outline', 'VOICE.md', 'related posts']);
    assert.deepEqual(texts('"a, b", `c, d`, e (f, g), src/{a,b}.ts, “h, i”'), ['a, b', 'c, d', 'e (f, g)', 'src/{a,b}.ts', 'h, i']);
    assert.deepEqual(texts("the authors' notes, users' guide, 'x, y'"), ["the authors' notes", "users' guide", 'x, y']);
    assert.deepEqual(texts('3,000 rows, 5" disk, a "b" c'), ['3,000 rows', '5" disk', 'a "b" c']);
    assert.deepEqual(texts('a (b, c'), ['a (b', 'c']);
    assert.deepEqual(texts(', ,a,,'), ['a']);
  });

  it('gives offsets of what stands inside the quotes', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ',', '"', '`', "'", '(', ')', '[', ']', '“', '”', ' ', '3') }), (text) => {
        let last = 0;
        for (const piece of splitCommas(text)) {
          assert.equal(text.slice(piece.start, piece.end), piece.text);
          assert.ok(piece.start >= last && piece.text !== '');
          last = piece.end;
        }
      }),
      { numRuns: 1000 },
    );
  });
});
