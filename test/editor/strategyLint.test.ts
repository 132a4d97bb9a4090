import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { readContext } from '../../src/steering/context';
import { stageHash } from '../../src/steering/strategy';
import { noProblem, problem, replace, TaskFolder } from './taskFolder';
import { until } from './until';

const task = '# Task\n\n## Stage 1: Draft (Haiku)\n\n- Task: Write the reply.\n- Output: Reply\n- Success: 300 words max\n';
const own = '.haiku/strategies/context/draft.md';
const [stage] = readContext('/w/CONTEXT.md', task).stages;
const strategy = `---\nstage: draft\nfor: claude-haiku-5-5\nby: person\ndate: "2026-11-20"\nstageHash: "${stage ? stageHash(stage) : ''}"\nstatus: unproven\n---\n\n## Procedure\n\n1. Begin with the name.\n`;

describe('problems of strategies', () => {
  let folder: TaskFolder;
  beforeEach(() => {
    folder = new TaskFolder('strategy-lint', null);
    folder.write('.git/HEAD', 'ref: refs/heads/main\n');
    folder.write('CONTEXT.md', task);
    folder.write(own, strategy);
  });
  afterEach(() => folder.remove());

  it('follow the document while it is typed, and back', async () => {
    const context = await folder.open('CONTEXT.md');
    const { uri } = await folder.open(own);
    await problem(uri, 'strategy/unproven');
    await noProblem(uri, 'strategy/stale');
    await replace(context, 'Write the reply.', 'Write a short reply.');
    await problem(uri, 'strategy/stale');
    await replace(context, 'Write a short reply.', 'Write the reply.');
    await noProblem(uri, 'strategy/stale');
  });

  it('have quick fixes: to have it written anew, and to say that it still holds', async () => {
    folder.write('CONTEXT.md', task.replace('the reply', 'a short reply'));
    const document = await folder.open(own);
    const { uri } = document;
    const diagnostic = await problem(uri, 'strategy/stale');
    const offered = async () => (await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', uri, diagnostic.range)) ?? [];
    const anew = await until('the command is offered', async () => (await offered()).find(({ title }) => title.startsWith('Have Opus write it anew')));
    assert.deepEqual(anew.command?.arguments, [folder.uri('CONTEXT.md').path, 1]);
    assert.notEqual(anew.isPreferred, true);
    const holds = (await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', uri, diagnostic.range, undefined, 50)).find(
      ({ title }) => title.startsWith('It still holds'),
    );
    assert.ok(holds?.edit);
    assert.ok(await vscode.workspace.applyEdit(holds.edit));
    await noProblem(uri, 'strategy/stale');
  });

  it('of the document tell of an exported copy that has fallen behind', async () => {
    folder.write(
      '.claude/agents/draft.md',
      '---\nname: draft\n---\n\n<!-- Exported by Haiku First from CONTEXT.md, stage draft, 0123456789abcdef. Change it there and export again. -->\n',
    );
    const { uri } = await folder.open('CONTEXT.md');
    await problem(uri, 'context/stale-export');
  });
});
