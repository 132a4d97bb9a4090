import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type Candidate,
  type CaseOutcome,
  paretoWeights,
  type ReflectionOrder,
  type ReflectionTurn,
  reflect,
  seededRandom,
  splitCases,
} from '../../../src/evaluate/reflection';

const outcome = (score: number): CaseOutcome => ({ score, passed: score === 1, feedback: '' });
const candidate = (...scores: number[]): Candidate => ({ text: scores.join(), outcomes: scores.map(outcome) });

/**
 * A simulation: a case asks for some of the skills a–f, a text has those whose letters stand in it, and `X` spoils everything. The rewriter reads the
 * feedback and adds one skill that was missing.
 */
function simulation(change: Partial<ReflectionOrder> & { calls?: number } = {}) {
  const skills = [...'abcdef'];
  const needs = (id: string) => skills.filter((_, i) => (Number(id) >> (i % 4)) & 1 || i === Number(id) % 6);
  const spent = { evaluations: 0, rewrites: 0 };
  const turns: ReflectionTurn[] = [];
  const order: ReflectionOrder = {
    seed: '',
    learn: Array.from({ length: 12 }, (_, i) => String(i)),
    choose: Array.from({ length: 8 }, (_, i) => String(i + 12)),
    minibatch: 3,
    patience: 8,
    random: seededRandom(7),
    async evaluate(text, id) {
      spent.evaluations++;
      const missing = needs(id).filter((skill) => !text.includes(skill) || text.includes('X'));
      return { score: 1 - missing.length / needs(id).length, passed: !missing.length, feedback: missing.join('') };
    },
    async rewrite(text, outcomes) {
      spent.rewrites++;
      return text + (outcomes.map((each) => each.outcome.feedback).join('')[0] ?? '');
    },
    affords: (evaluations, rewrites) => spent.evaluations + spent.rewrites + evaluations + rewrites <= (change.calls ?? 1000),
    onTurn: (turn) => void turns.push(turn),
    ...change,
  };
  return { order, spent, turns };
}

describe('reflective optimisation', () => {
  it('reaches the known optimum of a simulation and stops there', async () => {
    const { order, turns } = simulation();
    const { candidates, best, stopped } = await reflect(order);
    assert.equal(stopped, 'perfect');
    assert.deepEqual([...new Set(candidates[best]?.text)].sort().join(''), 'abcdef');
    assert.ok(turns.filter((turn) => turn.kind === 'scored').length >= 6, 'one skill at a time');
  });

  it('never passes its budget, whatever that is, and never begins what it could not finish', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(300), fc.nat(), async (calls, seed) => {
        const { order, spent } = simulation({ calls, random: seededRandom(seed) });
        const { stopped } = await reflect(order);
        assert.ok(spent.evaluations + spent.rewrites <= calls);
        if (calls < 8) assert.deepEqual([stopped, spent.evaluations], ['budget', 0]);
      }),
      { numRuns: 100 },
    );
  });

  it('takes the same course for the same numbers', async () => {
    const [a, b] = [simulation(), simulation()];
    await reflect(a.order);
    await reflect(b.order);
    assert.deepEqual(a.turns, b.turns);
  });

  it('rejects a rewrite that does harm, and stops when nothing improves', async () => {
    const { order, turns } = simulation({ seed: 'ab', rewrite: async (text) => `${text}X` });
    const { candidates, best, stopped } = await reflect(order);
    assert.equal(stopped, 'no improvement');
    assert.deepEqual([candidates.length, candidates[best]?.text], [1, 'ab']);
    assert.ok(turns.every((turn) => turn.kind !== 'rewritten' || !turn.kept));
  });

  it('survives a model that answers nothing of use', async () => {
    const { order } = simulation({ rewrite: async () => undefined });
    assert.equal((await reflect(order)).stopped, 'no improvement');
  });

  it('has nothing to do without cases', async () => {
    assert.equal((await reflect(simulation({ learn: [] }).order)).stopped, 'nothing to learn from');
  });

  it('draws parents from those best on a case, not from those that others outdo everywhere', () => {
    assert.deepEqual(paretoWeights([candidate(1, 0, 0), candidate(0, 1, 1), candidate(0.5, 0.5, 0.5)]), [1, 2, 0]);
    assert.deepEqual(paretoWeights([candidate(1, 0), candidate(1, 1)]), [0, 2]);
    assert.deepEqual(paretoWeights([candidate(0, 0)]), [2]);
  });

  it('splits cases into parts that share none', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(), (count, seed) => {
        const ids = Array.from({ length: count }, (_, i) => String(i));
        const { learn, choose, held } = splitCases(ids, seededRandom(seed));
        assert.deepEqual([...learn, ...choose, ...held].sort(), [...ids].sort());
        if (count >= 12) assert.ok(held.length >= 3 && choose.length >= held.length && learn.length >= choose.length);
        else assert.equal(held.length, 0);
      }),
    );
  });
});
