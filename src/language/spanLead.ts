import { posix } from 'node:path';
import { readMentions } from '../reference/mentions';
import { Bases, joined, placeOf } from '../reference/places';
import type { Reference } from '../steering/project';
import { foldersUp, type Lead, leadOf, leadTo } from './lead';
import type { DocumentReading } from './reading';

/** Tells where code spans of a document lead: made once for all spans that are asked about together. */
export interface SpanLeads {
  of(span: Reference): Promise<Lead | undefined>;
}

/**
 * A path in a code span leads from the document's folder or one above it; else from the folder or package that its section is about; else to the only
 * place in the workspace that ends with it.
 */
export async function spanLeads(reading: DocumentReading): Promise<SpanLeads> {
  const up = await foldersUp(reading);
  let around: Promise<((span: Reference) => Promise<Lead | undefined>) | undefined> | undefined;
  return {
    async of(span) {
      const near = await leadOf(reading, span.text, up);
      if (near || !span.text.includes('/')) return near;
      around ??= fromSections(reading);
      return (await around)?.(span);
    },
  };
}

async function fromSections(reading: DocumentReading): Promise<((span: Reference) => Promise<Lead | undefined>) | undefined> {
  const place = await placeOf(reading.path, reading.ports.facts);
  if (!place) return undefined;
  const read = readMentions(reading.project);
  const bases = new Bases(reading.project, read, place);
  return async (span) => {
    const mention = read.mentions.find(({ from, to, place: written }) => written === 'span' && span.from <= from && to <= span.to);
    if (!mention || mention.glob !== undefined || mention.form.start === '../') return undefined;
    const found = bases
      .of(mention.block)
      .map((folder) => joined(folder, mention.form.path))
      .find((path) => path !== undefined && place.index.has(path));
    const elsewhere = place.index.basesOf(mention.form.path);
    const only = elsewhere.length === 1 ? joined(elsewhere[0] as string, mention.form.path) : undefined;
    const path = found ?? only;
    return path === undefined ? undefined : leadTo(reading, posix.join(place.root, path));
  };
}
