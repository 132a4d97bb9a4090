import * as vscode from 'vscode';
import { withoutLinks } from './convert';
import { type DraftDocuments, shows } from './draftDocuments';

/** A text that a model wrote for a file, not kept yet. */
export interface Proposal {
  /** For the tab, such as `Strategy of stage 4`. */
  title: string;
  /** What the draft is called, `.md` included. */
  name: string;
  /** What it would replace, to compare with; nothing for a new file. */
  current?: vscode.Uri;
  text: string;
  /** What is said beside Keep and Discard. */
  message: string;
  /** Keep the text as it stands by then. @throws UserError where it can't be kept like that: the draft then stays open */
  keep(text: string): Promise<void>;
}

export type Decision = 'kept' | 'discarded';

interface Open {
  proposal: Proposal;
  uri: vscode.Uri;
  resolve(decision: Decision): void;
}

const [keep, discard] = ['Keep', 'Discard'];

/** An editor that is moved is closed in one place and opened in another, in milliseconds at most. */
const movePauseMs = 300;

/** Proposed texts that wait for a decision: shown as a comparison whose new side can be edited, kept or discarded by a notification or in the title. */
export class Proposals implements vscode.Disposable {
  private readonly open = new Map<string, Open>();
  private readonly follow: vscode.Disposable;

  constructor(
    private readonly drafts: DraftDocuments,
    /** Tell a person what kept a draft from being kept. */
    private readonly tell: (error: unknown) => Promise<void>,
  ) {
    this.follow = vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
      for (const each of this.open.values()) if (closed.some((tab) => shows(tab, each.uri))) setTimeout(() => this.closed(each), movePauseMs);
    });
  }

  /** Show a proposal. Resolves once it is decided; an editor that is closed is a no. */
  async propose(proposal: Proposal): Promise<Decision> {
    const uri = this.drafts.create(proposal.name, proposal.text);
    // It can be closed as soon as it shows.
    const decided = new Promise<Decision>((resolve) => this.open.set(uri.toString(), { proposal, uri, resolve }));
    if (proposal.current) await vscode.commands.executeCommand('vscode.diff', proposal.current, uri, `${proposal.title}: now ↔ new`, { preview: false });
    else await vscode.window.showTextDocument(uri, { preview: false });
    const open = this.open.get(uri.toString());
    if (open) void this.ask(open);
    return decided;
  }

  /** Keep the draft that stands there, or in the active editor. */
  async keep(uri: vscode.Uri | undefined): Promise<void> {
    const open = this.find(uri);
    const text = open && this.drafts.text(open.uri);
    if (!open || text === undefined) return;
    await open.proposal.keep(text);
    await this.close(open, 'kept');
  }

  async discard(uri: vscode.Uri | undefined): Promise<void> {
    const open = this.find(uri);
    if (open) await this.close(open, 'discarded');
  }

  dispose(): void {
    this.follow.dispose();
  }

  private find(uri: vscode.Uri | undefined): Open | undefined {
    const meant = uri ?? vscode.window.activeTextEditor?.document.uri;
    return meant && this.open.get(meant.toString());
  }

  private async ask(open: Open): Promise<void> {
    const chosen = await vscode.window.showInformationMessage(withoutLinks(open.proposal.message), keep, discard);
    try {
      if (chosen === keep) await this.keep(open.uri);
      else if (chosen === discard) await this.discard(open.uri);
    } catch (error) {
      // Nothing is lost: the draft stands as it is, and its title has both buttons.
      await this.tell(error);
    }
  }

  private async close(open: Open, decision: Decision): Promise<void> {
    // From here on, that its editor closes decides nothing.
    this.open.delete(open.uri.toString());
    await this.drafts.remove(open.uri);
    open.resolve(decision);
  }

  /** An editor of it was closed: it is discarded, unless another one shows it. */
  private closed(open: Open): void {
    const shown = vscode.window.tabGroups.all.some(({ tabs }) => tabs.some((tab) => shows(tab, open.uri)));
    if (!shown && this.open.get(open.uri.toString()) === open) void this.close(open, 'discarded');
  }
}
