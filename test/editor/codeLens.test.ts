import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { lenses, lineOf, replace, TaskFolder } from './taskFolder';

describe('titles above the stages', () => {
  let folder: TaskFolder;
  let document: vscode.TextDocument;

  before(async () => {
    folder = new TaskFolder('code-lens');
    document = await folder.open();
  });
  after(() => folder.remove());

  const titlesAt = (all: vscode.CodeLens[], line: number) => all.filter(({ range }) => range.start.line === line).map(({ command }) => command?.title ?? '');
  const complete = (all: vscode.CodeLens[]) => all.filter(({ command }) => /\bRun \(/.test(command?.title ?? '')).length === 5;

  it('offer to run each stage for a price, to run from it and to see its bundle', async () => {
    const all = await lenses(document.uri, complete);
    const headings = ['Stage 1: Collect', 'Stage 2: Reader', 'Stage 3: Upgrade', 'Stage 4: Release', 'Stage 5: Announcement'].map((text) =>
      lineOf(document, `### ${text}`),
    );
    assert.deepEqual([...new Set(all.map(({ range }) => range.start.line))], headings);
    const [code, ...asked] = headings.map((line) => titlesAt(all, line));
    assert.deepEqual(code?.slice(1), ['$(play) Run (free)', 'Run from here']);
    assert.match(code?.[0] ?? '', /^\$\(run-all\) Run all \(about \$0\.\d+\)$/);
    for (const [run, from, bundle, ...more] of asked) {
      assert.match(run ?? '', /^\$\(play\) Run \(about \$0\.\d*[1-9]\d*\)$/);
      assert.equal(from, 'Run from here');
      assert.match(bundle ?? '', /^Bundle [▰▱]{5} [\d.,]+k? of [\d.,]+k?$/);
      assert.deepEqual(more, []);
    }
  });

  it('carry the document and the number of their stage', async () => {
    const all = await lenses(document.uri, complete);
    const third = all.filter(({ range }) => range.start.line === lineOf(document, '### Stage 3'));
    assert.deepEqual(
      third.map(({ command }) => [command?.command, command?.arguments]),
      ['runStage', 'runFrom', 'previewBundle'].map((name) => [`haikuFirst.${name}`, [document.uri.fsPath.replace(/\\/g, '/'), 3]]),
    );
  });

  it('follow the text as it is typed', async () => {
    await replace(document, '### Stage 5: Announcement (Haiku)', '### Stage 5: Announcement (Opus)');
    const price = async () => {
      const title = titlesAt(await lenses(document.uri, complete), lineOf(document, '### Stage 5'))[0] ?? '';
      return Number(/\$([\d.]+)\)$/.exec(title)?.[1]);
    };
    const haiku = titlesAt(await lenses(document.uri, complete), lineOf(document, '### Stage 3'))[0];
    for (let tries = 0; tries < 100 && (await price()) < 0.003; tries++) await new Promise((resolve) => setTimeout(resolve, 50));
    assert.ok((await price()) >= 0.003, `Stage 5 on Opus is offered for ${await price()}, stage 3 on Haiku as ${haiku}.`);
  });
});
