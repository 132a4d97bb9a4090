import { posix } from 'node:path';
import { models, type Tier, tiers } from '../../catalog/models';
import { formatUsd } from '../../catalog/tokens';
import type { DocumentReading } from '../reading';
import { budgetKeys, contextKeys, type KeyName, ruleKeys } from '../vocabulary';
import type { Completion, Completions } from './item';
import type { Place } from './place';

type FrontMatterPlace = Extract<Place, { kind: 'frontMatter' }>;

/** Keys of the front matter that are not there yet, and what can stand behind them. */
export async function frontMatterCompletions(reading: DocumentReading, place: FrontMatterPlace): Promise<Completions> {
  const line = reading.index.line(place.line);
  const before = line.slice(0, place.range.start.character);
  const parent = parentKey(reading, place.line, /^\s*/.exec(line)?.[0].length ?? 0);
  if (/^\s*$/.test(before)) return { items: keyItems(reading, place, parent), incomplete: false };
  const key = /^\s*["']?([\w-]+)["']?\s*:\s*["']?$/.exec(before)?.[1];
  if (reading.kind === 'context' && parent === 'models' && key) return { items: modelItems(place, key.toLowerCase()), incomplete: false };
  const inPaths = isRule(reading) && (key === 'paths' || (parent === 'paths' && /^\s*-\s+["']?$/.test(before)));
  return inPaths ? globItems(reading, place, /["']$/.test(before)) : { items: [], incomplete: false };
}

function isRule(reading: DocumentReading): boolean {
  return reading.path.includes('/.claude/rules/');
}

/** The key with less indentation above a line; undefined at the first level. A list may stand as far out as its key. */
function parentKey(reading: DocumentReading, line: number, indent: number): string | undefined {
  const dash = /^\s*-/.test(reading.index.line(line));
  for (let above = line - 1; above > 0; above--) {
    const match = /^(\s*)["']?([\w-]+)["']?\s*:/.exec(reading.index.line(above));
    if (match && ((match[1] as string).length < indent || (dash && (match[1] as string).length === indent))) return match[2];
  }
  return undefined;
}

function keyItems(reading: DocumentReading, place: FrontMatterPlace, parent: string | undefined): Completion[] {
  const names: readonly KeyName[] =
    reading.kind === 'context'
      ? parent === undefined
        ? contextKeys
        : parent === 'budget'
          ? budgetKeys
          : parent === 'models'
            ? tierKeys
            : []
      : isRule(reading) && parent === undefined
        ? ruleKeys
        : [];
  const present = new Set(siblings(reading, place.line));
  const colon = /^[\w-]*["']?\s*:/.test(reading.index.line(place.line).slice(place.range.start.character));
  return names
    .filter(({ name }) => !present.has(name))
    .map(({ name, documentation, snippet }, rank) => ({
      label: name,
      kind: 'key',
      range: place.range,
      ...(colon ? { insert: name } : { insert: snippet, snippet: true, retrigger: snippet.endsWith('$0') && !snippet.includes('{') }),
      documentation,
      rank,
    }));
}

const tierKeys: readonly KeyName[] = tiers.map((tier) => ({
  name: tier,
  documentation: `The model id that ${tier} stands for in this task.`,
  snippet: `${tier}: $0`,
}));

/** The other keys of the same level and block. */
function siblings(reading: DocumentReading, line: number): string[] {
  const { index } = reading;
  const indent = /^\s*/.exec(index.line(line))?.[0].length ?? 0;
  const found: string[] = [];
  for (const step of [-1, 1]) {
    for (let at = line + step; at > 0 && at < index.lineCount; at += step) {
      const text = index.line(at);
      if (/^---\s*$/.test(text)) break;
      const match = /^(\s*)["']?([\w-]+)["']?\s*:/.exec(text);
      if (!match) continue;
      if ((match[1] as string).length < indent) break;
      if ((match[1] as string).length === indent) found.push(match[2] as string);
    }
  }
  return found;
}

function modelItems(place: FrontMatterPlace, tier: string): Completion[] {
  const own = tiers.find((known): known is Tier => known === tier);
  if (!own) return [];
  return models.map((model, i) => ({
    label: model.id,
    kind: 'model',
    range: place.range,
    insert: model.id,
    detail: `${formatUsd(model.prices.input)} in, ${formatUsd(model.prices.output)} out per million tokens`,
    documentation: `${model.name}. Prices of ${model.asOf}.`,
    rank: (model.tier === own ? 0 : 100) + i,
  }));
}

async function globItems(reading: DocumentReading, place: FrontMatterPlace, quoted: boolean): Promise<Completions> {
  const root = await reading.root();
  const tree = await reading.ports.facts.tree(root);
  const globs = new Map<string, string>();
  for (const folder of tree.folders) if (!folder.startsWith('.') && folder.split('/').length <= 3) globs.set(`${folder}/**`, `all below ${folder}`);
  const endings = new Map<string, number>();
  for (const file of tree.files) {
    const ending = posix.extname(file);
    if (ending) endings.set(ending, (endings.get(ending) ?? 0) + 1);
  }
  for (const [ending, count] of [...endings].sort((a, b) => b[1] - a[1]).slice(0, 8)) globs.set(`**/*${ending}`, `${count} files`);
  const items = [...globs].map(
    ([glob, detail], rank): Completion => ({
      label: glob,
      kind: 'folder',
      range: place.range,
      insert: quoted ? glob : `"${glob}"`,
      detail,
      rank,
      filter: glob,
    }),
  );
  return { items: items.slice(0, 200), incomplete: items.length > 200 };
}
