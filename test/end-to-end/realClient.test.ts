import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type MockServer, startMockServer } from '../core/model/mockServer';
import { until } from './retry';
import { openSession, type Session } from './session';
import { storySteps } from './steps';

const fixture = resolve(__dirname, '..', 'fixtures', 'welcome');
const task = 'CONTEXT.md';
const output = 'CONTEXT output.md';
const note = `Welcome to the garden. The gate is open from eight in the morning until dusk, every day of the week. Ask Mrs Lindqvist at the
green door for a key, and bring your own gloves on the first day.`;

describe('the packaged extension with a server that speaks the Messages API', () => {
  let session: Session;
  let server: MockServer;

  before(async () => {
    server = await startMockServer((request) => ({
      text: note,
      usage: { inputTokens: 700, outputTokens: 60 },
      // The first answer never ends by itself.
      ...(request.index === 0 ? { stallAfter: 4 } : {}),
    }));
    session = await openSession({ workspace: fixture, open: task, settings: { 'haikuFirst.baseUrl': server.url } });
  });
  after(async () => {
    await session?.close();
    await server?.stop();
  });
  storySteps(() => session);

  it('asks before money is spent, with the estimate, and sends nothing after a no', async () => {
    const { workbench } = session;
    const { editors, dialogs } = workbench;
    await editors.clickCodeLens(task, /Run \(about/);
    assert.match(await dialogs.text(), /Run 1 stage for about \$0\.\d+\?.*The note on claude-haiku-\S+: about \$0\.\d+.*All on Opus: about \$0\.\d+/);
    await workbench.screenshot('spending-dialog');
    await dialogs.press('Cancel');
    await dialogs.noToast('Running stages');
    assert.equal(server.requests.length, 0);
  });

  it('streams, and a cancel in the middle ends it at once, the connection too', async () => {
    const { workbench } = session;
    await workbench.editors.clickCodeLens(task, /Run \(about/);
    await workbench.dialogs.press('Run');
    await until(
      'The first words',
      () => workbench.editors.text(output),
      (text) => text.includes('Welcome to the garden'),
    );
    await workbench.screenshot('streaming-http');
    assert.equal(server.left, 0);
    const pressed = Date.now();
    await workbench.dialogs.pressInToast('Running stages', 'Cancel');
    await server.whenLeft();
    assert.ok(Date.now() - pressed < 3000, `The connection was closed after ${Date.now() - pressed} ms.`);
    assert.match(await workbench.dialogs.toast('Run cancelled'), /What was made so far is kept/);
    await until(
      'The end in the output',
      () => workbench.editors.text(output),
      (text) => text.includes('The note — cancelled'),
    );
    await workbench.screenshot('cancelled');
    assert.equal(existsSync(join(session.workspace, 'out')), false, 'Half an answer is not put in its file.');
  });

  it('runs to the end', async () => {
    const { workbench } = session;
    await workbench.editors.clickCodeLens(task, /Run \(about/);
    await workbench.dialogs.press('Run');
    const told = await workbench.dialogs.toast(/passed for \$0/);
    assert.doesNotMatch(told, /recorded/);
    assert.equal(readFileSync(join(session.workspace, 'out', 'note.md'), 'utf8').trim(), note);
    assert.equal(server.requests.length, 2);
    assert.match(server.requests[1]?.user ?? '', /Say when the garden is open and whom to ask for a key\./);
    await until(
      'The end in the output',
      () => workbench.editors.text(output),
      (text) => text.includes('The note — passed'),
    );
    await workbench.screenshot('passed-http');
  });
});
