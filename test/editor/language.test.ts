import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { lineOf, replace, TaskFolder } from './taskFolder';
import { until } from './until';

describe('the language of steering documents', () => {
  let folder: TaskFolder;
  let document: vscode.TextDocument;

  before(async () => {
    folder = new TaskFolder('language');
    document = await folder.open();
  });
  after(() => folder.remove());

  /** The place right after a text. */
  function after_(text: string, from = document): vscode.Position {
    const at = from.getText().indexOf(text);
    assert.ok(at >= 0, `The document does not hold ${JSON.stringify(text)}.`);
    return from.positionAt(at + text.length);
  }

  async function labels(position: vscode.Position, trigger?: string, uri = document.uri): Promise<string[]> {
    const list = await vscode.commands.executeCommand<vscode.CompletionList>('vscode.executeCompletionItemProvider', uri, position, trigger);
    // VS Code may add the words of the document itself.
    const own = list.items.filter(({ kind }) => kind !== vscode.CompletionItemKind.Text);
    return own.map(({ label }) => (typeof label === 'string' ? label : label.label));
  }

  async function hover(position: vscode.Position, uri = document.uri): Promise<string> {
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', uri, position);
    return hovers.flatMap(({ contents }) => contents.map((content) => (typeof content === 'string' ? content : content.value))).join('\n');
  }

  it('completes runners, fields, inputs, headings and checks', async () => {
    await replace(document, '### Stage 5: Announcement (Haiku)', '### Stage 5: Announcement (');
    const runners = await until('the runners', async () => {
      const found = await labels(after_('Announcement ('), '(');
      return found.includes('Opus if needed') && found;
    });
    assert.deepEqual(runners.slice(0, 2), ['Haiku', 'Code']);
    await replace(document, '### Stage 5: Announcement (', '### Stage 5: Announcement (Haiku)');
    await replace(document, '- Input: Release notes, VOICE.md', '- Input: Release notes, VOICE.md#cad');
    assert.ok((await labels(after_('VOICE.md#cad'), '#')).some((label) => /cadence/i.test(label)));
    await replace(document, '- Input: Release notes, VOICE.md#cad', '- Input: Release notes, ');
    const inputs = await labels(after_('- Input: Release notes, '), ' ');
    assert.ok(inputs.includes('Upgrade guide') && inputs.includes('audience') && inputs.includes('VOICE.md'), inputs.join());
    await replace(document, '- Input: Release notes, ', '- Input: Release notes, VOICE.md');
    await replace(document, '  - should lines: <= 5', '  - should lines: <= 5\n  - ');
    assert.ok((await labels(after_('<= 5\n  - '), ' ')).includes('judge'));
    await replace(document, '\n  - \n', '\n- \n');
    const fields = await labels(after_('<= 5\n- '), ' ');
    assert.ok(fields.includes('Context') && !fields.includes('Checks'), fields.join());
    await replace(document, '<= 5\n- ', '<= 5');
  });

  it('offers nothing of its own in prose', async () => {
    assert.deepEqual(await labels(after_('Write what we publish '), ' '), []);
  });

  it('tells at the mouse what a runner costs, an input is, and a criterion became', async () => {
    assert.match(await until('a hover', async () => (await hover(after_('Release notes (Opus'))) || undefined), /claude-opus-5-5.*\$4\.00 in/s);
    assert.match(await hover(after_('- Input: Change list, Impact')), /the output of stage 2/);
    assert.match(await hover(after_('- Announcement stage: 60-90')), /\*\*Verified\*\*/);
  });

  it('goes from an input to the output, and finds all that reads it', async () => {
    const [definition] = await vscode.commands.executeCommand<(vscode.Location | vscode.LocationLink)[]>(
      'vscode.executeDefinitionProvider',
      document.uri,
      after_('- Input: Change list, Impact'),
    );
    assert.ok(definition);
    const range = 'targetRange' in definition ? definition.targetRange : definition.range;
    assert.equal(range.start.line, lineOf(document, 'Output: Impact list'));
    const references = await vscode.commands.executeCommand<vscode.Location[]>('vscode.executeReferenceProvider', document.uri, after_('Output: Change li'));
    assert.deepEqual(
      references.map((each) => document.getText(each.range)),
      ['Change list', 'Change list', 'Change list', 'Change list'],
    );
  });

  it('renames an output in all inputs, and says why a number has no name', async () => {
    const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit>(
      'vscode.executeDocumentRenameProvider',
      document.uri,
      after_('Output: Change li'),
      'Changes',
    );
    assert.deepEqual(
      edit.entries().map(([uri, edits]) => [uri.toString(), edits.length]),
      [[document.uri.toString(), 4]],
    );
    assert.equal(await vscode.workspace.applyEdit(edit), true);
    assert.ok(document.getText().includes('- Input: Changes, Impact list') && !document.getText().includes('- Input: Change list'));
    await assert.rejects(
      async () => vscode.commands.executeCommand('vscode.executeDocumentRenameProvider', document.uri, after_('Output: Chang'), 'Impact list'),
      /is an output already/,
    );
    await assert.rejects(async () => vscode.commands.executeCommand('vscode.prepareRename', document.uri, after_('- Check')), /can be renamed/);
  });

  it('links inputs and check files, and imports of CLAUDE.md as soon as their file is there', async () => {
    const targets = async (uri: vscode.Uri) => {
      const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>('vscode.executeLinkProvider', uri, 100);
      return links.map(({ target }) => target?.path.replace(/.*\/language-\d+\//, '') ?? '');
    };
    const found = await targets(document.uri);
    for (const path of ['data/commits.txt', 'VOICE.md', 'schemas/impact.json']) assert.ok(found.includes(path), `${path} is not among ${found.join()}`);
    const project = await folder.open('CLAUDE.md');
    await replace(project, '\n', '\n\nSee @notes/new.md\n\n');
    assert.ok(!(await targets(project.uri)).includes('notes/new.md'));
    folder.write('notes/new.md', '# News\n\nText.\n');
    await until('a link to the new file', async () => (await targets(project.uri)).includes('notes/new.md'));
    assert.match(await hover(after_('@notes/n', project), project.uri), /Adds about \*\*\d+ tokens\*\* to every session/);
    assert.ok((await labels(after_('See @', project), '@', project.uri)).includes('notes/new.md'));
  });
});
