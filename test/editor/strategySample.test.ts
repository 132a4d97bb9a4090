import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { StandInPerson } from './person';
import { startedExtension, TaskFolder } from './taskFolder';
import { until } from './until';

describe('the loop on the sample, with recorded answers', () => {
  let folder: TaskFolder;
  let person: StandInPerson;
  before(async () => {
    await startedExtension();
    folder = new TaskFolder('strategy-sample');
    person = new StandInPerson(({ modal, choices }) => (modal ? choices[0] : choices.find((choice) => choice === 'Keep')));
    await folder.open();
  });
  after(async () => {
    person.leave();
    await folder.remove();
  });
  const command = (id: string, ...rest: unknown[]) => vscode.commands.executeCommand<{ status: string } | undefined>(id, folder.at('CONTEXT.md'), ...rest);

  it('fails, is written down by Opus for a price that is shown and not paid, and passes on Haiku', async () => {
    assert.equal((await command('haikuFirst.runAll'))?.status, 'failed');
    person.asked.length = 0;
    await command('haikuFirst.author', 4);
    const price = person.dialogs[0];
    assert.match(price?.text ?? '', /^Have Opus write a strategy for stage 4 “Release notes” for about \$0\.\d+\?$/);
    assert.match(price?.detail ?? '', /Recorded sample answers: nothing is paid\.$/);
    assert.ok(person.asked.some(({ text }) => /for \$0\.\d+ \(recorded samples, nothing was paid\): [\d.,]+k? tokens more/.test(text)));
    assert.match(folder.read('.haiku/strategies/context/release-notes.md'), /^---\nstage: release-notes\nfor: claude-haiku/);
    assert.equal((await command('haikuFirst.runStage', 4))?.status, 'passed');
    await until('the release notes', () => folder.has('out/release-notes.md'));
  });
});
