import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import * as vscode from 'vscode';
import { FakeGit } from './fakeGit';
import { noProblem, problem, problems, replace, TaskFolder } from './taskFolder';
import { until } from './until';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('problems of steering documents, when other files change', () => {
  let folder: TaskFolder;

  beforeEach(() => {
    folder = new TaskFolder('refresh', null);
    folder.write('.git/HEAD', 'ref: refs/heads/main\n');
  });
  afterEach(() => folder.remove());

  /** Opens a CLAUDE.md with this text. */
  async function claude(text: string): Promise<vscode.TextDocument> {
    folder.write('CLAUDE.md', text);
    return folder.open('CLAUDE.md');
  }

  it('go when the target of an import is made outside of the editor, and come when it is moved away', async () => {
    const { uri } = await claude('# Project\n\nRead @docs/style.md before you write.\n');
    await problem(uri, 'reference/import');
    folder.write('docs/style.md', '# Style\n');
    await noProblem(uri, 'reference/import');
    renameSync(folder.at('docs/style.md'), folder.at('docs/other.md'));
    await problem(uri, 'reference/import');
    renameSync(folder.at('docs'), folder.at('guides'));
    folder.write('docs/style.md', '# Style\n');
    await noProblem(uri, 'reference/import');
    rmSync(folder.at('docs'), { recursive: true });
    await problem(uri, 'reference/import');
  });

  it('follow files that are made, renamed and deleted in the editor', async () => {
    const { uri } = await claude('# Project\n\nRead @docs/style.md before you write.\n');
    await problem(uri, 'reference/import');
    const edit = (change: (edit: vscode.WorkspaceEdit) => void) => {
      const made = new vscode.WorkspaceEdit();
      change(made);
      return vscode.workspace.applyEdit(made);
    };
    await edit((made) => made.createFile(folder.uri('docs/style.md'), { contents: Buffer.from('# Style\n') }));
    await noProblem(uri, 'reference/import');
    await edit((made) => made.renameFile(folder.uri('docs/style.md'), folder.uri('docs/rules.md')));
    await problem(uri, 'reference/import');
    await edit((made) => made.renameFile(folder.uri('docs/rules.md'), folder.uri('docs/style.md')));
    await noProblem(uri, 'reference/import');
    await edit((made) => made.deleteFile(folder.uri('docs/style.md')));
    await problem(uri, 'reference/import');
  });

  it('follow a package.json, also while it is typed and not saved', async () => {
    folder.write('package.json', '{ "name": "p", "scripts": { "build": "tsc" } }\n');
    const { uri } = await claude('# Project\n\nRun `npm run check` before you commit.\n');
    await problem(uri, 'reference/script');
    const manifest = await vscode.workspace.openTextDocument(folder.uri('package.json'));
    await replace(manifest, '"build": "tsc"', '"build": "tsc", "check": "tsc"');
    await noProblem(uri, 'reference/script');
    assert.equal(manifest.isDirty, true);
    await replace(manifest, ', "check": "tsc"', '');
    await problem(uri, 'reference/script');
    await manifest.save();
    folder.write('package.json', '{ "name": "p", "scripts": { "check": "tsc" } }\n');
    await noProblem(uri, 'reference/script');
  });

  it('follow a Makefile, and a .gitignore that covers what is missing', async () => {
    folder.write('Makefile', 'build:\n\ttrue\n');
    folder.write('src/app.ts', '');
    const { uri } = await claude('# Project\n\nRun `make check` first.\n\nThe types are in [these](src/generated/types.md).\n');
    await Promise.all([problem(uri, 'reference/target'), problem(uri, 'reference/link')]);
    folder.write('Makefile', 'build:\n\ttrue\ncheck:\n\ttrue\n');
    await noProblem(uri, 'reference/target');
    folder.write('.gitignore', 'src/generated/\n');
    await noProblem(uri, 'reference/link');
    rmSync(folder.at('.gitignore'));
    await problem(uri, 'reference/link');
  });

  it('follow the unsaved text of an imported document', async () => {
    folder.write('a.md', 'Nothing yet.\n');
    const { uri } = await claude('# Project\n\nRead @a.md now.\n');
    const imported = await folder.open('a.md');
    await replace(imported, 'Nothing yet.', 'Back to @CLAUDE.md then.');
    await problem(uri, 'reference/import-cycle');
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await noProblem(uri, 'reference/import-cycle');
  });

  it('count as .haiku/lint.json says, which tells its own mistakes', async () => {
    const { uri } = await claude('# Project\n\nRead @docs/style.md before you write.\n');
    await problem(uri, 'reference/import');
    folder.write('.haiku/lint.json', '{ "rules": { "reference/import": "info" } }\n');
    await until('the lesser severity', () => problems(uri, 'reference/import')[0]?.severity === vscode.DiagnosticSeverity.Information);
    const configuration = await vscode.workspace.openTextDocument(folder.uri('.haiku/lint.json'));
    await replace(configuration, '"info"', '"off"');
    await noProblem(uri, 'reference/import');
    await replace(configuration, 'reference/import', 'reference/imporr');
    const [wrong] = await until('the problem of the configuration', () => {
      const found = vscode.languages.getDiagnostics(configuration.uri).filter(({ source }) => source === 'haiku-first');
      return found.length > 0 && found;
    });
    assert.match(wrong?.message ?? '', /reference\/import”/);
    await problem(uri, 'reference/import');
    await replace(configuration, 'reference/imporr', 'reference/import');
    await until('a configuration without problems', () => vscode.languages.getDiagnostics(configuration.uri).length === 0);
    await configuration.save();
    rmSync(folder.at('.haiku/lint.json'));
    await problem(uri, 'reference/import');
  });

  it('wait for a save where the settings say so', async () => {
    const settings = vscode.workspace.getConfiguration('haikuFirst');
    await settings.update('lint.run', 'onSave', vscode.ConfigurationTarget.Global);
    try {
      folder.write('x.md', '# X\n');
      const document = await claude('# Project\n\nRead @x.md now.\n');
      await replace(document, '@x.md', '@y.md');
      await pause(700);
      assert.deepEqual(problems(document.uri, 'reference/import'), []);
      await document.save();
      await problem(document.uri, 'reference/import');
    } finally {
      await settings.update('lint.run', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('ask git where a missing path went, as this workspace is trusted', async () => {
    const git = new FakeGit();
    try {
      folder.write('src/app.ts', '');
      const { uri } = await claude('# Project\n\nThe entry is `src/gone.ts`.\n');
      await problem(uri, 'reference/path');
      assert.equal(git.started, true);
    } finally {
      git.leave();
    }
  });

  describe('of a whole workspace', () => {
    it('fill the Problems panel by a command, and stay fresh, file by file', async () => {
      // A watcher of VS Code misses what is made in the very moment in which its folder is made.
      for (const level of [['packages'], Array.from({ length: 20 }, (_, i) => `packages/p${i}`)]) {
        await pause(1500);
        for (const path of level) mkdirSync(folder.at(path));
      }
      await pause(1500);
      for (let i = 0; i < 400; i++) folder.write(`packages/p${i}/src/index.ts`, '');
      for (let i = 0; i < 20; i++) folder.write(`packages/p${i}/CLAUDE.md`, `# Package ${i}\n\nRead @notes.md first.\n`);
      await vscode.commands.executeCommand('haikuFirst.lintWorkspace');
      const of = (i: number) => problems(folder.uri(`packages/p${i}/CLAUDE.md`), 'reference/import').length;
      const all = () => Array.from({ length: 20 }, (_, i) => of(i));
      await until('a problem in every file', () => all().every((count) => count === 1));
      const told: string[] = [];
      const listening = vscode.languages.onDidChangeDiagnostics(({ uris }) =>
        told.push(...uris.map(({ path }) => path).filter((path) => path.startsWith(folder.path))),
      );
      // What the watcher still has to tell of the files that were just made.
      await until('quiet', async () => {
        const before = told.length;
        await pause(1000);
        return told.length === before;
      });
      told.length = 0;
      folder.write('packages/p3/CLAUDE.md', '# Package 3\n');
      await until('the mended file', () => of(3) === 0);
      await pause(1000);
      listening.dispose();
      assert.deepEqual([...new Set(told)], [folder.uri('packages/p3/CLAUDE.md').path], 'Only the file that changed was linted.');
      folder.write('packages/p4/notes.md', '# Notes\n');
      await until('the file whose import is there now', () => of(4) === 0);
      folder.write('packages/p4/CLAUDE.local.md', '# Mine\n\nRead @mine.md first.\n');
      await until('the file that is new', () => problems(folder.uri('packages/p4/CLAUDE.local.md'), 'reference/import').length === 1);
      rmSync(folder.at('packages/p5'), { recursive: true });
      await until('nothing of a file that is gone', () => of(5) === 0);
      assert.equal(of(6), 1);
      // Opened and closed, it keeps its problems.
      await folder.open('packages/p6/CLAUDE.md');
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
      await pause(500);
      assert.equal(problems(folder.uri('packages/p6/CLAUDE.md'), 'reference/import').length, 1);
    });
  });
});
