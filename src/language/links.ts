import type { Position, Range } from '../text';
import { importLead, startOf } from './definition';
import { type Lead, leadOf } from './lead';
import type { DocumentReading } from './reading';
import { spanLeads } from './spanLead';
import { thingsIn } from './things';

/** A stretch of a document that leads to a file. Markdown's own links are left to the editor, which knows them. */
export interface DocumentLink {
  range: Range;
  /** Absolute. */
  path: string;
  /** Where in it; its beginning where nothing is said. */
  position?: Position;
}

/** The inputs, contexts, imports, check files, outputs and code spans that lead to a file that is there. */
export async function linksIn(reading: DocumentReading): Promise<DocumentLink[]> {
  const spans = await spanLeads(reading);
  const links: DocumentLink[] = [];
  const add = async (range: Range, lead: Lead | undefined) => {
    if (lead?.kind !== 'file') return;
    const position = lead.section || lead.line ? await startOf(reading, lead) : undefined;
    links.push({ range, path: lead.path, ...(position ? { position } : {}) });
  };
  for (const thing of await thingsIn(reading)) {
    if (thing.kind === 'name') {
      const { source } = thing.resolved;
      if (source.kind === 'file' && source.exists)
        await add(thing.range, { path: source.path, kind: 'file', size: 0, section: source.section, line: source.lines && source.lines[0] - 1 });
    } else if (thing.kind === 'checkFile' || thing.kind === 'outputPath') await add(thing.range, await leadOf(reading, thing.path, [reading.folder]));
    else if (thing.kind === 'import') await add(thing.range, await importLead(reading, thing.reference.text));
    else if (thing.kind === 'span') await add(thing.range, await spans.of(thing.reference));
  }
  return apart(links);
}

/** A code span around an input is one link, not two. */
function apart(links: readonly DocumentLink[]): DocumentLink[] {
  const sorted = [...links].sort((a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character);
  return sorted.filter((link, i) => {
    const last = sorted[i - 1];
    return (
      !last ||
      last.range.end.line < link.range.start.line ||
      (last.range.end.line === link.range.start.line && last.range.end.character <= link.range.start.character)
    );
  });
}
