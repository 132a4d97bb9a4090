import assert from 'node:assert/strict';
import { createCatalog } from '../../../src/catalog/catalog';
import { exportHash, exportPath, readExportMark } from '../../../src/steering/exportMark';
import { readFrontMatter } from '../../../src/steering/frontMatter';
import { taskOf } from '../../../src/steering/task';
import { exportedStage } from '../../../src/strategy/exportStage';
import { MemoryFiles } from '../memoryFiles';

const text = `# Support\n\n## Part 1: Specification\n\nSort tickets.\n\n### Why\n\nThey pile up.\n\nStage 1: Sort: the "new" (Haiku)\n- Input: Ticket\n- Task: Sort the ticket.\n- Output: Category as text\n- Success: one word, friendly\n- Checks:\n  - words: 1\n`;

describe('an exported stage', () => {
  it('is a subagent on haiku with the task, the strategy and the checks, and says where it came from', async () => {
    const task = await taskOf('/w/CONTEXT.md', text, new MemoryFiles({ '/w/CONTEXT.md': text }));
    const stage = task.document.stages[0];
    assert.ok(stage);
    const catalog = createCatalog({});
    const strategy = '## Procedure\n\n1. Read it.\n\n```text\n# not a heading\n```';
    const agent = exportedStage('subagent', task, stage, strategy, catalog);
    const { data, body } = readFrontMatter(agent);
    assert.deepEqual(data, { name: 'sort-the-new', description: 'Sort the ticket.', model: 'haiku' });
    assert.match(body, /## How to do it well\n\n### Procedure\n\n1\. Read it\.\n\n```text\n# not a heading\n```/);
    assert.match(body, /### Why|#### Why/);
    assert.match(body, /## What will be verified\n\n- words: 1/);
    assert.deepEqual(readExportMark(agent), { from: 'CONTEXT.md', stage: 'sort-the-new', hash: exportHash(stage, strategy) });
    assert.equal(exportPath('subagent', task, stage), '.claude/agents/sort-the-new.md');

    const prompt = exportedStage('prompt', task, stage, undefined, catalog);
    assert.deepEqual(readFrontMatter(prompt).data, { description: 'Sort the ticket.', model: 'Claude Haiku 5.5' });
    assert.doesNotMatch(prompt, /How to do it well/);
    assert.notEqual(readExportMark(prompt)?.hash, exportHash(stage, strategy));
    assert.equal(exportPath('prompt', { slug: 'blog' }, stage), '.github/prompts/blog-sort-the-new.prompt.md');
    assert.equal(readExportMark('# Written by hand'), undefined);
  });
});
