/** The VS Code window as the things a person does in it. What waits for something fails after 30 s without it. */

import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { Dialogs } from './dialogs';
import { Editors } from './editors';
import { Panels } from './panels';
import { retry } from './retry';
import { plain, whole } from './screenText';

export class Workbench {
  readonly editors: Editors;
  readonly dialogs: Dialogs;
  readonly panels: Panels;

  constructor(
    readonly page: Page,
    /** Where screenshots are kept. */
    private readonly screenshots: string,
  ) {
    this.editors = new Editors(page);
    this.dialogs = new Dialogs(page);
    this.panels = new Panels(page, (command) => this.palette(command));
  }

  /** Returns when the window takes commands. */
  async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor();
    await this.page.locator('.monaco-workbench .part.sidebar, .monaco-workbench .part.editor').first().waitFor();
  }

  /** Saves what is on the screen as `out/screenshots/NAME.png`. */
  async screenshot(name: string): Promise<string> {
    const path = join(this.screenshots, `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }

  /** Runs a command by the name that the palette shows, as `Haiku First: Run All Stages`. */
  async palette(command: string): Promise<void> {
    await this.#openPalette(command);
    await this.#rows()
      .filter({ has: this.page.locator('.label-name').filter({ hasText: whole(command) }) })
      .first()
      .click();
  }

  /** The commands that the palette offers for this text; the palette is closed again. */
  async paletteOffers(text: string): Promise<string[]> {
    await this.#openPalette(text);
    const offers = await this.picks();
    await this.page.keyboard.press('Escape');
    return offers;
  }

  /** The labels that a quick pick offers now. */
  async picks(): Promise<string[]> {
    await this.#rows().first().waitFor();
    return (await this.#rows().locator('.label-name').allInnerTexts()).map(plain);
  }

  /** Chooses the first row of a quick pick that shows this text. */
  async pick(text: string | RegExp): Promise<void> {
    await this.#rows().filter({ hasText: text }).first().click();
  }

  /** What an input box asks. */
  async question(): Promise<string> {
    const widget = this.page.locator('.quick-input-widget:visible');
    await widget.waitFor();
    return plain(await widget.innerText());
  }

  /** Answers an input box. */
  async answer(text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget:visible input.input, .quick-input-widget:visible input[aria-label]').first();
    await input.fill(text);
    await input.press('Enter');
  }

  async #openPalette(text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget:visible input[aria-label]').first();
    await retry('the command palette', async () => {
      await this.page.keyboard.press('F1');
      await input.waitFor({ timeout: 2000 });
    });
    await input.fill(`>${text}`);
  }

  #rows(): Locator {
    return this.page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row');
  }
}
