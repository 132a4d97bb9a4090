/**
 * Stands in for the person who answers dialogs. VS Code gives the tests and the extension they belong to one and the same `vscode.window`, and leaves it
 * open to change while tests run, so that what is put there is what the extension calls. What a dialog looks like is tried by the end-to-end tests.
 */

import * as vscode from 'vscode';

export interface Question {
  text: string;
  /** What stands below the question in a dialog. */
  detail: string;
  /** A dialog in the middle, and no notification that can be overlooked. */
  modal: boolean;
  choices: string[];
}

/** What the person chooses or types; undefined to dismiss. */
export type Answers = (question: Question) => string | undefined;

export class StandInPerson {
  readonly asked: Question[] = [];
  private readonly window = { ...pick(vscode.window) };

  constructor(private answers: Answers = () => undefined) {
    const message = async (text: string, ...rest: unknown[]) => {
      const [first] = rest;
      const options = typeof first === 'object' && first !== null ? (first as vscode.MessageOptions) : undefined;
      const choices = (options ? rest.slice(1) : rest).filter((choice) => typeof choice === 'string');
      return this.ask({ text, detail: options?.detail ?? '', modal: options?.modal === true, choices });
    };
    Object.assign(vscode.window, {
      showInformationMessage: message,
      showWarningMessage: message,
      showErrorMessage: message,
      showInputBox: async (options: vscode.InputBoxOptions = {}) =>
        this.ask({ text: `${options.title ?? ''} ${options.prompt ?? ''}`.trim(), detail: '', modal: true, choices: [] }),
    });
  }

  /** Chooses from lists too, which are VS Code's own else. */
  picks(): void {
    Object.assign(vscode.window, {
      showQuickPick: async (items: readonly vscode.QuickPickItem[], options: vscode.QuickPickOptions = {}) => {
        const choices = items.map(({ label, description = '' }) => `${label} ${description}`.trim());
        const chosen = this.ask({ text: options.title ?? options.placeHolder ?? '', detail: '', modal: true, choices });
        return chosen === undefined ? undefined : items[choices.indexOf(chosen)];
      },
    });
  }

  /** From now on. */
  answer(answers: Answers): void {
    this.answers = answers;
    this.asked.length = 0;
  }

  /** The dialogs so far, without notifications. */
  get dialogs(): Question[] {
    return this.asked.filter(({ modal }) => modal);
  }

  /** Puts VS Code's own dialogs back. */
  leave(): void {
    Object.assign(vscode.window, this.window);
  }

  private ask(question: Question): string | undefined {
    this.asked.push(question);
    return this.answers(question);
  }
}

function pick({ showInformationMessage, showWarningMessage, showErrorMessage, showInputBox, showQuickPick }: typeof vscode.window) {
  return { showInformationMessage, showWarningMessage, showErrorMessage, showInputBox, showQuickPick };
}

/** Says yes to the first choice of every dialog, and lets notifications pass. */
export const yesToDialogs: Answers = ({ modal, choices }) => (modal ? choices[0] : undefined);
