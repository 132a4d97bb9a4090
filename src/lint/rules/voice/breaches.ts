import { paragraphsOf } from '../../../check/paragraphs';
import { proseOf, sentencesOf } from '../../../check/words';
import { quotationsIn } from '../../../steering/commas';
import type { Term, VoiceDocument } from '../../../steering/voice';
import type { Range } from '../../../text';
import type { Fix, Subject } from '../../issue';
import { insideAny } from '../spans';
import { TermFinder } from './termFinder';

/** A place where VOICE.md breaks a rule of its own. */
export interface Breach {
  /** What stands there and which rule it breaks, as the end of a sentence. */
  what: string;
  range: Range;
  /** The line with the rule. */
  rule: Range;
  fix?: Fix;
}

/** Lines that follow each other, as one block: sentences go on over line breaks. */
export function blocksOf(subject: Pick<Subject, 'markdown' | 'text'>, lines: readonly Term[], parted: (line: Term) => boolean): { from: number; to: number }[] {
  const { index } = subject.markdown;
  const blocks: { from: number; to: number; line: number }[] = [];
  for (const line of lines) {
    if (parted(line)) continue;
    const from = index.offsetAt(line.range.start);
    const to = index.offsetAt(line.range.end);
    const last = blocks.at(-1);
    const begins = /^[ \t]*(?:[-*+•>|]|\d{1,3}[.)])/.test(index.line(line.range.start.line));
    if (last && last.line === line.range.start.line - 1 && !begins) {
      last.to = to;
      last.line++;
    } else blocks.push({ from, to, line: line.range.start.line });
  }
  return blocks;
}

/** How a block of the file breaks the rules of the file: words to avoid, forbidden marks, sentences and paragraphs that are too long. */
export class BreachFinder {
  private readonly avoid: TermFinder<Term>;

  constructor(
    private readonly subject: Subject,
    private readonly voice: VoiceDocument,
  ) {
    this.avoid = new TermFinder(voice.avoid);
  }

  /** @param quotes whether what stands in quotation marks counts: in an example it does, in an instruction it is spoken of */
  in({ from, to }: { from: number; to: number }, quotes: boolean): Breach[] {
    const { markdown, text } = this.subject;
    const source = text.slice(from, to);
    const isSpoken = insideAny(quotationsIn(source).filter(({ start }) => !quotes || source[start - 1] === '`'));
    const { measurable } = this.voice;
    const breaches: Breach[] = [];
    for (const { term, from: at, to: end } of this.avoid.in(source)) {
      if (isSpoken(at)) continue;
      const range = markdown.range(from + at, from + end);
      const instead = replacementOf(this.subject, term);
      breaches.push({
        what: `uses “${term.text}”, which stands among the words to avoid`,
        range,
        rule: term.range,
        ...(instead && { fix: { title: `Write “${instead}”`, edits: [{ range, newText: instead }], safe: false } }),
      });
    }
    for (const { mark, range: rule } of measurable.marks) {
      const found = [...source.matchAll(new RegExp(mark.pattern.source, `${mark.pattern.flags}g`))].filter(({ index }) => !isSpoken(index));
      const places = found.map((match) => markdown.range(from + match.index, from + match.index + match[0].length));
      const range = places[0];
      if (!range) continue;
      // Only where all of them end sentences; else the same would be said of what is left.
      const ends = found.every(
        ({ 0: sign, index }) => sign === '!' && !/[!?\s]/.test(source[index - 1] ?? ' ') && /^(?:\s|$|["”’*_])/.test(source.slice(index + 1, index + 2)),
      );
      breaches.push({
        what: `has ${mark.name}, which it does without`,
        range,
        rule,
        ...(ends && {
          fix: {
            title: found.length > 1 ? 'End these with full stops' : 'End it with a full stop',
            edits: places.map((place) => ({ range: place, newText: '.' })),
            // Prose is its author's: nobody wants it rewritten while saving.
            safe: false,
          },
        }),
      });
    }
    const prose = proseOf(source);
    const limit = measurable.maxSentenceWords;
    const long = limit && sentencesOf(prose, source).find(({ words }) => words > limit.value);
    if (limit && long)
      breaches.push({
        what: `has a sentence of ${long.words} words; the longest may have ${limit.value}`,
        range: markdown.range(from + long.from, Math.min(to, from + long.from + Math.max(1, long.text.length))),
        rule: limit.range,
      });
    const most = measurable.paragraphSentences;
    const large = most?.max === undefined ? undefined : paragraphsOf(prose, source).find(({ sentences }) => sentences.length > (most.max ?? 0));
    if (most && large)
      breaches.push({
        what: `has a paragraph of ${large.sentences.length} sentences; it may have ${most.max}`,
        range: markdown.range(from + large.from, to),
        rule: most.range,
      });
    return breaches;
  }
}

/** What the file says to write instead of a word to avoid: `utilize → use`, `leverage (say "use")`. */
function replacementOf({ markdown, text }: Subject, term: Term): string | undefined {
  const end = markdown.index.offsetAt(term.range.end);
  const rest = text.slice(end, end + 100).split(/[\r\n]/)[0] as string;
  const match = /^["”'’`*_]*\s*(?:(?:→|->|=>)\s*["“'‘`]?([^"”'’`(),;]{2,40}?)["”'’`]?\s*$|[(—–:-]\s*(?:say|use|write)\s+["“]([^"”]{2,40})["”])/.exec(rest);
  return (match?.[1] ?? match?.[2])?.trim();
}
