import { describeCheck } from '../steering/checks';
import type { Check, Verdict } from '../steering/checkTypes';
import { measureCost } from './cost';
import { measureCount } from './count';
import { measureJson, measureYaml } from './data';
import { measureSameAs, measureUnchanged } from './files';
import { linkedPath, measureLinks, targetsOf } from './links';
import { measurePaths, spannedPaths } from './paths';
import { measureMatches } from './pattern';
import { measureSchema } from './schema';
import { measureSections } from './sections';
import type { Facts, Subject } from './subject';
import { measureContains, measureExcludes } from './terms';
import { fail, listed, pass, unable } from './verdict';
import { measureVoice } from './voice';

export { type Unfenced, unfence } from './fence';
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
    if (rule.kind === 'linksResolve') return targetsOf({ text, facts }).flatMap(({ url }) => linkedPath(url)?.path || []);
    return rule.kind === 'pathsExist' ? spannedPaths(text).map(({ url }) => url) : [];
  });
  return [...new Set(paths)];
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
        rule.of.map((nested) => measure(nested, subject)),
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

/** What a group answers: pass with enough passes; error where too few are left without those that could not be run; else fail. */
function counted(check: Check, verdicts: readonly Verdict[]): Verdict {
  const { rule } = check;
  if (rule.kind !== 'atLeast') throw new TypeError('Only a group of checks combines verdicts.');
  const of = (status: Verdict['status']): string[] => verdicts.flatMap((verdict) => (verdict.status === status ? [verdict.message] : []));
  const passed = of('pass').length;
  const wanted = `${rule.count === rule.of.length ? 'all' : `at least ${rule.count}`} of ${rule.of.length} checks`;
  if (passed >= rule.count) return pass(`${passed} of ${rule.of.length} checks hold.`);
  if (passed + of('error').length >= rule.count) return unable(`Expected ${wanted}; ${passed} hold, and some could not be run: ${listed(of('error'))}`);
  return fail(`Expected ${wanted} to hold, ${passed} ${passed === 1 ? 'does' : 'do'}: ${[...of('fail'), ...of('error')].join(' ')}`);
}

/**
 * The verdict of a group (`any of`, `all of`, `at least 2 of`) from those of its nested checks, in order and each with its own `not` already
 * applied; the group's `not` is applied here. For groups that hold commands or judges; `measure` does the others.
 * @throws TypeError for a check that is no group
 */
export function combine(check: Check, verdicts: readonly Verdict[]): Verdict {
  return negate(check, counted(check, verdicts));
}

/**
 * Check one output. Pure: no file, network or model is touched. `should` changes nothing here: whoever asks decides what fails a stage.
 * What cannot be answered here (see `isMeasured`) is an error.
 */
export function measure(check: Check, subject: Subject): Verdict {
  return negate(check, measureRule(check, subject));
}

/** The verdict of a check whose rule was answered elsewhere (a command's exit code, a judge's rating), its `not` applied. */
export function settle(check: Check, verdict: Verdict): Verdict {
  return negate(check, verdict);
}
