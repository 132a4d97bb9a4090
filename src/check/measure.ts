import { checkLine, describeCheck } from '../steering/checks';
import type { Check, Verdict } from '../steering/checkTypes';
import { plural } from '../text';
import { measureCost } from './cost';
import { measureCount } from './count';
import { measureJson, measureYaml } from './data';
import { measureSameAs, measureUnchanged } from './files';
import { linkedPath, measureLinks, placesOf, targetsOf } from './links';
import { measurePaths, spannedPaths } from './paths';
import { measureMatches, TookTooLong, withinTime } from './pattern';
import { measureSchema } from './schema';
import { headingsOf, measureSections } from './sections';
import type { Facts, Subject } from './subject';
import { measureContains, measureExcludes } from './terms';
import { Unreadable } from './tree';
import { bounded, cut, fail, pass, unable } from './verdict';
import { measureVoice } from './voice';

export { type Unfenced, unfence } from './fence';
export { cheapestFirst, isDecided } from './order';
export { referencedFiles } from './schema';
export type { Facts, Subject } from './subject';

/** Whether a check can be answered here, from the text and facts alone; `command` and `judge`, also nested, cost or run something. */
export function isMeasured(check: Check): boolean {
  const { rule } = check;
  if (rule.kind === 'atLeast') return rule.of.every(isMeasured);
  return rule.kind !== 'command' && rule.kind !== 'judge';
}

function leaves(check: Check): Check[] {
  return check.rule.kind === 'atLeast' ? check.rule.of.flatMap(leaves) : [check];
}

/** The files whose text `facts.file` must know for this check, nested ones included, each once: schemas, files to compare with, VOICE.md. */
export function factsNeeded(check: Check): string[] {
  const paths = leaves(check).flatMap(({ rule }) => (rule.kind === 'schema' || rule.kind === 'sameAs' || rule.kind === 'voice' ? [rule.path] : []));
  return [...new Set(paths)];
}

/** The files `facts.unchanged` must know for this check, each once: to be noted before the stage runs. */
export function watchedFiles(check: Check): string[] {
  return [...new Set(leaves(check).flatMap(({ rule }) => (rule.kind === 'unchanged' ? [rule.path] : [])))];
}

/** The paths in an output that `facts.exists` (and `headingsOf`) will be asked about for this check, each once. */
export function pathsMentioned(text: string, check: Check): string[] {
  const facts: Facts = { file: () => undefined, exists: () => false, unchanged: () => undefined };
  const paths = leaves(check).flatMap(({ rule }) => {
    if (rule.kind === 'linksResolve') return readable(() => targetsOf({ text, facts })).flatMap(({ url }) => placesOf(linkedPath(url)?.path ?? ''));
    return rule.kind === 'pathsExist' ? spannedPaths(text).map(({ url }) => url) : [];
  });
  return [...new Set(paths)];
}

/** The headings of a Markdown text as `facts.headingsOf` must give them; undefined where it cannot be read. */
export function headingsIn(text: string): string[] | undefined {
  const facts: Facts = { file: () => undefined, exists: () => false, unchanged: () => undefined };
  try {
    return withinTime(() => headingsOf({ text, facts }), longestMs);
  } catch (error) {
    if (error instanceof Unreadable || error instanceof TookTooLong) return undefined;
    throw error;
  }
}

/** Nothing where the output cannot be read: the check itself says so. */
function readable<T>(read: () => T[]): T[] {
  try {
    return withinTime(read, longestMs);
  } catch (error) {
    if (error instanceof Unreadable || error instanceof TookTooLong) return [];
    throw error;
  }
}

/** The verdict of a rule, `not` aside. */
function measureRule(check: Check, subject: Subject): Verdict {
  const { rule } = check;
  switch (rule.kind) {
    case 'count':
      return measureCount(rule, subject);
    case 'contains':
      return measureContains(rule.terms, subject);
    case 'excludes':
      return measureExcludes(rule.terms, subject);
    case 'matches':
      return measureMatches(rule.pattern, rule.flags, subject);
    case 'json':
      return measureJson(subject);
    case 'yaml':
      return measureYaml(subject);
    case 'schema':
      return measureSchema(rule.path, subject);
    case 'sections':
      return measureSections(rule.names, subject);
    case 'linksResolve':
      return measureLinks(subject);
    case 'pathsExist':
      return measurePaths(subject);
    case 'unchanged':
      return measureUnchanged(rule.path, subject);
    case 'sameAs':
      return measureSameAs(rule.path, subject);
    case 'voice':
      return measureVoice(rule.path, subject);
    case 'cost':
      return measureCost(rule.max, subject);
    case 'atLeast':
      return counted(
        check,
        rule.of.map((nested) => answer(nested, subject)),
      );
    case 'command':
    case 'judge':
      return unable(`“${check.text}” costs or runs something and was not asked for here.`);
  }
}

