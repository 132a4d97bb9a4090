/** A task whose cheap model follows what it is told and fails without: a simulation behind HTTP stands in for both models. */

import { mkdirSync } from 'node:fs';
import * as vscode from 'vscode';
import { readStrategy, type Strategy } from '../../src/steering/strategy';
import { Simulation, document as supportTask, tickets } from '../core/evaluate/simulation';
import { type MockAnswer, type MockRequest, type MockServer, startMockServer } from '../core/model/mockServer';
import { type Question, StandInPerson } from './person';
import { startedExtension, TaskFolder } from './taskFolder';
import { until } from './until';

export const strategyFile = '.haiku/strategies/context/answer.md';
/** A ticket that asks for all that the cheap model does not know. */
export const hardTicket = 'Ticket #115: formal angry long action request';

export class StrategyBench {
  folder!: TaskFolder;
  document!: vscode.TextDocument;
  person!: StandInPerson;
  /** What a notification is answered with; dialogs get their first choice. */
  notice: (question: Question) => string | undefined = () => undefined;
  /** Before the simulation is asked. */
  answers: (request: MockRequest) => MockAnswer | undefined = () => undefined;

  private constructor(readonly server: MockServer) {}

  static async start(): Promise<StrategyBench> {
    await startedExtension();
    const simulation = new Simulation();
    let bench: StrategyBench | undefined;
    const server = await startMockServer((request) => {
      const { body, system, user } = request;
      return bench?.answers(request) ?? { text: simulation.answer({ model: String(body.model), system, user }), pieceSize: 4000 };
    });
    bench = new StrategyBench(server);
    await setting('baseUrl', server.url);
    return bench;
  }

  /** A new folder with the task, and 24 cases. */
  async open(text = supportTask): Promise<void> {
    this.folder = new TaskFolder('strategy', null);
    mkdirSync(this.folder.at('evals'));
    this.folder.write(
      'evals/context.jsonl',
      tickets(24)
        .map((ticket) => JSON.stringify(ticket))
        .join('\n'),
    );
    this.folder.write('CONTEXT.md', text);
    this.document = await this.folder.open();
    this.person = new StandInPerson((question) => {
      if (!question.modal) return this.notice(question);
      return question.choices[0] ?? (question.text.includes('Ticket') ? hardTicket : undefined);
    });
    this.person.picks();
    this.notice = () => undefined;
    this.answers = () => undefined;
  }

  async close(): Promise<void> {
    this.person.leave();
    await this.folder.remove();
  }

  async stop(): Promise<void> {
    await setting('baseUrl', undefined);
    await this.server.stop();
  }

  command(id: string, ...rest: unknown[]): Thenable<unknown> {
    return vscode.commands.executeCommand(`haikuFirst.${id}`, this.folder.at('CONTEXT.md'), ...rest);
  }

  /** Runs the stage; true where it passed. */
  async passes(): Promise<boolean> {
    const result = (await this.command('runStage', 1)) as { status: string } | undefined;
    return result?.status === 'passed';
  }

  /** The draft that waits for a decision. */
  draft(): Promise<vscode.TextDocument> {
    return until('a draft', () => vscode.workspace.textDocuments.find(({ uri, isClosed }) => uri.scheme === 'haiku-first-draft' && !isClosed && shown(uri)));
  }

  /** Has a strategy written and keeps it as it came. */
  async author(): Promise<void> {
    const ordered = this.command('author', 1);
    const { uri } = await this.draft();
    await vscode.commands.executeCommand('haikuFirst.keepDraft', uri);
    await ordered;
  }

  kept(): Strategy | undefined {
    return this.folder.has(strategyFile) ? readStrategy(strategyFile, this.folder.read(strategyFile)).strategy : undefined;
  }

  told(text: string | RegExp): Promise<Question> {
    const fits = (said: string) => (typeof text === 'string' ? said.includes(text) : text.test(said));
    return until(`“${text}”`, () => this.person.asked.find((question) => !question.modal && fits(question.text)));
  }
}

function setting(name: string, value: unknown): Thenable<void> {
  return vscode.workspace.getConfiguration('haikuFirst').update(name, value, vscode.ConfigurationTarget.Global);
}

function shown(uri: vscode.Uri): boolean {
  return vscode.window.visibleTextEditors.some(({ document }) => document.uri.toString() === uri.toString());
}
