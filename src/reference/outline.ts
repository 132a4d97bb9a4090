import type { ProjectDocument } from '../steering/project';

/** A stretch of prose with its place among the others: what a reader has in mind when he gets to it. */
export interface Block {
  kind: 'heading' | 'item' | 'row' | 'paragraph';
  /** The prose, code spans and comments blanked out. */
  text: string;
  from: number;
  to: number;
  /** Columns before a list item's marker or a paragraph's text. */
  indent: number;
  /** Headings above, as indices into the blocks, innermost first. */
  headings: number[];
  /** The list item it stands in, or the paragraph that leads into its list. */
  parents: number[];
  /** The list or table it is one of, by a number of its own. */
  group?: number;
}

const marker = /^([ \t>]*)(?:[-*+]|\d{1,9}[.)])[ \t]+/;

/** The blocks of a document in order, with headings, parents and lists worked out by their lines and indents. Linear. */
export function outlineOf(document: ProjectDocument): Block[] {
  const blocks: Block[] = [];
  let headings: { depth: number; block: number }[] = [];
  let items: number[] = [];
  let groups: { indent: number; group: number }[] = [];
  let lead: number | undefined;
  let table: number | undefined;
  let count = 0;
  const fences = document.markdown.fences;
  let fence = 0;
  document.prose.forEach((prose, i) => {
    const head = /^ {0,3}(#{1,6})(?:[ \t]|$)/.exec(prose.text);
    const item = marker.exec(prose.text);
    const kind = head ? 'heading' : item ? 'item' : /^[ \t>]*\|/.test(prose.text) ? 'row' : 'paragraph';
    const indent = columns((item?.[1] ?? /^[ \t>]*/.exec(prose.text)?.[0]) || '');
    const block: Block = { kind, text: prose.text, from: prose.from, to: prose.from + prose.text.length, indent, headings: [], parents: [] };
    let fenced = false;
    while (fence < fences.length && (fences[fence]?.from ?? 0) < prose.from) {
      fenced = true;
      fence++;
    }
    if (head) {
      const depth = (head[1] as string).length;
      headings = headings.filter((known) => known.depth < depth);
      block.headings = headings.map((known) => known.block).reverse();
      headings.push({ depth, block: i });
      items = [];
      groups = [];
      lead = undefined;
      table = undefined;
      blocks.push(block);
      return;
    }
    block.headings = headings.map((known) => known.block).reverse();
    if (kind !== 'row') table = undefined;
    items = items.filter((known) => (blocks[known] as Block).indent < indent || (kind === 'paragraph' && (blocks[known] as Block).indent < indent));
    block.parents = [...items].reverse();
    if (lead !== undefined) block.parents.push(lead);
    if (kind === 'item') {
      groups = groups.filter((known) => known.indent <= indent);
      let group = groups.find((known) => known.indent === indent);
      if (!group) {
        group = { indent, group: count++ };
        groups.push(group);
      }
      block.group = group.group;
      items.push(i);
    } else if (kind === 'row') {
      table ??= count++;
      block.group = table;
      groups = [];
    } else if (indent === 0) {
      groups = [];
      items = [];
      lead = /:[\s*_]*$/.test(prose.text) ? i : undefined;
    }
    if (fenced && kind === 'paragraph') lead = /:[\s*_]*$/.test(prose.text) ? i : undefined;
    blocks.push(block);
  });
  return blocks;
}

function columns(blank: string): number {
  let column = 0;
  for (const character of blank) column += character === '\t' ? 4 - (column % 4) : 1;
  return column;
}
