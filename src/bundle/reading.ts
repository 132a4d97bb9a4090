import { posix } from 'node:path';
import { type Files, UserError } from '../ports';
import { secretReason } from '../secrets';
import { readFrontMatter } from '../steering/frontMatter';
import { Kept } from '../steering/kept';
import { kindOf } from '../steering/kinds';
import { MarkdownDocument } from '../steering/markdown';
import { isWithin, pathInWorkspace, type Task } from '../steering/task';
import type { Candidate } from './bundleTypes';
import { linesOf } from './section';

/** Steering files as they are sent: a run sends the same ones with each stage. */
const sent = new Kept<string>(50);

/** The front matter of a rule says when it is loaded: it is for tools, and not sent either. */
function withoutNotes(text: string, kind: ReturnType<typeof kindOf>): string {
  const document = new MarkdownDocument(text);
  return document.without(document.comments, kind === 'project' ? readFrontMatter(text).bodyFrom : 0, text.length).trim();
}

/** What came of reading a file for a bundle. */
export type Read = { text: string } | { refused: string } | { absent: true };

/** Reads files for one bundle, or for those of many stages that are put together at one moment, each once, inside the workspace only, with line breaks as `\n` on every platform. */
export class Reading {
  private readonly kept = new Map<string, Promise<Read>>();

  constructor(
    readonly task: Task,
    private readonly files: Files,
  ) {}

  /** The path as a bundle names it: from the workspace, with `/`. */
  sourceOf(path: string): string {
    return posix.relative(this.task.workspace, path);
  }

  /** @throws UserError (exit 2) where the path leads out of the workspace. */
  read(path: string): Promise<Read> {
    let known = this.kept.get(path);
    if (!known) {
      known = this.readOnce(path);
      this.kept.set(path, known);
    }
    return known;
  }

  private async readOnce(path: string): Promise<Read> {
    await pathInWorkspace(this.task, path, this.files);
    // A link with a harmless name may lead to a secret: both names count.
    const [real, root] = await Promise.all([this.files.realPath(path), this.files.realPath(this.task.workspace)]);
    const secret = secretReason(this.sourceOf(path)) ?? secretReason(posix.relative(root, real));
    if (secret) return { refused: `refused: ${secret}` };
    if ((await this.files.stat(path))?.kind !== 'file') return { absent: true };
    try {
      // A file that is being written may be read half: its size tells, as far as it can be told.
      for (let turn = 0; turn < 3; turn++) {
        const before = await this.files.stat(path);
        const text = await this.files.read(path);
        const after = await this.files.stat(path);
        if (before && after?.size === before.size) return { text: text.replace(/\r\n?/g, '\n') };
      }
      return { refused: "can't be read: it changes while it is read" };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      // Gone since we looked: as if it had never been there.
      return (await this.files.stat(path)) ? { refused: `can't be read: ${error.what.replaceAll(path, this.sourceOf(path))}` } : { absent: true };
    }
  }

  /** A whole file as a candidate. Comments of steering files are notes to people: they are not sent. */
  whole(path: string, text: string, reason: string, more: Pick<Candidate, 'stable' | 'scoped' | 'named'>): Candidate {
    const markdown = /\.(?:md|mdx|markdown)$/i.test(path);
    const kind = kindOf(path);
    return {
      source: this.sourceOf(path),
      path,
      heading: null,
      lines: [1, Math.max(1, text.trimEnd().split('\n').length)],
      text: markdown && kind ? sent.of(`${kind} ${text}`, () => withoutNotes(text, kind)) : text.trim(),
      reason,
      markdown,
      whole: true,
      names: [],
      ...more,
    };
  }

  /** One section with its subsections, or only its own text, as a candidate. */
  section(
    path: string,
    document: MarkdownDocument,
    at: { heading: string; from: number; end: number },
    reason: string,
    more: Pick<Candidate, 'stable' | 'scoped' | 'named'>,
  ): Candidate {
    return {
      source: this.sourceOf(path),
      path,
      heading: at.heading,
      lines: linesOf(document, at.from, at.end),
      text: document.without(kindOf(path) ? document.comments : [], at.from, at.end).trim(),
      reason,
      markdown: true,
      whole: false,
      names: [],
      ...more,
    };
  }

  /** The folders from the workspace down to the one the CONTEXT.md is in. */
  foldersDown(): string[] {
    const folders: string[] = [];
    for (let at = this.task.folder; isWithin(this.task.workspace, at); at = posix.dirname(at)) {
      folders.unshift(at);
      if (at === this.task.workspace || at === posix.dirname(at)) break;
    }
    return folders;
  }
}
