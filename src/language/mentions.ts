import type { Stage } from '../steering/contextTypes';
import type { Range } from '../text';
import type { DocumentReading } from './reading';

/** A stage that prose names. */
export interface Mention {
  index: number;
  /** By its number (`stage 2`), or by its title where that is said to be a stage (`Draft stage`). */
  by: 'number' | 'title';
  /** Of `stage 2`, or of the title alone. */
  range: Range;
}

/** Where the text names stages, the lines of the stages themselves and what is code or comment left out; in order. */
export function mentionsOf(reading: DocumentReading): Mention[] {
  const { stages } = reading.context;
  if (!stages.length) return [];
  const { markdown, index } = reading;
  const text = markdown.masked;
  const own = stages.map((stage) => [index.offsetAt(stage.headingRange.start), index.offsetAt(stage.headingRange.end)] as const);
  const prose = (from: number) => from >= markdown.bodyFrom && !markdown.isLiteral(from) && !own.some(([start, end]) => start <= from && from < end);
  const found: Mention[] = [];
  for (const match of text.matchAll(/\bstage[ \t]+(\d{1,4})\b/gi)) {
    const at = stages.findIndex((stage) => stage.number === Number(match[1]));
    if (at >= 0 && prose(match.index)) found.push({ index: at, by: 'number', range: index.range(match.index, match.index + match[0].length) });
  }
  found.push(...titleMentions(reading, text, prose));
  return found.sort((a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character);
}

/** Part 3 gives criteria to a stage by its title only where it is called one: "Draft stage: 300 words", "stage “Draft” is short". */
function titleMentions(reading: DocumentReading, text: string, prose: (from: number) => boolean): Mention[] {
  const part = reading.context.parts['success criteria'];
  if (!part) return [];
  const { index } = reading;
  const titles = reading.context.stages.map(({ title }) => title.toLowerCase());
  const found: Mention[] = [];
  for (let line = part.bodyRange.start.line; line <= part.bodyRange.end.line; line++) {
    const from = index.offsetAt({ line, character: 0 });
    const words = text.slice(from, from + index.line(line).length);
    if (!/stage/i.test(words)) continue;
    const lower = words.toLowerCase();
    titles.forEach((title, at) => {
      // Stages may be many: most titles are not on this line at all.
      if (!title || !lower.includes(title)) return;
      for (const start of calledStage(words, title))
        if (prose(from + start)) found.push({ index: at, by: 'title', range: index.range(from + start, from + start + title.length) });
    });
  }
  return found;
}

/** Where a title is said to be a stage in a line. */
function calledStage(line: string, title: string): number[] {
  const escaped = title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const forms = [new RegExp(`(\\bstage\\s+["“]?)${escaped}\\b`, 'gi'), new RegExp(`()${escaped}["”]?\\s+stage\\b`, 'gi')];
  return forms.flatMap((form) => [...line.matchAll(form)].map((match) => match.index + (match[1] as string).length));
}

/** Where the item of `Each` stands: where it is named, then as a whole word in the Task and the Output of its stage. */
export function itemUses(reading: DocumentReading, stage: Stage): Range[] {
  const { each } = stage;
  const item = each?.item;
  if (!item) return [];
  const form = new RegExp(`(?<![\\p{L}\\p{N}_])${item.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\p{L}\\p{N}_])`, 'gu');
  return ['Each', 'Task', 'Output'].flatMap((name) => {
    const field = stage.fields.find((known) => known.name === name);
    if (!field) return [];
    const from = reading.index.offsetAt(field.valueRange.start);
    const places = [...reading.slice(field.valueRange).matchAll(form)].map((match) =>
      reading.index.range(from + match.index, from + match.index + item.length),
    );
    return name === 'Each' ? places.slice(0, 1) : places;
  });
}
