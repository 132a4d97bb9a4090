import { posix } from 'node:path';
import type { Catalog } from '../catalog/catalog';
import type { Files } from '../ports';
import type { WorkspaceFacts } from '../reference/workspaceFacts';
import { readContext } from '../steering/context';
import type { ContextDocument } from '../steering/contextTypes';
import { type Kind, kindOf } from '../steering/kinds';
import type { MarkdownDocument } from '../steering/markdown';
import { type Plan, planTask } from '../steering/plan';
import { type ProjectDocument, readProject } from '../steering/project';
import { taskOf } from '../steering/task';
import type { LineIndex, Position, Range } from '../text';

/** A rule of the linter, as the comment that ignores it names it. */
export interface RuleName {
  id: string;
  title: string;
  /** The kinds of documents it looks at. */
  kinds: readonly Kind[];
}

/** What the language features need of the world. */
export interface LanguagePorts {
  /** What `read` returns may be newer than the disk: the text of an open document. */
  files: Files;
  /** What is known of the files around; told by whoever watches them what comes and goes. */
  facts: WorkspaceFacts;
  catalog(): Catalog;
  rules: readonly RuleName[];
  /** Names that count as background documents besides the known ones. */
  background(): readonly string[];
}

/** The places of a text that a feature asks about. */
export interface DocumentText {
  /** Absolute, with `/`. */
  path: string;
  text: string;
}

/** A document whose readings are made when first asked for, and kept. Never throws for what stands in the text. */
export class DocumentReading {
  readonly folder: string;
  private readAsContext?: ContextDocument;
  private readAsProject?: ProjectDocument;

  constructor(
    readonly path: string,
    readonly text: string,
    readonly kind: Kind,
    readonly ports: LanguagePorts,
  ) {
    this.folder = posix.dirname(path);
  }

  get project(): ProjectDocument {
    this.readAsProject ??= readProject(this.path, this.text);
    return this.readAsProject;
  }

  get markdown(): MarkdownDocument {
    return this.project.markdown;
  }

  get index(): LineIndex {
    return this.markdown.index;
  }

  get context(): ContextDocument {
    this.readAsContext ??= readContext(this.path, this.text);
    return this.readAsContext;
  }

  /** Which stage reads what, as the files are now. Globs are not expanded: their sources have no paths. */
  plan(): Promise<Plan> {
    return planOf(this.path, this.context, this.ports);
  }

  /** The nearest folder above that holds `.git`, or the document's own. */
  root(): Promise<string> {
    return this.ports.facts.root(this.folder);
  }

  slice({ start, end }: Range): string {
    return this.text.slice(this.index.offsetAt(start), this.index.offsetAt(end));
  }
}

/** The plan of a document as read: each path is asked of the disk once, no folder is listed. */
export async function planOf(path: string, document: ContextDocument, { files, facts }: Pick<LanguagePorts, 'files' | 'facts'>): Promise<Plan> {
  const cheap: Files = {
    read: (at, maxBytes) => files.read(at, maxBytes),
    stat: (at) => facts.stat(at),
    list: () => Promise.resolve([]),
    realPath: (at) => files.realPath(at),
    write: (at, text, over) => files.write(at, text, over),
    append: (at, text) => files.append(at, text),
    remove: (at) => files.remove(at),
  };
  return planTask({ ...(await taskOf(path, '', cheap)), document }, cheap);
}

const keptAtMost = 12;

/** The documents read last, each by its text: the features of one version of a document share one reading. */
export class Readings {
  private readonly kept = new Map<string, DocumentReading>();

  constructor(private readonly ports: LanguagePorts) {}

  /** The reading of a document; undefined where it is no steering file or too large to be one. */
  of({ path, text }: DocumentText): DocumentReading | undefined {
    const kind = kindOf(path, this.ports.background());
    // Paths in a strategy are those of its stage's inputs, and lead nowhere from where it stands.
    if (!kind || kind === 'strategy' || kind === 'playbook' || text.length > largestDocument) return undefined;
    const known = this.kept.get(path);
    const reading = known?.text === text && known.kind === kind ? known : new DocumentReading(path, text, kind, this.ports);
    this.kept.delete(path);
    this.kept.set(path, reading);
    if (this.kept.size > keptAtMost) this.kept.delete(this.kept.keys().next().value as string);
    return reading;
  }
}

const largestDocument = 512 * 1024;

export function contains({ start, end }: Range, at: Position): boolean {
  const afterStart = at.line > start.line || (at.line === start.line && at.character >= start.character);
  const beforeEnd = at.line < end.line || (at.line === end.line && at.character <= end.character);
  return afterStart && beforeEnd;
}
