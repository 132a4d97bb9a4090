/** The VS Code window as the things a person does in it. Every method waits for what it names, and fails after 30 s without it. */

import { join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';

export class Workbench {
  readonly page: Page;
  readonly #screenshots: string;

  constructor(page: Page, screenshots: string) {
    this.page = page;
    this.#screenshots = screenshots;
  }

  /** Returns when the window takes commands. */
  async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor();
    await this.page.locator('.monaco-workbench .part.sidebar, .monaco-workbench .part.editor').first().waitFor();
  }

  /** Saves what is on the screen as `out/screenshots/NAME.png`. */
  async screenshot(name: string): Promise<string> {
    const path = join(this.#screenshots, `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }

  // Commands and what they ask.

  /** Runs a command by the name that the palette shows, as `Haiku First: Run All Stages`. */
  async palette(command: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget:visible input[aria-label]').first();
    await this.#retry('the command palette', async () => {
      await this.page.keyboard.press('F1');
      await input.waitFor({ timeout: 2000 });
    });
    await input.fill(`>${command}`);
    await this.#rows()
      .filter({ has: this.page.locator('.label-name').filter({ hasText: whole(command) }) })
      .first()
      .click();
  }

  /** The labels that a quick pick offers now. */
  async picks(): Promise<string[]> {
    await this.#rows().first().waitFor();
    const labels = await this.#rows().locator('.label-name').allInnerTexts();
    return labels.map(plain);
  }

  /** Chooses the first row of a quick pick that shows this text. */
  async pick(text: string | RegExp): Promise<void> {
    await this.#rows().filter({ hasText: text }).first().click();
  }

  /** Checks rows of a quick pick that takes several, and confirms. */
  async pickAll(texts: (string | RegExp)[]): Promise<void> {
    for (const text of texts) {
      const box = this.#rows().filter({ hasText: text }).first().locator('input[type=checkbox], .monaco-checkbox').first();
      await box.waitFor();
      if (!(await checked(box))) await box.click();
    }
    await this.page.locator('.quick-input-widget:visible .quick-input-action .monaco-button').filter({ hasText: 'OK' }).click();
  }

  /** Answers an input box. */
  async type(text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget:visible input.input, .quick-input-widget:visible input[aria-label]').first();
    await input.fill(text);
    await input.press('Enter');
  }

  /** The text of the modal dialog that stands open: its message and its detail. */
  async dialog(): Promise<string> {
    const message = this.page.locator('.monaco-dialog-box .dialog-message-container');
    await message.waitFor();
    return plain(await message.innerText());
  }

  /** Presses a button of the modal dialog by its label, and waits until the dialog is gone. */
  async dialogButton(label: string | RegExp): Promise<void> {
    const box = this.page.locator('.monaco-dialog-box');
    await box
      .locator('.dialog-buttons .monaco-button')
      .filter({ hasText: whole(label) })
      .click();
    await box.waitFor({ state: 'hidden' });
  }

  /** Waits for a notification with this text and returns all of its message. */
  async toast(text: string | RegExp): Promise<string> {
    const message = this.#toasts().filter({ hasText: text }).first();
    await message.waitFor();
    return plain(await message.locator('.notification-list-item-message').innerText());
  }

  /** Presses a button of the notification with this text. */
  async toastButton(text: string | RegExp, label: string): Promise<void> {
    const message = this.#toasts().filter({ hasText: text }).first();
    await message.hover();
    await message
      .locator('.monaco-button')
      .filter({ hasText: whole(label) })
      .click();
  }

  async clearToasts(): Promise<void> {
    await this.palette('Notifications: Clear All Notifications');
    await this.#toasts().first().waitFor({ state: 'hidden' });
  }

  // Documents.

  /** Opens a file of the workspace by its path. */
  async openFile(path: string): Promise<Locator> {
    const input = this.page.locator('.quick-input-widget:visible input[aria-label]').first();
    await this.#retry('quick open', async () => {
      await this.page.keyboard.press('Control+p');
      await input.waitFor({ timeout: 2000 });
    });
    await input.fill(path);
    await this.#rows()
      .filter({ hasText: path.split('/').at(-1) ?? path })
      .first()
      .waitFor();
    await input.press('Enter');
    return this.editor(path);
  }

  /** The visible editor of a file, by the end of its path. */
  async editor(path: string): Promise<Locator> {
    const editor = this.page.locator(`.editor-instance .monaco-editor[data-uri$="${path.startsWith('/') ? path : `/${path}`}"]`).first();
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
    return plain(await this.page.locator('.tab.active.selected .label-name, .tab.active .label-name').first().innerText());
  }

  /** Waits for a squiggle of this kind in a file. */
  async squiggle(path: string, kind: 'error' | 'warning' | 'info' | 'hint' = 'warning'): Promise<Locator> {
    const found = (await this.editor(path)).locator(`.squiggly-${kind}`).first();
    await found.waitFor();
    return found;
  }

  /** Waits until a file has no squiggle of this kind. */
  async noSquiggle(path: string, kind: 'error' | 'warning' | 'info' | 'hint' = 'warning'): Promise<void> {
    await (await this.editor(path)).locator(`.squiggly-${kind}`).first().waitFor({ state: 'detached' });
  }

  /** Puts the cursor into the line of a file that shows this text, which must not be scrolled away. */
  async placeCursor(path: string, lineText: string | RegExp): Promise<void> {
    const editor = await this.editor(path);
    await this.#retry(`a cursor in ${path}`, async () => {
      const pattern = typeof lineText === 'string' ? spaced(lineText) : lineText;
      await editor
        .locator('.view-line')
        .filter({ hasText: pattern })
        .first()
        .click({ position: { x: 12, y: 8 }, timeout: 3000 });
      await editor.locator('textarea:focus, .native-edit-context:focus').first().waitFor({ state: 'attached', timeout: 2000 });
    });
  }

  async save(): Promise<void> {
    await this.page.keyboard.press('Control+s');
  }

  // Lightbulb and CodeLens.

  /**
   * Opens the lightbulb on the line with this text and returns the titles of its actions, the menu left open.
   * Without a text, it opens where the cursor is.
   */
  async lightbulb(path: string, lineText?: string | RegExp): Promise<string[]> {
    await this.editor(path);
    if (lineText !== undefined) await this.placeCursor(path, lineText);
    const actions = this.page.locator('.action-widget .monaco-list-row.action');
    await this.#retry('the lightbulb menu', async () => {
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
  async lightbulbAction(title: string | RegExp): Promise<void> {
    const action = this.page.locator('.action-widget .monaco-list-row.action').filter({ hasText: title }).first();
    await action.click();
    await action.waitFor({ state: 'hidden' });
  }

  async closeMenu(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.page.locator('.action-widget').waitFor({ state: 'hidden' });
  }

  /** The titles of the CodeLenses that a file shows, from above, once there is one and they no longer change. */
  async codeLenses(path: string): Promise<string[]> {
    const items = (await this.editor(path)).locator('.codelens-decoration > *');
    await items.filter({ hasText: /\S/ }).first().waitFor();
    const read = async () => {
      const found = await items.evaluateAll((elements) =>
        elements.map((element) => {
          const { x, y } = (element as unknown as { getBoundingClientRect(): { x: number; y: number } }).getBoundingClientRect();
          return { text: element.textContent ?? '', x, y };
        }),
      );
      const titles = found.sort((a, b) => a.y - b.y || a.x - b.x).map(({ text }) => plain(text));
      return titles.filter((title) => title !== '' && title !== '|');
    };
    let titles = await read();
    for (let reads = 0; reads < 20; reads++) {
      await this.page.waitForTimeout(300);
      const next = await read();
      if (next.length > 0 && next.join('\n') === titles.join('\n')) break;
      titles = next;
    }
    return titles;
  }

  /** Clicks a CodeLens, the first with this title from above unless `nth` says another (from 0). */
  async codeLens(path: string, title: string | RegExp, nth = 0): Promise<void> {
    const links = (await this.editor(path)).locator('.codelens-decoration a').filter({ hasText: title });
    await links.first().waitFor();
    await this.#retry(`CodeLens ${nth} with "${title}"`, async () => {
      const placed = await Promise.all((await links.all()).map(async (link) => ({ link, y: (await link.boundingBox({ timeout: 2000 }))?.y ?? 0 })));
      await placed.sort((a, b) => a.y - b.y)[nth]?.link.click({ timeout: 2000 });
      if (placed.length <= nth) throw new Error(`There are only ${placed.length}.`);
    });
  }

  // Panels, views, status bar.

  /** Opens the Problems panel and returns its rows as a person reads them, files and findings. */
  async problems(): Promise<string[]> {
    await this.palette('Problems: Focus on Problems View');
    const panel = this.page.locator('.markers-panel');
    await panel.waitFor();
    await panel.locator('.monaco-list-row, .message-box-container:visible').first().waitFor();
    return (await panel.locator('.monaco-list-row').allInnerTexts()).map(plain);
  }

  /** Waits for a finding in the Problems panel and goes to it with a double click. */
  async goToProblem(text: string | RegExp): Promise<void> {
    await this.palette('Problems: Focus on Problems View');
    await this.page.locator('.markers-panel .monaco-list-row').filter({ hasText: text }).first().dblclick();
    await this.page.locator('.editor-instance .monaco-editor.focused').first().waitFor();
  }

  /** Waits until the Problems panel has no finding with this text. */
  async noProblem(text: string | RegExp): Promise<void> {
    await this.palette('Problems: Focus on Problems View');
    await this.page.locator('.markers-panel').waitFor();
    await this.page.locator('.markers-panel .monaco-list-row').filter({ hasText: text }).first().waitFor({ state: 'detached' });
  }

  async hidePanel(): Promise<void> {
    await this.palette('View: Hide Panel');
  }

  /** Opens a view container by the label of its icon in the activity bar. */
  async openContainer(label: string): Promise<void> {
    const icon = this.page.locator(`.part.activitybar .action-item:has(.action-label[aria-label^="${label}"])`).first();
    await icon.waitFor();
    if (!(await icon.evaluate((item) => item.classList.contains('checked')))) await icon.locator('.action-label').first().click();
  }

  /** The rows of the tree views in the side bar, as a person reads them. */
  async treeRows(): Promise<string[]> {
    const rows = this.page.locator('.part.sidebar .pane-body .monaco-list-row');
    await rows.first().waitFor();
    return (await rows.allInnerTexts()).map(plain);
  }

  /** A row of a tree view in the side bar. */
  async treeRow(text: string | RegExp): Promise<Locator> {
    const row = this.page.locator('.part.sidebar .pane-body .monaco-list-row').filter({ hasText: text }).first();
    await row.waitFor();
    return row;
  }

  /** A status bar item of ours, by the end of its id. */
  async statusItem(id: string): Promise<Locator> {
    const item = this.page.locator(`.part.statusbar [id="haiku-first.haiku-first.${id}"], .part.statusbar [id="haiku-first.haiku-first"]`).first();
    await item.waitFor();
    return item;
  }

  /** What a webview shows; the first takes up to 20 s. */
  webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  /** Waits until the status bar says that VS Code is in Restricted Mode. */
  async restricted(): Promise<void> {
    await this.page.locator('[id="status.workspaceTrust"]').waitFor();
  }

  /** Trusts the workspace, as a person does from the status bar in Restricted Mode. */
  async trust(): Promise<void> {
    await this.page.locator('[id="status.workspaceTrust"] a').first().click();
    await this.page
      .locator('.workspace-trust-editor .workspace-trust-limitations.trusted .monaco-button')
      .filter({ hasText: /^Trust$/ })
      .click();
    await this.page.locator('[id="status.workspaceTrust"]').waitFor({ state: 'detached' });
    await this.palette('View: Close Editor');
    await this.page.locator('.workspace-trust-editor').waitFor({ state: 'hidden' });
  }

  #rows(): Locator {
    return this.page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row');
  }

  #toasts(): Locator {
    return this.page.locator('.notification-toast');
  }

  /** A key is lost while the window is still busy: pressed again, five times at most. */
  async #retry(what: string, attempt: () => Promise<void>): Promise<void> {
    let last: unknown;
    for (let tries = 0; tries < 5; tries++) {
      try {
        return await attempt();
      } catch (error) {
        last = error;
        await this.page.waitForTimeout(200);
      }
    }
    throw new Error(`Could not get to ${what}.`, { cause: last });
  }
}

function checked(box: Locator): Promise<boolean> {
  return box.evaluate((element) => element.getAttribute('aria-checked') === 'true' || (element as unknown as { checked?: boolean }).checked === true);
}

/** The editor shows blanks as no-break spaces and middle dots. */
function blanks(text: string): string {
  return text.replace(/[\u00a0\u00b7]/g, ' ');
}

function plain(text: string): string {
  return blanks(text).replace(/\s+/g, ' ').trim();
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The text with any kind of blank for each of its spaces. */
function spaced(text: string): RegExp {
  return new RegExp(escaped(text).replace(/ /g, '[\\s\\u00b7]'));
}

function whole(label: string | RegExp): RegExp {
  return typeof label === 'string' ? new RegExp(`^\\s*${escaped(label)}\\s*$`) : label;
}
