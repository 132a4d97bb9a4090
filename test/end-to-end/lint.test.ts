import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { newRunFolder, removeRunFolder } from '../host/runFolder';
import { until } from './retry';
import { openSession, type Session } from './session';
import { placeOf, storySteps } from './steps';

const claude = `# Ledger

A service that books payments.

## Before you start

Read @docs/style.md and @docs/api.md before you change an endpoint.

@docs/style.md

Keep the rules of @docs/moneey.md in mind.

@docs/style.md

## Commands

Run \`npm run check\` before every commit.
`;

const files: Record<string, string> = {
  'CLAUDE.md': claude,
  'docs/style.md': `# Style\n\n${'Prefer short functions, and name a thing by what it is.\n'.repeat(60)}`,
  'docs/api.md': `# API\n\n${'Every endpoint answers with JSON.\n'.repeat(30)}`,
  'docs/money.md': '# Money\n\nAmounts are whole cents.\n',
  'billing/CLAUDE.md': '# Billing\n\nSee @../docs/taxes.md for the rates.\n',
  'package.json': '{\n  "name": "ledger",\n  "scripts": {\n    "build": "tsc"\n  }\n}\n',
  '.haiku/lint.json': '{\n  "launchBudget": 1500\n}\n',
  '.git/HEAD': 'ref: refs/heads/main\n',
};

describe('the linter in the packaged extension, as a person uses it', () => {
  const folder = newRunFolder('lint');
  let session: Session;

  before(async () => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, 'ledger', path)), { recursive: true });
      writeFileSync(join(folder, 'ledger', path), text);
    }
    session = await openSession({
      workspace: join(folder, 'ledger'),
      open: 'CLAUDE.md',
      settings: { 'editor.codeActionsOnSave': { 'source.fixAll.haikuFirst': 'explicit' } },
    });
  });
  after(async () => {
    await session?.close();
    removeRunFolder(folder);
  });
  storySteps(() => session);

  const launch = () => session.workbench.page.locator('[id="haiku-first.haiku-first.launch"]');
  const go = (text: string) => {
    const { line, column } = placeOf(claude, text);
    return session.workbench.editors.goToLine(line, column + 2);
  };

  it('says in the status bar what every session loads, and warns over the budget', async () => {
    const { workbench } = session;
    await workbench.editors.squiggle('CLAUDE.md', 'error');
    await launch().waitFor();
    assert.match(await launch().innerText(), /\d\.\dk tokens at launch/);
    assert.match((await launch().getAttribute('class')) ?? '', /warning-kind/);
    await launch().hover();
    const hover = workbench.page.locator('.monaco-hover:visible').filter({ hasText: 'Every session that starts here' });
    await hover.waitFor();
    await workbench.screenshot('launch-status');
    const words = await hover.innerText();
    for (const part of [/the budget is 1,500/, /docs\/style\.md/, /docs\/api\.md/]) assert.match(words, part);
    await workbench.page.mouse.move(10, 400);
    await launch().click();
    const picks = await workbench.picks();
    for (const part of ['CLAUDE.md', 'docs/api.md', 'docs/style.md', 'imported by CLAUDE.md']) assert.ok(picks.includes(part), picks.join(', '));
    await workbench.screenshot('launch-files');
    await workbench.pick('docs/api.md');
    await workbench.editors.editor('docs/api.md');
    await workbench.palette('View: Close Editor');
    await workbench.editors.editor('CLAUDE.md');
  });

  it('offers in the lightbulb what mends first, then what silences, then why', async () => {
    const { editors } = session.workbench;
    await go('@docs/moneey.md');
    const titles = await editors.lightbulb('CLAUDE.md');
    await session.workbench.screenshot('quick-fixes');
    assert.deepEqual(titles.slice(0, 7), [
      'Import @docs/money.md',
      'Ignore reference/import here',
      'Ignore reference/import here, with a reason…',
      'Ignore reference/import in this file',
      'Turn off reference/import for this project (.haiku/lint.json)',
      'Turn off reference/import in your settings',
      'Explain reference/import',
    ]);
    await editors.chooseAction('Import @docs/money.md');
    await until(
      'The mended import',
      () => editors.text('CLAUDE.md'),
      (text) => text.includes('rules of @docs/money.md'),
    );
  });

  it('offers to fix all of a rule where several can be fixed', async () => {
    const { editors } = session.workbench;
    const { line, column } = placeOf(claude, '\n\n@docs/style.md');
    await editors.goToLine(line + 2, column + 2);
    const titles = await editors.lightbulb('CLAUDE.md');
    await session.workbench.screenshot('quick-fixes-all-of-rule');
    assert.ok(titles.includes('Fix all 2 project/duplicate-import in this file'), titles.join(', '));
    await editors.closeMenu();
  });

  it('explains a rule beside the document', async () => {
    const { workbench } = session;
    await workbench.editors.lightbulb('CLAUDE.md');
    await workbench.editors.chooseAction('Explain project/duplicate-import');
    await workbench.panels.webview().getByText('project/duplicate-import').first().waitFor();
    await workbench.screenshot('explain-rule');
    await workbench.palette('View: Close Editor');
  });

  it('fixes all that is safe on save', async () => {
    const { workbench, workspace } = session;
    await workbench.editors.placeCursor('CLAUDE.md', 'A service that books payments.');
    await workbench.editors.key('Control+s');
    await until(
      'The saved file',
      () => readFileSync(join(workspace, 'CLAUDE.md'), 'utf8'),
      (text) => text.split('@docs/style.md').length === 2 && text.includes('@docs/money.md'),
    );
  });

  it('follows a script that is added outside of the editor', async () => {
    const { workbench, workspace } = session;
    await workbench.editors.squiggle('CLAUDE.md', 'error');
    writeFileSync(join(workspace, 'package.json'), '{ "name": "ledger", "scripts": { "check": "tsc" } }\n');
    await workbench.editors.noSquiggle('CLAUDE.md', 'error');
  });

  it('lints all steering files on demand, and turns a rule off for the project', async () => {
    const { workbench, workspace } = session;
    await workbench.palette('Haiku First: Lint All Steering Files');
    await workbench.dialogs.toast(/2 steering files: \d+ problems? in \d files?/);
    const rows = await until(
      'The problem of a file that is not open',
      () => workbench.panels.problems(),
      (found) => found.some((row) => row.includes('taxes.md')),
    );
    assert.ok(rows.length > 0);
    await workbench.screenshot('lint-all');
    await workbench.panels.goToProblem(/taxes\.md/);
    await workbench.editors.lightbulb('billing/CLAUDE.md');
    await workbench.editors.chooseAction(/^Turn off reference\/import for this project/);
    await workbench.editors.noSquiggle('billing/CLAUDE.md', 'error');
    assert.deepEqual(JSON.parse(readFileSync(join(workspace, '.haiku/lint.json'), 'utf8')), {
      launchBudget: 1500,
      rules: { 'reference/import': 'off' },
    });
    assert.ok(existsSync(join(workspace, '.haiku/lint.json')));
  });
});
