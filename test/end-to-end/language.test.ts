import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Locator } from 'playwright-core';
import { retry, until } from './retry';
import { plain, spaced } from './screenText';
import { openSession, type Session } from './session';
import { placeOf, storySteps } from './steps';

const sample = resolve(__dirname, '..', '..', 'templates', 'sample');
const task = 'CONTEXT.md';

describe('the language of steering documents, as one writes', () => {
  let session: Session;
  const document = readFileSync(join(sample, task), 'utf8');

  before(async () => {
    session = await openSession({ workspace: sample, open: task });
    const { editors } = session.workbench;
    // The titles above the stages tell that the extension has started.
    await until(
      'The extension',
      () => editors.codeLenses(task),
      (titles) => titles.length > 0,
      60_000,
    );
  });
  after(() => session?.close());
  storySteps(() => session);

  const rows = (): Locator => session.workbench.page.locator('.suggest-widget.visible .monaco-list-row');

  /** The suggestions on the screen, asked for by a key where typing did not bring them. */
  async function suggestions(wanted: RegExp): Promise<string[]> {
    await retry(`suggestions with ${wanted}`, async () => {
      if (!(await rows().first().isVisible())) await session.workbench.editors.key('Control+Space');
      await rows().filter({ hasText: wanted }).first().waitFor({ timeout: 3000 });
    });
    return (await rows().allInnerTexts()).map(plain);
  }

  /** What is said when the mouse rests on a text of the document. */
  async function hover(line: string, text: string): Promise<string> {
    const { workbench } = session;
    const { editors, page } = workbench;
    const place = placeOf(document, line);
    await editors.goToLine(place.line, 1);
    const box = page.locator('.monaco-hover:not(.hidden) .hover-contents').first();
    await retry(`a hover on ${text}`, async () => {
      const words = (await editors.editor(task))
        .locator('.view-line')
        .filter({ hasText: spaced(line) })
        .first();
      const bounds = await words
        .locator('span span')
        .filter({ hasText: spaced(text) })
        .first()
        .boundingBox({ timeout: 2000 });
      assert.ok(bounds);
      const before = (
        await words
          .locator('span span')
          .filter({ hasText: spaced(text) })
          .first()
          .innerText()
      ).search(spaced(text));
      const width =
        bounds.width /
        Math.max(
          1,
          (
            await words
              .locator('span span')
              .filter({ hasText: spaced(text) })
              .first()
              .innerText()
          ).length,
        );
      await page.mouse.move(bounds.x + (before + text.length / 2) * width, bounds.y + bounds.height / 2, { steps: 4 });
      await box.waitFor({ timeout: 4000 });
    });
    return until(
      `What a hover on ${text} says`,
      async () => plain(await box.innerText()),
      (said) => said !== '' && !/^Loading/.test(said),
    );
  }

  it('tells at the mouse what a runner costs', async () => {
    assert.match(await hover('### Stage 4: Release notes (Opus if needed)', 'Opus if needed'), /claude-haiku-5-5.*claude-opus-5-5, \$4\.00 in/);
    await session.workbench.screenshot('hover-runner');
  });

  it('tells at the mouse what an input is', async () => {
    assert.match(await hover('- Input: Change list, Impact list, Upgrade guide', 'Impact list'), /the output of stage 2, Reader impact/);
    await session.workbench.screenshot('hover-input');
  });

  it('completes the runner, the inputs and the checks of a new stage', async () => {
    const { editors, page } = session.workbench;
    const last = document.trimEnd().split('\n').length;
    await page.mouse.move(5, 5);
    await editors.goToLine(last, 200);
    await editors.key('End');
    await editors.key('Enter');
    await retry('an empty line', async () => {
      await editors.key('Shift+Home');
      await editors.key('Backspace');
    });
    await editors.type('\n### Stage 6: Digest (');
    assert.ok((await suggestions(/Opus if needed/)).some((row) => row.startsWith('Haiku')));
    await session.workbench.screenshot('completion-runner');
    await rows()
      .filter({ hasText: /^Haiku/ })
      .first()
      .click();
    await editors.key('End');
    await editors.type('\n\n- Input: ');
    assert.match((await suggestions(/Announcement/))[0] ?? '', /^Announcement/);
    await session.workbench.screenshot('completion-input');
    await rows()
      .filter({ hasText: /^Release notes/ })
      .first()
      .click();
    await editors.type(', VOICE.md#');
    await suggestions(/Cadence/);
    await session.workbench.screenshot('completion-heading');
    await rows()
      .filter({ hasText: /Cadence/ })
      .first()
      .click();
    await editors.type('\n- ');
    await suggestions(/^Checks/);
    await until(
      'The input',
      () => editors.text(task),
      (text) => /- Input: Release notes, VOICE\.md#cadence/.test(text),
    );
    await rows()
      .filter({ hasText: /^Checks/ })
      .first()
      .click();
    await suggestions(/^words/);
    await retry('what the check measures', async () => {
      await editors.key('Control+Space');
      await page.locator('.suggest-details-container').filter({ hasText: 'Words of the prose' }).waitFor({ timeout: 2000 });
    });
    await session.workbench.screenshot('completion-check');
    await rows()
      .filter({ hasText: /^words/ })
      .first()
      .click();
    await until(
      'The check',
      () => editors.text(task),
      (text) => /- words: 300-800/.test(text),
    );
    await editors.key('Escape');
  });

  it('renames an output wherever it is read', async () => {
    const { editors, page } = session.workbench;
    const { line, column } = placeOf(document, 'Change list → out/changes.json');
    await editors.goToLine(line, column + 2);
    const box = page.locator('.rename-box input.rename-input, .rename-box .rename-input').first();
    await retry('the box for the new name', async () => {
      await editors.key('F2');
      await box.waitFor({ timeout: 3000 });
    });
    await box.fill('Changes');
    await session.workbench.screenshot('rename');
    await editors.key('Enter');
    await until(
      'The new name',
      () => editors.text(task),
      (text) => text.includes('Output: Changes → out/changes.json') && text.includes('- Input: Changes, audience'),
    );
    await session.workbench.screenshot('renamed');
  });
});
