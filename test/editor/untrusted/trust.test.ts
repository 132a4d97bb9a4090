import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { stamped } from '../../../src/journal/origin';
import { createNodeFiles } from '../../../src/node/files';
import { StandInPerson, yesToDialogs } from '../person';
import { fixesOf, lenses, problem, problems, replace, startedExtension, TaskFolder } from '../taskFolder';
import { until } from '../until';
import { spendingSettings } from '../workspaceSettings';

describe('an untrusted workspace', () => {
  let folder: TaskFolder;
  let document: vscode.TextDocument;
  let person: StandInPerson;

  beforeEach(async () => {
    const extension = await startedExtension();
    assert.equal(vscode.workspace.isTrusted, false);
    assert.equal(extension.isActive, true);
    folder = new TaskFolder('untrusted');
    document = await folder.open();
    person = new StandInPerson(yesToDialogs);
  });
  afterEach(async () => {
    person.leave();
    await folder.remove();
  });

  it('is linted, with quick fixes', async () => {
    const voice = await folder.open('VOICE.md');
    await replace(voice, '- 60%', '- 70%');
    const fixes = await fixesOf(voice.uri, await problem(voice.uri, 'voice/weights'));
    assert.ok(fixes.some(({ title }) => title.startsWith('Rescale to')));
  });

  it('shows bundles and prices', async () => {
    assert.ok((await lenses(document.uri)).some(({ command }) => /\$0\.\d+/.test(command?.title ?? '')));
    await vscode.commands.executeCommand('haikuFirst.previewBundle', document.uri.fsPath, 3);
    const preview = await until('the preview', () => vscode.window.visibleTextEditors.find((editor) => editor.document.uri.scheme === 'haiku-first'));
    assert.match(preview.document.getText(), /## What is sent: user/);
  });

  it('runs nothing, whatever is asked for, and says why', async () => {
    for (const [command, ...stage] of [['runAll'], ['runStage', 1], ['runFrom', 2], ['escalate', 4], ['retry', 4], ['accept', 4], ['checkAgain', 4]]) {
      await vscode.commands.executeCommand(`haikuFirst.${command}`, document.uri.fsPath, ...stage);
    }
    assert.deepEqual(folder.runs(), []);
    assert.equal(folder.has('out'), false);
    const told = person.asked.filter(({ text }) => /do not run in Restricted Mode/.test(text));
    assert.ok(told.length > 0);
    assert.deepEqual(person.dialogs, [], 'Neither commands nor money are asked for.');
  });

  it('offers no escalation of a stage that failed, also where the run was the person’s own', async () => {
    const at = '2026-11-20T10:00:00.000Z';
    const stage = { at, stage: 'release-notes', number: 4, title: 'Release notes', fingerprint: 'x' };
    const attempt = { attempt: 1, by: 'model', tier: 'haiku', model: 'claude-haiku-4-5', output: 'out.md', checks: [], usage: {}, usd: 0, ms: 1 };
    const id = '2026-11-20T10-00-00-000-aaaaaa';
    const more = { client: 'recorded', paid: false, why: 'run' as const, stages: [4], estimateUsd: 0, estimates: {}, answers: {} };
    const records = [
      await stamped(createNodeFiles(), { type: 'run', at, run: id, task: 'context', ...more }),
      { ...stage, type: 'attempt', ...attempt, status: 'failed' },
      { ...stage, type: 'stage', status: 'failed' },
      { type: 'end', at, status: 'failed' },
    ];
    const run = `.haiku/runs/context/${id}`;
    const prepared = mkdtempSync(join(tmpdir(), 'haiku-first-journal-'));
    cpSync(folder.path, prepared, { recursive: true });
    mkdirSync(join(prepared, run), { recursive: true });
    writeFileSync(join(prepared, run, 'out.md'), 'Notes.\n');
    writeFileSync(join(prepared, run, 'journal.jsonl'), `${records.map((record) => JSON.stringify(record)).join('\n')}\n`);
    const failed = new TaskFolder('untrusted-failed', prepared);
    rmSync(prepared, { recursive: true });
    document = await failed.open();
    const diagnostic = await problem(document.uri, 'stage-failed');
    const end = Date.now() + 1000;
    while (Date.now() < end) {
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, diagnostic.range);
      assert.deepEqual(
        actions.filter(({ command }) => command?.command.startsWith('haikuFirst.')).map(({ title }) => title),
        [],
      );
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    assert.equal(problems(document.uri, 'stage-failed').length, 1);
    await failed.remove();
  });

  it('decides neither where a key goes nor what a run may cost, nor how many stages run at once', async () => {
    assert.deepEqual(await spendingSettings(), { baseUrl: '', model: 'auto', models: {}, maxCostPerRun: 1, concurrency: 4, showLiveOutput: false });
  });
});
