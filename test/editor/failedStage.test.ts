import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { StandInPerson, yesToDialogs } from './person';
import { fixesOf, lenses, lineOf, noProblem, problem, problems, startedExtension, TaskFolder } from './taskFolder';
import { until } from './until';

const failed = 'stage-failed';

/** Stage 4 of the sample fails twice on Haiku and passes on Opus; stage 5 reads what it makes. */
describe('a stage that failed', () => {
  let once: TaskFolder;
  let folder: TaskFolder;
  let document: vscode.TextDocument;
  let person: StandInPerson;
  let diagnostic: vscode.Diagnostic;

  before(async () => {
    await startedExtension();
    once = new TaskFolder('failed-once');
    person = new StandInPerson(yesToDialogs);
    await once.open();
    await vscode.commands.executeCommand('haikuFirst.runAll', once.at('CONTEXT.md'));
    person.leave();
  });
  after(() => once.remove());
  beforeEach(async () => {
    folder = new TaskFolder('failed', once.path);
    document = await folder.open();
    person = new StandInPerson();
    diagnostic = await problem(document.uri, failed);
  });
  afterEach(async () => {
    person.leave();
    await folder.remove();
  });

  /** Does what a quick fix does. */
  async function choose(title: RegExp): Promise<void> {
    const fixes = await fixesOf(document.uri, diagnostic);
    const command = fixes.find((fix) => title.test(fix.title))?.command;
    assert.ok(command, `Among ${fixes.map((fix) => fix.title).join(', ')} there is no ${title}.`);
    await vscode.commands.executeCommand(command.command, ...(command.arguments ?? []));
  }

  const stageFour = async (wanted: RegExp) => {
    const line = lineOf(document, '### Stage 4:');
    const has = (all: vscode.CodeLens[]) => all.some(({ range, command }) => range.start.line === line && wanted.test(command?.title ?? ''));
    await lenses(document.uri, has);
  };

  it('is a problem on its heading, with what the checks found', () => {
    // Opus if needed: that it is needed is no error.
    assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Warning);
    assert.equal(diagnostic.range.start.line, lineOf(document, '### Stage 4:'));
    assert.match(diagnostic.message, /^Stage 4 “Release notes” failed its checks on claude-haiku\S*:\n• Expected the output to contain “#405”, “#414”/);
    assert.equal(problems(document.uri, failed).length, 1);
  });

  it('offers what can be done, each with its price, and nothing that spends money by itself', async () => {
    const fixes = await fixesOf(document.uri, diagnostic);
    const titles = fixes.map(({ title }) => title.replace(/\$0\.\d*[1-9]\d*/, 'PRICE'));
    for (const title of [
      'Escalate this stage to Opus (about PRICE)',
      'Retry on Haiku with the feedback (about PRICE)',
      'Accept as it is (free)',
      'Check again (free)',
      'Open the output',
      'Restore an earlier attempt… (free)',
    ])
      assert.ok(titles.includes(title), `${title} is not among ${titles.join(', ')}.`);
    assert.deepEqual(
      fixes.filter(({ isPreferred, command }) => isPreferred && command).map(({ title }) => title),
      [],
    );
    const fixAll = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      diagnostic.range,
      vscode.CodeActionKind.SourceFixAll.value,
    );
    assert.deepEqual(
      fixAll.filter(({ command }) => command?.command.startsWith('haikuFirst.')),
      [],
    );
  });

  it('opens with its output', async () => {
    await choose(/^Open the output$/);
    const editor = await until('the output', () => vscode.window.visibleTextEditors.find(({ document: { uri } }) => uri.path.includes('/.haiku/runs/')));
    assert.match(editor.document.getText(), /^# Millrace 5\.0\.0/);
    assert.doesNotMatch(editor.document.getText(), /#405/);
  });

  it('goes to Opus alone after a yes to the price; what depends on it follows when asked', async () => {
    person.answer((question) => (question.modal ? question.choices[0] : question.choices.find((choice) => /^Go on/i.test(choice))));
    await choose(/^Escalate/);
    const [price, ...others] = person.dialogs;
    assert.match(price?.text ?? '', /^Escalate stage 4 “Release notes” to Opus for about \$0\.\d+\?$/);
    assert.match(price?.detail ?? '', /Recorded sample answers: nothing is paid/);
    assert.deepEqual(others, []);
    await noProblem(document.uri, failed);
    assert.match(folder.read('out/release-notes.md'), /#405/);
    await stageFour(/^\$\(pass\) passed on claude-opus/);
    await until('what depends on it', () => folder.has('out/announcement.md'));
    assert.ok(person.asked.some(({ choices }) => choices.includes('Show the Difference')));
  });

  it('is as failed as it was when the escalation is undone, and passes again when it is restored', async () => {
    person.answer(({ modal, choices }) => (modal ? choices[0] : undefined));
    person.picks();
    await choose(/^Escalate/);
    await noProblem(document.uri, failed);
    const heading = new vscode.Range(diagnostic.range.start, diagnostic.range.start);
    const undo = await until('the way back', async () => {
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, heading, undefined, 50);
      return actions.find(({ title }) => title === 'Undo the escalation (free)')?.command;
    });
    person.asked.length = 0;
    await vscode.commands.executeCommand(undo.command, ...(undo.arguments ?? []));
    assert.equal(person.dialogs.length, 0, 'it costs nothing, and nobody is asked');
    diagnostic = await problem(document.uri, failed);
    assert.match(diagnostic.message, /^Stage 4 “Release notes” failed its checks on claude-haiku/);
    await stageFour(/failed/);
    await choose(/^Restore an earlier attempt/);
    const [picked, restore] = person.dialogs;
    assert.match(picked?.choices[0] ?? '', /opus-1.*passed on claude-opus.*\$0\.\d/);
    assert.ok(picked?.choices.some((choice) => /haiku-1.*failed on claude-haiku/.test(choice)));
    assert.match(restore?.text ?? '', /^Restore opus-1 of stage 4\?$/);
    await noProblem(document.uri, failed);
    await stageFour(/^\$\(pass\) passed on claude-opus/);
    assert.match(folder.read('out/release-notes.md'), /#405/);
  });

  it('stays as it is without a yes to the price of Opus', async () => {
    const runs = folder.runs();
    await choose(/^Escalate/);
    assert.equal(person.dialogs.length, 1);
    assert.deepEqual(folder.runs(), runs);
    assert.equal(problems(document.uri, failed).length, 1);
  });

  it('goes back to its own model with the feedback', async () => {
    await choose(/^Retry on Haiku/);
    assert.deepEqual(person.dialogs, []);
    const run = folder.runs().at(-1);
    assert.equal(folder.runs().length, 2);
    assert.match(folder.read(`.haiku/runs/context/${run}/journal.jsonl`), /"stage":"release-notes".*"attempt":3.*"tier":"haiku"/);
    await problem(document.uri, failed);
  });

  it('can be accepted for a reason that is kept; the stages after it go on from there', async () => {
    person.answer(({ text }) => (text.startsWith('Accept stage 4') ? 'The two issues were withdrawn.' : undefined));
    await choose(/^Accept/);
    await noProblem(document.uri, failed);
    await stageFour(/^\$\(pass\) accepted/);
    assert.match(folder.read('out/release-notes.md'), /^# Millrace 5\.0\.0/);
    assert.match(folder.read(`.haiku/runs/context/${folder.runs().at(-1)}/journal.jsonl`), /The two issues were withdrawn\./);
    await vscode.commands.executeCommand('haikuFirst.runFrom', document.uri.fsPath, 5);
    assert.equal(folder.has('out/announcement.md'), true);
  });

  it('is not accepted without a reason', async () => {
    await choose(/^Accept/);
    assert.equal(folder.runs().length, 1);
    assert.equal(problems(document.uri, failed).length, 1);
  });

  it('passes when it is checked again after an edit of its output by hand', async () => {
    await choose(/^Check again/);
    await problem(document.uri, failed);
    const { path } = await until('the failed output', async () => {
      await choose(/^Open the output$/);
      return vscode.window.visibleTextEditors.map((editor) => editor.document.uri).find((uri) => uri.path.includes('/.haiku/runs/'));
    });
    const output = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
    const edit = new vscode.WorkspaceEdit();
    const good = folder.read('.haiku/recordings/context/release-notes/opus-1.md').replace(/^---\n[\s\S]*?\n---\n+/, '');
    edit.replace(output.uri, new vscode.Range(0, 0, output.lineCount, 0), good);
    await vscode.workspace.applyEdit(edit);
    await output.save();
    await choose(/^Check again/);
    await noProblem(document.uri, failed);
    await until('the good news', () => person.asked.find(({ text }) => text.includes('Stage 4 passes its checks now')));
  });
});
