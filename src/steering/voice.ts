import type { Range } from '../text';
import { parseBounds } from './bounds';
import { quotationsIn, splitCommas } from './commas';
import { readFrontMatter } from './frontMatter';
import { MarkdownDocument, type Section } from './markdown';
import type { Metaphor, Term, VoiceDocument, VoiceGroup, VoicePart, VoiceSection } from './voiceTypes';

export type { Metaphor, Term, VoiceDocument as Voice, VoiceDocument, VoiceGroup, VoicePart, VoiceSection } from './voiceTypes';

/** A line of VOICE.md that is neither blank, fenced nor commented out. */
interface Line {
  /** Without bullet, blanks and emphasis marks at the ends. */
  text: string;
  /** Offset of `text`. */
  from: number;
  listed: boolean;
}

type Purpose = 'avoid' | 'use' | 'required' | 'examples' | 'metaphors' | 'other';

const avoiding =
  /\b(?:avoid(?:ed|ing)?|never|forbidden|banned|prohibited|taboo|blacklist(?:ed)?|off[- ]limits|not to (?:use|say)|(?:do not|don['’]t) (?:use|say|write)|(?:do not|don['’]t)$|no[- ]go|anti[- ]?(?:words|vocabulary)|exclude[ds]?)\b/i;
const requiring = /\b(?:required|mandatory|must[- ](?:use|say|have|include)|always (?:use|say|include))\b/i;
const using =
  /\b(?:(?:words|terms|phrases|vocabulary|language) (?:to use|we use|i use)|preferred|prefer|favou?red?|signature (?:words|phrases|terms|patterns|expressions)|catch[- ]?phrases|key (?:words|phrases|terms)|use these|vocabulary)\b/i;

function purposeOf(heading: string): Purpose {
  if (/\bexamples?\b|\bsamples?\b|\bbefore (?:and|\/|&) after\b/i.test(heading)) return 'examples';
  if (/\bmetaphors?\b|\banalog(?:y|ies)\b|\bimagery\b/i.test(heading)) return 'metaphors';
  if (avoiding.test(heading)) return 'avoid';
  if (requiring.test(heading)) return 'required';
  return using.test(heading) ? 'use' : 'other';
}

