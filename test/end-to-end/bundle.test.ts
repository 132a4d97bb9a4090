import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { newRunFolder, removeRunFolder } from '../host/runFolder';
import { retry, until } from './retry';
import { openSession, type Session } from './session';
import { storySteps } from './steps';

const context = `# Tide tables by e-mail

## Part 1: Specification

Harbour masters get tomorrow's tide table by e-mail at six in the evening.

## Part 2: Constraints

- Nothing is sent twice for one day.

## Stages

### Stage 1: Message format (Haiku)

- Input: docs/tides.md, data/sample.json
- Task: Describe the e-mail: subject, table, footer.
- Output: Format
- Budget: 4k

### Stage 2: Sender (Haiku)

- Input: Format, docs/tides.md#Times, data/*.json
- Context: relevant code
- Task: Write the function that sends the tide table of one harbour, once a day, with a retry.
- Output: Sender → src/send.ts as text
- Budget: 2500
`;

const paragraph = (words: string, times: number) => `${Array.from({ length: times }, (_, i) => `${words} Rule ${i + 1} holds for every harbour.`).join(' ')}\n`;

const files: Record<string, string> = {
  'CONTEXT.md': context,
  'CLAUDE.md': `# Tides\n\n${paragraph('Times are UTC, heights are whole centimetres.', 6)}`,
  'ARCHITECTURE.md': `# Architecture\n\n## Sending\n\n${paragraph('E-mail leaves through one queue with a retry.', 8)}\n## Harbours\n\n${paragraph('A harbour has a name and a gauge.', 12)}\n## Billing\n\n${paragraph('Invoices are monthly.', 60)}`,
  'docs/tides.md': `# Tides\n\n## Heights\n\n${paragraph('Heights count from chart datum.', 12)}\n## Times\n\n${paragraph('High water comes twice a day.', 10)}`,
  'data/sample.json': `${JSON.stringify(
    Array.from({ length: 12 }, (_, i) => ({ harbour: `H${i}`, high: '04:10', cm: 380 + i })),
    null,
    1,
  )}\n`,
  'data/[free](command:workbench.action.quit) `x`.json': '{ "harbour": "Nowhere" }\n',
  'src/queue.ts':
    "import { send } from './mail';\n\n/** Sends each tide table once a day, with a retry. */\nexport async function enqueue(harbour: string, table: string): Promise<void> {\n  await send(harbour, table);\n}\n",
  'src/mail.ts': 'export async function send(to: string, text: string): Promise<void> {\n  console.log(to, text);\n}\n',
  '.git/HEAD': 'ref: refs/heads/main\n',
};

