import type { Check } from '../../../steering/checkTypes';
import type { Field, Stage } from '../../../steering/contextTypes';
import type { Range, TextEdit } from '../../../text';
import type { Subject } from '../../issue';

const marker = /^\s*(?:[-*+]|(\d+)([.)]))\s+/;

/** The edit that adds a check at a place; undefined where this check can't stand there. */
export type Addition = (check: string) => TextEdit | undefined;

/**
 * How a check is added to a stage: to its Checks, written as the list is, or in a new field of that name; undefined where that can't be told. The
 * place is looked for once, so ask once for a stage with a thousand criteria.
 */
export function additionTo(subject: Pick<Subject, 'markdown' | 'text'>, stage: Stage): Addition | undefined {
  const checks = stage.fields.find(({ name }) => name === 'Checks');
  return checks ? toField(subject, checks) : toStage(subject, stage);
}

function toField({ markdown, text }: Pick<Subject, 'markdown' | 'text'>, { range, nameRange }: Field): Addition | undefined {
  const { index } = markdown;
  const from = index.offsetAt(range.start);
  const source = text.slice(from, index.offsetAt(range.end));
  if (/^\s*(?:```|~~~)/m.test(source)) return undefined;
  for (let line = nameRange.start.line + 1; line <= range.end.line; line++) {
    const first = marker.exec(index.line(line))?.[0];
    if (first) return atLineEnd({ markdown }, range.end.line, (check) => `\n${first}${check}`);
  }
  const own = marker.exec(index.line(range.start.line))?.[0];
  if (own === undefined) return undefined;
  // A list written on one line (`Checks: json; words: 3`) goes on with a semicolon.
  if (/:[*_]*\s*\S/.test(source.slice(source.indexOf(':')).replace(/<!--[\s\S]*?-->/g, ''))) {
    const at = index.positionAt(from + source.trimEnd().replace(/;$/, '').length);
    return source.includes('<!--') ? undefined : (check) => (check.includes(';') ? undefined : { range: { start: at, end: at }, newText: `; ${check}` });
  }
  return atLineEnd({ markdown }, range.end.line, (check) => `\n${nestedIndent(own)}- ${check}`);
}

function toStage(from: Pick<Subject, 'markdown'>, stage: Stage): Addition | undefined {
  const { index } = from.markdown;
  // Below the last field without a code block: what follows an unclosed one would be code.
  const last = stage.fields.findLast(({ value }) => !/^\s*(?:```|~~~)/m.test(value));
  if (!last) return undefined;
  const own = marker.exec(index.line(last.range.start.line));
  if (!own) return undefined;
  const lead = own[1] === undefined ? own[0] : own[0].replace(own[1], String(Number(own[1]) + 1));
  return atLineEnd(from, last.range.end.line, (check) => `\n${lead}Checks:\n${nestedIndent(lead)}- ${check}`);
}

/** Below the text of the item: four columns for `1.  `, two for `- `. */
function nestedIndent(lead: string): string {
  return lead.replace(/[^\t]/g, ' ');
}

/** Behind all that stands in a line, comments too, unless one of them is still open there. */
function atLineEnd({ markdown }: Pick<Subject, 'markdown'>, line: number, newText: (check: string) => string): Addition | undefined {
  const text = markdown.index.line(line);
  if (text.lastIndexOf('<!--') > text.lastIndexOf('-->')) return undefined;
  const at = { line, character: text.length };
  return (check) => ({ range: { start: at, end: at }, newText: newText(check) });
}

/** The edit that takes a check's own lines out of a list; undefined where it does not stand on lines of its own. */
export function removalOf({ markdown }: Pick<Subject, 'markdown'>, { range, source }: Check): TextEdit | undefined {
  const { index } = markdown;
  if (source !== 'checks') return undefined;
  const lead = marker.exec(index.line(range.start.line))?.[0];
  if (lead?.length !== range.start.character || index.line(range.end.line).slice(range.end.character).trim()) return undefined;
  // What is nested below it goes with it.
  const depth = indentOf(lead);
  let last = range.end.line;
  while (last + 1 < index.lineCount && index.line(last + 1).trim() && indentOf(index.line(last + 1)) > depth) last++;
  const all: Range = { start: { line: range.start.line, character: 0 }, end: index.positionAt(index.offsetAt({ line: last + 1, character: 0 })) };
  // What a person noted there would be lost with it.
  if (markdown.text.slice(index.offsetAt(all.start), index.offsetAt(all.end)).includes('<!--')) return undefined;
  return { range: all, newText: '' };
}

function indentOf(line: string): number {
  return /^\s*/.exec(line)?.[0].length ?? 0;
}
