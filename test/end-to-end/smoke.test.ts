import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { openSession, type Session } from './session';

const sample = resolve(__dirname, '..', '..', 'templates', 'sample');

describe('the packaged extension', () => {
  let session: Session;

  before(async () => {
    session = await openSession({ workspace: sample, open: 'CONTEXT.md' });
    console.log(`  ${session.host}, ${join(session.workspace, 'CONTEXT.md')}`);
  });

  after(() => session?.close());

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await session.workbench.screenshot(`failed-${this.currentTest.title.replace(/\W+/g, '-')}`);
  });

  it('starts with the sample, and shows CodeLenses above its stages', async () => {
    const lenses = await session.workbench.codeLenses('CONTEXT.md');
    assert.ok(
      lenses.some((title) => /run/i.test(title)),
      `The CodeLenses are ${JSON.stringify(lenses)}.`,
    );
    await session.workbench.screenshot('codelens');
  });
});
