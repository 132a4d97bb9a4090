import { parseCheck } from './checks';
import { quote, splitCommas } from './commas';
import type { Problem } from './contextTypes';
import { suggestionFor } from './coverage';
import { readCriterion } from './criteria';

/** Other names people give to a check. */
const called: [RegExp, string][] = [
  [/^(?:tone|style)(?: of voice)?$/i, 'voice'],
  [/^(?:reg ?ex(?:p)?|regular expression|pattern)$/i, 'matches'],
  [/^json[ -]?schema$/i, 'schema'],
  [/^(?:llm[ -])?rubric$/i, 'judge'],
  [/^not[ -]contains$/i, 'not contains'],
  [/^contains[ -]all$/i, 'contains'],
];

/** Checks of other tools that are a pattern here. */
const patterns: [RegExp, (literal: string) => string][] = [
  [/^(?:starts|begins)[ -]with$/i, (literal) => `matches: /^\\s*${literal}/`],
  [/^ends[ -]with$/i, (literal) => `matches: /${literal}\\s*$/`],
  [/^icontains$/i, (literal) => `matches: /${literal}/i`],
  [/^(?:equals|exactly)$/i, (literal) => `matches: /^\\s*${literal}\\s*$/`],
  [/^(?:one of|enum)$/i, (literal) => `matches: /^\\s*(${literal})\\s*$/`],
];

function patternFor(name: string, value: string): string | undefined {
  if (/^contains[ -]any$/i.test(name)) {
    const any = splitCommas(value).map(({ text }) => `contains: ${quote(text)}`);
    return any.length ? `any of: ${any.join('; ')}` : undefined;
  }
  const pattern = patterns.find(([form]) => form.test(name))?.[1];
  const texts = splitCommas(value).map(({ text }) => text);
  if (!pattern || !texts.length || (texts.length > 1 && !/^(?:one of|enum)$/i.test(name))) return undefined;
  return pattern(texts.map((text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('|'));
}

/**
 * What is wrong with a check, with what to write in its place where the words are a criterion that can be measured, a check under another name, or a command.
 * The grammar of checks stays as it is: in words a thing can be said in too many ways for what a run depends on.
 * @param alone nothing else stands at the problem's range, so that the check can be put there
 */
export function hinted(problem: Problem, text: string, alone: boolean): Problem {
  const written = text.trim();
  if (problem.rule !== 'context/unparsable-check' || !written || written.includes('\n')) return problem;
  const checks = checksFor(written, problem).filter((check) => 'check' in parseCheck(check, problem.range));
  if (!checks.length) return problem;
  const [first] = checks;
  return {
    ...problem,
    message: `“${shortened(written)}” is not in check form: write ${checks.map((check) => `\`${check}\``).join(' and ')}.`,
    ...(alone && checks.length === 1 && first ? { instead: first } : {}),
  };
}

function checksFor(written: string, { range }: Problem): string[] {
  const several = written.replace(/\b(word|line|item|bullet|point|link|heading|section|token|character)\b/gi, '$1s');
  const read = [written, several].map((text) => readCriterion(text, range)).find(({ length }) => length) ?? [];
  if (read.length) return read.map(({ text, negated }) => `${negated ? 'not ' : ''}${text}`);
  const span = /^`([^`\n]+)`$/.exec(written)?.[1]?.trim();
  // Three of the checks are words of their own, and a colon leads to a value: what else is one code span is run.
  if (span && !span.includes(': ') && !/[<>]=?\s*\d|\d+\s*-\s*\d+/.test(span)) return [`command: ${span}`];
  const labelled = /^[`*]*([A-Za-z][A-Za-z _-]*?)[`*]*\s*:[`*]*\s*(\S.*)$/.exec(written);
  const name = called.find(([form]) => form.test((labelled?.[1] ?? '').trim()))?.[1];
  if (name && labelled) return [`${name}: ${labelled[2]}`];
  const pattern = labelled && patternFor((labelled[1] as string).trim(), labelled[2] as string);
  if (pattern) return [pattern];
  const loose = /^(contains|includes|excludes|unchanged|same as|schema)\s+(\S.*)$/i.exec(written);
  if (loose) return [`${(loose[1] as string).toLowerCase()}: ${loose[2]}`];
  const suggested = suggestionFor(written);
  return suggested ? [suggested.check] : [];
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
