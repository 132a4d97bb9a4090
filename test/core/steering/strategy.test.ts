import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readContext } from '../../../src/steering/context';
import { bodyHash, hasEvidence, readStrategy, type Strategy, stageHash, strategyPath, strategyText } from '../../../src/steering/strategy';

const path = '/w/.haiku/strategies/context/outline.md';
const strategy: Strategy = {
  stage: 'outline',
  targetModel: 'claude-haiku-5-5',
  authorModel: 'claude-opus-5-5',
  date: '2026-11-22',
  stageHash: '0123456789abcdef',
  status: 'unproven',
  body: '## Procedure\n\n1. Count the points.',
};

const stageOf = (lines: string) => {
  const stage = readContext('/w/CONTEXT.md', `# T\n\nStage 1: Outline (Haiku)\n${lines}`).stages[0];
  assert.ok(stage);
  return stage;
};
const fields = '- Input: Topic\n- Task: Outline it.\n- Output: Outline\n- Success: 5-7 main points\n';

describe('strategy files', () => {
  it('stand in .haiku/strategies by task and stage', () => {
    assert.equal(strategyPath({ haikuFolder: '/w/.haiku', slug: 'context' }, { slug: 'outline' }), path);
  });

  it('are read as they were written, whatever their values hold', () => {
    const line = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((text) => text.trim() === text && !/[\r\n\u0085\u2028\u2029\p{Cc}\p{Cs}]/u.test(text));
    fc.assert(
      fc.property(
        line,
        line,
        line,
        fc.constantFrom('unproven', 'adopted', 'rejected'),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (stage, model, first, status, p) => {
          const evidence = {
            model,
            date: '2026-11-22',
            cases: 12,
            runs: 3,
            withStrategy: 1,
            withoutStrategy: 0.25,
            p,
            verdict: 'better' as const,
            bodyHash: bodyHash(first),
          };
          const learntFrom = ['00000000', '12345678', '1e234567', bodyHash(first).slice(0, 8)];
          const own: Strategy = { ...strategy, learntFrom, stage, targetModel: model, status: status as Strategy['status'], evidence, body: first };
          const read = readStrategy(path, strategyText(own));
          assert.deepEqual(read.problems, []);
          assert.deepEqual(read.strategy, own);
          assert.ok(hasEvidence(read.strategy as Strategy));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('edited after a trial have no evidence any more; line ends are no edit', () => {
    const evidence = {
      model: 'm',
      date: '2026-11-22',
      cases: 12,
      runs: 3,
      withStrategy: 1,
      withoutStrategy: 0,
      p: 0,
      verdict: 'better' as const,
      bodyHash: bodyHash(strategy.body),
    };
    assert.ok(hasEvidence({ ...strategy, evidence, body: `${strategy.body.replace(/\n/g, '\r\n')}\r\n` }));
    assert.ok(!hasEvidence({ ...strategy, evidence, body: `${strategy.body} Twice.` }));
    assert.ok(!hasEvidence(strategy));
  });

  it('that are broken are told with their line, and not used', () => {
    const text = strategyText(strategy);
    const told = (broken: string) => {
      const { problems, strategy: read } = readStrategy(path, broken);
      assert.equal(read, undefined);
      return problems.map(({ message, range }) => `${range.start.line + 1}: ${message}`).join(' ');
    };
    assert.match(told(text.replace(/for: .*\n/, '')), /^1: The front matter has no `for`/);
    assert.match(told(text.replace('stage: outline', 'stage: [1, 2]')), /^2: `stage` is a text/);
    assert.match(told(text.replace('status: unproven', 'status: great')), /^7: `status` is unproven, adopted, rejected; “great” is none/);
    assert.match(told(text.replace('status: unproven', 'evidence: yes')), /^7: `evidence` is a mapping/);
    assert.match(told(text.replace('status: unproven', 'evidence:\n  cases: many')), /^7: `evidence` has no sound `cases`/);
    assert.match(told(text.replace('stage: outline', 'stage: "')), /YAML/);
    assert.match(told(text.slice(0, text.indexOf('##'))), /There is no strategy below the front matter/);
    assert.match(told('just text'), /The front matter has no `stage`/);
  });

  it('may have an unquoted date and model, as a person writes them', () => {
    const read = readStrategy(path, strategyText(strategy).replace('"2026-11-22"', '2026-11-22').replace('"claude-haiku-5-5"', 'claude-haiku-5-5'));
    assert.deepEqual(read.strategy, strategy);
  });

  it('are for a stage as it was: its task, inputs, output, criteria and checks', () => {
    const hash = stageHash(stageOf(fields));
    assert.equal(stageHash(stageOf(`\n${fields}`)), hash);
    assert.equal(stageHash(stageOf(`${fields}- Retries: 3\n- Budget: 4000\n- Variants: 2\n`)), hash);
    for (const changed of [
      fields.replace('Outline it.', 'Outline it well.'),
      fields.replace('Topic', 'Subject'),
      fields.replace('5-7', '4-7'),
      fields.replace('Output: Outline', 'Output: Plan'),
      `${fields}- Checks:\n  - words: 10-20\n`,
    ])
      assert.notEqual(stageHash(stageOf(changed)), hash, changed);
  });
});
