import { quote, splitCommas } from '../../steering/commas';
import { partNames, type Stage } from '../../steering/contextTypes';
import { kindOf } from '../../steering/kinds';
import { code, firstLines } from '../markdownText';
import type { DocumentReading } from '../reading';
import { literal, stop } from '../snippet';
import { headingsOf, workspaceFiles } from './files';
import type { Completion, Completions } from './item';
import type { Place } from './place';

type NamePlace = Extract<Place, { kind: 'name' }>;

/** The name in the form in which a list of names gives it back: in quotes where it has a comma. Undefined where no form does. */
export function listed(name: string, quoteMark?: string): string | undefined {
  if (quoteMark) return name.includes(quoteMark) || name.includes('\n') ? undefined : name;
  const pieces = splitCommas(name);
  if (pieces.length === 1 && pieces[0]?.text === name && !pieces[0].quoted) return name;
  const quoted = quote(name);
  return splitCommas(quoted)[0]?.text === name ? quoted : undefined;
}

/** What can stand in Input, Context and Each: outputs and titles of earlier stages, declared inputs, parts, files and their headings. */
export async function nameCompletions(reading: DocumentReading, place: NamePlace): Promise<Completions> {
  const quoteIfNeeded = (text: string) => listed(text, place.quote) ?? text;
  const headings = await headingsOf(reading, place.typed, place.range, quoteIfNeeded);
  if (headings) return { items: headings, incomplete: false };
  const items = place.field === 'Context' ? [] : planNames(reading, place.stageLine, place.range, place.quote);
  const { paths, complete } = await workspaceFiles(reading, place.typed);
  paths.forEach((path, i) => {
    const insert = listed(path, place.quote);
    if (insert !== undefined) items.push({ label: path, kind: 'file', range: place.range, insert, rank: (kindOf(path) ? 300 : 400) + i, filter: path });
  });
  if (place.field !== 'Each') items.push(...partItems(reading, place));
  const used = new Set(place.others.map((name) => name.toLowerCase()));
  return { items: items.filter(({ label }) => !used.has(label.toLowerCase())), incomplete: !complete };
}

/** Outputs and titles of the stages above a line, the nearest first, and the declared inputs. */
function planNames(reading: DocumentReading, stageLine: number, range: Completion['range'], quoteMark?: string): Completion[] {
  const { stages, inputs } = reading.context;
  const items: Completion[] = [];
  const add = (label: string, kind: Completion['kind'], rank: number, detail: string, documentation?: string) => {
    const insert = listed(label, quoteMark);
    if (insert === undefined || items.some((item) => item.label.toLowerCase() === label.toLowerCase())) return;
    items.push({ label, kind, range, insert, rank, detail, documentation });
  };
  earlier(stages, stageLine).forEach((stage, i) => {
    const from = `stage ${stage.number}, ${stage.title}`;
    if (stage.output) add(stage.output.name, 'output', i, from, stage.output.path && `Written to ${code(stage.output.path)}.`);
    add(stage.title, 'stage', 100 + i, `stage ${stage.number}`);
  });
  let rank = 200;
  for (const [name, value] of inputs) add(name, 'input', rank++, 'declared in the front matter', firstLines(value));
  return items;
}

function earlier(stages: readonly Stage[], line: number): Stage[] {
  return stages.filter((stage) => stage.headingRange.start.line < line).reverse();
}

function partItems(reading: DocumentReading, place: NamePlace): Completion[] {
  return partNames.flatMap((part, i) => {
    const found = reading.context.parts[part];
    // The first parts are sent with every prompt; only the criteria are read by name in practice.
    return found && part === 'success criteria'
      ? [{ label: part, kind: 'part' as const, range: place.range, insert: part, detail: 'of this document', rank: 290 + i }]
      : [];
  });
}

/** `Each:` from its beginning: an item of each list there is. */
export function eachCompletions(reading: DocumentReading, place: Extract<Place, { kind: 'value' }>): Completions {
  const items = planNames(reading, place.stageLine, place.range).flatMap((item): Completion[] =>
    item.kind === 'stage'
      ? []
      : [
          {
            ...item,
            label: `Item in ${item.label}`,
            insert: `${stop(1, 'Item')} in ${literal(item.insert)}$0`,
            snippet: true,
            filter: `Item in ${item.label}`,
          },
        ],
  );
  return { items, incomplete: false };
}
