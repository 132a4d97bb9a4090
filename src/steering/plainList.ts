import type { List, ListItem, Root } from 'mdast';

/**
 * A flat list of plain words, read without remark: nearly all that stages are written in, a hundred times as fast. Anything that could mean more than it
 * says is left to remark. A test compares both on what people and chance write.
 */

/** `- Words` at the margin or, below such an item, two blanks in. Begins with a letter, so that it is no list, quote, fence or rule of its own. */
const itemLine = /^(?<margin>(?: {2})?)- (?<text>\p{L}.*)$/u;

/** Marks, references, escapes, addresses, what is no printed character, and blanks at the end. */
const meansMore = /[\\`*_[\]<>&!|~@\p{C}\u2028\u2029]|:\/\/|www|[^\P{Z} ]|\s$/iu;

interface Line {
  text: string;
  nested: boolean;
  number: number;
  /** Offset of the line's beginning. */
  at: number;
}

/** The tree that remark makes of a text; undefined where the text is more than blank lines around one plain list. */
export function parsePlainList(text: string): Root | undefined {
  const lines = plainLines(text);
  if (!lines?.length) return undefined;
  const items: ListItem[] = [];
  for (let i = 0; i < lines.length; ) {
    const first = lines[i] as Line;
    let next = i + 1;
    while (lines[next]?.nested) next++;
    const below = lines.slice(i + 1, next);
    items.push(itemOf(first, below));
    i = next;
  }
  const all = text.split('\n');
  const end = { line: all.length, column: (all.at(-1) ?? '').length + 1, offset: text.length };
  return { type: 'root', children: [listOf(items)], position: { start: { line: 1, column: 1, offset: 0 }, end } };
}

/** The lines of the list; undefined where a line is anything else. */
function plainLines(text: string): Line[] | undefined {
  const lines: Line[] = [];
  let at = 0;
  let ended = false;
  let number = 0;
  for (const content of text.split('\n')) {
    number++;
    if (content === '') ended = lines.length > 0;
    else {
      const match = ended ? undefined : itemLine.exec(content)?.groups;
      if (!match || meansMore.test(match.text as string)) return undefined;
      const nested = match.margin !== '';
      if (nested && !lines.length) return undefined;
      lines.push({ text: match.text as string, nested, number, at });
    }
    at += content.length + 1;
  }
  return lines;
}

function itemOf(line: Line, below: readonly Line[]): ListItem {
  const margin = line.nested ? 2 : 0;
  const from = line.at + margin;
  const start = { line: line.number, column: margin + 1, offset: from };
  const words = { line: line.number, column: margin + 3, offset: from + 2 };
  const end = { line: line.number, column: margin + 3 + line.text.length, offset: from + 2 + line.text.length };
  const nested = below.length ? listOf(below.map((inner) => itemOf(inner, []))) : undefined;
  return {
    type: 'listItem',
    spread: false,
    checked: null,
    children: [
      {
        type: 'paragraph',
        children: [{ type: 'text', value: line.text, position: { start: words, end } }],
        position: { start: { ...words }, end: { ...end } },
      },
      ...(nested ? [nested] : []),
    ],
    position: { start, end: { ...(nested?.position?.end ?? end) } },
  };
}

function listOf(children: ListItem[]): List {
  const start = children[0]?.position?.start ?? { line: 1, column: 1, offset: 0 };
  const end = children.at(-1)?.position?.end ?? start;
  return { type: 'list', ordered: false, start: null, spread: false, children, position: { start: { ...start }, end: { ...end } } };
}
