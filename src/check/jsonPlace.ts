/** Where a text stops being JSON: the runtime's own messages name a place only for some errors, and not on every version. */

type Expecting =
  | 'a value'
  | 'a value or ]'
  | 'a key in double quotes or }'
  | 'a key in double quotes'
  | 'a colon'
  | 'a comma or the closing bracket'
  | 'nothing after the JSON';

const token =
  /[\t\n\r ]*(?:("(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])|([[\]{}:,]))/y;

/** The offset of the first thing that does not belong, and what was expected there; undefined for valid JSON. Takes time in proportion to the text. */
export function wrongJsonAt(text: string): { offset: number; expected: string } | undefined {
  const open: ('[' | '{')[] = [];
  let expecting: Expecting = 'a value';
  const after = (): Expecting => (open.length ? 'a comma or the closing bracket' : 'nothing after the JSON');
  token.lastIndex = 0;
  for (;;) {
    const from = token.lastIndex;
    const match = token.exec(text);
    const blank = /[\t\n\r ]*/y;
    blank.lastIndex = from;
    blank.exec(text);
    const offset = blank.lastIndex;
    if (!match) return offset >= text.length && expecting === 'nothing after the JSON' ? undefined : { offset, expected: expecting };
    const [, string, literal, mark] = match;
    const wrong = { offset, expected: expecting };
    const wantsValue = expecting === 'a value' || expecting === 'a value or ]';
    const wantsKey = expecting === 'a key in double quotes' || expecting === 'a key in double quotes or }';
    if (string !== undefined && wantsKey) expecting = 'a colon';
    else if ((string !== undefined || literal !== undefined) && wantsValue) expecting = after();
    else if ((mark === '[' || mark === '{') && wantsValue) {
      open.push(mark);
      expecting = mark === '[' ? 'a value or ]' : 'a key in double quotes or }';
    } else if (
      (mark === ']' && open.at(-1) === '[' && (expecting === 'a value or ]' || expecting === 'a comma or the closing bracket')) ||
      (mark === '}' && open.at(-1) === '{' && (expecting === 'a key in double quotes or }' || expecting === 'a comma or the closing bracket'))
    ) {
      open.pop();
      expecting = after();
    } else if (mark === ':' && expecting === 'a colon') expecting = 'a value';
    else if (mark === ',' && expecting === 'a comma or the closing bracket') expecting = open.at(-1) === '[' ? 'a value' : 'a key in double quotes';
    else return wrong;
  }
}

/** The offset of the value a JSON pointer (RFC 6901) names in a valid JSON text; of the innermost value around it where there is none. Takes time in proportion to the text. */
export function placeInJson(text: string, pointer: string): number {
  let at = 0;
  const next = (): { from: number; string?: string; mark?: string } => {
    token.lastIndex = at;
    const match = token.exec(text);
    if (!match) return { from: at, mark: 'end' };
    at = token.lastIndex;
    const [whole, string, , mark] = match;
    return { from: match.index + whole.length - whole.trimStart().length, ...(string !== undefined && { string }), ...(mark !== undefined && { mark }) };
  };
  /** Goes past one value, or past the rest of one whose opening bracket was read already. */
  const skip = (depth = 0): void => {
    do {
      const { mark } = next();
      if (mark === '[' || mark === '{') depth++;
      else if (mark === ']' || mark === '}') depth--;
      else if (mark === 'end') return;
    } while (depth > 0);
  };
  let found = next();
  const names = pointer
    .split('/')
    .slice(1)
    .map((name) => name.replace(/~1/g, '/').replace(/~0/g, '~'));
  for (const name of names) {
    const list = found.mark === '[';
    if (!list && found.mark !== '{') return found.from;
    let inner: typeof found | undefined;
    for (let i = 0; inner === undefined; i++) {
      const before = at;
      const key = list ? undefined : next();
      if (key && (key.string === undefined || next().mark !== ':')) return found.from;
      if (list ? String(i) === name : JSON.parse(key?.string as string) === name) inner = next();
      else {
        const closing = list && next().mark === ']';
        at = closing ? at : list ? before : at;
        if (closing) return found.from;
        skip();
        if (next().mark !== ',') return found.from;
      }
    }
    if (inner.mark === ']' || inner.mark === 'end') return found.from;
    found = inner;
  }
  return found.from;
}
