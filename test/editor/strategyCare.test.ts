import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { isUnedited } from '../../src/steering/strategy';
import { harmfulStep, document as supportTask } from '../core/evaluate/simulation';
import { StrategyBench, strategyFile } from './strategyBench';
import { lenses, replace } from './taskFolder';
import { until } from './until';

const parts = supportTask.slice(0, supportTask.indexOf('## Stage 1'));
const planned = {
  title: 'List tickets',
  runner: 'Haiku',
  why: '',
  inputs: ['tickets.md'],
  task: 'List the subject of each ticket.',
  output: 'Ticket list',
  path: '',
  format: 'markdown',
  command: '',
  each: '',
  success: [],
  checks: ['items: >= 1'],
};

describe('what Opus writes', () => {
  let bench: StrategyBench;
  before(async () => {
    bench = await StrategyBench.start();
  });
  after(() => bench.stop());
  beforeEach(() => bench.open());
  afterEach(() => bench.close());
  const opus = () => bench.server.requests.filter(({ body }) => String(body.model).includes('opus')).length;

  it('is kept nowhere where it is discarded or its editor is closed, and asked again it costs nothing', async () => {
    await bench.passes();
    bench.notice = ({ choices }) => choices.find((choice) => choice === 'Discard');
    await bench.command('author', 1);
    assert.equal(bench.folder.has(strategyFile), false);
    const calls = opus();
    bench.notice = () => undefined;
    const again = bench.command('author', 1);
    await bench.draft();
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await again;
    assert.deepEqual([opus(), bench.folder.has(strategyFile)], [calls, false]);
  });

  it('replaces what a person edited only through the comparison with it', async () => {
    await bench.passes();
    await bench.author();
    const edited = bench.folder.read(strategyFile).replace('## Procedure', '## Procedure\n\nMine.');
    bench.folder.write(strategyFile, edited);
    await bench.passes();
    bench.person.asked.length = 0;
    const again = bench.command('author', 1);
    const draft = await bench.draft();
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    assert.ok(tab?.input instanceof vscode.TabInputTextDiff);
    assert.equal(tab.input.original.fsPath, bench.folder.at(strategyFile));
    assert.match((await bench.told('Edit it as you like')).text, /It would replace one that somebody wrote or edited\./);
    assert.equal(bench.folder.read(strategyFile), edited);
    await vscode.commands.executeCommand('haikuFirst.keepDraft', draft.uri);
    await again;
    const kept = bench.kept();
    assert.ok(kept && isUnedited(kept) && !kept.body.includes('Mine.'));
  });

  it('is not kept while it can’t be read as a strategy: the draft stays, and says why', async () => {
    await bench.passes();
    const ordered = bench.command('author', 1);
    const draft = await bench.draft();
    await replace(draft, 'stage: answer', 'stage: another');
    await vscode.commands.executeCommand('haikuFirst.keepDraft', draft.uri);
    await bench.told(/can’t be kept like this: its front matter says that it is for the stage “another”/);
    assert.equal(bench.folder.has(strategyFile), false);
    // Moved to where there is more room: that closes one editor and opens another.
    await vscode.commands.executeCommand('workbench.action.moveEditorToNextGroup');
    await new Promise((resolve) => setTimeout(resolve, 600));
    await replace(draft, 'stage: another', 'stage: answer');
    await vscode.commands.executeCommand('haikuFirst.keepDraft', draft.uri);
    await ordered;
    assert.equal(bench.kept()?.stage, 'answer');
  });

  it('can be cancelled while it is written, and then nothing is kept', async () => {
    await bench.passes();
    bench.answers = ({ body }) =>
      String(body.model).includes('opus') ? { text: '{"task": "Answer a support ticket', pieceSize: 3, stallAfter: 2 } : undefined;
    const { length } = bench.server.requests;
    const { left } = bench.server;
    const ordered = bench.command('author', 1);
    await until('the question', () => bench.server.requests.length > length);
    await vscode.commands.executeCommand('haikuFirst.cancel');
    await ordered;
    await bench.server.whenLeft(left + 1);
    assert.equal(bench.folder.has(strategyFile), false);
  });

  it('is rejected where a trial shows that it does harm, and then no longer given', async () => {
    await bench.passes();
    await bench.author();
    await replace(bench.document, supportTask.slice(supportTask.indexOf('- Checks:')), '- Checks:\n  - excludes: sorry\n');
    await bench.document.save();
    bench.folder.write(strategyFile, bench.folder.read(strategyFile).replace(/## Procedure\n\n[\s\S]*?\n\n/, `## Procedure\n\n1. ${harmfulStep}\n\n`));
    bench.notice = ({ choices }) => choices.find((choice) => choice === 'Reject');
    await bench.command('tryStrategy', 1);
    assert.deepEqual((await bench.told('does harm')).choices, ['Reject'], 'What does harm can’t be adopted.');
    await until('a rejected strategy', () => bench.kept()?.status === 'rejected');
    await lenses(bench.document.uri, (all) => all.some(({ command }) => command?.title === 'Strategy: rejected'));
    await bench.passes();
    assert.ok(!bench.server.requests.at(-1)?.system.includes(harmfulStep));
  });

  it('is improved within a budget of calls and money, and the best comes as a comparison with its verdict', async () => {
    const dialogs = bench.person;
    dialogs.answer((question) => {
      if (!question.modal) return undefined;
      if (/Calls of any model/.test(question.text)) return '200';
      if (/USD, at most/.test(question.text)) return '0.9';
      return question.choices[0];
    });
    const { length } = bench.server.requests;
    const ordered = bench.command('improve', 1);
    const draft = await until('the best of it', () => bench.draft(), 18_000);
    assert.ok(bench.server.requests.length - length <= 200);
    assert.match((await bench.told(/it stopped as every case passes/)).text, /passes (\d+) of \1 cases/);
    await vscode.commands.executeCommand('haikuFirst.keepDraft', draft.uri);
    await ordered;
    assert.equal(bench.kept()?.status, 'unproven');
  });

  it('goes on with what is in the document: stages that are planned come into it as one step that can be undone', async () => {
    await replace(bench.document, bench.document.getText(), parts);
    await bench.document.save();
    const lens = (await lenses(bench.document.uri, (all) => all.some(({ command }) => command?.command === 'haikuFirst.decompose')))[0]?.command;
    assert.match(lens?.title ?? '', /^Have Opus plan the stages \(about \$0\.\d*[1-9]\d*\)$/);
    bench.answers = ({ system }) =>
      system.includes('You plan a piece of work once') ? { text: JSON.stringify({ stages: [planned] }), pieceSize: 4000 } : undefined;
    bench.folder.write('tickets.md', '# One\n\nLate.\n');
    const ordered = vscode.commands.executeCommand('haikuFirst.decompose', bench.folder.at('CONTEXT.md'));
    const draft = await bench.draft();
    assert.equal(bench.document.getText(), parts);
    await replace(draft, 'List tickets', 'List all tickets');
    await vscode.commands.executeCommand('haikuFirst.keepDraft', draft.uri);
    await ordered;
    assert.match(bench.document.getText(), /Stage 1: List all tickets \(Haiku\)/);
    assert.equal(bench.folder.read('CONTEXT.md'), parts, 'It is saved by the person.');
    await vscode.commands.executeCommand('undo');
    assert.equal(bench.document.getText(), parts);
  });

  it('is learnt as lessons that a person sees before they are in the playbook', async () => {
    await bench.passes();
    const lessons = JSON.stringify({ add: ['Begin with the number of the ticket.'], helpful: [], harmful: [] });
    bench.answers = ({ system }) => (system.includes('You look back on attempts') ? { text: lessons, pieceSize: 4000 } : undefined);
    const ordered = bench.command('learn', 1);
    const draft = await bench.draft();
    const book = '.haiku/strategies/context/playbook.md';
    assert.equal(bench.folder.has(book), false);
    await vscode.commands.executeCommand('haikuFirst.keepDraft', draft.uri);
    await ordered;
    assert.match(bench.folder.read(book), /Begin with the number of the ticket\./);
  });

  it('goes with a stage that is exported; an exported file that somebody changed is replaced only after a look', async () => {
    await bench.passes();
    await bench.author();
    await bench.command('export', 1);
    const agent = '.claude/agents/answer.md';
    const exported = bench.folder.read(agent);
    assert.match(exported, /model: haiku[\s\S]*Never apologise\./);
    bench.folder.write(agent, 'My own agent.\n');
    bench.notice = ({ choices }) => choices.find((choice) => choice === 'Discard');
    await bench.command('export', 1);
    assert.match((await bench.told('Replace it?')).text, /was not exported from here/);
    assert.equal(bench.folder.read(agent), 'My own agent.\n');
    bench.notice = ({ choices }) => choices.find((choice) => choice === 'Keep');
    await bench.command('export', 1);
    assert.equal(bench.folder.read(agent), exported);
  });

  it('is tried again on another model, and a table tells which strategies hold there', async () => {
    await bench.passes();
    await bench.author();
    const before = bench.folder.read(strategyFile);
    bench.person.answer(({ modal, text, choices }) =>
      modal ? choices.find((choice) => text !== 'Re-run the evidence' || /haiku-4-5/.test(choice)) : undefined,
    );
    await vscode.commands.executeCommand('haikuFirst.rerunEvidence', bench.folder.at('CONTEXT.md'));
    const [models, price] = bench.person.dialogs;
    assert.match(models?.choices.join('\n') ?? '', /^Claude Haiku 4\.5 claude-haiku-4-5\S*, \$[\d.]+ in, \$[\d.]+ out a million tokens$/m);
    assert.match(price?.text ?? '', /^Try the strategy of stage 1 “Answer” on Claude Haiku 4\.5 for about \$0/);
    const page = await until('the table', () => vscode.workspace.textDocuments.find(({ uri }) => /^\/trial\/Strategies on claude-haiku-4-5/.test(uri.path)));
    assert.match(page.getText(), /\n\| 1 Answer \| none \| 100% .* \| holds \| /);
    assert.equal(bench.folder.read(strategyFile), before);
  });

  it('is deleted after a yes, and the stage runs without it', async () => {
    await bench.passes();
    await bench.author();
    const { answer } = bench.person;
    bench.person.answer(() => undefined);
    await bench.command('deleteStrategy', 1);
    assert.equal(bench.folder.has(strategyFile), true);
    answer.call(bench.person, ({ modal, choices }) => (modal ? choices[0] : undefined));
    await bench.command('deleteStrategy', 1);
    assert.equal(bench.folder.has(strategyFile), false);
    await lenses(bench.document.uri, (all) => all.every(({ command }) => !command?.title.startsWith('Strategy:')));
  });

  it('is told of in the ledger while nobody has shown that it helps', async () => {
    await bench.passes();
    await bench.author();
    await bench.command('openLedger');
    const page = await until('the ledger', () => vscode.workspace.textDocuments.find(({ uri }) => uri.path.startsWith('/ledger/')));
    await until('what is unproven', () => /nobody has shown yet that it helps: 1\. Answer/.test(page.getText()));
  });
});
