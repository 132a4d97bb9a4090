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
