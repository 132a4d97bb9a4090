import type { Position, Range } from '../text';
import { readBy } from './definition';
import { frontMatterKeys } from './frontMatterKeys';
import type { DocumentReading } from './reading';
import { stagesOf, type Thing, thingAt, thingsIn } from './things';

/** What can be looked for and renamed across a document. */
export type DocumentSymbol =
  | { kind: 'title'; index: number }
  | { kind: 'output'; index: number }
  | { kind: 'declared'; name: string }
  | { kind: 'item'; index: number };

export interface ReferencePlace {
  range: Range;
  /** True where it is made. */
  declaration: boolean;
}

/** What a thing stands for; undefined where it is nothing that others name. */
export function symbolOf(reading: DocumentReading, thing: Thing): DocumentSymbol | undefined {
  switch (thing.kind) {
    case 'title':
    case 'output':
    case 'item':
      return { kind: thing.kind, index: thing.index };
    case 'mention':
      return { kind: 'title', index: thing.mention.index };
    case 'key':
      return thing.key.parent === 'inputs' ? { kind: 'declared', name: thing.key.name } : undefined;
    case 'name': {
      const { source, name } = thing.resolved;
      if (source.kind === 'declared') return { kind: 'declared', name: source.name };
      const [index, ...more] = stagesOf(source);
      if (index === undefined || more.length) return undefined;
      return { kind: readBy(reading, index, name.text) === 'output' ? 'output' : 'title', index };
    }
    default:
      return undefined;
  }
}

/**
 * Every place of the document that names what stands at a position, in order. All that reads a stage's output counts for both its output and its
 * title; mentions in prose ("stage 2") count for the title. None where nothing there has a name.
 */
export async function referencesAt(reading: DocumentReading, at: Position, withDeclaration: boolean): Promise<ReferencePlace[]> {
  const thing = await thingAt(reading, at);
  const symbol = thing && symbolOf(reading, thing);
  if (!symbol) return [];
  const found = [...declarations(reading, symbol), ...uses(symbol, await thingsIn(reading))];
  const seen = new Set<string>();
  return found
    .filter(({ range, declaration }) => {
      const key = `${range.start.line}:${range.start.character}`;
      if (seen.has(key) || (declaration && !withDeclaration)) {
        seen.add(key);
        return false;
      }
      seen.add(key);
      return true;
    })
    .sort((a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character);
}

/** Where a symbol is made. */
function declarations(reading: DocumentReading, symbol: DocumentSymbol): ReferencePlace[] {
  const made = (range: Range | undefined): ReferencePlace[] => (range ? [{ range, declaration: true }] : []);
  if (symbol.kind === 'declared') return made(frontMatterKeys(reading).find(({ parent, name }) => parent === 'inputs' && name === symbol.name)?.range);
  const stage = reading.context.stages[symbol.index];
  if (symbol.kind === 'title') return made(stage?.titleRange);
  return symbol.kind === 'output' ? made(stage?.output?.nameRange) : [];
}

function uses(symbol: DocumentSymbol, things: readonly Thing[]): ReferencePlace[] {
  return things.flatMap((thing): ReferencePlace[] => {
    const use = [{ range: thing.range, declaration: false }];
    if (symbol.kind === 'item') return thing.kind === 'item' && thing.index === symbol.index ? use : [];
    if (thing.kind === 'mention') return symbol.kind === 'title' && thing.mention.index === symbol.index ? use : [];
    if (thing.kind !== 'name') return [];
    const { source } = thing.resolved;
    if (symbol.kind === 'declared') return source.kind === 'declared' && source.name === symbol.name ? use : [];
    return stagesOf(source).includes(symbol.index) ? use : [];
  });
}
