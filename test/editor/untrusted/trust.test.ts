import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('an untrusted workspace', () => {
  it('is seen as such, with the extension working', async () => {
    assert.equal(vscode.workspace.isTrusted, false);
    const extension = vscode.extensions.getExtension('haiku-first.haiku-first');
    assert.ok(extension);
    await extension.activate();
    assert.equal(extension.isActive, true);
  });
});
