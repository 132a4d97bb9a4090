import { posix } from 'node:path';
import { estimateTokens, formatTokens } from '../catalog/tokens';
import { launchContext, launchFolder } from '../reference/launch';
import { findSection } from '../reference/namedSection';
import { MarkdownDocument } from '../steering/markdown';
import { isWithin } from '../steering/task';
import { plural } from '../text';
import type { Lead } from './lead';
import { code, firstLines, words } from './markdownText';
import type { DocumentReading } from './reading';

/** A file whose name says that a look at it should not be put on a screen. */
const kept = /^\.|\.(?:pem|key|p12|pfx|crt|kdbx)$|secret|credential/i;

/** The path as people know it: from the root of the workspace. */
export async function shownPath(reading: DocumentReading, path: string): Promise<string> {
  return posix.relative(await reading.root(), path) || '.';
}

/** A file: its path, its tokens, its first heading and its first lines; of a section or lines, these. */
export async function fileText(reading: DocumentReading, lead: Lead, lines?: [number, number]): Promise<string> {
  const shown = code((await shownPath(reading, lead.path)) + (lead.section ? `#${lead.section}` : ''));
  if (lead.kind === 'folder') return `${shown}, a folder.`;
  if (kept.test(posix.basename(lead.path))) return `${shown}, ${plural(lead.size, 'byte')}.`;
  const text = await textAt(reading, lead.path);
  if (text === undefined) return `${shown} is no text that can be read.`;
  const markdown = /\.(?:md|mdx|markdown)$/i.test(lead.path) ? new MarkdownDocument(text) : undefined;
  if (lead.section) {
    const section = markdown && findSection(markdown, lead.section);
    if (!markdown || !section) return `${shown} has no section of that name.`;
    const body = markdown.whole(section);
    return `${shown}: “${words(section.heading)}”, about ${formatTokens(estimateTokens(body))} tokens.\n\n${firstLines(body)}`;
  }
  const part = lines
    ? text
        .split(/\r?\n/)
        .slice(lines[0] - 1, lines[1])
        .join('\n')
    : text;
  const heading = lines ? undefined : markdown?.sections.find(({ depth }) => depth > 0)?.heading;
  const title = heading ? `: “${words(heading)}”` : '';
  return `${shown}${title}${lines ? `, lines ${lines[0]} to ${lines[1]}` : ''}, about ${formatTokens(estimateTokens(part))} tokens.\n\n${firstLines(part)}`;
}

/** An import: the file, and what every session loads because of it, its own imports included. */
export async function importText(reading: DocumentReading, lead: Lead): Promise<string> {
  const file = await fileText(reading, lead);
  if (lead.kind === 'folder') return `${file} Nothing is loaded of a folder: import a file.`;
  const { files, facts } = reading.ports;
  const launch = await launchContext(launchFolder(reading.path), {
    read: (path) => (path === reading.path ? Promise.resolve(reading.text) : files.read(path)),
    stat: (path) => facts.stat(path),
    list: (folder) => files.list(folder),
    realPath: (path) => files.realPath(path),
  });
  const loaded = new Set([lead.path]);
  // Pieces come after what leads to them.
  for (const { path, via } of launch.pieces) if (via !== undefined && loaded.has(via)) loaded.add(path);
  const own = launch.pieces.filter(({ path }) => loaded.has(path));
  if (!own.some(({ path }) => path === lead.path)) return file;
  const tokens = own.reduce((sum, piece) => sum + piece.tokens, 0);
  const with_ = own.length > 1 ? ` with ${plural(own.length - 1, 'file')} it imports` : '';
  return `Adds about **${formatTokens(tokens)} tokens** to every session${with_}; all of ${formatTokens(launch.tokens)} that are loaded.\n\n${file}`;
}

/** The text of a file in the workspace; undefined where it can't be read or lies outside, links followed. */
export async function textAt(reading: DocumentReading, path: string): Promise<string | undefined> {
  const { files } = reading.ports;
  try {
    const [real, root] = await Promise.all([files.realPath(path), files.realPath(await reading.root())]);
    return isWithin(root, real) ? await files.read(path) : undefined;
  } catch {
    // Gone, binary or too large: nothing to show of it.
    return undefined;
  }
}
