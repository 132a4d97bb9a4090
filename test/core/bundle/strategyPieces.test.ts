import assert from 'node:assert/strict';
import { assembleBundle } from '../../../src/bundle/bundle';
import type { BundleContext } from '../../../src/bundle/bundleTypes';
import { estimateTokens } from '../../../src/catalog/tokens';
import { planTask } from '../../../src/steering/plan';
import { bodyHash, type Strategy, stageHash, strategyText } from '../../../src/steering/strategy';
import { taskOf } from '../../../src/steering/task';
import { MemoryFiles } from '../memoryFiles';

const context = '# T\n\n## Stage 1: Sort (Haiku)\n- Input: Ticket\n- Task: Sort the ticket.\n- Output: Category\n';
const own = '/w/.haiku/strategies/context/sort.md';
const body = '## Procedure\n\n1. Read twice.';

async function bundled(make: (base: Strategy) => string, more: Record<string, string> = {}, options: Partial<BundleContext> = {}, text = context) {
  const seed = await taskOf('/w/CONTEXT.md', text, new MemoryFiles({}));
  const stage = seed.document.stages[0];
  assert.ok(stage);
  const base: Strategy = {
    stage: 'sort',
    targetModel: 'cheap',
    authorModel: 'dear',
    date: '2026-11-22',
    stageHash: stageHash(stage),
    status: 'unproven',
    body,
  };
  const files = new MemoryFiles({ '/w/CONTEXT.md': text, [own]: make(base), ...more });
  files.makeFolder('/w/.git');
  const plan = await planTask(await taskOf('/w/CONTEXT.md', text, files), files);
  const bundle = await assembleBundle(plan, 0, {
    files,
    countTokens: (each) => estimateTokens(each),
    outputs: () => undefined,
    answers: new Map([['ticket', 'Late']]),
    windowTokens: 200_000,
    ...options,
  });
  const piece = bundle.pieces.find(({ source }) => source === '.haiku/strategies/context/sort.md');
  return { bundle, piece, omitted: bundle.omitted.map(({ source, reason }) => `${source}: ${reason}`) };
}

describe('the strategy of a stage in its bundle', () => {
  it('is its text without front matter, among what stays the same, and says what it is worth', async () => {
    const { piece } = await bundled(strategyText);
    assert.deepEqual([piece?.text, piece?.stable, piece?.scoped, piece?.reason], [body, true, true, 'the strategy dear wrote for cheap (unproven)']);
    const evidence = {
      model: 'cheap',
      date: '2026-11-22',
      cases: 20,
      runs: 2,
      withStrategy: 0.95,
      withoutStrategy: 0.4,
      p: 0.001,
      verdict: 'better' as const,
      bodyHash: bodyHash(body),
    };
    const proven = await bundled((base) => strategyText({ ...base, status: 'adopted', evidence }));
    assert.match(proven.piece?.reason ?? '', /proven: 95% passed with it, 40% without, 20 cases/);
    const edited = await bundled((base) => strategyText({ ...base, status: 'adopted', evidence, body: `${body} Twice.` }));
    assert.match(edited.piece?.reason ?? '', /unproven/);
    const stale = await bundled((base) => strategyText({ ...base, stageHash: 'older' }));
    assert.match(stale.piece?.reason ?? '', /the stage has changed since/);
  });

  it('is left out, with the reason, where it was rejected, is broken, or is another stage’s', async () => {
    assert.deepEqual((await bundled((base) => strategyText({ ...base, status: 'rejected' }))).omitted, [
      '.haiku/strategies/context/sort.md: a strategy that its trial rejected',
    ]);
    assert.match((await bundled(() => 'no front matter')).omitted.join(), /is no strategy that could be used: The front matter has no `stage`/);
    assert.match((await bundled((base) => strategyText({ ...base, stage: 'draft' }))).omitted.join(), /it is for the stage “draft”/);
    const left = await bundled(strategyText, {}, {}, `${context}- Context: not .haiku/strategies/context/sort.md\n`);
    assert.match(left.omitted.join(), /left out by Context: not/);
  });

  it('can be another one, or none, for a trial', async () => {
    assert.equal((await bundled(strategyText, {}, { strategy: { body: 'Try this.' } })).piece?.text, 'Try this.');
    assert.equal((await bundled(strategyText, {}, { strategy: { body: '' } })).piece, undefined);
  });

  it('is given to no command', async () => {
    const code = context.replace('(Haiku)', '(Code)').replace('- Task: Sort the ticket.', '- Run: `true`');
    assert.equal((await bundled(strategyText, {}, {}, code)).piece, undefined);
  });

  it('comes with the lessons that concern the stage, without their counts', async () => {
    const book =
      '# Playbook\n\n- [p1] Sort by what is asked for. *(stages: sort; helpful 2; harmful 0)*\n- [p2] Count words. *(stages: draft; helpful 9; harmful 0)*\n';
    const { bundle } = await bundled(strategyText, { '/w/.haiku/strategies/context/playbook.md': book });
    const piece = bundle.pieces.find(({ source }) => source.endsWith('playbook.md'));
    assert.deepEqual([piece?.text, piece?.reason], ['- Sort by what is asked for.', '1 lesson from earlier runs that concern the stage']);
  });
});
