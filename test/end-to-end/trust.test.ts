import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { until } from './retry';
import { openSession, type Session } from './session';
import { placeOf, storySteps } from './steps';

const sample = resolve(__dirname, '..', '..', 'templates', 'sample');
const task = 'CONTEXT.md';

describe('the packaged extension in Restricted Mode, then trusted', () => {
  let session: Session;
  const document = readFileSync(join(sample, task), 'utf8');

  before(async () => {
    session = await openSession({ workspace: sample, open: task, trusted: false });
  });
  after(() => session?.close());
  storySteps(() => session);

  it('lints, but runs nothing, and says why', async () => {
    const { workbench, workspace } = session;
    const { editors, panels, dialogs } = workbench;
    await panels.restricted();
    const { line, column } = placeOf(document, '(Haiku)\n\n- Input: Change list, audience');
    await editors.editor(task);
    await editors.goToLine(line, column + 2);
    await editors.key('Delete');
    await editors.key('Delete');
    await editors.type('ia');
    await editors.squiggle(task, 'error');
    await editors.clickCodeLens(task, /^\W*Run all/);
    assert.match(await dialogs.toast('Restricted Mode'), /Stages do not run in Restricted Mode: /);
    await workbench.screenshot('restricted');
    assert.equal(await dialogs.open(), false, 'Nothing is asked that could not be done anyway.');
    const offered = await workbench.paletteOffers('Haiku First: ');
    assert.ok(offered.includes('Haiku First: Preview the Bundle of a Stage'), `The palette offers ${offered.join(', ')}.`);
    assert.ok(!offered.some((name) => /: (?:Run|Escalate) /.test(name)), `The palette offers ${offered.join(', ')}.`);
    assert.equal(existsSync(join(workspace, '.haiku', 'runs')), false);
    assert.equal(existsSync(join(workspace, 'out')), false);
    await until(
      'The undone mistake',
      async () => {
        await editors.key('Control+z');
        return editors.text(task);
      },
      (text) => text.includes('Reader impact (Haiku)'),
    );
    await editors.noSquiggle(task, 'error');
  });

  it('leads to the page of trust, and once trusted, runs', async () => {
    const { workbench, workspace } = session;
    await workbench.dialogs.pressInToast('Restricted Mode', 'Manage Workspace Trust');
    await workbench.panels.trust();
    await workbench.editors.clickCodeLens(task, /^\W*Run all/);
    assert.match(await workbench.dialogs.text(), /node scripts\/collect-changes\.mjs/);
    await workbench.dialogs.press('Run Commands');
    await workbench.dialogs.toast('Stage 4 “Release notes” failed its checks');
    assert.ok(existsSync(join(workspace, 'out', 'upgrade.md')));
  });

  it('accepts the failed stage as it is, for a reason that is kept', async () => {
    const { workbench, workspace } = session;
    await workbench.dialogs.pressInToast('failed its checks', 'Show the Stage');
    await workbench.editors.squiggle(task, 'warning');
    await workbench.editors.lightbulb(task);
    await workbench.editors.chooseAction(/^Accept as it is/);
    assert.match(await workbench.question(), /Accept stage 4/);
    await workbench.screenshot('accept-reason');
    await workbench.answer('The two small fixes are in the guide.');
    await workbench.editors.noSquiggle(task, 'warning');
    const lenses = await until(
      'The verdict',
      () => workbench.editors.codeLenses(task),
      (titles) => titles.some((title) => /^accepted/.test(title)),
    );
    assert.ok(!lenses.some((title) => / failed/.test(title)), `The CodeLenses are ${JSON.stringify(lenses)}.`);
    await workbench.screenshot('accepted');
    assert.match(
      readFileSync(join(workspace, 'out', 'release-notes.md'), 'utf8'),
      /Other fixes around retries and webhooks/,
      'What Haiku wrote is in its file now.',
    );
  });
});
