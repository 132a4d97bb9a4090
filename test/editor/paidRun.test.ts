import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type MockAnswer, type MockServer, startMockServer } from '../core/model/mockServer';
import { StandInPerson, yesToDialogs } from './person';
import { lenses, problem, problems, replace, startedExtension, TaskFolder } from './taskFolder';
import { until } from './until';

const task = `# Greeting

## Part 1: Specification

Greet the reader.

## Stages

### Stage 1: Greeting (Haiku)

- Task: Write one line that greets the reader by the name Ada.
- Output: Greeting → out/greeting.md
- Checks:
  - contains: "Ada"
`;

/** A server on this machine stands in for the model; what it would cost is asked for as if it were paid. */
describe('a run that is paid for', () => {
  let folder: TaskFolder;
  let document: vscode.TextDocument;
  let person: StandInPerson;
  let server: MockServer;
  let answers: (index: number) => MockAnswer;
  const settings = () => vscode.workspace.getConfiguration('haikuFirst');

  before(async () => {
    await startedExtension();
    server = await startMockServer(({ index }) => answers(index - first));
    await settings().update('baseUrl', server.url, vscode.ConfigurationTarget.Global);
  });
  after(async () => {
    await settings().update('baseUrl', undefined, vscode.ConfigurationTarget.Global);
    await server.stop();
  });

  /** The number of the first request of a test. */
  let first = 0;
  beforeEach(async () => {
    first = server.requests.length;
    answers = () => ({ text: 'Welcome back, Ada. '.repeat(20), usage: { inputTokens: 900, outputTokens: 80 } });
    folder = new TaskFolder('paid', null);
    folder.write('CONTEXT.md', task);
    document = await folder.open();
    person = new StandInPerson(yesToDialogs);
  });
  afterEach(async () => {
    person.leave();
    await settings().update('maxCostPerRun', undefined, vscode.ConfigurationTarget.Global);
    await folder.remove();
  });

  const runAll = () => vscode.commands.executeCommand('haikuFirst.runAll', document.uri.fsPath);

  it('sends nothing before a yes to its price', async () => {
    person.answer(() => undefined);
    await runAll();
    assert.match(person.dialogs[0]?.text ?? '', /^Run 1 stage for about \$0\.\d*[1-9]\d*\?$/);
    assert.match(person.dialogs[0]?.detail ?? '', /1\. Greeting on claude-haiku\S*: about \$0\.\d+\nAll on Opus: about \$0\.\d+/);
    assert.equal(server.requests.length, first);
    assert.deepEqual(folder.runs(), []);
  });

  it('asks the server of the settings, writes the output and says what it cost', async () => {
    await runAll();
    assert.equal(server.requests.length, first + 1);
    assert.match(String(server.requests[first]?.body.model), /haiku/);
    assert.match(server.requests[first]?.user ?? '', /Write one line that greets the reader by the name Ada\.\s*$/);
    assert.match(folder.read('out/greeting.md'), /^Welcome back, Ada\./);
    const told = await until('the cost', () => person.asked.find(({ text, modal }) => !modal && text.includes('passed for')));
    assert.match(told.text, /^The stage passed for \$0\.\d*[1-9]\d*\.$/);
  });

  it('can be cancelled while an answer comes: the connection ends, and nothing is called failed', async () => {
    answers = () => ({ text: 'Welcome back, Ada. '.repeat(40), stallAfter: 3 });
    const running = runAll();
    await until('the first words', () =>
      vscode.window.visibleTextEditors.some(({ document: { uri, getText } }) => uri.path.startsWith('/run/') && getText().includes('Welcome')),
    );
    await lenses(document.uri, (all) => all.some(({ command }) => command?.command === 'haikuFirst.cancel'));
    const { left } = server;
    await vscode.commands.executeCommand('haikuFirst.cancel');
    await running;
    await server.whenLeft(left + 1);
    await until('the end in words', () => person.asked.find(({ text }) => text.startsWith('Run cancelled')));
    assert.deepEqual(problems(document.uri, 'stage-failed'), []);
    assert.equal(folder.has('out/greeting.md'), false);
    await lenses(document.uri, (all) => all.some(({ command }) => command?.command === 'haikuFirst.runStage'));
  });

  it('is one at a time', async () => {
    answers = () => ({ text: 'Welcome back, Ada. '.repeat(40), stallAfter: 3 });
    const running = runAll();
    await until('the request', () => server.requests.length > first);
    await runAll();
    await until('the refusal', () => person.asked.find(({ text }) => text.startsWith('A run is under way')));
    await vscode.commands.executeCommand('haikuFirst.cancel');
    await running;
    assert.equal(server.requests.length, first + 1);
  });

  it('gives the feedback of the checks back, and stops at the third failure, which was at high effort', async () => {
    answers = () => ({ text: 'Welcome back, Bob.' });
    await runAll();
    assert.equal(server.requests.length, first + 3);
    assert.match(server.requests[first + 1]?.user ?? '', /Ada/);
    assert.match(server.requests[first + 1]?.user ?? '', /found .*nowhere|Expected the output to contain/);
    const { message } = await problem(document.uri, 'stage-failed');
    assert.match(message, /Expected the output to contain “Ada”/);
  });

  it('stops at the spending cap, and says which', async () => {
    await settings().update('maxCostPerRun', 0.000001, vscode.ConfigurationTarget.Global);
    await runAll();
    assert.equal(server.requests.length, first);
    await until('the cap in words', () => person.asked.find(({ text }) => text.includes('haikuFirst.maxCostPerRun')));
  });

  it('names a dearer model that the document asks for, with both prices', async () => {
    await replace(document, '# Greeting', '---\nmodels:\n  haiku: claude-opus-5-5\n---\n\n# Greeting');
    person.answer(() => undefined);
    await runAll();
    assert.match(person.dialogs[0]?.detail ?? '', /The document maps haiku to claude-opus-5-5: (?:about )?\$0\.\d+ instead of \$0\.\d+ with claude-haiku/);
    assert.equal(server.requests.length, first);
  });

  it('says what became of a server that cannot be reached', async () => {
    answers = () => ({ error: { status: 401, type: 'authentication_error', message: 'invalid x-api-key' } });
    await runAll();
    assert.deepEqual(folder.has('out/greeting.md'), false);
    const told = await until('the reason', () => person.asked.find(({ text, modal }) => !modal && /key/i.test(text)));
    assert.doesNotMatch(told.text, /something went wrong inside/);
  });
});
