import assert from 'node:assert/strict';
import { budgetFor } from '../../../src/bundle/budget';
import { readContext } from '../../../src/steering/context';
import { bundled, oneStage } from './bundling';

const document = readContext(
  '/w/CONTEXT.md',
  '---\nbudget:\n  tokens: 50k\n---\n## Stage 1: A (Haiku)\n- Budget: 10k\n\n## Stage 2: B\n- Task: x\n\n## Stage 3: C (Opus)\n- Task: x\n\n## Stage 4: D (Code)\n- Run: true\n',
);
const budget = (at: number, limits: Partial<Parameters<typeof budgetFor>[2]> = {}, of = document) => {
  const stage = of.stages[at];
  assert.ok(stage);
  return budgetFor(stage, of, { windowTokens: 200_000, ...limits });
};

describe('budgetFor', () => {
  it('takes what is said nearest', () => {
    assert.equal(budget(0, { budget: 777, defaultBudget: 5 }), 777);
    assert.equal(budget(0, { defaultBudget: 5 }), 10_000);
  });

  it("divides the document's tokens among the model stages that state none", () => {
    assert.equal(budget(1), 20_000);
    assert.equal(budget(1, { defaultBudget: 8000 }), 8000);
  });

  it('falls back to settings, then to the smaller of 60,000 and half the window, and stays below the window', () => {
    const plain = { ...document, budget: {} };
    assert.equal(budget(1, {}, plain), 60_000);
    assert.equal(budget(1, { windowTokens: 32_000 }, plain), 16_000);
    assert.equal(budget(1, { defaultBudget: 90_000 }, plain), 90_000);
    assert.equal(budget(0, { windowTokens: 8000 }), 6400);
  });
});

describe('what a piece takes', () => {
  it('counts YAML and TOML by what they were measured to make, so that no budget is gone over', async () => {
    const text = 'key: value\n'.repeat(100);
    const take = async (name: string) => {
      const { bundle } = await bundled(1, { [`/w/${name}`]: text, '/w/CONTEXT.md': oneStage(`- Task: x\n- Input: ${name}`) });
      return bundle.pieces[0]?.tokens ?? 0;
    };
    const [markdown, yaml, toml] = [await take('a.mdx'), await take('a.yml'), await take('a.tml')];
    assert.ok(Math.abs(yaml / markdown - 1.77) < 0.02);
    assert.ok(Math.abs(toml / markdown - 1) < 0.02, 'any other file counts by its bytes');
    assert.ok((await take('a.toml')) > markdown * 1.1);
  });
});
