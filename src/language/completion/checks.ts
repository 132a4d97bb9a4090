import { type CheckName, checkNames } from '../../steering/checkNames';
import type { CheckKind } from '../../steering/checkTypes';
import { kindOf } from '../../steering/kinds';
import type { DocumentReading } from '../reading';
import { literal, stop } from '../snippet';
import { commandCompletions } from './commands';
import { workspaceFiles } from './files';
import type { Completions } from './item';
import { listed } from './names';
import type { Place } from './place';

/** Checks whose argument is completed once their name is there. */
const completed = new Set<CheckKind>(['schema', 'sameAs', 'unchanged', 'voice', 'command']);

/** The names of checks, each with its argument to be typed over. */
export function checkCompletions(place: Extract<Place, { kind: 'check' }>): Completions {
  const items = checkNames.map((check, rank) => ({
    label: check.name,
    kind: 'check' as const,
    range: place.range,
    ...(place.colon || !check.takesValue ? { insert: check.name } : { insert: snippetOf(check), snippet: true }),
    ...(check.takesValue && check.kind !== 'atLeast' ? { detail: check.example.slice(check.name.length + 1).trim() } : {}),
    documentation: `${check.documentation}\n\n\`\`\`markdown\n- ${check.example.replace(/\n/g, '\n  ')}\n\`\`\``,
    rank,
    retrigger: !place.colon && (completed.has(check.kind) || check.kind === 'atLeast'),
  }));
  return { items, incomplete: false };
}

function snippetOf(check: CheckName): string {
  if (check.kind === 'atLeast') return check.name === 'at least 2 of' ? `at least ${stop(1, '2')} of:\n  - $0` : `${check.name}:\n  - $0`;
  if (completed.has(check.kind)) return `${literal(check.name)}: $0`;
  const value = check.example.slice(check.name.length + 1).trim();
  const quoted = /^"(.*)"$/.exec(value);
  if (quoted) return `${check.name}: "${stop(1, quoted[1] as string)}"$0`;
  const pattern = /^\/(.*)\/(\w*)$/.exec(value);
  return pattern ? `${check.name}: /${stop(1, pattern[1] as string)}/${literal(pattern[2] as string)}$0` : `${check.name}: ${stop(1, value)}$0`;
}

/** What stands behind a check's colon, where that is a file or a command. */
export async function checkValueCompletions(reading: DocumentReading, place: Extract<Place, { kind: 'checkValue' }>): Promise<Completions> {
  const kind = checkNames.find(({ name }) => name === place.check)?.kind;
  if (kind === 'command') return commandCompletions(reading, place.range);
  const fits: Partial<Record<CheckKind, (path: string) => boolean>> = {
    schema: (path) => /\.json$/i.test(path) && !/(?:^|\/)(?:package|tsconfig[\w.-]*|\.[\w-]+)\.json$/i.test(path),
    voice: (path) => kindOf(path) === 'voice',
    sameAs: () => true,
    unchanged: () => true,
  };
  const fit = kind && fits[kind];
  if (!fit) return { items: [], incomplete: false };
  const { paths, complete } = await workspaceFiles(reading, place.typed, fit);
  const likely = (path: string) => (kind === 'schema' && /schema/i.test(path) ? 0 : 1000);
  const items = paths.flatMap((path, i) => {
    const insert = listed(path);
    return insert === undefined ? [] : [{ label: path, kind: 'file' as const, range: place.range, insert, rank: likely(path) + i, filter: path }];
  });
  return { items, incomplete: !complete };
}
