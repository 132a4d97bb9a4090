import type { Range } from '../text';
import { type Bounds, parseBounds } from './bounds';

/** A number that VOICE.md states about sentences or paragraphs, with the line that states it. */
export interface CadenceLimit extends Bounds {
  range: Range;
}

/** What a line of VOICE.md says that can be counted: words of the longest sentence, words of the average one, sentences of a paragraph. */
export type CadenceMeasure = 'longest' | 'average' | 'paragraph';

/** Marks of punctuation a voice may do without, and how to find one. */
export const bannedMarks = [
  { name: 'exclamation marks', form: /^exclamation (?:marks?|points?)$/i, pattern: /!(?![=[(])/ },
  { name: 'em dashes', form: /^em[- ]?dash(?:es)?$/i, pattern: /—/ },
  { name: 'semicolons', form: /^semi-?colons?$/i, pattern: /(?<!&[a-z\d#]{1,8});/i },
  { name: 'ellipses', form: /^ellips[ei]s$/i, pattern: /…|\.{3}/ },
  { name: 'emoji', form: /^emojis?$/i, pattern: /\p{Emoji_Presentation}/u },
] as const;
export type BannedMark = (typeof bannedMarks)[number];

const hedged = /\b(?:mostly|(?<!at )most|usually|typically|often|about|around|roughly|some|few|first|opening|last|vary|mix|ideally|prefer)\b|~/i;

/** "Sentences under 20 words", "no sentence over 25 words", "max 20 words per sentence": the most words of a single sentence. */
export function sentenceLimit(text: string): number | undefined {
  if (!/\bsentences?\b/i.test(text) || !/\bwords?\b/i.test(text) || hedged.test(text) || /\b(?:average|avg|mean)\b/i.test(text)) return undefined;
  const longest = /\blongest sentences?(?: is| are)?\s*(?::|=|-|–|—)?\s*(?:at most |up to |max(?:imum)? )?(\d{1,3}) words?\b(?!\s*[-–])/i.exec(text);
  if (longest) return Number(longest[1]) || undefined;
  const match =
    /((?:\b(?:no|not|keep|max|maximum|at most|up to|under|below|over|exceed|longer|shorter|fewer|less|more|than|of|sentences?|length|limit|limited|to|is|are|be|must|never|should)\b[\s:]*|<=|≤|<|\s|:)*)(\d{1,3})(?:\s*(?:-|–|to)\s*(\d{1,3}))?[\s-]*words?\b(\s+(?:or (?:less|fewer)|max(?:imum)?|at most|tops))?/i.exec(
      text,
    );
  if (!match) return undefined;
  const [, before = '', first = '', second, after = ''] = match;
  const forbids = /\b(?:no|never|not)\b/i.test(before) && /\b(?:over|exceed|longer|more)\b/i.test(before);
  const below = /\b(?:under|below|shorter|fewer|less)\b|<(?!=)/i.test(before);
  const most = /\b(?:max|maximum|at most|up to|limit|limited)\b|<=|≤/i.test(before) || after.trim() !== '' || /\bno (?:longer|more)\b/i.test(before);
  if (second) return /\bsentence length\b|\bsentences? (?:of|are|must be|between)?\s*\d/i.test(text) ? parseBounds(`${first}-${second}`)?.max : undefined;
  if (forbids || most) return Number(first) || undefined;
  return below ? Number(first) - 1 || undefined : undefined;
}

const averageLine =
  /^(?:the )?(?:average|mean|avg\.?) (?:sentence(?: length)?|words per sentence)(?: is)?\s*(?::|=|-|–|—)?\s*(.{1,40}?)(?: words?)?[.]?$|^sentences (?:average|are on average)\s*(.{1,40}?) words?[.]?$/i;
const paragraphLine =
  /^paragraphs?\s*(?::|=|-|–|—|of|are|have|stay|hold)?\s*(.{1,40}?) sentences?( at most| max(?:imum)?| or (?:less|fewer)| tops)?[.]?$|^(?:(no) )?(?:paragraphs? )?((?:over|longer than|more than|at most|max(?:imum)?\.?|up to) \d{1,2}) sentences? (?:per|a|in a|to a) paragraph[.]?$|^no paragraphs? (?:over|longer than|of more than|with more than) (\d{1,2}) sentences?[.]?$/i;

/** The number a line states, and of what; undefined for aims ("around 15 words") and for everything else. */
export function cadenceOf(text: string): { measure: CadenceMeasure; bounds: Bounds } | undefined {
  if (text.length > 200) return undefined;
  const longest = sentenceLimit(text);
  if (longest !== undefined) return { measure: 'longest', bounds: { max: longest } };
  if (hedged.test(text)) return undefined;
  const average = averageLine.exec(text);
  if (average) {
    const bounds = parseBounds((average[1] ?? average[2] ?? '').replace(/\bwords?\b/gi, ' '));
    // A single number is an aim: no text meets it to the word.
    return bounds && !bounds.bare && bounds.min !== bounds.max ? { measure: 'average', bounds } : undefined;
  }
  const paragraph = paragraphLine.exec(text);
  if (!paragraph) return undefined;
  if (paragraph[5]) return { measure: 'paragraph', bounds: { max: Number(paragraph[5]) } };
  if (paragraph[4]) {
    const bounds = parseBounds(paragraph[4]);
    const max = paragraph[3] ? (bounds?.min ?? 1) - 1 : bounds?.max;
    return max ? { measure: 'paragraph', bounds: { max } } : undefined;
  }
  const bounds = parseBounds(`${paragraph[1] ?? ''}${paragraph[2] ?? ''}`);
  return bounds?.max && !bounds.bare ? { measure: 'paragraph', bounds } : undefined;
}

const banning = /^(?:no|zero|without|never(?: use)?|avoid|do not use|don['’]t use|skip)\s+/i;

/** The marks a line forbids: "No exclamation marks", "Avoid emoji and em dashes"; in a list of what to avoid the name alone. */
export function marksOf(text: string, avoiding: boolean): BannedMark[] {
  if (text.length > 120) return [];
  const lead = banning.exec(text)?.[0] ?? '';
  if (!lead && !avoiding) return [];
  const names = text
    .slice(lead.length)
    .replace(/[*_`]+|[.!]$/g, '')
    .trim()
    .split(/\s*(?:,\s*(?:and |or )?|\s(?:and|or|nor)\s)\s*(?:no )?/i);
  const found = names.map((name) => bannedMarks.find((mark) => mark.form.test(name)));
  // "No exclamation marks in headings" says something else.
  return found.every((mark) => mark !== undefined) || avoiding ? found.filter((mark) => mark !== undefined) : [];
}
