import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { StandInPerson } from './person';
import { lineOf, replace, startedExtension, TaskFolder } from './taskFolder';
import { until } from './until';

const editors = () => vscode.window.visibleTextEditors.map(({ document }) => document).filter(({ uri }) => uri.scheme === 'haiku-first');

describe('bundle preview', () => {
  let folder: TaskFolder;
  let document: vscode.TextDocument;

  before(async () => {
    folder = new TaskFolder('bundle');
    document = await folder.open();
  });
  after(() => folder.remove());

  it('shows every piece with its tokens, share and reason, what is not there yet, and then exactly what is sent', async () => {
    const text = (await previewOf(document, 3)).getText();
    assert.match(text, /^# Bundle of stage 3: Upgrade steps\n\n[▰▱]{10} [\d.,]+k? of [\d.,]+k? tokens \(\d+%\)/);
    const [table = '', sent = ''] = text.split('## What is sent: system');
    assert.match(table, /^\| +[\d.,]+k? \| +\d+% \| leave out \| `[^`]*VOICE\.md` +\| [^|]+\|$/m);
    assert.match(table, /^\| +[\d.,]+k? \| +\d+% \| leave out \| `[^`]*CLAUDE\.md` +\| [^|]+\|$/m);
    assert.match(table, /## Not there yet[\s\S]*^\| `Change list` +\|/m);
    assert.match(sent, /Facts come from the change list/, 'The constraints are part of what is sent.');
    assert.doesNotMatch(sent, /Write the message for the chat channel/, 'Other stages are not sent.');
  });

  it('ends with the Task, word for word', async () => {
    const text = (await previewOf(document, 5)).getText();
    const task = /- Task: (Write the message[\s\S]*?)\n- Output:/.exec(document.getText())?.[1]?.replace(/\n {2}/g, '\n');
    assert.ok(task);
    assert.ok(text.replace(/\n`{3,}\s*$/, '').endsWith(task), text.slice(-400));
  });

  it('shows the text that stands in the editor, saved or not, follows it, and cannot be edited', async () => {
    const preview = await previewOf(document, 3);
    await replace(document, 'Number the steps; use no other list.', 'Number the steps. Mention the harbour.');
    await until('the new text in the preview', () => preview.getText().includes('Mention the harbour.'));
    const before = preview.getText();
    await vscode.window.showTextDocument(preview);
    await vscode.commands.executeCommand('type', { text: 'typed' });
    assert.equal(preview.getText(), before);
  });

  it('follows a source that changes on disk, and the last of changes that come fast', async () => {
    const preview = await previewOf(document, 3);
    folder.write('VOICE.md', `${folder.read('VOICE.md')}\n\nOf all words, lighthouse is the finest.\n`);
    await until('the new voice in the preview', () => preview.getText().includes('lighthouse is the finest'));
    for (const word of ['first', 'second', 'third']) await replace(document, /Mention the \w+\./.exec(document.getText())?.[0] ?? '', `Mention the ${word}.`);
    await until('the last text in the preview', () => preview.getText().includes('Mention the third.'));
    await new Promise((resolve) => setTimeout(resolve, 700));
    assert.match(preview.getText(), /Mention the third\./);
  });

  it('is one document for a stage, however often it is asked for', async () => {
    const first = await previewOf(document, 3);
    const again = await previewOf(document, 3);
    assert.equal(first.uri.toString(), again.uri.toString());
    const tabs = vscode.window.tabGroups.all.flatMap(({ tabs: all }) => all).filter(({ label }) => label === 'Bundle of stage 3.md');
    assert.equal(tabs.length, 1);
  });

  it('leads from each row to the file, at its lines', async () => {
    folder.write('STYLE.md', '# Style\n\n## Numbers\n\nIn digits.\n');
    await replace(document, 'CLAUDE.md, VOICE.md', 'CLAUDE.md, STYLE.md#Numbers, VOICE.md');
    const preview = await previewOf(document, 3);
    const voice = await linkOf(preview, 'VOICE.md`');
    assert.equal(voice.target?.path, folder.uri('VOICE.md').path);
    assert.equal(voice.target?.fragment, '', 'A whole file is opened, and not selected.');
    const part = await linkOf(preview, 'STYLE.md#Numbers`');
    assert.equal(part.target?.path, folder.uri('STYLE.md').path);
    assert.equal(part.target?.fragment, 'L3,1-L6,1');
    const missing = await linkOf(preview, '`Change list`');
    assert.equal(missing.target?.path, document.uri.path);
    assert.equal(missing.target?.fragment.startsWith(`L${lineOf(document, '- Input: Change list, CLAUDE.md, STYLE.md') + 1},`), true);
  });

  it('says in the document what is wrong when it can’t be put together any more, and goes on when it can', async () => {
    const preview = await previewOf(document, 3);
    await replace(document, 'STYLE.md#Numbers, VOICE.md', 'STYLE.md#Numbers, VOICES.md');
    await until('the reason in the preview', () => /can’t be put together[\s\S]*VOICES\.md/.test(preview.getText()));
    await replace(document, 'VOICES.md', 'VOICE.md');
    await until('the bundle again', () => preview.getText().includes('## What is sent: user'));
  });
});

describe('pinning, leaving out and budgets from a bundle preview', () => {
  let folder: TaskFolder;
  let document: vscode.TextDocument;
  let person: StandInPerson;

  before(async () => {
    await startedExtension();
    folder = new TaskFolder('bundle-edit');
    document = await folder.open();
    person = new StandInPerson();
  });
  after(async () => {
    person.leave();
    await folder.remove();
  });

  const stage = (number: number) => document.getText().split(/^### Stage /m)[number] ?? '';

  it('leave a file out of the stage and take it back, in the document as it is edited', async () => {
    const preview = await previewOf(document, 4);
    await act(preview, 'CLAUDE.md`', 'leave out');
    assert.match(stage(4), /\n- Input: Change list,[^\n]*\n- Context: not CLAUDE\.md\n- Task:/);
    assert.equal(document.isDirty, true);
    await until('the row among what is left out', () => /^\|[^|]*\| take back \| `[^`]*CLAUDE\.md`/m.test(preview.getText().split('## Left out')[1] ?? ''));
    await act(preview, 'CLAUDE.md`', 'take back');
    assert.doesNotMatch(stage(4), /Context:/);
    await until('nothing left out', () => !preview.getText().includes('## Left out'));
  });

  it('pin a file and unpin it', async () => {
    const preview = await previewOf(document, 4);
    await act(preview, 'CLAUDE.md`', 'pin');
    assert.match(stage(4), /\n- Context: CLAUDE\.md\n/);
    await until('the reason', () => /\| unpin +\| `[^`]*CLAUDE\.md` +\| named in Context/.test(preview.getText()));
    await act(preview, 'CLAUDE.md`', 'unpin');
    assert.doesNotMatch(stage(4), /Context:/);
  });

  it('tell a contradiction instead of writing one', async () => {
    const preview = await previewOf(document, 4);
    const before = document.getText();
    person.answer(() => undefined);
    await act(preview, 'VOICE.md`', 'leave out');
    assert.match(person.asked.map(({ text }) => text).join(), /Stage 4 names “VOICE\.md” in Input: “not VOICE\.md” in Context would contradict it/);
    assert.equal(document.getText(), before);
  });

  it('do nothing for a row that is not in an open preview', async () => {
    const before = document.getText();
    const preview = await previewOf(document, 4);
    for (const args of [[], ['/bundle/x.md', 'y', 'pin'], [preview.uri.path, 'no row', 'leaveOut'], [preview.uri.path, 3, {}]])
      await vscode.commands.executeCommand('haikuFirst.bundle.actOnRow', ...args);
    assert.equal(document.getText(), before);
    assert.deepEqual(
      person.asked.filter(({ modal }) => modal),
      [],
    );
  });

  it('set the budget of the stage that is looked at, and take it off again', async () => {
    const preview = await previewOf(document, 4);
    person.answer(() => '1k');
    await vscode.commands.executeCommand('haikuFirst.setBundleBudget');
    assert.match(person.asked[0]?.text ?? '', /Budget of stage 4: Release notes.*It takes [\d.,]+k? of [\d.,]+k? now/);
    assert.match(stage(4), /\n- Budget: 1000\n/);
    await until('the new budget in the preview', () => / of 1k tokens/.test(preview.getText()));
    person.answer(() => '');
    await vscode.commands.executeCommand('haikuFirst.setBundleBudget');
    assert.doesNotMatch(stage(4), /Budget:/);
    person.answer(() => undefined);
    const before = document.getText();
    await vscode.commands.executeCommand('haikuFirst.setBundleBudget');
    assert.equal(document.getText(), before);
  });

  it('keep the line ends of a document that has others', async () => {
    folder.write('CRLF.context.md', '# T\r\n\r\n## Stage 1: Draft (Haiku)\r\n\r\n* Task: Write.\r\n* Output: Draft\r\n');
    const other = await folder.open('CRLF.context.md');
    const preview = await previewOf(other, 1);
    await act(preview, 'CLAUDE.md`', 'leave out');
    assert.equal(other.getText(), '# T\r\n\r\n## Stage 1: Draft (Haiku)\r\n\r\n* Task: Write.\r\n* Output: Draft\r\n* Context: not CLAUDE.md\r\n');
  });
});

describe('comparing bundles', () => {
  let folder: TaskFolder;
  let document: vscode.TextDocument;
  let person: StandInPerson;

  before(async () => {
    await startedExtension();
    folder = new TaskFolder('bundle-compare');
    document = await folder.open();
    person = new StandInPerson(({ modal, choices }) => (modal ? choices[0] : undefined));
  });
  after(async () => {
    person.leave();
    await folder.remove();
  });

  it('shows two stages’ bundles side by side, and keeps both fresh', async () => {
    const { showQuickPick } = vscode.window;
    let offered: string[] = [];
    Object.assign(vscode.window, {
      showQuickPick: async (items: { label: string }[]) => {
        offered = items.map(({ label }) => label);
        return items.find(({ label }) => label.startsWith('5.'));
      },
    });
    try {
      await vscode.commands.executeCommand('haikuFirst.compareBundles', document.uri.fsPath, 3);
    } finally {
      Object.assign(vscode.window, { showQuickPick });
    }
    assert.deepEqual(
      offered.map((label) => label.slice(0, 2)),
      ['1.', '2.', '4.', '5.'],
    );
    const { original, modified } = await until('the diff', () => diffInput());
    assert.match(original.path, /stage 3\.md$/);
    assert.match(modified.path, /stage 5\.md$/);
    const right = await vscode.workspace.openTextDocument(modified);
    await replace(document, 'how urgent the upgrade is.', 'how urgent the upgrade is at sea.');
    await until('the new task', () => right.getText().includes('at sea.'));
  });

  it('says that there was no run, that nothing has changed since, and what has', async () => {
    person.answer(({ modal, choices }) => (modal ? choices[0] : undefined));
    await vscode.commands.executeCommand('haikuFirst.compareWithLastRun', document.uri.fsPath, 2);
    assert.match(person.asked.map(({ text }) => text).join(), /Stage 2 has not run yet/);
    await vscode.commands.executeCommand('haikuFirst.runStage', document.uri.fsPath, 2);
    assert.ok(folder.has('out/impact.json'), JSON.stringify(person.asked));
    person.answer(() => undefined);
    await vscode.commands.executeCommand('haikuFirst.compareWithLastRun', document.uri.fsPath, 2);
    assert.match(person.asked.map(({ text }) => text).join(), /Nothing that stage 2 is made from has changed since it ran on 20\d\d-/);
    await replace(document, '(operators, developers or dashboard users)', '(operators or developers)');
    await vscode.commands.executeCommand('haikuFirst.compareWithLastRun', document.uri.fsPath, 2);
    const { original, modified } = await until('the diff', () => {
      const input = diffInput();
      return input?.original.path.endsWith('in its last run.md') ? input : undefined;
    });
    const [then, now] = await Promise.all([original, modified].map(async (uri) => (await vscode.workspace.openTextDocument(uri)).getText()));
    for (const side of [then, now]) assert.match(side ?? '', /## Piece: stage:1 [^\n]*\n\n```\n\[[\s\S]*"number": 387/);
    assert.match(then ?? '', /## What is asked\n[\s\S]*\(operators, developers or dashboard users\)/);
    assert.match(now ?? '', /Pieces, against the last run: 1 as it was|Pieces, against the last run: \d+ as they were/);
    assert.match(now ?? '', /## What is asked\n[\s\S]*\(operators or developers\)/);
    const print = (side: string | undefined) => /Made from: (\w+)/.exec(side ?? '')?.[1];
    assert.ok(print(then) && print(now));
    assert.notEqual(print(then), print(now));
  });
});

describe('what is sent, and what must not be', () => {
  let folder: TaskFolder;
  let document: vscode.TextDocument;
  let person: StandInPerson;

  before(async () => {
    await startedExtension();
    folder = new TaskFolder('bundle-code', null);
    folder.write('.git/HEAD', 'ref: refs/heads/main\n');
    folder.write('src/lighthouse.ts', '/** Turns the lamp of a lighthouse. */\nexport const turnLamp = (degrees: number) => degrees;\n');
    folder.write('CONTEXT.md', '# Lamp\n\n## Stage 1: Lamp (Haiku)\n\n- Context: relevant code\n- Task: Turn the lamp of the lighthouse.\n');
    document = await folder.open();
    person = new StandInPerson();
  });
  after(async () => {
    person.leave();
    await folder.remove();
  });

  it('shows relevant code, and follows it as files change', async () => {
    const preview = await previewOf(document, 1);
    await until('the code', () => /src\/lighthouse\.ts` [\s\S]*turnLamp/.test(preview.getText()));
    // Made and changed in the editor: a watcher may never hear of a folder that has just been made.
    const made = new vscode.WorkspaceEdit();
    made.createFile(folder.uri('src/lamp.ts'), {
      contents: Buffer.from('/** The lamp of the lighthouse that turns. */\nexport const lampOfLighthouse = 1;\n'),
    });
    assert.ok(await vscode.workspace.applyEdit(made));
    await until('a new file', () => preview.getText().includes('lampOfLighthouse'));
    const source = await vscode.workspace.openTextDocument(folder.uri('src/lighthouse.ts'));
    const changed = new vscode.WorkspaceEdit();
    changed.replace(source.uri, new vscode.Range(0, 0, source.lineCount, 0), '/** Turns the lamp of a lighthouse twice. */\nexport const turnTwice = 2;\n');
    assert.ok(await vscode.workspace.applyEdit(changed));
    assert.ok(await source.save());
    await until('a changed file', () => preview.getText().includes('turnTwice') && !preview.getText().includes('turnLamp'));
  });

  it('names the line of a secret, leads there, and shows it nowhere', async () => {
    const token = `ghp_${'aB3dE5gH7j'.repeat(4).slice(0, 36)}`;
    folder.write('src/lighthouse.ts', `/** Turns the lamp of a lighthouse. */\nexport const lamp = 1;\nconst token = '${token}';\n`);
    const preview = await previewOf(document, 1);
    await until('the warning', () => /not sent as it is[\s\S]*src\/lighthouse\.ts`, line 3: a GitHub token/.test(preview.getText()));
    assert.equal(preview.getText().includes(token), false);
    const link = await linkOf(preview, '`src/lighthouse.ts`, line 3');
    assert.equal(link.target?.fragment, 'L3,1-L4,1');
  });

  it('finds relevant code for a query, and leads to it', async () => {
    person.answer(() => 'lampOfLighthouse');
    await vscode.commands.executeCommand('haikuFirst.findRelevantCode');
    const found = await until('the document', () => editors().find(({ uri }) => uri.path.endsWith('/Relevant code.md')));
    await until('the file', () => /src\/lamp\.ts`[\s\S]*export const lampOfLighthouse/.test(found.getText()));
    const link = await linkOf(found, 'src/lamp.ts`');
    assert.equal(link.target?.path, folder.uri('src/lamp.ts').path);
    person.answer(() => 'zzqqyy');
    await vscode.commands.executeCommand('haikuFirst.findRelevantCode');
    await until('that nothing fits', () => found.getText().includes('No file fits these words'));
  });
});

async function previewOf(document: vscode.TextDocument, stage: number): Promise<vscode.TextDocument> {
  await vscode.commands.executeCommand('haikuFirst.previewBundle', document.uri.fsPath, stage);
  const folder = document.uri.path;
  return until(`the preview of stage ${stage}`, () => editors().find(({ uri }) => uri.path.includes(folder) && uri.path.endsWith(`stage ${stage}.md`)));
}

/** The link of the row (or the word in it) that a text stands in. */
async function linkOf(preview: vscode.TextDocument, row: string, word?: string): Promise<vscode.DocumentLink> {
  return until(`a link ${word ?? ''} in the row of ${row}`, async () => {
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>('vscode.executeLinkProvider', preview.uri);
    return links.find(
      ({ range }) => preview.lineAt(range.start.line).text.includes(row) && (word ? preview.getText(range) === word : preview.getText(range).includes(row)),
    );
  });
}

/** What a click on a word of a row does. */
async function act(preview: vscode.TextDocument, row: string, word: string): Promise<void> {
  const { target } = await linkOf(preview, row, word);
  assert.equal(target?.scheme, 'command');
  await vscode.commands.executeCommand(target.path, ...(JSON.parse(target.query) as unknown[]));
}

function diffInput(): vscode.TabInputTextDiff | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputTextDiff ? input : undefined;
}