function linesOf(document: MarkdownDocument, from: number, to: number): Line[] {
  const first = document.index.positionAt(from).line;
  const last = document.index.positionAt(to).line;
  const lines: Line[] = [];
  for (let line = first; line <= last; line++) {
    const start = document.index.offsetAt({ line, character: 0 });
    if (start < from || start >= to || document.isLiteral(start)) continue;
    const raw = document.index.line(line).replace(/<!--.*?-->/g, (comment) => ' '.repeat(comment.length));
    const lead = /^[\s>]*(?:(?:[-*+•]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?|\|)?\s*/.exec(raw)?.[0] ?? '';
    const text = raw.slice(lead.length).trimEnd().replace(/\|$/, '').trimEnd();
    if (text && !document.isLiteral(start + lead.length)) lines.push({ text, from: start + lead.length, listed: lead.trim() !== '' });
  }
  return lines;
}

const percent = String.raw`(\d{1,3}(?:[.,]\d+)?)\s?%`;
const weightFirst = new RegExp(String.raw`^[*_]*[(\[]?${percent}[)\]]?[*_]*\s*(—|–|-|:|=|\||→)?[*_]*\s*(?!of\b)(\S.*)$`);
const weightLast = new RegExp(String.raw`^(\S.*?)\s*(?:[(\[]\s*${percent}\s*[)\]]|(?:—|–|:|=|\||\s-)\s*[*_]*${percent})[*_]*\.?$`);

/** `50% — Steady guide`, `Steady guide (50%)`, `Steady guide: 50%`, `| Steady guide | 50% |`; sentences that begin with a percentage are none. */
function partOf(document: MarkdownDocument, line: Line): VoicePart | undefined {
  if (line.text.length > 500 || !line.text.includes('%')) return undefined;
  const first = weightFirst.exec(line.text);
  const last = first ? null : weightLast.exec(line.text);
  if (first && !first[2] && !line.listed) return undefined;
  if (last && !line.listed && /[.!?]\s/.test(last[1] as string)) return undefined;
  const number = first?.[1] ?? last?.[2] ?? last?.[3];
  const written = first?.[3] ?? last?.[1];
  if (number === undefined || written === undefined) return undefined;
  const text = written.replace(/^[*_]+|[*_]+$/g, '').trim();
  const weight = Number(number.replace(',', '.'));
  if (!text || weight > 999) return undefined;
  const textAt = line.from + (first ? line.text.lastIndexOf(written) + written.indexOf(text) : line.text.indexOf(text));
  const weightAt = line.from + (first ? line.text.indexOf(number) : line.text.lastIndexOf(number));
  const sign = document.text.indexOf('%', weightAt) + 1;
  return {
    weight,
    weightRange: document.range(weightAt, sign),
    text,
    textRange: document.range(textAt, textAt + text.length),
    range: document.range(line.from, line.from + line.text.length),
  };
}

/** Up to here a listed word is the word itself; what follows explains it or says what to write instead. */
const explanation = /\s+(?:—|–|-)\s+|\s*(?:→|->|=>|=|:|\()\s*|\s+(?:instead of|rather than|because|unless|except|if|when|in favou?r of)\s+|\s*;\s*/;
/** A line that instructs, where a list of words is expected. */
const instruction =
  /^(?:use|say|write|prefer|replace|keep|choose|try|be|make|instead|no|any|all|avoid|never|always|don['’]t|do not|anything|everything|words|phrases|overly|too|sentences|starting|ending|using|exclamation|passive|filler)\b/i;

/** The terms of a line: its quotations where it is a sentence, else the short things between commas, explanations cut off. */
function termsOf(document: MarkdownDocument, line: Line, from = 0): Term[] {
  const source = line.text.slice(from);
  const cut = explanation.exec(blankQuotes(source));
  const head = cut ? source.slice(0, cut.index) : source;
  const at = line.from + from;
  const term = (text: string, start: number): Term[] => {
    const bare = text.replace(/^[*_~\s]+|[*_~\s.!,;:]+$/g, '');
    const offset = at + start + text.indexOf(bare);
    return /[\p{L}\p{N}]/u.test(bare) && bare.length <= 80 ? [{ text: bare, range: document.range(offset, offset + bare.length) }] : [];
  };
  // "Use "build" for that" stands among words to avoid: what it quotes is the replacement.
  if (/^(?:use|say|write|prefer|replace|choose|try)\b/i.test(head.trim())) return [];
  const short = (text: string): boolean => text.trim().split(/\s+/).length <= 4 && !/[.!?]\s|["“”`]/.test(text) && !instruction.test(text.trim());
  return splitCommas(head)
    .flatMap((piece) => alternatives(piece.text, piece.start, piece.quoted))
    .flatMap((piece) => {
      if (piece.quoted || short(piece.text)) return term(piece.text, piece.start);
      return quotationsIn(piece.text).flatMap((quoted) => term(quoted.text, piece.start + quoted.start));
    });
}

/** "utilize / utilise" are two words; "and/or" and "24/7" are one. A leading "and" belongs to the list. */
function alternatives(text: string, start: number, quoted: boolean): { text: string; start: number; quoted: boolean }[] {
  if (quoted) return [{ text, start, quoted }];
  let at = start;
  return text.split(/(\s+\/\s+|^(?:and|or)\s+)/i).flatMap((part, i) => {
    const piece = { text: part, start: at, quoted };
    at += part.length;
    return i % 2 || !part.trim() ? [] : [piece];
  });
}

function blankQuotes(text: string): string {
  let result = text;
  for (const { start, end } of quotationsIn(text)) result = result.slice(0, start) + '·'.repeat(end - start) + result.slice(end);
  return result;
}

/** `Avoid: hype, leverage` in any section; `**Never say:** …`. */
const label = /^[*_]*([^:*_\n]{3,40}?)[*_]*:[*_]*\s+(?=\S)/;

function metaphorOf(document: MarkdownDocument, line: Line): Metaphor | undefined {
  const match = /^[*_]*([^=→(]{1,80}?)[*_]*\s*(?:=|→|->|\bis an?\b|\bas an?\b|—|–|:)\s*[*_]*([^(]{1,120}?)[*_]*\s*(?:\(([^)]*)\))?\.?$/.exec(line.text);
  if (!match?.[1]?.trim() || !match[2]?.trim()) return undefined;
  return { subject: match[1].trim(), image: match[2].trim(), note: (match[3] ?? '').trim(), range: document.range(line.from, line.from + line.text.length) };
}

/** "Sentences under 20 words", "no sentence over 25 words", "max 20 words per sentence": the most words of a single sentence. */
function sentenceLimit(text: string): number | undefined {
  if (
    !/\bsentences?\b/i.test(text) ||
    !/\bwords?\b/i.test(text) ||
    /\b(?:average|avg|mean|mostly|(?<!at )most|usually|typically|often|about|around|roughly|some|few|first|opening|last|vary|mix)\b|~/i.test(text)
  )
    return undefined;
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

function isEmpty(document: MarkdownDocument, section: Section): boolean {
  const whole = document.whole(section);
  return !whole.slice(Math.max(0, section.bodyFrom - section.from)).trim();
}

/**
 * Read a VOICE.md. Headings say what stands below them, subsections inherit it; weighted lines are read wherever they stand. Front matter, code
 * blocks and comments are passed over. Never throws.
 */
export function readVoice(path: string, text: string): VoiceDocument {
  const document = new MarkdownDocument(text, readFrontMatter(text).bodyFrom);
  const headingRange = (section: Section): Range =>
    document.range(section.from, section.from + text.slice(section.from, Math.max(section.bodyFrom, section.from)).trimEnd().length);
  const titled = document.sections.find((section) => section.depth === 1);
  const voice: VoiceDocument = {
    path,
    text,
    title: titled?.heading ?? '',
    sections: document.sections
      .filter((section) => section.depth > 0)
      .map(
        (section): VoiceSection => ({
          heading: section.heading,
          depth: section.depth,
          headingRange: headingRange(section),
          range: document.range(section.from, section.to),
          empty: isEmpty(document, section),
        }),
      ),
    groups: [],
    avoid: [],
    use: [],
    metaphors: [],
    examples: [],
    measurable: { avoid: [], use: [] },
  };
  for (const section of document.sections) readSection(document, section, headingRange(section), voice);
  voice.avoid = distinct(voice.avoid);
  voice.use = distinct(voice.use);
  voice.measurable.avoid = voice.avoid;
  voice.measurable.use = distinct(voice.measurable.use);
  return voice;
}

function readSection(document: MarkdownDocument, section: Section, headingRange: Range, voice: VoiceDocument): void {
  // The nearest heading that says something decides; the document's own title ("Voice to avoid sounding corporate") does not.
  const named = section.path
    .slice(section.path.length > 1 && section.depth > 1 ? 1 : 0)
    .reverse()
    .map(purposeOf);
  const purpose =
    section.depth === 1 && section.path.length === 1 && /voice/i.test(section.heading) ? 'other' : (named.find((found) => found !== 'other') ?? 'other');
  const group: VoiceGroup = { heading: section.heading, headingRange, parts: [], total: 0 };
  for (const line of linesOf(document, section.bodyFrom, section.to)) {
    if (purpose === 'examples') {
      voice.examples.push({ text: line.text, range: document.range(line.from, line.from + line.text.length) });
      continue;
    }
    const part = partOf(document, line);
    if (part) {
      group.parts.push(part);
      continue;
    }
    const limit = purpose === 'avoid' || purpose === 'other' ? sentenceLimit(line.text) : undefined;
    if (limit !== undefined) {
      const range = document.range(line.from, line.from + line.text.length);
      const known = voice.measurable.maxSentenceWords;
      if (!known || limit < known.value) voice.measurable.maxSentenceWords = { value: limit, range };
      continue;
    }
    const labelled = label.exec(line.text);
    const own = labelled ? purposeOf(labelled[1] as string) : 'other';
    if (own === 'avoid' || own === 'use' || own === 'required') collect(voice, own, termsOf(document, line, (labelled as RegExpExecArray)[0].length));
    else if (purpose === 'metaphors') {
      const metaphor = metaphorOf(document, line);
      if (metaphor) voice.metaphors.push(metaphor);
    } else if (purpose !== 'other') collect(voice, purpose, termsOf(document, line));
  }
  if (!group.parts.length) return;
  group.total = Math.round(group.parts.reduce((sum, { weight }) => sum + weight, 0) * 100) / 100;
  voice.groups.push(group);
}

function collect(voice: VoiceDocument, purpose: Purpose, terms: Term[]): void {
  if (purpose === 'avoid') voice.avoid.push(...terms);
  else voice.use.push(...terms);
  if (purpose === 'required') voice.measurable.use.push(...terms);
}

function distinct(terms: readonly Term[]): Term[] {
  const seen = new Set<string>();
  return terms.filter(({ text }) => {
    const key = text.toLowerCase();
    return seen.has(key) ? false : seen.add(key);
  });
}
