import { wrongJsonAt } from '../check/jsonPlace';

/** JSON that says where it says it, so that a problem with a value can be shown at the value. Offsets into the text. */
export type PlacedJson =
  | { kind: 'object'; entries: { key: string; from: number; to: number; value: PlacedJson }[]; from: number; to: number }
  | { kind: 'array'; items: PlacedJson[]; from: number; to: number }
  | { kind: 'scalar'; value: string | number | boolean | null; from: number; to: number };

/** Deeper than any configuration: reading recurses. */
const deepest = 50;

/** The value with its places, or where the text stops being JSON and what was expected there. */
export function readPlacedJson(text: string): { value: PlacedJson } | { offset: number; expected: string } {
  const wrong = wrongJsonAt(text);
  if (wrong) return wrong;
  const tokens = [...text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}:,]|[^\s[\]{}:,"]+/g)];
  let at = 0;
  let tooDeep: number | undefined;
  const next = () => tokens[at++] as RegExpExecArray;
  const peek = () => tokens[at]?.[0];
  const read = (depth: number): PlacedJson => {
    const token = next();
    const from = token.index;
    if (depth > deepest) tooDeep ??= from;
    if (token[0] !== '{' && token[0] !== '[') return { kind: 'scalar', value: JSON.parse(token[0]) as string, from, to: from + token[0].length };
    const close = token[0] === '{' ? '}' : ']';
    const entries: Extract<PlacedJson, { kind: 'object' }>['entries'] = [];
    const items: PlacedJson[] = [];
    while (peek() !== close && tooDeep === undefined) {
      if (close === '}') {
        const key = next();
        at++;
        entries.push({ key: JSON.parse(key[0]) as string, from: key.index, to: key.index + key[0].length, value: read(depth + 1) });
      } else items.push(read(depth + 1));
      if (peek() === ',') at++;
    }
    const to = tooDeep === undefined ? next().index + 1 : from + 1;
    return close === '}' ? { kind: 'object', entries, from, to } : { kind: 'array', items, from, to };
  };
  const value = read(0);
  return tooDeep === undefined ? { value } : { offset: tooDeep, expected: `at most ${deepest} levels` };
}
