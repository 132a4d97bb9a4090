import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { codeOf, fixesOf, noProblem, problem, problems, replace, TaskFolder } from './taskFolder';
import { until } from './until';

describe('problems of steering documents', () => {
  let folder: TaskFolder;

  beforeEach(() => {
    folder = new TaskFolder('lint');
  });
  afterEach(() => folder.remove());

  async function apply(uri: vscode.Uri, diagnostic: vscode.Diagnostic, title: RegExp): Promise<void> {
    const fixes = await fixesOf(uri, diagnostic);
    const fix = fixes.find((action) => title.test(action.title));
    assert.ok(fix?.edit, `Among ${fixes.map((action) => action.title).join(', ')} there is no ${title}.`);
    assert.deepEqual(
      fix.edit.entries().map(([each]) => each.toString()),
      [uri.toString()],
    );
    assert.equal(await vscode.workspace.applyEdit(fix.edit), true);
  }

  it('come while one types, name their rule with a link to it, and go when they are mended', async () => {
    const document = await folder.open();
    await replace(document, '### Stage 3: Upgrade steps', '### Stage 2: Upgrade steps');
    const found = await problem(document.uri, 'context/duplicate-stage-number');
    assert.equal(found.source, 'haiku-first');
    assert.ok(document.getText(found.range).length > 0);
    assert.match(document.lineAt(found.range.start.line).text, /Stage 2/);
    const { code } = found;
    assert.ok(typeof code === 'object');
    assert.match(code.target.path, /\/docs\/rules\/context\/duplicate-stage-number\.md$/);
    await replace(document, '### Stage 2: Upgrade steps', '### Stage 3: Upgrade steps');
    await noProblem(document.uri, 'context/duplicate-stage-number');
  });

  it('of an older text are never shown for a newer one', async () => {
    const document = await folder.open('VOICE.md');
    const totals: number[] = [];
    const listening = vscode.languages.onDidChangeDiagnostics(() => {
      for (const { message } of problems(document.uri, 'voice/weights')) totals.push(Number(/add to (\d+)%/.exec(message)?.[1]));
    });
    try {
      // Each text is wrong in its own way; the next comes before, while and after the lint of the last one.
      for (let weight = 61; weight <= 68; weight++) {
        await replace(document, `- ${weight - 1}%`, `- ${weight}%`);
        await new Promise((resolve) => setTimeout(resolve, weight % 2 ? 60 : 165));
      }
      await until('the problem of the last text', () => problems(document.uri, 'voice/weights').some(({ message }) => message.includes('108%')));
      await new Promise((resolve) => setTimeout(resolve, 300));
    } finally {
      listening.dispose();
    }
    assert.deepEqual(
      totals,
      totals.toSorted((a, b) => a - b),
    );
    assert.equal(totals.at(-1), 108);
  });

  it('are mended by a quick fix: weights rescaled to 100', async () => {
    const document = await folder.open('VOICE.md');
    await replace(document, '- 60%', '- 160%');
    await apply(document.uri, await problem(document.uri, 'voice/weights'), /^Rescale to 80, 12, 8$|^Rescale to /);
    await noProblem(document.uri, 'voice/weights');
    const weights = [...document.getText().matchAll(/^- (\d+)% — [CH]/gm)].map((match) => Number(match[1]));
    assert.equal(
      weights.reduce((sum, weight) => sum + weight, 0),
      100,
    );
  });

  it('are ignored where a comment says so, also amid the fields of a stage', async () => {
    const document = await folder.open();
    await replace(document, '### Stage 3: Upgrade steps', '### Stage 2: Upgrade steps');
    await apply(document.uri, await problem(document.uri, 'context/duplicate-stage-number'), /^Ignore context\/duplicate-stage-number here$/);
    await noProblem(document.uri, 'context/duplicate-stage-number');
    await replace(document, 'Input: Release notes, VOICE.md', 'Input: Release notes, VOICE.md, notes/nowhere.md');
    await apply(document.uri, await problem(document.uri, 'context/missing-file'), /^Ignore context\/missing-file here$/);
    await noProblem(document.uri, 'context/missing-file');
    await until('the whole document still reads as five stages', () => document.getText().split('haiku-first-ignore').length === 3);
    const errors = vscode.languages.getDiagnostics(document.uri).filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error);
    assert.deepEqual(errors.map(codeOf), []);
  });

  it('count as what the settings say', async () => {
    const document = await folder.open('VOICE.md');
    await replace(document, '- 60%', '- 70%');
    assert.equal((await problem(document.uri, 'voice/weights')).severity, vscode.DiagnosticSeverity.Error);
    const settings = vscode.workspace.getConfiguration('haikuFirst');
    try {
      await settings.update('lint.rules', { 'voice/weights': 'info' }, vscode.ConfigurationTarget.Global);
      await until('the lesser severity', () => problems(document.uri, 'voice/weights')[0]?.severity === vscode.DiagnosticSeverity.Information);
      await settings.update('lint.rules', { 'voice/weights': 'off' }, vscode.ConfigurationTarget.Global);
      await noProblem(document.uri, 'voice/weights');
    } finally {
      await settings.update('lint.rules', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('stay away from other Markdown', async () => {
    const voice = await folder.open('VOICE.md');
    await replace(voice, '- 60%', '- 70%');
    folder.write('notes.md', voice.getText());
    const notes = await folder.open('notes.md');
    await problem(voice.uri, 'voice/weights');
    assert.deepEqual(vscode.languages.getDiagnostics(notes.uri).map(codeOf), []);
  });
});
