/** Documents in the window: opening, reading and typing, squiggles, the lightbulb, CodeLenses. */

import type { Locator, Page } from 'playwright-core';
import { retry } from './retry';
import { blanks, plain, spaced } from './screenText';

export type SquiggleKind = 'error' | 'warning' | 'info' | 'hint';

export class Editors {
  constructor(private readonly page: Page) {}

  /** Opens a file of the workspace by its path. */
  async open(path: string): Promise<Locator> {
    await this.#quickOpen(path, path.split('/').at(-1) ?? path);
    return this.editor(path);
  }

  /** The visible editor of a file, by the end of its path. */
  async editor(path: string): Promise<Locator> {
    const editor = this.page.locator(`.editor-instance .monaco-editor[data-uri$="/${encodeURI(path.replace(/^\//, ''))}"]`).first();
    await editor.waitFor();
    return editor;
  }

  /** What an editor shows, without the lines that are scrolled away. */
  async text(path: string): Promise<string> {
    const editor = await this.editor(path);
    const lines = await editor.locator('.view-lines .view-line').evaluateAll((found) =>
      found
        .map((line) => ({ top: Number.parseInt((line as unknown as { style: { top: string } }).style.top, 10), text: line.textContent ?? '' }))
        .sort((a, b) => a.top - b.top)
        .map(({ text }) => text),
    );
    return lines.map(blanks).join('\n');
  }

  /** The title of the active tab. */
  async activeTab(): Promise<string> {
    return plain(await this.page.locator('.editor-group-container.active .tab.active .label-name').first().innerText());
  }

  /** Scrolls the active editor to a place and puts the cursor there; both numbers count from 1. */
  async goToLine(line: number, column = 1): Promise<void> {
    await this.#quickOpen(`:${line}:${column}`);
  }

  /** Puts the cursor into the line of a file that shows this text, which must not be scrolled away. */
  async placeCursor(path: string, lineText: string | RegExp): Promise<void> {
    const editor = await this.editor(path);
    await retry(`a cursor in ${path}`, async () => {
      const pattern = typeof lineText === 'string' ? spaced(lineText) : lineText;
      await editor
        .locator('.view-line')
        .filter({ hasText: pattern })
        .first()
        .click({ position: { x: 12, y: 8 }, timeout: 3000 });
      await editor.locator('textarea:focus, .native-edit-context:focus').first().waitFor({ state: 'attached', timeout: 2000 });
    });
  }

  /** Types where the cursor stands. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text, { delay: 20 });
  }

  async key(name: string): Promise<void> {
    await this.page.keyboard.press(name);
  }

  /** Waits for a squiggle of this kind in a file. */
  async squiggle(path: string, kind: SquiggleKind): Promise<Locator> {
    const found = (await this.editor(path)).locator(`.squiggly-${kind}`).first();
    await found.waitFor();
    return found;
  }

  /** Waits until what is on the screen of a file has no squiggle of this kind. */
  async noSquiggle(path: string, kind: SquiggleKind): Promise<void> {
    await (await this.editor(path)).locator(`.squiggly-${kind}`).first().waitFor({ state: 'detached' });
  }

  /**
   * Opens the lightbulb on the line with this text and returns the titles of its actions, the menu left open.
   * Without a text, it opens where the cursor is.
   */
  async lightbulb(path: string, lineText?: string | RegExp): Promise<string[]> {
    await this.editor(path);
    if (lineText !== undefined) await this.placeCursor(path, lineText);
    const actions = this.page.locator('.action-widget .monaco-list-row.action');
    await retry('the lightbulb menu', async () => {
      await this.page.keyboard.press('Control+.');
      try {
        await actions.first().waitFor({ timeout: 3000 });
      } catch (error) {
        await this.page.keyboard.press('Escape');
        throw error;
      }
    });
    return (await actions.allInnerTexts()).map(plain);
  }

  /** Chooses an action of the lightbulb's open menu. */
  async chooseAction(title: string | RegExp): Promise<void> {
    const action = this.page.locator('.action-widget .monaco-list-row.action').filter({ hasText: title }).first();
    await action.click();
    await action.waitFor({ state: 'hidden' });
  }

  async closeMenu(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.page.locator('.action-widget .monaco-list-row.action').first().waitFor({ state: 'hidden' });
  }

  /** The titles of the CodeLenses that a file shows now, from above; none where they are not there yet. */
  async codeLenses(path: string): Promise<string[]> {
    const found = await (await this.editor(path)).locator('.codelens-decoration > *').evaluateAll((elements) =>
      elements.map((element) => {
        const { x, y } = (element as unknown as { getBoundingClientRect(): { x: number; y: number } }).getBoundingClientRect();
        return { text: element.textContent ?? '', x, y };
      }),
    );
    const titles = found.sort((a, b) => a.y - b.y || a.x - b.x).map(({ text }) => plain(text));
    return titles.filter((title) => title !== '' && title !== '|');
  }

  /** Clicks a CodeLens, the first with this title from above unless `nth` says another (from 0). */
  async clickCodeLens(path: string, title: string | RegExp, nth = 0): Promise<void> {
    const links = (await this.editor(path)).locator('.codelens-decoration a').filter({ hasText: title });
    await links.first().waitFor();
    await retry(`CodeLens ${nth} with "${title}"`, async () => {
      const placed = await Promise.all((await links.all()).map(async (link) => ({ link, y: (await link.boundingBox({ timeout: 2000 }))?.y ?? 0 })));
      await placed.sort((a, b) => a.y - b.y)[nth]?.link.click({ timeout: 2000 });
      if (placed.length <= nth) throw new Error(`There are only ${placed.length}.`);
    });
  }

  /** Opens quick open with this text, waits for a row (with this label), and takes it. */
  async #quickOpen(text: string, label?: string): Promise<void> {
    const widget = this.page.locator('.quick-input-widget:visible');
    const input = widget.locator('input[aria-label]').first();
    await retry('quick open', async () => {
      await this.page.keyboard.press('Control+p');
      await input.waitFor({ timeout: 2000 });
    });
    await input.fill(text);
    const rows = widget.locator('.quick-input-list .monaco-list-row');
    await (label ? rows.filter({ hasText: label }) : rows).first().waitFor();
    await input.press('Enter');
    await widget.waitFor({ state: 'hidden' });
  }
}
