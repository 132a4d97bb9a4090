import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readContext } from '../../../src/steering/context';
import { DecompositionRefused, insertStages, type ProposedStage, readDecomposition, stagesMarkdown } from '../../../src/strategy/decomposition';
import { applyEdits } from '../../../src/text';

const stage = (change: Partial<ProposedStage> = {}): ProposedStage => ({
  title: 'Outline',
  runner: 'Haiku',
  why: '',
  inputs: ['Topic'],
  task: 'Outline the post.',
  output: 'Outline',
  path: '',
  format: 'markdown',
  command: '',
  each: '',
  success: [],
  checks: ['items: 5-7'],
  ...change,
});
const put = (text: string, stages: readonly ProposedStage[]) => applyEdits(text, [insertStages(text, stagesMarkdown(stages))]);
const parts = '# Post\n\n## Part 1: Specification\n\nWrite a post.\n\n## Part 2: Constraints\n\n- Short\n';

describe('stages that a model proposes', () => {
  it('are read back from the document as they were proposed', () => {
    const word = fc.stringMatching(/^[A-Z][a-z]{2,9}(?: [a-z]{2,9}){0,2}$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(
          fc.record({
            title: word,
            output: word,
            task: fc.stringMatching(/^[A-Z][a-z ,'"]{3,40}\.(?:\n[A-Z][a-z]{3,20}\.)?$/),
            runner: fc.constantFrom('Haiku', 'Sonnet', 'Opus', 'Opus if needed'),
          }),
          {
            minLength: 1,
            maxLength: 6,
            selector: ({ title }) => title,
          },
        ),
        fc.boolean(),
        (proposed, crlf) => {
          const base = crlf ? parts.replace(/\n/g, '\r\n') : parts;
          const text = put(
            base,
            proposed.map((each) => stage({ ...each, why: 'It is hard.', inputs: ['a, b', 'notes.md'] })),
          );
          assert.ok(!crlf || !/[^\r]\n/.test(text));
          assert.ok(text.startsWith(base.trimEnd()));
          const document = readContext('/w/CONTEXT.md', text);
          assert.deepEqual(document.problems, []);
          assert.deepEqual(
            document.stages.map(({ title, output, runner, task }) => [title, output?.name, runner.text, task.replace(/\r/g, '')]),
            proposed.map(({ title, output, runner, task }) => [title, output, runner, task]),
          );
          assert.deepEqual(
            document.stages[0]?.inputs.map((name) => name.text),
            ['a, b', 'notes.md'],
          );
          assert.deepEqual(
            document.stages[0]?.checks.map((check) => check.text),
            ['items: 5-7'],
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keep commands, lists, paths, formats, and say why a dear runner is needed', () => {
    const text = put(parts, [
      stage({ title: 'List', runner: 'Code', command: 'node list.js `x`', output: 'Names', format: 'json' }),
      stage({ title: 'Describe', each: 'Name in Names', path: 'out/Name.md', output: 'Text', runner: 'Opus', why: 'It needs judgement.' }),
    ]);
    const { stages, problems } = readContext('/w/CONTEXT.md', text);
    assert.deepEqual(problems, []);
    assert.equal(stages[0]?.run, 'node list.js `x`');
    assert.equal(stages[0]?.output?.format, 'json');
    assert.equal(stages[1]?.each?.item, 'Name');
    assert.equal(stages[1]?.output?.path, 'out/Name.md');
    assert.match(text, /### Stage 2: Describe \(Opus\)\n\nWhy Opus: It needs judgement\.\n\n- Input/);
  });

  it('go below the heading that waits for them, or before costs, or to the end', () => {
    const costs = '\n---\n\n## Cost & Time Estimates\n\nTotal: $0.03\n';
    assert.match(
      put(`${parts}\n## Stage Decomposition\n\nTo be planned.\n${costs}`, [stage()]),
      /To be planned\.\n\n### Stage 1: Outline \(Haiku\)\n\n- Input[\s\S]*items: 5-7\n\n+---\n\n## Cost/,
    );
    assert.match(put(parts + costs, [stage()]), /- Short\n\n## Stages\n\n### Stage 1[\s\S]*items: 5-7\n\n+---\n\n## Cost/);
    assert.match(put(parts, [stage()]), /- Short\n\n## Stages\n\n### Stage 1[\s\S]*items: 5-7\n$/);
    assert.match(put('# T', [stage()]), /^# T\n\n## Stages/);
  });

  it('are refused with the reason where they are none', () => {
    const refused = (text: string, form: RegExp, stopReason = 'end_turn') =>
      assert.throws(
        () => readDecomposition({ text, stopReason }),
        (error) => error instanceof DecompositionRefused && form.test(error.message),
      );
    refused('', /refused/, 'refusal');
    refused('{', /cut off/, 'max_tokens');
    refused('Sure!', /no JSON/);
    refused('{"stages": []}', /no stages/);
    refused('{"stages": [1]}', /stage 1 is no object/);
    refused(JSON.stringify({ stages: [stage({ task: '' })] }), /stage 1 has no task/);
    refused(JSON.stringify({ stages: [stage(), stage({ runner: 'GPT' })] }), /stage 2 has no runner/);
    refused(JSON.stringify({ stages: Array.from({ length: 21 }, () => stage()) }), /21 stages/);
    assert.deepEqual(
      readDecomposition({ text: JSON.stringify({ stages: [stage({ title: 'Draft (first)' })] }), stopReason: 'end_turn' })[0]?.title,
      'Draft first',
    );
  });
});
