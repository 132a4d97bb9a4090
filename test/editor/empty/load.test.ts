import assert from 'node:assert/strict';
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { lenses, startedExtension, TaskFolder } from '../taskFolder';

describe('a folder without steering files', () => {
  it('has the parser loaded with the first steering document, and the model client not before a run', async () => {
    const workspace = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(workspace);
    const extension = vscode.extensions.getExtension('haiku-first.haiku-first');
    assert.equal(extension?.isActive, false, 'Nothing here calls for the extension yet.');
    const { extensionPath } = await startedExtension();
    const chunks = () =>
      Object.keys(require.cache)
        .filter((path) => dirname(path) === join(extensionPath, 'dist'))
        .map((path) => basename(path));
    assert.deepEqual(chunks(), ['extension.js']);
    await vscode.window.showTextDocument(vscode.Uri.joinPath(workspace, 'README.md'));
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.deepEqual(chunks(), ['extension.js']);
    const folder = new TaskFolder('first');
    const document = await folder.open();
    assert.ok((await lenses(document.uri)).length > 0);
    assert.deepEqual(chunks().sort(), ['extension.js', 'remark.js']);
    await folder.remove();
  });
});
