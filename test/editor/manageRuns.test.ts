import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { StandInPerson, yesToDialogs } from './person';
import { startedExtension, TaskFolder } from './taskFolder';

describe('Manage Runs', () => {
  let folder: TaskFolder;
  let person: StandInPerson;
  const { showQuickPick } = vscode.window;
  /** What was offered, list by list. */
  let offered: string[][];

  /** Picks the first that fits in each list; all that fit where several may be picked. */
  function pick(...wanted: RegExp[]): void {
    offered = [];
    Object.assign(vscode.window, {
      showQuickPick: async (items: readonly (vscode.QuickPickItem & object)[], options?: vscode.QuickPickOptions) => {
        offered.push(items.map(({ label, description, detail }) => [label, description, detail].filter(Boolean).join(' | ')));
        const form = wanted.shift();
        const fitting = form ? items.filter(({ label, description }) => form.test(`${label} ${description}`)) : [];
        return options?.canPickMany ? fitting : fitting[0];
      },
    });
  }

  before(async () => {
    await startedExtension();
    folder = new TaskFolder('manage-runs');
    person = new StandInPerson(yesToDialogs);
    await folder.open();
    await vscode.commands.executeCommand('haikuFirst.runAll', folder.at('CONTEXT.md'));
  });
  after(async () => {
    Object.assign(vscode.window, { showQuickPick });
    person.leave();
    await folder.remove();
  });
  const files = () =>
    folder
      .runs()
      .flatMap((run) => (run === 'lock.json' ? [] : readdirSync(folder.at(`.haiku/runs/context/${run}`))))
      .sort();
  const manage = () => vscode.commands.executeCommand('haikuFirst.manageRuns', folder.at('CONTEXT.md'));

  it('lists what is kept, and deletes nothing without a yes', async () => {
    const before = files();
    assert.ok(before.length > 1);
    pick(/Choose Runs/, /./);
    person.answer(() => undefined);
    await manage();
    assert.match(person.dialogs[0]?.text ?? '', /Delete 1 run of/);
    assert.match(offered[1]?.[0] ?? '', /Holds the result that stands for stage/);
    assert.deepEqual(files(), before);
  });

  it('takes in a run that came from elsewhere at a person’s wish', async () => {
    const [run] = folder.runs().filter((name) => name !== 'lock.json');
    const journal = `.haiku/runs/context/${run}/journal.jsonl`;
    writeFileSync(folder.at(journal), folder.read(journal).replace(/"origin":"[0-9a-f]+"/, '"origin":"theirs"'));
    pick(/Made Elsewhere/);
    person.answer(() => undefined);
    await manage();
    assert.match(folder.read(journal), /"type":"adopted"/);
    pick();
    await manage();
    assert.ok(!offered[0]?.some((label) => label.includes('Made Elsewhere')));
  });

  it('deletes what was picked, and keeps what it cost', async () => {
    pick(/Choose Runs/, /./);
    person.answer(({ choices }) => choices[0]);
    await manage();
    assert.deepEqual(files(), ['journal.jsonl']);
    assert.match(folder.read(`.haiku/runs/context/${folder.runs().find((name) => name !== 'lock.json')}/journal.jsonl`), /"type":"emptied"/);
  });
});
