import type { VoiceSection } from '../../../steering/voice';
import type { Range } from '../../../text';
import type { Subject } from '../../issue';

export interface Item {
  text: string;
  range: Range;
}

const item = /^[ \t]*[-*+•][ \t]+(?:\[[ xX]\][ \t]+)?(.*)$/;

/** The items of a section's lists, one a line, comments and code left out. */
export function itemsOf({ markdown }: Pick<Subject, 'markdown'>, section: Pick<VoiceSection, 'range' | 'headingRange'>): Item[] {
  const { index } = markdown;
  const items: Item[] = [];
  const last = section.range.end.character ? section.range.end.line : section.range.end.line - 1;
  for (let line = section.headingRange.end.line + 1; line <= last; line++) {
    const raw = index.line(line);
    const match = item.exec(raw.trimEnd());
    if (!match?.[1] || raw.includes('<!--') || markdown.isLiteral(index.offsetAt({ line, character: 0 }))) continue;
    const character = raw.indexOf(match[1], raw.search(/[-*+•]/) + 1);
    items.push({ text: match[1], range: { start: { line, character }, end: { line, character: character + match[1].length } } });
  }
  return items;
}

/** The section whose heading stands in a line; undefined where none does. Sections stand in the order of the file. */
export function sectionAt(sections: readonly VoiceSection[], line: number): VoiceSection | undefined {
  let low = 0;
  let high = sections.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const at = (sections[middle] as VoiceSection).headingRange.start.line;
    if (at === line) return sections[middle];
    if (at < line) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
}

/** A trait by its name alone, such as “Warm” or “Dry wit”: no sentence, no number, nothing said of it. */
export function isTrait(text: string): boolean {
  const bare = text.replace(/[*_]/g, '').trim();
  return (
    bare.length <= 40 &&
    bare.split(/\s+/).length <= 3 &&
    /^[\p{L}][\p{L}\s'’+&/-]*$/u.test(bare) &&
    !/^(?:no|not|never|avoid|always|use|write|say|do|don['’]t)\b/i.test(bare)
  );
}
