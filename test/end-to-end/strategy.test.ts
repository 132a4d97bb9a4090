import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { document, Simulation, skills, tickets } from '../core/evaluate/simulation';
import { type MockServer, startMockServer } from '../core/model/mockServer';
import { newRunFolder, removeRunFolder } from '../host/runFolder';
import { retry, until } from './retry';
import { openSession, type Session } from './session';
import { placeOf, storySteps } from './steps';

const task = 'CONTEXT.md';
const strategy = '.haiku/strategies/context/answer.md';
/** Needs all that the cheap model does not know by itself. */
const ticket = 'Ticket #115: formal angry long action request';
const stage = document.slice(document.indexOf('## Stage 1'));
const context = `# Support

## Part 1: Specification (Required)

Answer support tickets, each with one reply that can be sent as it is.

## Part 2: Constraints (Required)

- No promise of a refund.

## Part 3: Success Criteria (Required)

- Every reply can be sent without an edit.

## Part 4: Feedback Loop (Required)

- Failure: a reply that somebody has to write again.

${stage}`;

/** Both models are a simulation behind HTTP: the cheap one follows procedures and fails without, the dear one sees three missing steps at a time. */
describe('reasoning bought once, clicked through in the packaged extension', () => {
  const folder = newRunFolder('strategy');
  let session: Session;
  let server: MockServer;
  const kept = () => readFileSync(join(session.workspace, strategy), 'utf8');
  const opus = () => server.requests.filter(({ body }) => String(body.model).includes('opus')).length;

  before(async () => {
    const simulation = new Simulation({ stepsAtOnce: 3 });
    server = await startMockServer(({ body, system, user }) => ({
      text: simulation.answer({ model: String(body.model), system, user }),
      pieceSize: 4000,
      usage: { inputTokens: 900, outputTokens: String(body.model).includes('opus') ? 600 : 60 },
    }));
    const workspace = join(folder, 'support');
    mkdirSync(join(workspace, 'evals'), { recursive: true });
    writeFileSync(join(workspace, task), context);
    writeFileSync(
      join(workspace, 'evals', 'context.jsonl'),
      `${tickets(24)
        .map((each) => JSON.stringify(each))
        .join('\n')}\n`,
    );
    session = await openSession({ workspace, open: task, settings: { 'haikuFirst.baseUrl': server.url, 'haikuFirst.showLiveOutput': false } });
  });
  after(async () => {
    await session?.close();
    await server?.stop();
    removeRunFolder(folder);
  });
  storySteps(() => session);

  const clear = () => session.workbench.palette('Notifications: Clear All Notifications');
  const cursorAtStage = async () => session.workbench.editors.goToLine(placeOf(context, '## Stage 1').line, 4);

  it('a stage fails on Haiku, and its quick fixes offer a strategy with its price', async () => {
    const { editors, dialogs } = session.workbench;
    await until(
      'Its price above the stage',
      () => editors.codeLenses(task),
      (shown) => shown.some((title) => /^Run \(about \$0/.test(title)),
    );
    // While the window still loads, it shows them anew more than once.
    await retry('the run', () => editors.clickCodeLens(task, /Run \(about/));
    assert.match(await session.workbench.question(), /Ticket/);
    await session.workbench.answer(ticket);
    await dialogs.press('Run');
    assert.deepEqual(await dialogs.toastButtons('failed its checks'), ['Escalate', 'Write a Strategy', 'Show the Stage']);
    await dialogs.pressInToast('failed its checks', 'Show the Stage');
    const titles = await editors.lightbulb(task);
    const offer = titles.find((title) => /^Have Opus write a strategy for this stage \(about \$0\.\d+\)$/.test(title));
    assert.ok(offer, `The fixes are ${JSON.stringify(titles)}.`);
    await session.workbench.screenshot('strategy-quick-fix');
    assert.equal(opus(), 0);
  });

  it('is escalated, and Opus writes down how: shown first, and kept by a click', async () => {
    const { editors, dialogs } = session.workbench;
    await editors.chooseAction(/^Escalate this stage to Opus/);
    await dialogs.press('Escalate');
    assert.match(await dialogs.toast('Stage 1 passed'), /A strategy could let the next run pass on Haiku\./);
    await dialogs.pressInToast('Stage 1 passed', 'Write a Strategy');
    assert.match(await dialogs.text(), /Have Opus write a strategy for stage 1 “Answer” for about \$0\.\d+\?.*on claude-opus/);
    await session.workbench.screenshot('strategy-price');
    await dialogs.press('Write It');
    await dialogs.toast('Edit it as you like, then keep it');
    assert.match(await editors.text('answer.md'), /What the task is/);
    assert.equal(existsSync(join(session.workspace, strategy)), false);
    await dialogs.pressInToast('Edit it as you like', 'Keep');
    await dialogs.toast('Kept as .haiku/strategies/context/answer.md, unproven');
    assert.match(kept(), /status: unproven/);
  });

  it('what still fails is added to it: the new text beside the old one, edited there and kept', async () => {
    const { editors, dialogs, page } = { ...session.workbench, page: session.workbench.page };
    await dialogs.pressInToast('Kept as', 'Run the Stage Again');
    await dialogs.press('Run');
    await dialogs.toast('failed its checks');
    await clear();
    await editors.open(task);
    await cursorAtStage();
    await editors.lightbulb(task);
    await editors.chooseAction(/^Have Opus write a strategy for this stage/);
    await dialogs.press('Write It');
    await dialogs.toast('Edit it as you like');
    const added = page.locator('.monaco-diff-editor .editor.modified .line-insert').first();
    await added.waitFor();
    await session.workbench.screenshot('strategy-diff');
    // The buttons in the title do the same as those of the notification, which may be gone by then.
    await page.locator('.editor-group-container.active .editor-actions .action-label[aria-label^="Keep This Draft"]').first().click();
    await until('All steps in the file', kept, (text) => skills.every(({ step }) => text.includes(step)));
  });

  it('and the next run passes on Haiku', async () => {
    const { dialogs } = session.workbench;
    const before = opus();
    await dialogs.pressInToast('Kept as', 'Run the Stage Again');
    await dialogs.press('Run');
    await dialogs.toast(/passed for \$0/);
    assert.equal(opus(), before);
    assert.match(String(server.requests.at(-1)?.body.model), /haiku/);
    await clear();
  });

  it('is tried with and without on 24 cases, and adopted for what that shows', async () => {
    const { workbench } = session;
    const { dialogs, panels, editors } = workbench;
    await workbench.palette('View: Close All Editors');
    await editors.open(task);
    await workbench.palette('Haiku First: Try Strategy');
    await workbench.pick('Answer');
    await workbench.pick('1 run of each case');
    assert.match(await dialogs.text(), /Try the strategy of stage 1 “Answer” for about \$0\.\d+\?/);
    await dialogs.press('Try It');
    assert.match(await dialogs.toast('The strategy helps'), /exact p = < 0\.0001|exact p < 0\.0001/);
    const page = panels.webview().locator('body');
    await page.getByText('McNemar').first().waitFor();
    await workbench.screenshot('trial-report');
    await dialogs.pressInToast('The strategy helps', 'Adopt');
    await dialogs.toast('says that it is proven: 100% passed with it');
    assert.match(kept(), /status: adopted/);
    await clear();
  });

  it('says so in the tree and above the stage', async () => {
    const { panels, editors } = session.workbench;
    await panels.openContainer('Haiku First');
    const rows = await until(
      'A proven strategy in the tree',
      () => panels.treeLabels(),
      (found) => found.some((row) => /Answer, passed: \$0\.\d+, proven 100%, on haiku/.test(row)),
    );
    assert.equal(rows.length, 1);
    await session.workbench.palette('View: Close All Editors');
    await editors.open(task);
    await until(
      'A proven strategy above the stage',
      () => editors.codeLenses(task),
      (titles) => titles.includes('Strategy: proven 100%'),
    );
    await session.workbench.screenshot('strategy-proven');
  });
});
