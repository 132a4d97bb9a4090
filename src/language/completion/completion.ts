import { efforts } from '../../ports';
import { outputFormats } from '../../steering/contextTypes';
import { runnerNames } from '../../steering/runner';
import type { Position } from '../../text';
import { describeRunner } from '../modelText';
import type { DocumentReading } from '../reading';
import { fieldDocumentation, fieldOrder } from '../vocabulary';
import { checkCompletions, checkValueCompletions } from './checks';
import { commandCompletions } from './commands';
import { workspaceFiles } from './files';
import { frontMatterCompletions } from './frontMatter';
import type { Completion, Completions } from './item';
import { eachCompletions, nameCompletions } from './names';
import { type Place, placeAt } from './place';

const nothing: Completions = { items: [], incomplete: false };

/**
 * What can stand at a position; nothing in prose.
 * @param trigger the character whose typing asked, if one did: a space asks only where something new begins
 */
export async function completionsAt(reading: DocumentReading, at: Position, trigger?: string): Promise<Completions> {
  if (trigger === ' ' && !/(?:^|[,:(;]|[-*+]|\bnot|\bin|ignore)[ \t]+$/.test(reading.index.line(at.line).slice(0, at.character))) return nothing;
  const place = placeAt(reading, at);
  if (!place) return nothing;
  const found = await completionsOf(reading, place);
  if (!followsColon(reading, place)) return found;
  // Right behind the colon: a space belongs between, and YAML reads no value without it.
  return { ...found, items: found.items.map((item) => ({ ...item, insert: ` ${item.insert}` })) };
}

function followsColon(reading: DocumentReading, { kind, range: { start } }: Place): boolean {
  return (
    (kind === 'name' || kind === 'value' || kind === 'checkValue' || kind === 'frontMatter') && reading.index.line(start.line)[start.character - 1] === ':'
  );
}

async function completionsOf(reading: DocumentReading, place: Place): Promise<Completions> {
  switch (place.kind) {
    case 'runner':
      return told(runnerItems(reading, place));
    case 'effort':
      return told(
        efforts.map((effort, rank) => ({
          label: `${effort} effort`,
          kind: 'effort',
          range: place.range,
          insert: closing(`${effort} effort`, place.closed),
          detail: 'how much the model thinks first',
          rank,
        })),
      );
    case 'field':
      return told(fieldItems(place));
    case 'name':
      return nameCompletions(reading, place);
    case 'check':
      return checkCompletions(place);
    case 'checkValue':
      return checkValueCompletions(reading, place);
    case 'frontMatter':
      return frontMatterCompletions(reading, place);
    case 'ignore':
      return told(
        reading.ports.rules
          .filter((rule) => rule.kinds.includes(reading.kind) && !place.others.includes(rule.id))
          .map(({ id, title }, rank) => ({ label: id, kind: 'rule', range: place.range, insert: id, detail: title, rank, filter: id })),
      );
    case 'import': {
      const { paths, complete } = await workspaceFiles(reading, place.typed);
      const items = paths
        .filter((path) => !/\s/.test(path))
        .map((path, rank): Completion => ({ label: path, kind: 'file', range: place.range, insert: path, rank, filter: path }));
      return { items, incomplete: !complete };
    }
    case 'value':
      return valueCompletions(reading, place);
  }
}

function told(items: Completion[]): Completions {
  return { items, incomplete: false };
}

function closing(text: string, closed: boolean): string {
  return closed ? text : `${text})`;
}

function runnerItems(reading: DocumentReading, place: Extract<Place, { kind: 'runner' }>): Completion[] {
  // Cheap first.
  const names = ['Haiku', ...runnerNames.filter((name) => name !== 'Haiku')];
  return names.map((name, rank) => ({
    label: name,
    kind: 'runner',
    range: place.range,
    insert: closing(name, place.closed),
    ...describeRunner(reading, name),
    rank,
  }));
}

function fieldItems(place: Extract<Place, { kind: 'field' }>): Completion[] {
  return fieldOrder
    .filter(({ name }) => !place.present.includes(name))
    .map(({ name, snippet, retrigger }, rank) => ({
      label: name,
      kind: 'field',
      range: place.range,
      ...(place.colon ? { insert: name } : { insert: snippet, snippet: true, retrigger }),
      documentation: fieldDocumentation[name],
      rank,
    }));
}

async function valueCompletions(reading: DocumentReading, place: Extract<Place, { kind: 'value' }>): Promise<Completions> {
  const { field, typed } = place;
  if (field === 'Each') return eachCompletions(reading, place);
  if (field === 'Run') {
    const tick = /^`/.test(typed) ? 1 : 0;
    const line = reading.index.line(place.range.start.line);
    const { start, end } = place.range;
    const last = tick && line.slice(0, end.character).endsWith('`') && end.character > start.character + 1 ? 1 : 0;
    const range = { start: { ...start, character: start.character + tick }, end: { ...end, character: end.character - last } };
    return commandCompletions(reading, range);
  }
  if (field === 'Advisor')
    return told([{ label: 'yes', kind: 'format', range: place.range, insert: 'yes', documentation: fieldDocumentation.Advisor, rank: 0 }]);
  const format = field === 'Output' ? /\sas\s+([a-z]*)$/i.exec(typed) : null;
  if (!format) return nothing;
  const start = { ...place.range.start, character: place.range.start.character + typed.length - (format[1] as string).length };
  return told(outputFormats.map((name, rank) => ({ label: name, kind: 'format', range: { start, end: place.range.end }, insert: name, rank })));
}
