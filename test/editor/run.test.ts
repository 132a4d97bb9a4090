import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { StandInPerson, yesToDialogs } from './person';
import { lenses, lineOf, replace, startedExtension, TaskFolder } from './taskFolder';
import { until } from './until';

/** What is shown above the heading of a stage of what became of it. */
function verdicts(document: vscode.TextDocument, all: vscode.CodeLens[], stage: number): string[] {
  const line = lineOf(document, `### Stage ${stage}:`);
  const titles = all.filter(({ range }) => range.start.line === line).map(({ command }) => command?.title ?? '');
  return titles.filter((title) => /^\$\((pass|error|warning|history)\)/.test(title));
}

describe('running all stages', () => {
  let folder: TaskFolder;
  let document: vscode.TextDocument;
  let person: StandInPerson;

  before(startedExtension);
  beforeEach(async () => {
    folder = new TaskFolder('run');
    document = await folder.open();
    person = new StandInPerson(yesToDialogs);
  });
  afterEach(async () => {
    person.leave();
    await folder.remove();
  });

  const runAll = () => vscode.commands.executeCommand('haikuFirst.runAll', document.uri.fsPath);
  const verdict = (stage: number, wanted: RegExp) => lenses(document.uri, (all) => verdicts(document, all, stage).some((title) => wanted.test(title)));

  it('asks for the commands, streams, writes what passed, and says what failed and what it cost', async () => {
    const shown: string[] = [];
    const listening = vscode.workspace.onDidChangeTextDocument(({ document: changed }) => {
      if (changed.uri.scheme === 'haiku-first' && changed.uri.path.startsWith('/run/')) shown.push(changed.getText());
    });
    await runAll();
    listening.dispose();

    assert.equal(person.dialogs.length, 1, 'Recorded answers cost nothing: only the command is asked for.');
    assert.match(person.dialogs[0]?.detail ?? '', /Stage 1 “Collect changes”:\nnode scripts\/collect-changes\.mjs/);

    const notes = readFileSync(folder.at('.haiku/recordings/context/release-notes/haiku-2.md'), 'utf8').trim();
    const partly = shown.filter((text) => text.includes(notes.slice(-400, -300)) && !text.includes(notes.slice(-60)));
    assert.ok(shown.length > 5 && partly.length > 0, `The answer came in ${shown.length} pieces.`);
    assert.ok(vscode.window.visibleTextEditors.some((editor) => editor.document.uri.path.startsWith('/run/')));

    assert.ok(JSON.parse(folder.read('out/changes.json')).length === 8 && JSON.parse(folder.read('out/impact.json')).length === 8);
    assert.equal(folder.has('out/upgrade.md'), true);
    assert.equal(folder.has('out/release-notes.md'), false, 'What failed stays in the run.');
    assert.equal(folder.has('out/announcement.md'), false, 'What depends on it waits.');

    const all = await verdict(4, /^\$\(error\) failed: contains, \$0\.\d+ so far$/);
    assert.match(verdicts(document, all, 1).join(), /^\$\(pass\) passed/);
    assert.match(verdicts(document, all, 2).join(), /^\$\(pass\) passed on claude-haiku\S*, \$0\.\d+ so far$/);
    assert.deepEqual(verdicts(document, all, 5), []);
    const told = person.asked.find(({ text }) => text.includes('Stage 4'));
    assert.match(told?.text ?? '', /“Release notes” failed its checks.* \$0\.\d+ \(recorded samples, nothing was paid\)/);
  });

  it('starts nothing where the commands are not allowed', async () => {
    person.answer(() => undefined);
    await runAll();
    assert.equal(person.dialogs.length, 1);
    assert.deepEqual(folder.runs(), []);
    assert.equal(folder.has('out'), false);
    assert.deepEqual(
      person.asked.filter(({ modal }) => !modal),
      [],
      'A dialog that was closed is no error to be told of.',
    );
  });

  it('saves what is not saved yet, and runs what is seen', async () => {
    await replace(document, '- items: 8\n  - matches', '- items: 9\n  - matches');
    assert.equal(document.isDirty, true);
    await runAll();
    assert.equal(document.isDirty, false);
    await verdict(1, /^\$\(error\) failed: items/);
  });

  it('does not run again what passed, until its text changes; then what depends on it is stale', async () => {
    await vscode.commands.executeCommand('haikuFirst.runStage', document.uri.fsPath, 3);
    await verdict(3, /\(pass\)/);
    await replace(document, 'Number the steps; use no other list.', 'Number the steps.');
    await verdict(3, /\(history\) changed since it ran/);
    assert.match(verdicts(document, await lenses(document.uri), 1).join(), /\(pass\)/);
    await replace(document, 'Number the steps.', 'Number the steps; use no other list.');
    await verdict(3, /\(pass\)/);
  });

  it('leaves a file that was edited by hand as it is, without a yes', async () => {
    await vscode.commands.executeCommand('haikuFirst.runStage', document.uri.fsPath, 3);
    assert.equal(folder.has('out/upgrade.md'), true);
    folder.write('out/upgrade.md', 'By hand.\n');
    await replace(document, 'Number the steps; use no other list.', 'Number the steps.');
    person.answer(() => undefined);
    await vscode.commands.executeCommand('haikuFirst.runStage', document.uri.fsPath, 3);
    const asked = person.dialogs.find(({ choices }) => choices.includes('Replace'));
    assert.match(asked?.text ?? '', /upgrade\.md was written or edited by somebody/);
    assert.equal(folder.read('out/upgrade.md'), 'By hand.\n');
  });

  it('shows a run of the command line too', async () => {
    const { extensionPath } = await startedExtension();
    // The workspace's own task: a folder that was made a moment ago is not watched yet.
    const workspace = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
    document = await vscode.workspace.openTextDocument(join(workspace, 'CONTEXT.md'));
    await lenses(document.uri);
    const args = [join(extensionPath, 'dist', 'cli.js'), 'run', 'CONTEXT.md', '--model', 'recorded', '--allow-commands'];
    try {
      const { status, stderr } = spawnSync(process.execPath, args, { cwd: workspace, env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' }, encoding: 'utf8' });
      assert.equal(status, 1, stderr);
      await verdict(4, /^\$\(error\)/);
    } finally {
      for (const made of ['.haiku/runs', 'out']) rmSync(join(workspace, made), { recursive: true, force: true });
    }
  });

  it('is told by the ledger', async () => {
    await vscode.commands.executeCommand('haikuFirst.runStage', document.uri.fsPath, 2);
    await vscode.commands.executeCommand('haikuFirst.openLedger', document.uri.fsPath);
    const ledger = await until('the ledger', () =>
      vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'haiku-first' && uri.path.startsWith('/ledger/')),
    );
    const text = ledger.getText();
    assert.match(text, /^# Ledger: Release notes for Millrace 5\.0\.0\n\n1 run cost \*\*\$0\.\d+\*\* against an estimate of \$0\.\d+/);
    assert.match(text, /Of this \*\*\$0(?:\.0+)?\*\* was paid; the rest were recorded samples/);
    const [heads = '', , ...rows] = text.split('\n').filter((line) => line.startsWith('|'));
    const cells = (row: string) => row.split('|').map((cell) => cell.trim());
    const impact = cells(rows.find((row) => row.includes('2. Reader impact')) ?? '');
    const told = (head: string) => impact[cells(heads).indexOf(head)] ?? '';
    assert.equal(told('Calls'), '2');
    for (const head of ['Cost', 'All on Opus', 'Estimated']) assert.match(told(head), /^\$0\.\d*[1-9]\d*$/, head);
  });
});
