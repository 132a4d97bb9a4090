import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { StandInPerson } from './person';
import { fixesOf, noProblem, problem, problems, replace, TaskFolder } from './taskFolder';
import { until } from './until';

describe('what can be done about a problem', () => {
  let folder: TaskFolder;
  let person: StandInPerson;

  beforeEach(() => {
    folder = new TaskFolder('actions', null);
    folder.write('.git/HEAD', 'ref: refs/heads/main\n');
    person = new StandInPerson();
  });
  afterEach(async () => {
    person.leave();
    await folder.remove();
  });

  const thrice = '# Project\n\nRead @a.md now.\n\n@a.md\n\nMore of it.\n\n@a.md\n\nSee @gone.md too.\n';

  /** A CLAUDE.md in which one file is imported three times, and one import leads nowhere. */
  async function claude(text = thrice): Promise<vscode.TextDocument> {
    folder.write('a.md', '# A\n');
    folder.write('CLAUDE.md', text);
    return folder.open('CLAUDE.md');
  }

  /** Without what VS Code offers in every Markdown document. */
  async function oursOf(uri: vscode.Uri, rule: string): Promise<vscode.CodeAction[]> {
    return until(`actions for ${rule}`, async () => {
      const ours = (await fixesOf(uri, await problem(uri, rule))).filter(({ title }) => !/^Insert |^More/.test(title));
      return ours.length > 0 && ours;
    });
  }

  async function action(uri: vscode.Uri, rule: string, title: RegExp): Promise<vscode.CodeAction> {
    const fixes = await oursOf(uri, rule);
    const found = fixes.find((each) => title.test(each.title));
    assert.ok(found, `Among ${fixes.map((each) => each.title).join(', ')} there is no ${title}.`);
    return found;
  }

  async function take({ edit, command }: vscode.CodeAction): Promise<void> {
    if (edit) assert.equal(await vscode.workspace.applyEdit(edit), true);
    if (command) await vscode.commands.executeCommand(command.command, ...(command.arguments ?? []));
  }

  it('stands in one order: what mends, what mends all, what silences, what explains; none of it touches another document', async () => {
    const { uri } = await claude();
    const fixes = await oursOf(uri, 'project/duplicate-import');
    const titles = fixes.map(({ title }) => title);
    const rule = 'project/duplicate-import';
    assert.deepEqual(titles.slice(1), [
      `Fix all 2 ${rule} in this file`,
      `Ignore ${rule} here`,
      `Ignore ${rule} here, with a reason…`,
      `Ignore ${rule} in this file`,
      `Turn off ${rule} for this project (.haiku/lint.json)`,
      `Turn off ${rule} in your settings`,
      `Explain ${rule}`,
    ]);
    assert.deepEqual(
      fixes.map(({ isPreferred }) => isPreferred === true),
      titles.map((_, i) => i === 0),
    );
    for (const { edit } of fixes) for (const [each] of edit?.entries() ?? []) assert.equal(each.toString(), uri.toString());
  });

  it('mends one problem, or all of its rule', async () => {
    const document = await claude();
    await take(await action(document.uri, 'project/duplicate-import', /^Fix all 2 /));
    await noProblem(document.uri, 'project/duplicate-import');
    assert.equal(document.getText().split('@a.md').length, 2);
    assert.match(document.getText(), /See @gone\.md too/);
  });

  it('mends the text as it is when it is chosen, not as it was when it was offered', async () => {
    const document = await claude();
    const found = await problem(document.uri, 'project/duplicate-import');
    // As the light bulb does it: the offer first, without edits.
    const [offered] = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, found.range);
    assert.ok(offered);
    assert.equal(offered.edit, undefined, 'The edit is made when it is asked for.');
    await replace(document, '# Project\n', '# Project\n\nA new paragraph\nof three\nlines.\n');
    await until('the problem, moved', () =>
      problems(document.uri, 'project/duplicate-import').some(({ range }) => range.start.line === found.range.start.line + 4),
    );
    await take(await action(document.uri, 'project/duplicate-import', /^Take /));
    assert.match(document.getText(), /^# Project\n\nA new paragraph\nof three\nlines\.\n\nRead @a\.md now\./);
    await until('one problem less', () => problems(document.uri, 'project/duplicate-import').length === 1);
  });

  it('mends all that is safe when the document is saved', async () => {
    const settings = vscode.workspace.getConfiguration('editor');
    await settings.update('codeActionsOnSave', { 'source.fixAll.haikuFirst': 'explicit' }, vscode.ConfigurationTarget.Global);
    try {
      const document = await claude();
      await replace(document, '# Project', '# Project X');
      // At once, before the document was linted.
      await vscode.commands.executeCommand('workbench.action.files.save');
      await until('the mended file', () => folder.read('CLAUDE.md').split('@a.md').length === 2);
      assert.match(folder.read('CLAUDE.md'), /# Project X[\s\S]*See @gone\.md too/);
      assert.equal(document.isDirty, false);
    } finally {
      await settings.update('codeActionsOnSave', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('offers nothing to mend on save where nothing is safe', async () => {
    const { uri } = await claude('# Project\n\nSee @gone.md too.\n');
    const { range } = await problem(uri, 'reference/import');
    const kind = 'source.fixAll';
    assert.deepEqual(await vscode.commands.executeCommand('vscode.executeCodeActionProvider', uri, range, kind, 5), []);
  });

  it('ignores a problem here, with the reason a person gives, or without', async () => {
    const document = await claude('# Project\n\nSee @gone.md too.\n');
    person.answer(({ text }) => (/Why\?/.test(text) ? 'comes with --> the build' : undefined));
    await take(await action(document.uri, 'reference/import', /here, with a reason…$/));
    await noProblem(document.uri, 'reference/import');
    assert.match(document.getText(), /<!-- haiku-first-ignore reference\/import comes with – the build -->\nSee @gone/);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), '# Project\n\nSee @gone.md too.\n');
    await take(await action(document.uri, 'reference/import', /^Ignore reference\/import here$/));
    await noProblem(document.uri, 'reference/import');
    assert.match(document.getText(), /<!-- haiku-first-ignore reference\/import -->\nSee @gone/);
  });

  it('leaves the text alone where the reason is not given', async () => {
    const document = await claude('# Project\n\nSee @gone.md too.\n');
    person.answer(() => undefined);
    await take(await action(document.uri, 'reference/import', /here, with a reason…$/));
    assert.equal(document.getText(), '# Project\n\nSee @gone.md too.\n');
  });

  it('ignores a rule in this file, below its front matter and with its line ends', async () => {
    const document = await claude('---\r\ntitle: x\r\n---\r\n# Project\r\n\r\nSee @gone.md and @lost.md too.\r\n');
    await take(await action(document.uri, 'reference/import', /^Ignore reference\/import in this file$/));
    await noProblem(document.uri, 'reference/import');
    assert.match(document.getText(), /^---\r\ntitle: x\r\n---\r\n<!-- haiku-first-ignore-file reference\/import -->\r\n# Project\r\n/);
  });

  it('turns a rule off for the project: in a new .haiku/lint.json, or the one that is there, as it is written', async () => {
    const { uri } = await claude();
    await take(await action(uri, 'reference/import', /^Turn off reference\/import for this project/));
    await noProblem(uri, 'reference/import');
    assert.deepEqual(JSON.parse(folder.read('.haiku/lint.json')), { rules: { 'reference/import': 'off' } });
    folder.write('.haiku/lint.json', '{\n\t"ignore": ["old/**"],\n\t"rules": { "voice/weights": "info" }\n}\n');
    await take(await action(uri, 'reference/import', /^Turn off reference\/import for this project/));
    await noProblem(uri, 'reference/import');
    assert.equal(folder.read('.haiku/lint.json'), '{\n\t"ignore": ["old/**"],\n\t"rules": { "voice/weights": "info", "reference/import": "off" }\n}\n');
  });

  it('leaves a .haiku/lint.json that a person is writing for them to save', async () => {
    folder.write('.haiku/lint.json', '{\n  "rules": {}\n}\n');
    const { uri } = await claude();
    const settings = await vscode.workspace.openTextDocument(folder.uri('.haiku/lint.json'));
    await replace(settings, '"rules"', '"ignore": ["old/**"],\n  "rules"');
    await take(await action(uri, 'reference/import', /^Turn off reference\/import for this project/));
    await until('the rule in the document', () => /"reference\/import": "off"/.test(settings.getText()));
    assert.equal(settings.isDirty, true);
    assert.equal(folder.read('.haiku/lint.json'), '{\n  "rules": {}\n}\n');
    await settings.save();
  });

  it('mends nothing of a rule that was switched off a moment ago', async () => {
    const document = await claude();
    await problem(document.uri, 'project/duplicate-import');
    const settings = vscode.workspace.getConfiguration('haikuFirst');
    try {
      await settings.update('lint.rules', { 'project/duplicate-import': 'off' }, vscode.ConfigurationTarget.Global);
      const offered = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        document.uri,
        new vscode.Range(0, 0, document.lineCount, 0),
        'source.fixAll.haikuFirst',
      );
      assert.deepEqual(
        offered.map(({ title }) => title),
        [],
      );
    } finally {
      await settings.update('lint.rules', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('never writes over a .haiku/lint.json that can not be read', async () => {
    folder.write('.haiku/lint.json', '{ "rules": ');
    const { uri } = await claude();
    await take(await action(uri, 'reference/import', /^Turn off reference\/import for this project/));
    await until('what is wrong, told', () => person.asked.some(({ text }) => /lint\.json.*can't be read.*Mend it first/.test(text)));
    assert.equal(folder.read('.haiku/lint.json'), '{ "rules": ');
  });

  it('turns a rule off in the settings of the person', async () => {
    const { uri } = await claude();
    const settings = () => vscode.workspace.getConfiguration('haikuFirst');
    await settings().update('lint.rules', { 'voice/weights': 'info' }, vscode.ConfigurationTarget.Global);
    try {
      await take(await action(uri, 'reference/import', /^Turn off reference\/import in your settings$/));
      await noProblem(uri, 'reference/import');
      assert.deepEqual(settings().inspect('lint.rules')?.globalValue, { 'voice/weights': 'info', 'reference/import': 'off' });
    } finally {
      await settings().update('lint.rules', undefined, vscode.ConfigurationTarget.Global);
    }
    await problem(uri, 'reference/import');
  });

  it('explains the rule beside the document', async () => {
    const { uri } = await claude();
    await take(await action(uri, 'reference/import', /^Explain reference\/import$/));
    await until('the page of the rule', () =>
      vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(({ input, label }) => input instanceof vscode.TabInputWebview && /import/i.test(label))),
    );
  });
});
