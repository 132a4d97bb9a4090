import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { StandInPerson } from './person';
import { startedExtension, TaskFolder } from './taskFolder';
import { until } from './until';

describe('scaffolding', () => {
  let folder: TaskFolder;
  let person: StandInPerson;
  let template: (path: string) => string;

  before(async () => {
    const { extensionPath } = await startedExtension();
    template = (path) => readFileSync(join(extensionPath, 'templates', path), 'utf8');
  });
  beforeEach(() => {
    folder = new TaskFolder('scaffold', null);
    person = new StandInPerson();
  });
  afterEach(async () => {
    person.leave();
    await folder.remove();
  });

  /** Runs the command and takes the first template and, of the list after it, the choice at `at`, by the keys that a person presses. */
  async function scaffold(at = 0): Promise<void> {
    const { showQuickPick } = vscode.window;
    let shown = 0;
    let ended = false;
    const counted = (...given: Parameters<typeof showQuickPick>) => {
      shown++;
      return showQuickPick(...given);
    };
    Object.assign(vscode.window, { showQuickPick: counted });
    try {
      const command = vscode.commands.executeCommand('haikuFirst.scaffold', vscode.Uri.file(folder.path)).then(() => {
        ended = true;
      });
      for (const list of [1, 2]) {
        await until(`list ${list}`, () => shown === list);
        // The list is drawn some time after it was asked for.
        await sleep(200);
        for (let down = 0; list === 2 && down < at; down++) await vscode.commands.executeCommand('workbench.action.quickOpenSelectNext');
        await until(`the choice of list ${list}`, async () => {
          await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
          for (let waited = 0; waited < 1000 && shown === list && !ended; waited += 20) await sleep(20);
          return shown > list || ended;
        });
      }
      await command;
    } finally {
      Object.assign(vscode.window, { showQuickPick });
    }
  }

  it('writes the files of the chosen template and opens its CONTEXT.md', async () => {
    await scaffold();
    for (const name of ['CONTEXT.md', 'VOICE.md', 'CLAUDE.md']) assert.equal(folder.read(name), template(`blank/${name}`), name);
    assert.equal(folder.has('template.json'), false);
    await until('the CONTEXT.md in the editor', () => vscode.window.activeTextEditor?.document.uri.toString() === folder.uri('CONTEXT.md').toString());
    assert.deepEqual(person.dialogs, []);
  });

  it('writes one file alone where that is chosen', async () => {
    await scaffold(2);
    assert.equal(folder.has('VOICE.md'), true);
    assert.equal(folder.has('CONTEXT.md'), false);
  });

  it('shows the difference to a file that is there, and without a yes leaves all as it was', async () => {
    folder.write('VOICE.md', '# My voice\n');
    await scaffold();
    assert.deepEqual(
      person.dialogs.map(({ text, choices }) => [text.includes('VOICE.md is there already'), choices]),
      [[true, ['Replace']]],
    );
    assert.equal(folder.read('VOICE.md'), '# My voice\n');
    assert.equal(folder.has('CONTEXT.md'), false, 'Nothing is written before all is agreed to.');
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    const diff = tabs.map(({ input }) => input).find((input) => input instanceof vscode.TabInputTextDiff);
    assert.equal(diff?.original.toString(), folder.uri('VOICE.md').toString());
  });

  it('replaces a file after a yes', async () => {
    folder.write('VOICE.md', '# My voice\n');
    person.answer(({ modal }) => (modal ? 'Replace' : undefined));
    await scaffold();
    assert.equal(folder.read('VOICE.md'), template('blank/VOICE.md'));
    assert.equal(folder.has('CONTEXT.md'), true);
  });
});
