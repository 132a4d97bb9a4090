import type { Files } from '../ports';
import type { WorkspaceFacts } from '../reference/workspaceFacts';
import { readContext } from '../steering/context';
import type { ContextDocument } from '../steering/contextTypes';
import { readDocument } from '../steering/document';
import type { FrontMatter } from '../steering/frontMatter';
import type { Kind } from '../steering/kinds';
import type { MarkdownDocument } from '../steering/markdown';
import { type Plan, planTask } from '../steering/plan';
import { type ProjectDocument, readProject } from '../steering/project';
import { taskOf } from '../steering/task';
import { readVoice, type VoiceDocument } from '../steering/voice';
import type { LintFacts, Subject } from './issue';

/** A document whose readings are made when first asked for, and kept. */
export class DocumentSubject implements Subject {
  private readContext?: ContextDocument;
  private readVoice?: VoiceDocument;
  private readProject?: ProjectDocument;
  private planned?: Promise<Plan>;

  constructor(
    readonly path: string,
    readonly text: string,
    readonly kind: Kind,
    readonly files: Files,
    readonly facts: LintFacts,
    readonly workspace: WorkspaceFacts,
  ) {}

  get frontMatter(): FrontMatter {
    return readDocument(this.text).frontMatter;
  }

  get markdown(): MarkdownDocument {
    return readDocument(this.text).markdown;
  }

  get context(): ContextDocument {
    this.readContext ??= readContext(this.path, this.text);
    return this.readContext;
  }

  get voice(): VoiceDocument {
    this.readVoice ??= readVoice(this.path, this.text);
    return this.readVoice;
  }

  get project(): ProjectDocument {
    this.readProject ??= readProject(this.path, this.text);
    return this.readProject;
  }

  plan(): Promise<Plan> {
    // Only the places are asked for: the text is read already.
    this.planned ??= taskOf(this.path, '', this.files).then((task) => planTask({ ...task, document: this.context }, this.files));
    return this.planned;
  }
}
