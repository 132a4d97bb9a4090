import type { Range } from '../text';
import type { DocumentReading } from './reading';

/** A key of the front matter with its place. YAML keeps no places after it is read, so block mappings are read by their lines. */
export interface FrontMatterKey {
  /** As YAML reads it: without quotes. */
  name: string;
  /** Of the key as written, quotes included. */
  range: Range;
  /** What stands after the colon on that line, blanks and a comment taken off. */
  value: string;
  valueRange: Range;
  indent: number;
  /** The key above with less indentation. */
  parent?: string;
}

const keyLine = /^([ ]*)("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'#:[\]{},&*!|>%@`-][^#:]*?|-[^\s:][^#:]*?)[ \t]*:(?:[ \t]+(.*?))?[ \t]*$/;

const longestLine = 1000;

/** The keys of block mappings on the first two levels, in order; none where there is no front matter. What stands in a flow (`{a: b}`) is not found. */
export function frontMatterKeys(reading: DocumentReading): FrontMatterKey[] {
  const range = reading.project.frontMatter.range;
  if (!range) return [];
  const found: FrontMatterKey[] = [];
  let parent: { name: string; indent?: number } | undefined;
  for (let line = range.start.line + 1; line < range.end.line; line++) {
    const content = reading.index.line(line);
    // A line as long as this is a value.
    const match = content.length > longestLine ? null : keyLine.exec(content);
    if (!match) continue;
    const indent = (match[1] as string).length;
    if (indent > 0 && !parent) continue;
    if (indent > 0 && parent) {
      parent.indent ??= indent;
      // Deeper lines are a value's own.
      if (indent !== parent.indent) continue;
    }
    const written = match[2] as string;
    const value = (match[3] ?? '').replace(/(?:^|\s)#.*$/, '').trim();
    const valueAt = value ? content.indexOf(value, indent + written.length + 1) : content.trimEnd().length;
    const name = unquoted(written);
    found.push({
      name,
      range: { start: { line, character: indent }, end: { line, character: indent + written.length } },
      value: unquoted(value),
      valueRange: { start: { line, character: valueAt }, end: { line, character: valueAt + value.length } },
      indent,
      ...(indent > 0 && parent ? { parent: parent.name } : {}),
    });
    if (indent === 0) parent = { name };
  }
  return found;
}

function unquoted(text: string): string {
  if (text.length > 1 && text.startsWith('"') && text.endsWith('"')) {
    try {
      return String(JSON.parse(text));
    } catch {
      // YAML knows more escapes than JSON: then as it stands.
      return text.slice(1, -1);
    }
  }
  return text.length > 1 && text.startsWith("'") && text.endsWith("'") ? text.slice(1, -1).replaceAll("''", "'") : text;
}