/** `not` turns pass and fail round; what could not be run stays an error. */
function negate(check: Check, verdict: Verdict): Verdict {
  if (!check.negated || verdict.status === 'error') return verdict;
  const shown = describeCheck({ ...check, negated: false, level: 'must' })
    .replace(/\n- /g, ' ')
    .replace(/\n\s*/g, ' ');
  return verdict.status === 'pass'
    ? fail(`Expected not ${shown}, but it holds: ${verdict.message}`)
    : pass(`As it should, ${shown} does not hold: ${verdict.message}`);
}

/** What a group answers: pass with enough passes; error where those that could not be run could decide it; else fail. */
function counted(check: Check, verdicts: readonly (Verdict | undefined)[]): Verdict {
  const { rule } = check;
  if (rule.kind !== 'atLeast') throw new TypeError('Only a group of checks combines verdicts.');
  const of = (...statuses: Verdict['status'][]): string[] =>
    verdicts.flatMap((verdict, i) =>
      verdict && statuses.includes(verdict.status) ? [`(${cut(checkLine(rule.of[i] as Check), 60)}) ${cut(verdict.message, 300)}`] : [],
    );
  const told = (texts: readonly string[]): string => `${texts.slice(0, 5).join(' ')}${texts.length > 5 ? ` And ${texts.length - 5} more.` : ''}`;
  const passed = of('pass').length;
  const total = plural(rule.of.length, 'check');
  const wanted = `${rule.count === rule.of.length ? 'all' : `at least ${rule.count}`} of ${total} to hold`;
  const hold = passed === 1 ? '1 does' : `${passed} do`;
  if (passed >= rule.count) return pass(`${passed} of ${total} ${passed === 1 ? 'holds' : 'hold'}: ${told(of('pass'))}`);
  if (passed + of('error').length >= rule.count) return unable(`Expected ${wanted}; ${hold}, and some could not be run: ${told(of('error'))}`);
  return fail(`Expected ${wanted}, ${hold}: ${told(of('fail', 'error'))}`);
}

/**
 * The verdict of a group (`any of`, `all of`, `at least 2 of`) from those of its nested checks, in order and each with its own `not` already
 * applied; the group's `not` is applied here. For groups that hold commands or judges; `measure` does the others.
 * @param verdicts undefined for those that were not asked, as the group was decided without (see `isDecided`)
 * @throws TypeError for a check that is no group
 */
export function combine(check: Check, verdicts: readonly (Verdict | undefined)[]): Verdict {
  return bounded(negate(check, counted(check, verdicts)));
}

/**
 * Check one output. Pure: no file, network or model is touched. `should` changes nothing here: whoever asks decides what fails a stage.
 * What cannot be answered here (see `isMeasured`) is an error.
 */
export function measure(check: Check, subject: Subject): Verdict {
  // A byte order mark is no part of a text.
  const read = subject.text.startsWith('\uFEFF') ? { ...subject, text: subject.text.slice(1) } : subject;
  try {
    // What a file of the project can make slow on a short text (patterns, schemas) has a limit of its own; setting one up takes longer than measuring.
    return bounded(read.text.length <= shortText ? answer(check, read) : withinTime(() => answer(check, read), longestMs));
  } catch (error) {
    if (error instanceof TookTooLong)
      return unable(`“${cut(check.text)}” took over ${longestMs / 1000} seconds on an output of ${read.text.length} characters.`);
    throw error;
  }
}

/** Characters that are measured within milliseconds, whatever they are. */
const shortText = 4000;

/** How long a check may take in all: no output and no file may hold up the editor for good. Milliseconds. */
const longestMs = 20_000;

function answer(check: Check, subject: Subject): Verdict {
  try {
    return negate(check, measureRule(check, subject));
  } catch (error) {
    if (error instanceof Unreadable) return unable(error.message);
    // Recursion that a hostile output or schema drove too deep.
    if (error instanceof RangeError) return unable(`“${cut(check.text)}” could not be run: what it reads is nested too deeply.`);
    throw error;
  }
}

/** The verdict of a check whose rule was answered elsewhere (a command's exit code, a judge's rating), its `not` applied. */
export function settle(check: Check, verdict: Verdict): Verdict {
  return bounded(negate(check, verdict));
}
