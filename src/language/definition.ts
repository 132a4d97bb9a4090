import { importTarget } from '../reference/imports';
import type { Source } from '../steering/plan';
import { resolvePath } from '../steering/task';
import type { Position, Range } from '../text';
import { frontMatterKeys } from './frontMatterKeys';
import { type Lead, leadOf, leadTo, sectionStart } from './lead';
import type { DocumentReading } from './reading';
import { spanLeads } from './spanLead';
import { type Thing, thingAt } from './things';

/** A place in a file. */
export interface Place {
  /** Absolute. */
  path: string;
  range: Range;
}

export interface Definition extends Place {
  /** What in the asking document leads there. */
  origin: Range;
}

/** Where what stands at a position is made: the stage, output or key of this document, or a file or section. None where it leads nowhere. */
export async function definitionsAt(reading: DocumentReading, at: Position): Promise<Definition[]> {
  const thing = await thingAt(reading, at);
  if (!thing) return [];
  return (await placesOf(reading, thing)).map((place) => ({ ...place, origin: thing.range }));
}

async function placesOf(reading: DocumentReading, thing: Thing): Promise<Place[]> {
  const here = (range: Range): Place => ({ path: reading.path, range });
  const { stages } = reading.context;
  switch (thing.kind) {
    case 'name':
      return placesOfSource(reading, thing.resolved.source, thing.resolved.name.text);
    case 'mention':
      return [here(stages[thing.mention.index]?.titleRange ?? thing.range)];
    case 'item': {
      const field = stages[thing.index]?.fields.find(({ name }) => name === 'Each');
      return field ? [here(field.valueRange)] : [];
    }
    case 'title':
    case 'output':
    case 'key':
      // Where one is already: the editor then shows the references.
      return [here(thing.range)];
    case 'outputPath':
    case 'checkFile':
      return placesOfLead(reading, await leadOf(reading, thing.path, [reading.folder]));
    case 'import':
      return placesOfLead(reading, await importLead(reading, thing.reference.text));
    case 'span':
      return placesOfLead(reading, await (await spanLeads(reading)).of(thing.reference));
    default:
      return [];
  }
}

/** Where an import leads, as Claude Code resolves it: from the folder of the document. */
export async function importLead(reading: DocumentReading, written: string): Promise<Lead | undefined> {
  const target = importTarget(reading.path, { text: written });
  const lead = target && (await leadTo(reading, target.path));
  const section = /#(.+)$/.exec(written)?.[1];
  return lead && { ...lead, ...(section ? { section } : {}) };
}

async function placesOfLead(reading: DocumentReading, lead: Lead | undefined): Promise<Place[]> {
  return lead?.kind === 'file' ? [{ path: lead.path, range: emptyAt(await startOf(reading, lead)) }] : [];
}

/** The place in a file that a lead means: its section, its line, or its beginning. */
export async function startOf(reading: DocumentReading, lead: Lead): Promise<Position> {
  const section = lead.section ? await sectionStart(reading, lead.path, lead.section) : undefined;
  return section ?? { line: lead.line ?? 0, character: 0 };
}

function emptyAt(position: Position): Range {
  return { start: position, end: position };
}

/** By which of its names a stage is read: the output, the title, or its number. */
export function readBy(reading: DocumentReading, index: number, written: string): 'output' | 'title' | 'number' {
  const stage = reading.context.stages[index];
  const text = written.trim().toLowerCase();
  if (stage?.output?.name.toLowerCase() === text) return 'output';
  if (stage?.title.toLowerCase() === text) return 'title';
  if (/^stage\s+\d+\b/.test(text)) return 'number';
  const words = (of: string | undefined): string[] => of?.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const known = words(stage?.output?.name);
  const own = words(text.replace(/\s*\([^()]*\)\s*$/, '')).filter((word) => !/^(?:the|an?)$/.test(word));
  return own.length > 0 && own.every((word) => known.includes(word)) ? 'output' : 'title';
}

async function placesOfSource(reading: DocumentReading, source: Source, written: string): Promise<Place[]> {
  const here = (range: Range): Place => ({ path: reading.path, range });
  const stage = (index: number): Place[] => {
    const made = reading.context.stages[index];
    if (!made) return [];
    return [here(readBy(reading, index, written) === 'output' && made.output ? made.output.nameRange : made.titleRange)];
  };
  switch (source.kind) {
    case 'stage':
    case 'later':
      return stage(source.index);
    case 'ambiguous':
      return source.indexes.flatMap(stage);
    case 'declared': {
      const key = frontMatterKeys(reading).find(({ parent, name }) => parent === 'inputs' && name === source.name);
      return [here(key?.range ?? reading.project.frontMatter.range ?? emptyAt({ line: 0, character: 0 }))];
    }
    case 'part': {
      const part = reading.context.parts[source.part];
      return part ? [here(part.headingRange)] : [];
    }
    case 'file': {
      if (!source.exists) return [];
      const lead: Lead = { path: source.path, kind: 'file', size: 0, section: source.section, line: source.lines && source.lines[0] - 1 };
      return placesOfLead(reading, lead);
    }
    case 'glob':
    case 'relevant':
    case 'asked':
      return [];
  }
}

/** The absolute path of what a stage writes. */
export function outputPathOf(reading: DocumentReading, path: string): string {
  return resolvePath({ folder: reading.folder }, path);
}
