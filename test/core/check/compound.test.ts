import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cheapestFirst, combine, isDecided, isMeasured, measure, settle } from '../../../src/check/measure';
import { checkLine, describeCheck, parseCheck } from '../../../src/steering/checks';
import type { Check, Verdict } from '../../../src/steering/checkTypes';
import { subject } from './world';

type Status = Verdict['status'];

/** A check by what it should answer: a leaf is a check that passes, fails or cannot be run on the output “a”. */
type Tree = { leaf: Status; negated: boolean } | { of: Tree[]; count: number | 'any' | 'all'; negated: boolean };

const leaves: Record<Status, string> = { pass: 'contains: "a"', fail: 'contains: "b"', error: 'same as: gone.md' };
const opposite: Record<Status, Status> = { pass: 'fail', fail: 'pass', error: 'error' };

/** Kleene's three values: an error is a value not known. A group is known once no outcome of its errors could change it. */
function oracle(tree: Tree): Status {
  let status: Status;
  if ('leaf' in tree) status = tree.leaf;
  else {
    const inner = tree.of.map(oracle);
    const wanted = tree.count === 'any' ? 1 : tree.count === 'all' ? inner.length : tree.count;
    const outcomes = new Set<boolean>();
    const unknown = inner.filter((each) => each === 'error').length;
    const passed = inner.filter((each) => each === 'pass').length;
    for (let lucky = 0; lucky <= unknown; lucky++) outcomes.add(passed + lucky >= wanted);
    status = outcomes.size > 1 ? 'error' : outcomes.has(true) ? 'pass' : 'fail';
  }
  return tree.negated ? opposite[status] : status;
}

function written(tree: Tree): string {
  const not = tree.negated ? 'not ' : '';
  if ('leaf' in tree) return not + leaves[tree.leaf];
  const name = tree.count === 'any' ? 'any of' : tree.count === 'all' ? 'all of' : `at least ${tree.count} of`;
  return `${not}${name}:\n${tree.of.map((inner) => `- ${written(inner).replace(/\n/g, '\n  ')}`).join('\n')}`;
}

const leaf: fc.Arbitrary<Tree> = fc.record({ leaf: fc.constantFrom<Status>('pass', 'fail', 'error'), negated: fc.boolean() });
const groupOf = (inner: fc.Arbitrary<Tree>): fc.Arbitrary<Tree> =>
  fc.array(inner, { minLength: 1, maxLength: 4 }).chain((of) =>
    fc.record({
      of: fc.constant(of),
      count: fc.oneof(fc.constant<'any' | 'all'>('any'), fc.constant<'any' | 'all'>('all'), fc.integer({ min: 1, max: of.length })),
      negated: fc.boolean(),
    }),
  );
const tree = fc.oneof(leaf, groupOf(leaf), groupOf(fc.oneof(leaf, groupOf(fc.oneof(leaf, groupOf(leaf))))));
const level = fc.constantFrom('', 'should ', 'must ', 'Should: ');

const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

function parsed(text: string): Check {
  const result = parseCheck(text, range);
  if ('problem' in result) assert.fail(`${text}: ${result.problem.message}`);
  return result.check;
}

describe('checks of checks', () => {
  it('answer as three-valued logic has it, however they are nested, negated and put', () => {
    fc.assert(
      fc.property(tree, level, (given, before) => {
        const check = parsed(before + written(given));
        const verdict = measure(check, subject('a'));
        assert.equal(verdict.status, oracle(given), `${written(given)}\n${verdict.message}`);
        assert.equal(check.level, before.startsWith('should') || before.startsWith('Should') ? 'should' : 'must');
        // What it is written as in the documentation says the same.
        assert.equal(measure(parsed(describeCheck(check)), subject('a')).status, verdict.status);
        assert.equal(isMeasured(check), true);
      }),
      { numRuns: 600 },
    );
  });

  it('answer the same where their parts are asked one by one', () => {
    const askEach = (check: Check): Verdict =>
      check.rule.kind === 'atLeast' ? combine(check, check.rule.of.map(askEach)) : settle(check, measure({ ...check, negated: false }, subject('a')));
    fc.assert(
      fc.property(tree, (given) => {
        const check = parsed(written(given));
        assert.deepEqual(askEach(check), measure(check, subject('a')));
      }),
      { numRuns: 200 },
    );
  });

  it('answer the same where nobody asks what cannot change the verdict, and ask what is free first', () => {
    const askCheap = (check: Check): Verdict => {
      if (check.rule.kind !== 'atLeast') return measure(check, subject('a'));
      const nested: (Verdict | undefined)[] = check.rule.of.map(() => undefined);
      for (const i of cheapestFirst(check.rule.of)) if (!isDecided(check, nested)) nested[i] = askCheap(check.rule.of[i] as Check);
      return combine(check, nested);
    };
    fc.assert(
      fc.property(tree, (given) => assert.equal(askCheap(parsed(written(given))).status, oracle(given))),
      { numRuns: 300 },
    );
    const { rule } = parsed('any of: judge: is kind; command: npm test; json; all of: json; words: 3');
    assert.deepEqual(rule.kind === 'atLeast' && cheapestFirst(rule.of), [2, 3, 4, 1, 0]);
  });

  it('say which of them hold, which fail and which could not be run', () => {
    const say = (text: string) => measure(parsed(text), subject('a')).message;
    assert.match(say('any of: contains: "b"; contains: "a"'), /^1 of 2 checks holds: \(contains: "a"\) Found “a” in line 1\.$/);
    assert.match(
      say('all of: contains: "b"; contains: "a"'),
      /^Expected all of 2 checks to hold, 1 does: \(contains: "b"\) Expected the output to contain “b”/,
    );
    assert.match(say('all of: same as: gone.md; contains: "a"'), /some could not be run: \(same as: gone\.md\) gone\.md could not be read/);
    assert.match(say('not any of: contains: "a"; json'), /^Expected not any of/);
  });

  it('are written in one line in lists', () => {
    assert.equal(checkLine(parsed('should not any of: json; yaml')), 'should not any of: json; yaml');
  });
});
