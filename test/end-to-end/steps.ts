/** Tests that are steps of one story: each begins where the one before ended. */

import type { Session } from './session';

/** After a failed step the rest of its story is skipped: it could say nothing about itself. Screen and log are kept as screenshots. */
export function storySteps(session: () => Session | undefined): void {
  let broken = false;
  beforeEach(function () {
    if (broken) this.skip();
  });
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    broken = true;
    const workbench = session()?.workbench;
    if (!workbench) return;
    const name = `failed-${this.currentTest.title.replace(/\W+/g, '-').slice(0, 60)}`;
    await workbench.screenshot(name);
    await workbench.dialogs.dismiss();
    await workbench.palette('Haiku First: Show Log');
    await workbench.screenshot(`${name}-log`);
  });
}

/** The place of a text in a document, from 1, as the editor counts. */
export function placeOf(document: string, text: string): { line: number; column: number } {
  const at = document.indexOf(text);
  if (at < 0) throw new Error(`"${text}" is not in the document.`);
  const before = document.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
