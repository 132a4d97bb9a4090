import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { until } from './retry';
import { openSession, type Session } from './session';
import { placeOf, storySteps } from './steps';

const sample = resolve(__dirname, '..', '..', 'templates', 'sample');
const task = 'CONTEXT.md';

/** A recorded answer without its front matter. */
function recorded(stage: string, answer: string): string {
  const text = readFileSync(join(sample, '.haiku', 'recordings', 'context', stage, `${answer}.md`), 'utf8');
  return text.slice(text.indexOf('---', 3) + 3).trim();
}

describe('the sample in the packaged extension, from a mistake to the ledger', () => {
  let session: Session;
  const document = readFileSync(join(sample, task), 'utf8');
  const out = (path: string) => join(session.workspace, 'out', path);

  before(async () => {
    session = await openSession({ workspace: sample, open: task });
    console.log(`  ${session.host}`);
  });
  after(() => session?.close());
  storySteps(() => session);

  it('shows a mistake as a squiggle and in Problems while it is typed, and takes it back with undo', async () => {
    const { workbench } = session;
    const { editors, panels } = workbench;
    const { line, column } = placeOf(document, '(Haiku)\n\n- Input: Change list, CLAUDE.md');
    await editors.editor(task);
    await panels.openProblems();
    await until(
      'A lint without findings',
      () => panels.problems(),
      (rows) => rows.length === 0,
    );
    await editors.goToLine(line, column + 2);
    await editors.key('Delete');
    await editors.key('Delete');
    await editors.type('ia');
    await until(
      'The line with the mistake',
      () => editors.text(task),
      (text) => text.includes('Upgrade steps (Hiaku)'),
    );
    await editors.squiggle(task, 'error');
    const rows = await until(
      'The finding',
      () => panels.problems(),
      (found) => found.some((row) => row.includes('Hiaku')),
    );
    assert.match(rows.join('\n'), /Hiaku.*Haiku/, 'The finding says what it may be instead.');
    await workbench.screenshot('problems-in-context');
    const fixes = await editors.lightbulb(task);
    assert.ok(
      fixes.some((title) => /^Ignore context\/unknown-runner here$/.test(title)),
      `The fixes are ${JSON.stringify(fixes)}.`,
    );
    await editors.closeMenu();
    await until(
      'The undone mistake',
      async () => {
        await editors.key('Control+z');
        return editors.text(task);
      },
      (text) => text.includes('Upgrade steps (Haiku)'),
    );
    await editors.noSquiggle(task, 'error');
    await until(
      'No finding',
      () => panels.problems(),
      (found) => !found.some((row) => row.includes('Hiaku')),
    );
    await panels.hide();
  });

  it('shows above each stage what running it would cost', async () => {
    const { workbench } = session;
    const { line } = placeOf(document, '### Stage 2');
    await workbench.editors.goToLine(line);
    const lenses = await until(
      'CodeLenses with prices',
      () => workbench.editors.codeLenses(task),
      (titles) => titles.filter((title) => /^Run \(about \$0\.\d+\)$/.test(title)).length >= 2,
    );
    assert.ok(
      lenses.some((title) => /^Run all \(about \$0\.\d+\)$/.test(title)),
      `The CodeLenses are ${JSON.stringify(lenses)}.`,
    );
    assert.ok(lenses.includes('Run (free)'), 'The Code stage is free.');
    assert.ok(
      lenses.some((title) => /^Bundle [▰▱]{5} [\d.,]+k? of [\d.,]+k?$/.test(title)),
      `The CodeLenses are ${JSON.stringify(lenses)}.`,
    );
    await workbench.screenshot('codelens-with-prices');
  });

  it('runs all stages from the palette: asks for the command, streams beside the editor, and stops at the stage that fails', async () => {
    const { workbench } = session;
    await workbench.palette('Haiku First: Run All Stages');
    const dialog = await workbench.dialogs.text();
    assert.match(dialog, /node scripts\/collect-changes\.mjs/);
    await workbench.screenshot('command-dialog');
    await workbench.dialogs.press('Run Commands');
    // Several lengths of a growing text: it streams, and does not come at once.
    const lengths = new Set<number>();
    await until(
      'Streaming output',
      async () => {
        const text = await workbench.editors.text('CONTEXT output.md');
        lengths.add(text.length);
        return { text, lengths: lengths.size };
      },
      (read) => read.lengths >= 3 && read.text.includes('Stage 2'),
    );
    await workbench.screenshot('streaming');
    assert.match(await workbench.dialogs.toast('failed its checks'), /Stage 4 “Release notes” failed its checks/);
    assert.equal(readFileSync(out('changes.json'), 'utf8').includes('387'), true);
    assert.equal(existsSync(out('announcement.md')), false, 'What depends on the failed stage did not run.');
    assert.equal(existsSync(out('release-notes.md')), false, 'The output of a failed stage is not put in its file.');
  });

  it('shows the failing stage as a problem on its heading, with what can be done about it and for how much', async () => {
    const { workbench } = session;
    await workbench.dialogs.pressInToast('failed its checks', 'Show the Stage');
    await workbench.editors.squiggle(task, 'warning');
    await workbench.panels.openProblems();
    const rows = await until(
      'The finding',
      () => workbench.panels.problems(),
      (found) => found.some((row) => row.includes('Stage 4 “Release notes” failed its checks')),
    );
    assert.match(rows.join('\n'), /#405/, 'The finding names what is missing.');
    await workbench.panels.goToProblem('Release notes');
    const titles = await workbench.editors.lightbulb(task);
    await workbench.screenshot('failing-stage-lightbulb');
    const wanted = [
      /^Escalate this stage to Opus \(about \$0\.\d+\)$/,
      /^Retry on Haiku with the feedback \(about \$0\.\d+\)$/,
      /^Accept as it is/,
      /^Check again/,
      /^Open the output/,
    ];
    for (const title of wanted)
      assert.ok(
        titles.some((each) => title.test(each)),
        `${title} is not among ${JSON.stringify(titles)}.`,
      );
  });

  it('escalates that one stage after a dialog with stage and price, and the problem is gone', async () => {
    const { workbench } = session;
    await workbench.editors.chooseAction(/^Escalate this stage to Opus/);
    const dialog = await workbench.dialogs.text();
    assert.match(dialog, /Escalate stage 4 “Release notes” to Opus for about \$0\.\d+\?/);
    await workbench.screenshot('escalation-dialog');
    await workbench.dialogs.press('Escalate');
    assert.match(await workbench.dialogs.toast('Stage 4 passed'), /Stage 4 passed for \$0\.\d+.* The stage after it can go on\./);
    await workbench.editors.noSquiggle(task, 'warning');
    await until(
      'No finding in Problems',
      () => workbench.panels.problems(),
      (rows) => !rows.some((row) => row.includes('Release notes')),
    );
    assert.equal(readFileSync(out('release-notes.md'), 'utf8').trim(), recorded('release-notes', 'opus-1'));
    assert.equal(existsSync(out('announcement.md')), false, 'Escalation runs that one stage alone.');
    await until(
      'The end in the output',
      () => workbench.editors.text('CONTEXT output.md'),
      (text) => text.includes('Release notes — passed'),
    );
    await workbench.screenshot('escalated');
  });

  it('goes on with the stage after it on the cheap model', async () => {
    const { workbench } = session;
    await workbench.dialogs.pressInToast('Stage 4 passed', 'Go On');
    await until('The announcement', () => existsSync(out('announcement.md')), Boolean);
    assert.equal(readFileSync(out('announcement.md'), 'utf8').trim(), recorded('announcement', 'haiku-1'));
    assert.equal(readFileSync(out('release-notes.md'), 'utf8').trim(), recorded('release-notes', 'opus-1'), 'The escalated stage is not run again.');
    await workbench.panels.hide();
    await workbench.panels.openContainer('Haiku First');
    const rows = await until(
      'A tree of passed stages',
      () => workbench.panels.treeLabels(),
      (found) => found.length === 5 && found.every((row) => row.includes('passed')),
    );
    assert.match(rows[3] ?? '', /Release notes, passed: \$0\.\d+ on opus/);
    assert.match(rows[4] ?? '', /Announcement, passed: \$0\.\d+ on haiku/);
    await workbench.screenshot('stages-passed');
  });

  it('opens the ledger: what it cost, and what everything on Opus would have', async () => {
    const { workbench } = session;
    await workbench.palette('View: Close All Editors');
    await workbench.palette('Notifications: Clear All Notifications');
    await workbench.palette('Haiku First: Open the Ledger');
    const page = workbench.panels.webview().locator('body');
    await page.getByText('on Opus').first().waitFor();
    const text = await page.innerText();
    const summary = /cost \$(\d+\.\d+)\D.*Opus would have cost about \$(\d+\.\d+)/s.exec(text);
    assert.ok(summary, `The ledger reads: ${text}`);
    assert.ok(Number(summary[1]) > 0 && Number(summary[2]) > Number(summary[1]), `All on Opus costs more: ${summary[0]}`);
    for (const stage of ['Collect changes', 'Reader impact', 'Upgrade steps', 'Release notes', 'Announcement'])
      assert.ok(text.includes(stage), `${stage} is missing.`);
    await until(
      'A status bar without problems',
      () => workbench.panels.problemCounts(),
      (counts) => counts === '0 0',
    ).catch(async (error: Error) => {
      await workbench.panels.openProblems();
      throw new Error(`${error.message} Problems shows: ${(await workbench.panels.problems()).join(' | ')}`);
    });
    await workbench.screenshot('ledger');
  });
});
