import assert from 'node:assert/strict';
import { createCatalog } from '../../../src/catalog/catalog';
import { type ExportKind, exportPath } from '../../../src/steering/exportMark';
import { strategyText } from '../../../src/steering/strategy';
import { taskOf } from '../../../src/steering/task';
import { exportedStage } from '../../../src/strategy/exportStage';
import { MemoryFiles } from '../memoryFiles';
import { issuesOf } from './contextSubject';
import { task, written } from './strategySubject';

const rule = 'context/stale-export';

/** An export of the one stage, as files of the workspace. */
async function exported(kind: ExportKind, strategy?: string, document = task): Promise<Record<string, string>> {
  const made = await taskOf('/w/CONTEXT.md', document, new MemoryFiles({ '/w/.git/HEAD': '' }));
  const [stage] = made.document.stages;
  assert.ok(stage);
  return { [exportPath(kind, made, stage)]: exportedStage(kind, made, stage, strategy, createCatalog()) };
}

describe('an exported copy of a stage', () => {
  const strategy = { '.haiku/strategies/context/draft.md': strategyText(written()) };

  for (const kind of ['subagent', 'prompt'] as const) {
    it(`as ${kind} is in step until the stage or its strategy changes`, async () => {
      const copy = { ...(await exported(kind, written().body)), ...strategy };
      assert.deepEqual(await issuesOf(rule, task, copy), []);
      const [issue] = await issuesOf(rule, task.replace('the reply', 'a short reply'), copy);
      assert.match(issue?.message ?? '', new RegExp(`haiku-first export CONTEXT\\.md --stage 1${kind === 'prompt' ? ' --as prompt' : ''} --force`));
      assert.equal(issue?.range.start.line, 2);
      const rewritten = strategyText({ ...written(), body: 'Another.' });
      assert.equal((await issuesOf(rule, task, { ...copy, '.haiku/strategies/context/draft.md': rewritten })).length, 1);
      const rejected = strategyText({ ...written(), status: 'rejected' });
      assert.equal((await issuesOf(rule, task, { ...copy, '.haiku/strategies/context/draft.md': rejected })).length, 1);
    });
  }

  it('without a strategy falls behind when there is one', async () => {
    const copy = await exported('subagent');
    assert.deepEqual(await issuesOf(rule, task, copy), []);
    assert.equal((await issuesOf(rule, task, { ...copy, ...strategy })).length, 1);
  });

  it('of another document, or that somebody wrote, is none of ours', async () => {
    const [path = '', text = ''] = Object.entries(await exported('subagent'))[0] ?? [];
    const changed = task.replace('the reply', 'a short reply');
    assert.deepEqual(await issuesOf(rule, changed, { [path]: text.replace('from CONTEXT.md', 'from docs/CONTEXT.md') }), []);
    assert.deepEqual(await issuesOf(rule, changed, { [path]: '---\nname: draft\n---\n\nWrite it.\n' }), []);
  });
});
