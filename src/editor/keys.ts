import * as vscode from 'vscode';
import { commandIds, secretKey } from './ids';

/** The API key: in the editor's SecretStorage, else in the environment. It is never written anywhere else. */
export class Keys {
  constructor(private readonly secrets: vscode.SecretStorage) {}

  async apiKey(): Promise<string | undefined> {
    return (await this.secrets.get(secretKey)) || process.env.ANTHROPIC_API_KEY?.trim() || undefined;
  }

  register(): vscode.Disposable[] {
    return [
      vscode.commands.registerCommand(commandIds.setKey, async () => {
        const key = await vscode.window.showInputBox({
          title: 'Anthropic API key',
          prompt: 'Kept in the secret storage of VS Code. It is sent to the model server only.',
          password: true,
          ignoreFocusOut: true,
          validateInput: (text) => (text.trim() ? undefined : 'Paste the key, or press Escape.'),
        });
        if (!key?.trim()) return;
        await this.secrets.store(secretKey, key.trim());
        vscode.window.showInformationMessage('Haiku First: the API key is kept. Stages now run on the real models.');
      }),
      vscode.commands.registerCommand(commandIds.clearKey, async () => {
        await this.secrets.delete(secretKey);
        vscode.window.showInformationMessage('Haiku First: the API key is forgotten.');
      }),
    ];
  }
}
