/** What stands around the editors: Problems, the side bar's views, the status bar, webviews, workspace trust. */

import type { FrameLocator, Locator, Page } from 'playwright-core';
import { plain } from './screenText';

export class Panels {
  constructor(
    private readonly page: Page,
    /** Runs a command by the name that the palette shows. */
    private readonly palette: (command: string) => Promise<void>,
  ) {}

  /** Opens the Problems panel, unless it shows already. */
  async openProblems(): Promise<void> {
    if (await this.page.locator('.markers-panel').isVisible()) return;
    await this.palette('Problems: Focus on Problems View');
    await this.page.locator('.markers-panel').waitFor();
  }

  /** The rows of the open Problems panel as a person reads them now: files and findings. */
  async problems(): Promise<string[]> {
    return (await this.#problemRows().allInnerTexts()).map(plain);
  }

  /** The errors and warnings that the status bar counts now, as `1 0`. */
  async problemCounts(): Promise<string> {
    return plain(await this.page.locator('[id="status.problems"]').innerText());
  }

  /** Waits for a finding in the Problems panel and goes to it with a double click. */
  async goToProblem(text: string | RegExp): Promise<void> {
    await this.openProblems();
    await this.#problemRows().filter({ hasText: text }).first().dblclick();
    await this.page.locator('.editor-instance .monaco-editor.focused').first().waitFor();
  }

  async hide(): Promise<void> {
    await this.palette('View: Hide Panel');
    await this.page.locator('.markers-panel').waitFor({ state: 'hidden' });
  }

  /** Opens a view container by the label of its icon in the activity bar. */
  async openContainer(label: string): Promise<void> {
    const icon = this.page.locator(`.part.activitybar .action-item:has(.action-label[aria-label^="${label}"])`).first();
    await icon.waitFor();
    if (!(await icon.evaluate((item) => item.classList.contains('checked')))) await icon.locator('.action-label').first().click();
  }

  /** The rows of the tree views in the side bar, as a person reads them now. */
  async treeRows(): Promise<string[]> {
    return (await this.page.locator('.part.sidebar .pane-body .monaco-list-row').allInnerTexts()).map(plain);
  }

  /** What a screen reader says of each row: an icon's meaning is in it. */
  async treeLabels(): Promise<string[]> {
    const rows = await this.page.locator('.part.sidebar .pane-body .monaco-list-row').all();
    return Promise.all(rows.map(async (row) => plain((await row.getAttribute('aria-label')) ?? '')));
  }

  /** What a webview shows; the first takes up to 20 s. */
  webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  /** Waits until the status bar says that VS Code is in Restricted Mode. */
  async restricted(): Promise<void> {
    await this.#trustItem().waitFor();
  }

  /** Trusts the workspace on the page that manages trust, which must stand open, and closes it. */
  async trust(): Promise<void> {
    await this.page
      .locator('.workspace-trust-editor .workspace-trust-limitations.trusted .monaco-button')
      .filter({ hasText: /^Trust$/ })
      .click();
    await this.#trustItem().waitFor({ state: 'detached' });
    await this.palette('View: Close Editor');
    await this.page.locator('.workspace-trust-editor').waitFor({ state: 'hidden' });
  }

  #problemRows(): Locator {
    return this.page.locator('.markers-panel .monaco-list-row');
  }

  #trustItem(): Locator {
    return this.page.locator('[id="status.workspaceTrust"]');
  }
}