describe('bundles in the packaged extension, as a person uses them', () => {
  const folder = newRunFolder('bundle');
  let session: Session;
  const task = 'CONTEXT.md';
  const preview = 'Bundle of stage 2.md';

  before(async () => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, 'tides', path)), { recursive: true });
      writeFileSync(join(folder, 'tides', path), text);
    }
    session = await openSession({ workspace: join(folder, 'tides'), open: task });
  });
  after(async () => {
    await session?.close();
    removeRunFolder(folder);
  });
  storySteps(() => session);

  const shown = (path: string, pattern: RegExp) =>
    until(
      `${pattern} in ${path}`,
      () => session.workbench.editors.text(path),
      (text) => pattern.test(text),
    );
  /** A click with the key that follows links, on a word of a row. While the preview is laid out anew a click can miss: then it is made again. */
  const follow = (row: RegExp, word: RegExp, followed: () => Promise<boolean>) =>
    retry('what the link leads to', async () => {
      const { mouse, keyboard } = session.workbench.page;
      const lines = (await session.workbench.editors.editor(preview)).locator('.view-line').filter({ hasText: row });
      const box = await lines.locator('.detected-link').filter({ hasText: word }).first().boundingBox({ timeout: 5000 });
      if (!box) throw new Error('The link is not on the screen.');
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      await mouse.move(x, y + 1);
      await keyboard.down('Control');
      await mouse.move(x, y, { steps: 3 });
      await mouse.click(x, y);
      await keyboard.up('Control');
      await until('the effect of the link', followed, (seen) => seen, 4000);
    });
  const says = (path: string, pattern: RegExp) => async () => pattern.test(await session.workbench.editors.text(path));

  it('shows how full each stage’s bundle is', async () => {
    const { workbench } = session;
    const titles = await until(
      'bars',
      () => workbench.editors.codeLenses(task),
      (found) => found.filter((title) => /^Bundle [▰▱]{5} /.test(title)).length === 2,
      // The window has only just come up.
      60_000,
    );
    assert.ok(
      titles.some((title) => /^Bundle [▰▱]{5} [\d.,]+k? of 4k$/.test(title)),
      titles.join(' | '),
    );
    await workbench.screenshot('bundle-bar');
  });

  it('shows the table of a bundle, and makes no link of a file’s name', async () => {
    const { workbench } = session;
    // While other extensions still start, titles may go and come again.
    await retry('the preview', () => workbench.editors.clickCodeLens(task, /^Bundle/, 1));
    await shown(preview, /Bundle of stage 2: Sender[\s\S]*CLAUDE\.md[\s\S]*Left out/);
    await until(
      'links',
      async () => (await workbench.editors.editor(preview)).locator('.detected-link').count(),
      (count) => count > 5,
    );
    await workbench.screenshot('bundle-preview');
    const links = await (await workbench.editors.editor(preview)).locator('.detected-link').allInnerTexts();
    assert.ok(links.length > 0);
    assert.equal(
      links.some((text) => /^command:|^\[free\]$/.test(text.trim())),
      false,
      links.join('\n'),
    );
  });

  it('leaves a piece out and takes it back, in the document beside it', async () => {
    const { workbench } = session;
    await follow(/CLAUDE\.md/, /leave.out/, says(task, /- Context: relevant code, not CLAUDE\.md/));
    await shown(preview, /Left out[\s\S]*CLAUDE\.md/);
    await workbench.screenshot('bundle-left-out');
    await follow(/CLAUDE\.md/, /take.back/, says(task, /- Context: relevant code\n/));
  });

  it('sets the budget', async () => {
    const { workbench } = session;
    await workbench.editors.clickCodeLens(preview, /Budget…/);
    assert.match(await workbench.question(), /Budget of stage 2: Sender/);
    await workbench.screenshot('bundle-budget');
    await workbench.answer('900');
    await shown(preview, / of 900 tokens/);
    await shown(task, /- Budget: 900/);
    await workbench.screenshot('bundle-small-budget');
    assert.equal(readFileSync(join(session.workspace, task), 'utf8').includes('900'), false, 'It is an edit, not yet saved.');
  });

  it('opens a piece at its lines', async () => {
    const { workbench } = session;
    const opened = workbench.page.locator('.editor-instance .monaco-editor[data-uri$="/docs/tides.md"]');
    await follow(/docs.tides\.md/, /tides\.md/, async () => (await opened.count()) > 0);
    await shown('docs/tides.md', /High water comes twice a day/);
    await until(
      'the section, selected',
      async () => (await workbench.page.locator('[id="status.editor.selection"]').innerText()).trim(),
      (text) => /^Ln 10, Col 1 \(\d+ selected\)$/.test(text),
    );
    await workbench.screenshot('bundle-source');
  });

  it('compares the bundles of two stages', async () => {
    const { workbench } = session;
    await workbench.palette('Haiku First: Compare the Bundles of Two Stages…');
    await workbench.pick(/2\. Sender/);
    await workbench.pick(/1\. Message format/);
    await until(
      'the diff',
      () => workbench.editors.activeTab(),
      (title) => /Bundles of stages 1 ↔ 2/.test(title),
    );
    await workbench.page.locator('.monaco-diff-editor .line-insert, .monaco-diff-editor .char-insert').first().waitFor();
    await workbench.screenshot('bundle-diff');
  });

  it('finds relevant code for a query', async () => {
    const { workbench } = session;
    await workbench.palette('Haiku First: Find Relevant Code for a Query…');
    await workbench.answer('retry sending a tide table');
    await shown('Relevant code.md', /src.queue\.ts/);
    await workbench.screenshot('relevant-code');
  });
});
