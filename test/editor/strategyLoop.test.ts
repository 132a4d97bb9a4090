import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { isUnedited } from '../../src/steering/strategy';
import { skills } from '../core/evaluate/simulation';
import { hardTicket, StrategyBench, strategyFile } from './strategyBench';
import { fixesOf, lenses, noProblem, problem, replace } from './taskFolder';
import { until } from './until';

/** The steps of one story, in the order a person takes them. */
describe('reasoning bought once: a stage fails, Opus writes down how, and the next run passes on Haiku', () => {
  let bench: StrategyBench;
  before(async () => {
    bench = await StrategyBench.start();
    await bench.open();
  });
  after(async () => {
    await bench.close();
    await bench.stop();
  });
  beforeEach(() => {
    bench.notice = () => undefined;
    bench.person.asked.length = 0;
  });
  const titled = (wanted: RegExp) => lenses(bench.document.uri, (all) => all.some(({ command }) => wanted.test(command?.title ?? '')));
  const opus = () => bench.server.requests.filter(({ body }) => String(body.model).includes('opus')).length;

  it('offers at once to escalate it, or to have a strategy written', async () => {
    assert.equal(await bench.passes(), false);
    const { choices } = await bench.told('failed its checks');
    assert.deepEqual(choices, ['Escalate', 'Write a Strategy', 'Show the Stage']);
    await titled(/^Have Opus write a strategy \(about \$0\.\d*[1-9]\d*\)$/);
  });

  it('offers it among the quick fixes with its price, never preferred, and spends nothing before a yes', async () => {
    const fixes = await fixesOf(bench.document.uri, await problem(bench.document.uri, 'stage-failed'));
    const fix = fixes.find(({ title }) => /^Have Opus write a strategy for this stage \(about \$0\.\d*[1-9]\d*\)$/.test(title));
    assert.ok(fix?.command, `The fixes are ${fixes.map(({ title }) => title).join(', ')}.`);
    assert.ok(!fix.isPreferred);
    bench.person.answer(() => undefined);
    await vscode.commands.executeCommand(fix.command.command, ...(fix.command.arguments ?? []));
    const [dialog] = bench.person.dialogs;
    assert.match(dialog?.text ?? '', /^Have Opus write a strategy for stage 1 “Answer” for about \$0\.\d*[1-9]\d*\?$/);
    assert.match(dialog?.detail ?? '', /^Strategy for “Answer” on claude-opus\S+: about \$0/);
    assert.deepEqual([opus(), bench.folder.has(strategyFile)], [0, false]);
    bench.person.answer(({ modal, choices, ...question }) => (modal ? choices[0] : bench.notice({ modal, choices, ...question })));
  });

  it('passes on Opus, and a strategy is offered so that the next run need not', async () => {
    await bench.command('escalate', 1);
    await noProblem(bench.document.uri, 'stage-failed');
    const { text, choices } = await bench.told('Stage 1 passed');
    assert.match(text, /A strategy could let the next run pass on Haiku\.$/);
    assert.ok(choices.includes('Write a Strategy'), choices.join());
    assert.equal(opus(), 1);
  });

  it('is written as a draft that can be edited, and kept as the person left it', async () => {
    const ordered = bench.command('author', 1);
    const draft = await bench.draft();
    assert.match(draft.getText(), /^---\nstage: answer\nfor: claude-haiku/);
    for (const { step } of skills) assert.ok(draft.getText().includes(step), step);
    assert.equal(bench.folder.has(strategyFile), false, 'Nothing is kept before a yes.');
    await replace(draft, '## When to think', '2. Be kind.\n\n## When to think');
    await vscode.commands.executeCommand('haikuFirst.keepDraft', draft.uri);
    await ordered;
    const kept = bench.kept();
    assert.equal(kept?.status, 'unproven');
    assert.match(kept.body, /Be kind\./);
    assert.equal(isUnedited(kept), false);
    assert.ok(!vscode.window.visibleTextEditors.some(({ document }) => document.uri.scheme === 'haiku-first-draft'));
    assert.deepEqual((await bench.told('unproven')).choices, ['Run the Stage Again', 'Try Strategy']);
    await titled(/^Strategy: unproven$/);
  });

  it('makes the next run pass on Haiku', async () => {
    const before = opus();
    assert.equal(await bench.passes(), true);
    const last = bench.server.requests.at(-1);
    assert.match(String(last?.body.model), /haiku/);
    assert.match(last?.system ?? '', /Be kind\./);
    assert.ok(last?.user.includes(hardTicket));
    assert.equal(opus(), before);
  });

  it('is tried on cases with and without it, and adopted where the evidence says that it helps', async () => {
    bench.notice = ({ choices }) => choices.find((choice) => choice === 'Adopt');
    await bench.command('tryStrategy', 1);
    const [runs, price] = bench.person.dialogs;
    assert.match(runs?.choices[0] ?? '', /^1 run of each case 24 cases, 48 runs with and without: about \$0\.\d+$/);
    assert.match(price?.text ?? '', /^Try the strategy of stage 1 “Answer” for about \$0\.\d+\?$/);
    const page = await until('the report', () => vscode.workspace.textDocuments.find(({ uri }) => uri.path === '/trial/Trial of stage 1.md'));
    const helps = /^# Trial of the strategy of stage 1: Answer\n\n\*\*The strategy helps: 100 points more of the runs passed/;
    await until('that it helps', () => helps.test(page.getText()));
    assert.match(page.getText(), /\n\| With \| 100% \[\d+–100%\] \| \$/);
    await until('an adopted strategy', () => bench.kept()?.status === 'adopted');
    assert.equal(bench.kept()?.evidence?.verdict, 'better');
    await titled(/^Strategy: proven 100%$/);
  });
});
