import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { replace, TaskFolder } from './taskFolder';
import { until } from './until';

describe('bundle preview', () => {
  let folder: TaskFolder;
  let document: vscode.TextDocument;

  before(async () => {
    folder = new TaskFolder('bundle');
    document = await folder.open();
  });
  after(() => folder.remove());

  async function previewOf(stage: number): Promise<vscode.TextEditor> {
    await vscode.commands.executeCommand('haikuFirst.previewBundle', document.uri.fsPath, stage);
    return until(`the preview of stage ${stage}`, () =>
      vscode.window.visibleTextEditors.find((editor) => editor.document.uri.scheme === 'haiku-first' && editor.document.uri.path.endsWith(`stage ${stage}.md`)),
    );
  }

  it('shows every piece with its tokens and reason, what is not there yet, and then exactly what is sent', async () => {
    const text = (await previewOf(3)).document.getText();
    assert.match(text, /^# Bundle of stage 3: Upgrade steps\n\n[\d.,]+k? of [\d.,]+k? tokens/);
    const [table = '', sent = ''] = text.split('---- system ----');
    assert.match(table, /^\| VOICE\.md[^|]*\| [\d.,]+k? \| [^|]+\|$/m);
    assert.match(table, /^\| CLAUDE\.md[^|]*\| [\d.,]+k? \| [^|]+\|$/m);
    assert.match(table, /^\| Change list \| \| not there yet/m);
    assert.match(sent, /Facts come from the change list/, 'The constraints are part of what is sent.');
    assert.doesNotMatch(sent, /Write the message for the chat channel/, 'Other stages are not sent.');
  });

  it('ends with the Task, word for word', async () => {
    const text = (await previewOf(5)).document.getText();
    const source = document.getText();
    const task = /- Task: (Write the message[\s\S]*?)\n- Output:/.exec(source)?.[1]?.replace(/\n {2}/g, '\n');
    assert.ok(task);
    assert.equal(text.trimEnd().slice(-task.length), task);
  });

  it('shows the text that stands in the editor, saved or not, and cannot be edited', async () => {
    await replace(document, 'Number the steps; use no other list.', 'Number the steps. Mention the harbour.');
    const { document: preview } = await previewOf(3);
    await until('the new text in the preview', () => preview.getText().includes('Mention the harbour.'));
    const before = preview.getText();
    await vscode.window.showTextDocument(preview);
    await vscode.commands.executeCommand('type', { text: 'typed' });
    assert.equal(preview.getText(), before);
  });
});
