import type { Range } from '../text';
import { quotationsIn, splitCommas } from './commas';
import { readDocument } from './document';
import type { MarkdownDocument, Section } from './markdown';
import { cadenceOf, marksOf } from './voiceCadence';
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
  /\b(?:avoid(?:ed|ing)?|never|forbidden|banned|prohibited|taboo|blacklist(?:ed)?|off[- ]limits|not to (?:use|say)|(?:do not|don['’]t) (?:use|say|write)|(?:do not|don['’]t)$|no[- ]go|anti[- ]?(?:words|vocabulary)|exclude[ds]?|(?:hype|weasel|marketing)[- ]?words|buzz[- ]?words|(?:words|phrases|terms|language|buzzwords|clich[eé]s) (?:that )?(?:we|i|to) (?:all )?(?:hate|dislike|detest|loathe|ban|skip|drop|cut|kill|leave out))\b|\bdon['’]?ts$/i;
/** Headings whose instructions say what not to do: “Use jargon” below “Don't”. */
const forbidding = /^\P{L}*(?:do not|don['’]?ts?|never|what not to do)\P{L}*$/iu;
const requiring = /\b(?:required|mandatory|must[- ](?:use|say|have|include)|always (?:use|say|include))\b/i;
const using =
  /\b(?:(?:words|terms|phrases|vocabulary|language) (?:to use|(?:we|i) (?:use|like|love))|preferred|prefer|favou?red?|signature (?:words|phrases|terms|patterns|expressions)|catch[- ]?phrases|key (?:words|phrases|terms)|use these|vocabulary)\b/i;

function purposeOf(heading: string): Purpose {
  if (/\bexamples?\b|\bsamples?\b|\bbefore (?:and|\/|&) after\b/i.test(heading)) return 'examples';
  if (/\bmetaphors?\b|\banalog(?:y|ies)\b|\bimagery\b/i.test(heading)) return 'metaphors';
  if (avoiding.test(heading)) return 'avoid';
  if (requiring.test(heading)) return 'required';
  return using.test(heading) ? 'use' : 'other';
}

/** Characters: what is longer on one line is neither a word to use nor an example, and patterns take long with it. */
const longestLine = 5000;

function linesOf(document: MarkdownDocument, from: number, to: number): Line[] {
  const first = document.index.positionAt(from).line;
  const last = document.index.positionAt(to).line;
  const lines: Line[] = [];
  for (let line = first; line <= last; line++) {
    const start = document.index.offsetAt({ line, character: 0 });
    if (start < from || start >= to || document.isLiteral(start)) continue;
    // The names of a table's columns are none of its words.
    if (/^\s*\|/.test(document.index.line(line)) && /^\s*\|?\s*:?-{2,}:?\s*\|/.test(document.index.line(line + 1))) continue;
    const raw = document.index.line(line).replace(/<!--.*?-->/g, (comment) => ' '.repeat(comment.length));
    const lead = /^[\s>]*(?:(?:[-*+•]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?|\|)?\s*/.exec(raw)?.[0] ?? '';
    const text = raw.slice(lead.length).trimEnd().replace(/\|$/, '').trimEnd();
    if (text && text.length <= longestLine && !document.isLiteral(start + lead.length))
      lines.push({ text, from: start + lead.length, listed: lead.trim() !== '' });
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
  const text = written.replace(/^[*_]+|(?<![*_])[*_]+$/g, '').trim();
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
const explanation = /\s+(?:—|–|-)\s+|\s*\|\s*|\s*(?:→|->|=>|=|:|\()\s*|\s+(?:instead of|rather than|because|unless|except|if|when|in favou?r of)\s+|\s*;\s*/;
/** A line that instructs, where a list of words is expected. */
const instruction =
  /^(?:use|say|write|prefer|replace|keep|choose|try|be|make|instead|no|any|all|avoid|never|always|don['’]t|do not|anything|everything|words|phrases|overly|too|sentences|starting|ending|using|exclamation|passive|filler)\b/i;

/** The terms of a line: its quotations where it is a sentence, else the short things between commas, explanations cut off. */
function termsOf(document: MarkdownDocument, line: Line, from = 0, forbids = false): Term[] {
  const source = line.text.slice(from);
  const cut = explanation.exec(blankQuotes(source));
  const head = cut ? source.slice(0, cut.index) : source;
  const at = line.from + from;
  const term = (text: string, start: number): Term[] => {
    const bare = text.replace(/^[*_~\s]+|(?<![*_~\s.!,;:])[*_~\s.!,;:]+$/g, '');
    const offset = at + start + text.indexOf(bare);
    return /[\p{L}\p{N}]/u.test(bare) && bare.length <= 80 ? [{ text: bare, range: document.range(offset, offset + bare.length) }] : [];
  };
  // "Use "build" for that" stands among words to avoid: what it quotes is the replacement.
  if (/^(?:use|say|write|prefer|replace|choose|try)\b/i.test(head.trim())) {
    const spoken = forbids && /^(?:use|say|write)\b/i.test(head.trim()) && !/\b(?:not|instead|rather|but)\b/i.test(source);
    return spoken ? quotationsIn(head).flatMap((quoted) => term(quoted.text, quoted.start)) : [];
  }
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

/** `**Do**:` alone in a line, below which something else begins. */
const labelAlone = /^(?:[*_]{1,3}([^:*_\n]{2,40}):?[*_]{1,3}:?|([^:*_\n]{2,40}):)$/;
/** What to do, among what not to do. */
const doing = /^\P{L}*(?:dos?|do this|do say|(?:do|say|use|write) instead|instead|yes|good)\P{L}*$/iu;

/** What a label says of the lines below it; undefined for a line that is none, such as a word in bold letters or a sentence that ends with a colon. */
function aloneIn(text: string): { purpose?: Purpose; forbids: boolean } | undefined {
  const match = labelAlone.exec(text);
  const named = (match?.[1] ?? match?.[2] ?? '').trim();
  if (!match || (match[2] !== undefined && named.split(/\s+/).length > 3)) return undefined;
  const own = doing.test(named) ? 'do' : purposeOf(named);
  if (own === 'do') return { purpose: 'other', forbids: false };
  const listsWords = match[1] !== undefined || /\b(?:words?|phrases|terms|vocabulary|language|(?:use|say|write))$/i.test(named) || forbidding.test(named);
  if (listsWords && (own === 'avoid' || own === 'use' || own === 'required')) return { purpose: own, forbids: forbidding.test(named) };
  return own === 'other' && text.includes(':') ? { forbids: false } : undefined;
}

/** `Avoid: hype, leverage` in any section; `**Never say:** …`. */
const label = /^[*_]*([^:*_\n]{3,40}?)[*_]*:[*_]*\s+(?=\S)/;

function metaphorOf(document: MarkdownDocument, line: Line): Metaphor | undefined {
  const match = /^[*_]*([^=→(]{1,80}?)[*_]*\s*(?:=|→|->|\bis an?\b|\bas an?\b|—|–|:)\s*[*_]*([^(]{1,120}?)[*_]*\s*(?:\(([^)]*)\))?\.?$/.exec(line.text);
  if (!match?.[1]?.trim() || !match[2]?.trim()) return undefined;
  return { subject: match[1].trim(), image: match[2].trim(), note: (match[3] ?? '').trim(), range: document.range(line.from, line.from + line.text.length) };
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
  const document = readDocument(text).markdown;
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
    prose: [],
    cadence: [],
    measurable: { avoid: [], use: [], marks: [] },
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
  const whole =
    section.depth === 1 && section.path.length === 1 && /voice/i.test(section.heading) ? 'other' : (named.find((found) => found !== 'other') ?? 'other');
  let purpose: Purpose = doing.test(section.heading) ? 'other' : whole;
  let forbids = forbidding.test(section.heading);
  const group: VoiceGroup = { heading: section.heading, headingRange, parts: [], total: 0 };
  for (const line of linesOf(document, section.bodyFrom, section.to)) {
    if (purpose === 'examples') {
      voice.examples.push({ text: line.text, range: document.range(line.from, line.from + line.text.length) });
      continue;
    }
    const alone = line.listed ? undefined : aloneIn(line.text);
    if (alone) {
      if (alone.purpose) purpose = alone.purpose;
      forbids = alone.purpose ? alone.forbids : forbids;
      continue;
    }
    const part = partOf(document, line);
    if (part) {
      group.parts.push(part);
      continue;
    }
    if ((purpose === 'avoid' || purpose === 'other') && readCadence(document, line, purpose === 'avoid', voice)) continue;
    const labelled = label.exec(line.text);
    const own = labelled ? purposeOf(labelled[1] as string) : 'other';
    if (own === 'avoid' || own === 'use' || own === 'required') collect(voice, own, termsOf(document, line, (labelled as RegExpExecArray)[0].length));
    else if (purpose === 'metaphors') {
      const metaphor = metaphorOf(document, line);
      if (metaphor) voice.metaphors.push(metaphor);
    } else if (purpose !== 'other') collect(voice, purpose, termsOf(document, line, 0, forbids));
    else voice.prose.push({ text: line.text, range: document.range(line.from, line.from + line.text.length) });
  }
  if (!group.parts.length) return;
  group.total = Math.round(group.parts.reduce((sum, { weight }) => sum + weight, 0) * 100) / 100;
  voice.groups.push(group);
}

/** True where the line states something that is counted rather than listed. */
function readCadence(document: MarkdownDocument, line: Line, avoiding: boolean, voice: VoiceDocument): boolean {
  const range = document.range(line.from, line.from + line.text.length);
  const { measurable } = voice;
  for (const mark of marksOf(avoiding ? line.text.replace(/^(?:use|using|add)\s+/i, '') : line.text, avoiding)) {
    if (!measurable.marks.some((known) => known.mark === mark)) measurable.marks.push({ mark, range });
  }
  const stated = cadenceOf(line.text);
  if (!stated) return false;
  const { measure, bounds } = stated;
  voice.cadence.push({ measure, ...bounds, range });
  if (measure === 'longest') {
    const known = measurable.maxSentenceWords;
    if (bounds.max !== undefined && (!known || bounds.max < known.value)) measurable.maxSentenceWords = { value: bounds.max, range };
  } else if (measure === 'average') measurable.averageSentenceWords ??= { ...bounds, range };
  else measurable.paragraphSentences ??= { ...bounds, range };
  return true;
}

function collect(voice: VoiceDocument, purpose: Purpose, terms: Term[]): void {
  if (purpose === 'avoid') voice.avoid.push(...terms);
  else voice.use.push(...terms);
  if (purpose === 'required') voice.measurable.use.push(...terms);
}

/** Each term once, at its first place. */
function distinct(terms: readonly Term[]): Term[] {
  const seen = new Map<string, Term>();
  for (const term of terms) {
    const key = term.text.toLowerCase();
    const known = seen.get(key);
    if (!known) seen.set(key, { text: term.text, range: term.range });
    else if (known.again) known.again.push(term.range);
    else known.again = [term.range];
  }
  return [...seen.values()];
}
