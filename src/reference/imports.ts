import { posix } from 'node:path';
import type { Files } from '../ports';
import type { ProjectDocument } from '../steering/project';
import { isWithin } from '../steering/task';

/** What following imports needs of the files port: WorkspaceFacts keeps what these answer, so that a file is read once in a run. */
export type ImportFiles = Pick<Files, 'read' | 'stat' | 'realPath'>;

/** How many imports Claude Code follows one after the other, by its documentation (corrected from five in May 2026). */
export const mostHops = 4;

/** What can be imported as a document, so that a name with this ending means a file and nothing else. */
const documentEnding = /\.(?:md|mdx|mdc|markdown|txt|rst|adoc|json|jsonc|ya?ml|toml)$/i;
/** A name to be filled in by whoever reads it. */
const template = /[<>{}[\]*?$%|…]|\.\.\.|(?:^|\/)(?:path|your|my|foo|some|example)(?:[/.-]|$)/i;

export interface ImportTarget {
  /** Absolute; the fragment is taken off. */
  path: string;
  /** The text can be nothing but a path. Of another (`@alice`, `@types/node`, `@README`) only a file that exists makes an import. */
  sure: boolean;
}

/** What an `@path` in a document at `path` names; undefined for a template such as `@path/to/file.md`, and for files of a person's home folder, which only that person has. */
export function importTarget(path: string, item: { text: string }): ImportTarget | undefined {
  const written = item.text.slice(1).replace(/#.*$/, '');
  if (!written || written.startsWith('~') || template.test(written)) return undefined;
  const relative = /^\.{1,2}\//.test(written);
  return {
    path: posix.resolve(posix.dirname(path), written),
    sure: documentEnding.test(written) || ((relative || written.startsWith('/')) && /[^/.]\.[a-z0-9]{1,8}$/i.test(written)),
  };
}

/** Where an import leads. `outside` is never looked at: what lies out of the workspace is another person's or another project's. */
export type ImportEnd =
  | { kind: 'file'; path: string; real: string }
  | { kind: 'folder'; path: string }
  | { kind: 'missing'; path: string; sure: boolean /** As it should be written, where only the ending was left out. */; meant?: string }
  | { kind: 'outside' | 'none' };

/** Follow one import of the document at `path`, links followed; `root` is the workspace, absolute. Reads nothing, and never fails. */
export async function followImport(path: string, item: { text: string }, root: string, files: ImportFiles): Promise<ImportEnd> {
  const target = importTarget(path, item);
  if (!target) return { kind: item.text.startsWith('@~/') ? 'outside' : 'none' };
  if (!isWithin(root, target.path)) return { kind: 'outside' };
  const stat = await files.stat(target.path).catch(() => undefined);
  if (!stat) {
    const meant = target.sure ? undefined : item.text.slice(1).replace(/(#.*)?$/, '.md$1');
    const beside = meant !== undefined && (await files.stat(`${target.path}.md`).catch(() => undefined))?.kind === 'file';
    return beside ? { kind: 'missing', path: target.path, sure: true, meant } : { kind: 'missing', ...target };
  }
  if (stat.kind === 'folder') return { kind: 'folder', path: target.path };
  const [real, realRoot] = await Promise.all([realPathOf(target.path, files), realPathOf(root, files)]);
  // A link inside the workspace can lead out of it.
  return isWithin(realRoot, real) ? { kind: 'file', path: target.path, real } : { kind: 'outside' };
}

/** The path with links followed; the path itself where that can't be known. */
export async function realPathOf(path: string, files: Pick<Files, 'realPath'>): Promise<string> {
  return files.realPath(path).catch(() => path);
}

/** The text of a document as it is loaded: without its front matter and without the comments that are blocks of their own, which Claude Code strips. */
export function loadedText(document: Pick<ProjectDocument, 'markdown' | 'text'>): string {
  const { markdown, text } = document;
  const blocks = markdown.comments.filter(({ from }) => !text.slice(text.lastIndexOf('\n', from - 1) + 1, from).trim());
  return markdown.without(blocks, markdown.bodyFrom, text.length);
}
