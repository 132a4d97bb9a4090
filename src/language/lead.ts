import { posix } from 'node:path';
import { findSection } from '../reference/namedSection';
import { MarkdownDocument } from '../steering/markdown';
import { isWithin } from '../steering/task';
import type { Position } from '../text';
import type { DocumentReading } from './reading';

/** Where a written path leads. */
export interface Lead {
  /** Absolute. */
  path: string;
  kind: 'file' | 'folder';
  /** Bytes of a file. */
  size: number;
  /** The heading after `#`, as written. */
  section?: string;
  /** The line behind a colon, from 0. */
  line?: number;
}

const form = /^(?:\.{0,2}\/)?[\p{L}\p{N}\p{M}_.@~+()[\]-][\p{L}\p{N}\p{M}_.@~+()[\]/ -]*$/u;

/**
 * The file or folder that a written path leads to: exactly that path, from the first of the folders that has it; `#heading` and `:line` behind it
 * are taken off. Undefined where there is none in the workspace, and for what is no path.
 */
export async function leadOf(reading: DocumentReading, written: string, folders: readonly string[]): Promise<Lead | undefined> {
  const match = /^([^#\s:][^#:\n]{0,300})(?:#([^#\n]+)|:(\d+)(?:[-:]\d+)?|::[\w:]+(?:\(\))?)?$/.exec(written.trim());
  const path = match?.[1] as string;
  if (!match || !form.test(path) || /^\.{1,2}\/?$/.test(path)) return undefined;
  for (const folder of folders) {
    const lead = await leadTo(reading, posix.resolve(folder, path));
    if (!lead || (path.endsWith('/') && lead.kind !== 'folder')) continue;
    return { ...lead, ...(match[2] ? { section: match[2].trim() } : {}), ...(match[3] ? { line: Math.max(0, Number(match[3]) - 1) } : {}) };
  }
  return undefined;
}

/** What stands at an absolute path; undefined where nothing does, and for what lies outside of the workspace. */
export async function leadTo(reading: DocumentReading, path: string): Promise<Lead | undefined> {
  if (!isWithin(await reading.root(), path)) return undefined;
  const stat = await reading.ports.facts.stat(path);
  return stat && { path, ...stat };
}

/** The document's folder and those above it, up to the root. */
export async function foldersUp(reading: DocumentReading): Promise<string[]> {
  const root = await reading.root();
  const folders: string[] = [];
  for (let at = reading.folder; isWithin(root, at); at = posix.dirname(at)) {
    folders.push(at);
    if (at === root || at === posix.dirname(at)) break;
  }
  return folders;
}

/** Where in a file a section begins; undefined where the file can't be read or has no such section. */
export async function sectionStart(reading: DocumentReading, path: string, section: string): Promise<Position | undefined> {
  const text = await reading.ports.files.read(path).catch(() => undefined);
  if (text === undefined) return undefined;
  const markdown = new MarkdownDocument(text);
  const found = findSection(markdown, section);
  return found && markdown.index.positionAt(found.from);
}

/** A path as one writes it in the document. */
export function relativeTo(reading: DocumentReading, path: string): string {
  return posix.relative(reading.folder, path) || '.';
}
