/** What VS Code asks and tells: modal dialogs and notifications. */

import type { Locator, Page } from 'playwright-core';
import { plain, whole } from './screenText';

export class Dialogs {
  constructor(private readonly page: Page) {}

  /** The text of the modal dialog that stands open: its message and its detail. */
  async text(): Promise<string> {
    const message = this.#box().locator('.dialog-message-container');
    await message.waitFor();
    return plain(await message.innerText());
  }

  /** Presses a button of the modal dialog by its label, and waits until that dialog is gone. */
  async press(label: string | RegExp): Promise<void> {
    const text = await this.text();
    await this.#box()
      .locator('.dialog-buttons .monaco-button')
      .filter({ hasText: whole(label) })
      .click();
    // Another dialog may follow at once.
    await this.#box()
      .filter({ hasText: text.slice(0, 40) })
      .waitFor({ state: 'hidden' });
  }

  /** Whether a modal dialog stands open now. */
  open(): Promise<boolean> {
    return this.#box().isVisible();
  }

  /** Leaves a modal dialog that may stand open. */
  async dismiss(): Promise<void> {
    if (await this.open()) await this.page.keyboard.press('Escape');
  }

  /** Waits for a notification with this text and returns all of its message. */
  async toast(text: string | RegExp): Promise<string> {
    const message = this.#toast(text);
    await message.waitFor();
    return plain(await message.locator('.notification-list-item-message').innerText());
  }

  /** The labels of the buttons of the notification with this text. */
  async toastButtons(text: string | RegExp): Promise<string[]> {
    await this.#toast(text).waitFor();
    return (await this.#toast(text).locator('.notification-list-item-buttons-container .monaco-button').allInnerTexts()).map(plain);
  }

  /** Presses a button of the notification with this text. */
  async pressInToast(text: string | RegExp, label: string | RegExp): Promise<void> {
    const message = this.#toast(text);
    await message.hover();
    await message
      .locator('.monaco-button')
      .filter({ hasText: whole(label) })
      .first()
      .click();
  }

  /** Waits until no notification with this text shows. */
  async noToast(text: string | RegExp): Promise<void> {
    await this.#toast(text).waitFor({ state: 'hidden' });
  }

  #box(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  #toast(text: string | RegExp): Locator {
    return this.page.locator('.notification-toast').filter({ hasText: text }).first();
  }
}
