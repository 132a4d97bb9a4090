import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('activation', () => {
  it('starts by itself in a folder with steering files', async () => {
    const extension = vscode.extensions.getExtension('haiku-first.haiku-first');
    assert.ok(extension, 'VS Code does not know the extension.');
    for (let waited = 0; !extension.isActive && waited < 15_000; waited += 100) await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(extension.isActive, true);
  });

  it('registers every command that the manifest declares', async () => {
    const extension = vscode.extensions.getExtension('haiku-first.haiku-first');
    assert.ok(extension);
    await extension.activate();
    const declared: { command: string }[] = extension.packageJSON.contributes.commands;
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.ok(declared.length > 0);
    assert.deepEqual(
      declared.map(({ command }) => command).filter((command) => !registered.has(command)),
      [],
    );
  });
});
