import type { Verdict } from '../steering/checkTypes';
import { readVoice } from '../steering/voice';
import { LineIndex, plural } from '../text';
import type { Subject } from './subject';
import { findTerm, measureExcludes } from './terms';
import { fail, lineAt, listed, pass, unable } from './verdict';
import { proseOf, sentencesOf } from './words';

/**
 * What VOICE.md makes measurable: terms to avoid are absent, terms it requires are there (as whole words, in any case), and no sentence is longer
 * than it allows. Weights, metaphors and tone are a judge's. A VOICE.md with nothing measurable passes and says so.
 */
export function measureVoice(path: string, subject: Subject): Verdict {
  const source = subject.facts.file(path);
  if (source === undefined) return unable(`${path} could not be read.`);
  const { avoid, use, maxSentenceWords } = readVoice(path, source).measurable;
  if (!avoid.length && !use.length && !maxSentenceWords) return pass(`${path} says nothing that can be measured: list “Words to avoid” there, or use a judge.`);
  const failures: Verdict[] = [];
  if (avoid.length) {
    const verdict = measureExcludes(
      avoid.map((term) => term.text),
      subject,
      `what ${path} avoids:`,
    );
    if (verdict.status === 'fail') failures.push(verdict);
  }
  const missing = use.filter((term) => !findTerm(subject.text, term.text));
  if (missing.length)
    failures.push(
      fail(`Expected ${listed(missing.map((term) => `“${term.text}”`))}, which ${path} requires; found ${missing.length > 1 ? 'them' : 'it'} nowhere.`),
    );
  if (maxSentenceWords) {
    const long = sentencesOf(proseOf(subject.text), subject.text).filter((sentence) => sentence.words > maxSentenceWords.value);
    const longest = long.reduce((most, sentence) => (sentence.words > (most?.words ?? 0) ? sentence : most), long[0]);
    if (longest) {
      const index = new LineIndex(subject.text);
      const others = long.length > 1 ? `; ${long.length - 1} more ${long.length > 2 ? 'are' : 'is'} too long` : '';
      failures.push(
        fail(
          `Expected sentences of at most ${plural(maxSentenceWords.value, 'word')}, found ${longest.words} in line ${lineAt(index, longest.from)}: “${longest.text.slice(0, 80)}…”${others}.`,
          index.range(longest.from, longest.from + 1),
        ),
      );
    }
  }
  const first = failures[0];
  if (!first)
    return pass(
      `Keeps to ${path}: ${listed([avoid.length && `none of ${plural(avoid.length, 'word')} to avoid`, use.length && `all of ${plural(use.length, 'required word')}`, maxSentenceWords && `no sentence over ${maxSentenceWords.value} words`].filter((text): text is string => typeof text === 'string'))}.`,
    );
  return { ...first, message: failures.map(({ message }) => message).join(' ') };
}
