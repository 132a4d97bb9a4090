import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ancestors, dependents, type Plan, planTask } from '../../../src/steering/plan';
import { loadTask } from '../../../src/steering/task';
import { MemoryFiles } from '../memoryFiles';

const essay = (name: string) => readFileSync(resolve(__dirname, '../../fixtures/essay', name), 'utf8');

async function planOf(text: string, others: Record<string, string> = {}): Promise<Plan> {
  const files = new MemoryFiles({ '/w/CONTEXT.md': text, ...others });
  return planTask(await loadTask('/w/CONTEXT.md', files), files);
}

const needs = (plan: Plan) => plan.stages.map((stage) => stage.needs.map((index) => plan.stages[index]?.stage.number));
const sources = (plan: Plan, index: number) => plan.stages[index]?.inputs.map(({ name, source }) => [name.text, source.kind]);

describe('planning', () => {
  it("reads the essay's plan as the essay means it", async () => {
    const plan = await planOf(essay('CONTEXT.md'), { '/w/VOICE.md': essay('VOICE.md') });
    assert.deepEqual(needs(plan), [[], [1], [1, 2], [3]]);
    assert.deepEqual(sources(plan, 0), [
      ['Blog topic', 'asked'],
      ['target audience', 'asked'],
      ['success criteria', 'part'],
    ]);
    assert.deepEqual(sources(plan, 1), [
      ['Outline', 'stage'],
      ['VOICE.md', 'file'],
      ['related posts', 'asked'],
    ]);
    assert.deepEqual(sources(plan, 2), [
      ['Outline', 'stage'],
      ['context', 'stage'],
      ['stage 1 analysis', 'stage'],
    ]);
  });

  it('tells Result 1 from Result 10', async () => {
    const stages = Array.from({ length: 10 }, (_, i) => `Stage ${i + 1}: Step ${i + 1}a (Haiku)\n- Task: x\n- Output: Result ${i + 1}\n\n`).join('');
    const plan = await planOf(`${stages}Stage 11: End (Haiku)\n- Input: Result 1, Result 10\n- Task: x\n`);
    assert.deepEqual(needs(plan)[10], [1, 10]);
  });

  it('takes a declared input first, then an exact name, then words', async () => {
    const plan = await planOf(
      '---\ninputs:\n  Outline: given\n---\nStage 1: A (Haiku)\n- Task: x\n- Output: Structured outline\n\nStage 2: B (Haiku)\n- Input: Outline, structured outline, "outline"\n- Task: x\n',
    );
    assert.deepEqual(sources(plan, 1), [
      ['Outline', 'declared'],
      ['structured outline', 'stage'],
      ['outline', 'declared'],
    ]);
  });

  it('does not guess between two stages that fit', async () => {
    const plan = await planOf(
      'Stage 1: A (Haiku)\n- Task: x\n- Output: First draft\n\nStage 2: B (Haiku)\n- Task: x\n- Output: Second draft\n\nStage 3: C (Haiku)\n- Input: draft\n- Task: x\n',
    );
    assert.deepEqual([sources(plan, 2), needs(plan)[2]], [[['draft', 'ambiguous']], []]);
  });

  it('knows a stage that reads itself or a later one', async () => {
    const plan = await planOf(
      'Stage 1: A (Haiku)\n- Input: Notes, stage 2 output, Own\n- Task: x\n- Output: Own\n\nStage 2: B (Haiku)\n- Task: x\n- Output: Notes\n',
    );
    assert.deepEqual(sources(plan, 0), [
      ['Notes', 'later'],
      ['stage 2 output', 'later'],
      ['Own', 'later'],
    ]);
  });

  it('finds files, sections, lines, globs and folders, and what is not there', async () => {
    const plan = await planOf('Stage 1: A (Haiku)\n- Input: VOICE.md#cadence, src/a.ts:2-3, src/*.ts, data/, gone.md, LICENSE, and/or\n- Task: x\n', {
      '/w/VOICE.md': '# V',
      '/w/src/a.ts': 'a',
      '/w/src/b.ts': 'b',
      '/w/data/x.csv': '1',
      '/w/LICENSE': 'MIT',
    });
    const found = plan.stages[0]?.inputs.map(({ source }) => source);
    assert.deepEqual(found, [
      { kind: 'file', path: '/w/VOICE.md', section: 'cadence', exists: true },
      { kind: 'file', path: '/w/src/a.ts', lines: [2, 3], exists: true },
      { kind: 'glob', pattern: 'src/*.ts', paths: ['/w/src/a.ts', '/w/src/b.ts'] },
      { kind: 'glob', pattern: 'data/**', paths: ['/w/data/x.csv'] },
      { kind: 'file', path: '/w/gone.md', exists: false },
      { kind: 'file', path: '/w/LICENSE', exists: true },
      { kind: 'asked' },
    ]);
  });

  it('follows needs both ways', async () => {
    const plan = await planOf(essay('CONTEXT.md'));
    assert.deepEqual([dependents(plan, 1), dependents(plan, 3), ancestors(plan, 3), ancestors(plan, 0)], [[2, 3], [], [0, 1, 2], []]);
  });

  it("reads an earlier stage's output by its path, whatever way it is written", async () => {
    const plan = await planOf('Stage 1: A (Haiku)\n- Task: x\n- Output: Draft → out/draft.md\n\nStage 2: B (Haiku)\n- Input: ./out/draft.md\n- Task: x\n');
    assert.deepEqual(needs(plan), [[], [1]]);
  });
});
