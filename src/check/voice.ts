import type { Verdict } from '../steering/checkTypes';
import { readVoice, type VoiceDocument } from '../steering/voice';
import { LineIndex, plural, type Range } from '../text';
import { type Paragraph, paragraphsOf } from './paragraphs';
import type { Subject } from './subject';
import { findTerm, measureExcludes } from './terms';
import { excerpt, fail, lineAt, listed, pass, unable } from './verdict';
import { proseOf, sentencesOf } from './words';

type Measurable = VoiceDocument['measurable'];

/** Fewer sentences than these have no average worth the name. */
const leastForAverage = 5;

/**
 * What VOICE.md makes measurable: terms to avoid are absent from the prose (code, addresses, front matter and quotations are none), terms it requires are there (as whole words, in any case), no sentence is longer
 * than it allows, the average sentence (of five and more) and the paragraphs of running text are as it says, and marks it forbids stand nowhere in the prose.
 * Weights, metaphors and tone are a judge's. A VOICE.md with nothing measurable passes and says so.
 */
export function measureVoice(path: string, subject: Subject): Verdict {
  const source = subject.facts.file(path);
  if (source === undefined) return unable(`${path} could not be read.`);
  const { measurable } = readVoice(path, source);
  if (!isMeasurable(measurable)) return pass(`${path} says nothing that can be measured: list “Words to avoid” there, or use a judge.`);
  const { avoid, use } = measurable;
  const failures: Verdict[] = [];
  if (avoid.length) {
    const verdict = measureExcludes(
      avoid.map((term) => term.text),
      { ...subject, text: subject.format === 'text' || subject.format === 'json' ? subject.text : withoutCode(ownProse(subject.text), subject.text) },
      `what ${path} avoids:`,
    );
    if (verdict.status === 'fail') failures.push(verdict);
  }
  const missing = use.filter((term) => !findTerm(subject.text, term.text));
  if (missing.length)
    failures.push(
      fail(`Expected ${listed(missing.map((term) => `“${term.text}”`))}, which ${path} requires; found ${missing.length > 1 ? 'them' : 'it'} nowhere.`),
    );
  failures.push(...cadenceFailures(measurable, subject.text, path));
  const first = failures[0];
  if (!first) return pass(`Keeps to ${path}: ${listed(measuredParts(measurable), 8)}.`);
  return { ...first, message: failures.map(({ message }) => message).join(' ') };
}

/** True where `voice:` can fail at all. */
export function isMeasurable(measurable: Measurable): boolean {
  return measuredParts(measurable).length > 0;
}

/** What is measured, each in a few words, such as “no sentence over 22 words”. */
export function measuredParts({ avoid, use, maxSentenceWords, averageSentenceWords, paragraphSentences, marks }: Measurable): string[] {
  const parts: string[] = [];
  if (avoid.length) parts.push(`none of ${plural(avoid.length, 'word')} to avoid`);
  if (use.length) parts.push(`all of ${plural(use.length, 'required word')}`);
  if (maxSentenceWords) parts.push(`no sentence over ${maxSentenceWords.value} words`);
  if (averageSentenceWords) parts.push(`an average sentence of ${between(averageSentenceWords)} words`);
  if (paragraphSentences) parts.push(`paragraphs of ${between(paragraphSentences)} sentences`);
  if (marks.length) parts.push(`no ${marks.map(({ mark }) => mark.name).join(', no ')}`);
  return parts;
}

function between({ min, max }: { min?: number; max?: number }): string {
  if (min !== undefined && max !== undefined) return min === max ? String(min) : `${min} to ${max}`;
  return min !== undefined ? `at least ${min}` : `at most ${max ?? 0}`;
}

function cadenceFailures({ maxSentenceWords, averageSentenceWords, paragraphSentences, marks }: Measurable, text: string, path: string): Verdict[] {
  if (!maxSentenceWords && !averageSentenceWords && !paragraphSentences && !marks.length) return [];
  const failures: Verdict[] = [];
  const index = new LineIndex(text);
  const prose = ownProse(text);
  const at = (from: number): Range => index.range(from, from + 1);
  if (maxSentenceWords) {
    const long = sentencesOf(prose, text).filter((sentence) => sentence.words > maxSentenceWords.value);
    const longest = long.reduce((most, sentence) => (sentence.words > (most?.words ?? 0) ? sentence : most), long[0]);
    if (longest) {
      const others = long.length > 1 ? `; ${long.length - 1} more ${long.length > 2 ? 'are' : 'is'} too long` : '';
      failures.push(
        fail(
          `Expected sentences of at most ${plural(maxSentenceWords.value, 'word')}, found ${longest.words} in line ${lineAt(index, longest.from)}: “${longest.text.slice(0, 80)}…”${others}.`,
          at(longest.from),
        ),
      );
    }
  }
  const paragraphs = averageSentenceWords || paragraphSentences ? paragraphsOf(prose, text) : [];
  const average = averageSentenceWords && averageOf(paragraphs);
  // Rounded, as people count; a text is not rewritten for half a word.
  if (average !== undefined && averageSentenceWords && !within(Math.round(average), averageSentenceWords))
    failures.push(fail(`Expected an average sentence of ${between(averageSentenceWords)} words (${path}), found ${average.toFixed(1)}.`));
  if (paragraphSentences) {
    const wrong = paragraphs.filter(({ sentences }) => !within(sentences.length, paragraphSentences));
    const first = wrong[0];
    if (first)
      failures.push(
        fail(
          `Expected paragraphs of ${between(paragraphSentences)} sentences, found ${first.sentences.length} from line ${lineAt(index, first.from)}${wrong.length > 1 ? `, and ${wrong.length - 1} more that are not` : ''}.`,
          at(first.from),
        ),
      );
  }
  for (const { mark } of marks) {
    const found = mark.pattern.exec(withoutCode(prose, text));
    if (found)
      failures.push(
        fail(
          `Found ${mark.name}, which ${path} avoids, in line ${lineAt(index, found.index)}: ${excerpt(text, found.index, found.index + found[0].length)}.`,
          at(found.index),
        ),
      );
  }
  return failures;
}

function within(count: number, { min, max }: { min?: number; max?: number }): boolean {
  return count >= (min ?? 0) && count <= (max ?? Number.POSITIVE_INFINITY);
}

function averageOf(paragraphs: readonly Paragraph[]): number | undefined {
  const sentences = paragraphs.flatMap((paragraph) => paragraph.sentences);
  return sentences.length < leastForAverage ? undefined : sentences.reduce((sum, { words }) => sum + words, 0) / sentences.length;
}

/** The prose without block quotations: those are somebody else's words. */
function ownProse(text: string): string {
  const lines = text.split('\n');
  return proseOf(text)
    .split('\n')
    .map((line, i) => (/^ {0,3}>/.test(lines[i] ?? '') ? ' '.repeat(line.length) : line))
    .join('\n');
}

/** Inline code is prose when words are counted, but its marks are code; `proseOf` keeps places, so the original says where it stands. */
function withoutCode(prose: string, original: string): string {
  let result = '';
  let last = 0;
  for (const { index, 0: span } of original.matchAll(/(?<!`)(`+)(?!`)[^`\n]{1,400}\1(?!`)/g)) {
    result += prose.slice(last, index) + ' '.repeat(span.length);
    last = index + span.length;
  }
  return result + prose.slice(last);
}
