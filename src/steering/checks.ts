import type { Range } from '../text';
import { parseBounds } from './bounds';
import { checkNames } from './checkNames';
import { commandOf } from './checkText';
import { type Check, type CheckRule, type Measure, measures } from './checkTypes';
import { cost, judge, matches, Unparsable } from './checkValues';
import { splitCommas, unquote } from './commas';
import type { Problem } from './contextTypes';
import { nearest } from './nearest';

export { type CheckName, checkNames } from './checkNames';
export { describeCheck } from './checkText';

/** A check or criterion nested below another: its own text; deeper lists may stand in it as indented lines. */
export interface Nested {
  text: string;
  range: Range;
}

export type ParsedCheck = { check: Check } | { problem: Problem };

interface Source {
  value: string;
  nested: readonly Nested[];
}

const aliases: Record<string, string> = {
  word: 'words',
  characters: 'characters',
  character: 'characters',
  chars: 'characters',
  line: 'lines',
  token: 'tokens',
  item: 'items',
  heading: 'headings',
  link: 'links',
  contain: 'contains',
  includes: 'contains',
  include: 'contains',
  exclude: 'excludes',
  match: 'matches',
  'valid json': 'json',
  'valid yaml': 'yaml',
  section: 'sections',
  'links work': 'links resolve',
  'path exist': 'paths exist',
};

/** Terms of a list check, from the line or from a list nested below it. */
function terms(name: string, { value, nested }: Source): string[] {
  const found = nested.length ? [value, ...nested.map(({ text }) => text)].flatMap((part) => splitCommas(part)) : splitCommas(value);
  const texts = found.map(({ text }) => text).filter((text) => text.trim());
  if (!texts.length) throw new Unparsable(`“${name}” expects at least one word or phrase, such as \`${exampleOf(name)}\`.`);
  return texts;
}

function exampleOf(name: string): string {
  return checkNames.find((known) => known.name === name)?.example ?? name;
}

function oneFile(name: string, { value }: Source): string {
  const pieces = splitCommas(value);
  if (pieces.length > 1) throw new Unparsable(`“${name}” takes one file: write a check for each.`);
  const path = pieces[0]?.text.trim();
  if (!path) throw new Unparsable(`“${name}” expects a file, such as \`${exampleOf(name)}\`.`);
  return path;
}

function count(measure: Measure, value: string): CheckRule {
  const bounds = parseBounds(value.replace(/`/g, '').replace(new RegExp(`\\b${measure.slice(0, -1)}s?\\b`, 'i'), ' '));
  if (!bounds)
    throw new Unparsable(
      `“${measure}” expects a range or a bound, such as \`300-800\`, \`>= 300\` or \`at most 800\`, with the smaller number first; found “${value}”.`,
    );
  const { min, max } = bounds;
  return { kind: 'count', measure, ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
}

/** Checks of `any of:` and its kin: the nested list, or what stands behind the colon between semicolons. */
function group(name: string, least: number | 'all', { value, nested }: Source, range: Range): CheckRule {
  const inline = value ? splitCommas(value, ';').map((piece) => ({ text: value.slice(piece.start, piece.end), range })) : [];
  const parsed = [...inline, ...nested].map((item) => parseCheck(item.text, item.range));
  const of = parsed.map((result) => {
    if ('problem' in result) throw new UnparsableWithin(result.problem);
    if (result.check.level === 'should') {
      const message = `“should” stands before the whole group, not inside it: within “${name}” a check counts or it does not.`;
      throw new UnparsableWithin({ rule: 'context/unparsable-check', message, range: result.check.range });
    }
    return result.check;
  });
  if (!of.length) throw new Unparsable(`“${name}” expects a list of checks nested below it.`);
  const wanted = least === 'all' ? of.length : least;
  if (wanted < 1 || wanted > of.length)
    throw new Unparsable(`“${name}” has ${of.length} checks below it: at least ${wanted} of them can never ${wanted < 1 ? 'fail' : 'pass'}.`);
  return { kind: 'atLeast', count: wanted, of };
}

/** A nested check is wrong: the problem stands where that check stands. */
class UnparsableWithin extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

/** Backticks and emphasis around a name are decoration. */
function nameOf(head: string): string {
  const name = head
    .toLowerCase()
    .replace(/[`*]/g, '')
    .replace(/[\s_-]+/g, ' ')
    .trim();
  return Object.hasOwn(aliases, name) ? (aliases[name] as string) : name;
}

function ruleOf(text: string, nested: readonly Nested[], range: Range): CheckRule {
  if (!text) throw new Unparsable('Expected a check, such as `words: 300-800`; found nothing.');
  const colon = text.indexOf(':');
  const head = colon < 0 ? text : text.slice(0, colon);
  if ((head.match(/`/g)?.length ?? 0) % 2) throw new Unparsable('Put the whole check into one code span, or only its name and its values.');
  const name = nameOf(head);
  const source: Source = {
    value:
      colon < 0
        ? ''
        : text
            .slice(colon + 1)
            .replace(/^\*+/, '')
            .trim(),
    nested,
  };
  const least = /^at least (\d{1,4}|one|two|three|four|five) of(?: these| the following)?$/.exec(name);
  if (least) return group(name, { one: 1, two: 2, three: 3, four: 4, five: 5 }[least[1] as string] ?? Number(least[1]), source, range);
  if (/^any of(?: these| the following)?$/.test(name)) return group('any of', 1, source, range);
  if (/^all of(?: these| the following)?$/.test(name)) return group('all of', 'all', source, range);
  if (nested.length && !['contains', 'excludes', 'sections'].includes(name)) {
    throw new Unparsable(`“${name.slice(0, 40)}” takes no nested list. Only “any of:”, “all of:” and “at least 2 of:” have checks below them.`);
  }
  const measure = measures.find((known) => known === name);
  // "words >= 300" says the same as "words: >= 300".
  const loose = colon < 0 ? /^`?(\p{L}+)`?\s+(.+)$/su.exec(text) : null;
  const looseMeasure = measures.find((known) => known === nameOf(loose?.[1] ?? ''));
  if (name === 'links resolve' || (name === 'links' && /^(?:resolve|work)$/i.test(source.value)))
    return bare('links resolve', { kind: 'linksResolve' }, name === 'links' ? '' : source.value);
  if (name === 'paths exist' || (name === 'paths' && /^exist$/i.test(source.value)))
    return bare('paths exist', { kind: 'pathsExist' }, name === 'paths' ? '' : source.value);
  if (measure) return count(measure, source.value);
  if (looseMeasure && loose && parseBounds(loose[2] as string)) return count(looseMeasure, loose[2] as string);
  switch (name) {
    case 'contains':
    case 'excludes':
      return { kind: name, terms: terms(name, source) };
    case 'sections':
      if (/[<>=+-]/.test(source.value) && !nested.length && parseBounds(source.value))
        throw new Unparsable('“sections” expects names of headings; to count headings write `headings: 3-5`.');
      return { kind: 'sections', names: terms(name, source) };
    case 'matches':
      return matches(source.value);
    case 'json':
    case 'yaml':
      return bare(name, { kind: name }, source.value);
    case 'schema':
    case 'unchanged':
    case 'voice':
      return { kind: name, path: name === 'voice' && !source.value ? 'VOICE.md' : oneFile(name, source) };
    case 'same as':
      return { kind: 'sameAs', path: oneFile(name, source) };
    case 'command': {
      const command = commandOf(source.value);
      if (!command) throw new Unparsable('“command” expects a shell command, such as `command: npm test`.');
      return { kind: 'command', command };
    }
    case 'judge':
      return judge(source.value);
    case 'cost':
      return cost(source.value);
  }
  throw new Unparsable(unknown(name, head.trim(), colon >= 0));
}

function bare(name: string, rule: CheckRule, value: string): CheckRule {
  if (value && !/^(?:yes|true|valid)$/i.test(value)) throw new Unparsable(`“${name}” takes nothing after it; found “${value}”.`);
  return rule;
}

function unknown(name: string, written: string, colon: boolean): string {
  const shown = written.length > 40 ? `${written.slice(0, 40)}…` : written;
  const known = checkNames.map((check) => check.name).filter((check) => !/ of$/.test(check) || / (?:of?|these)$/.test(name));
  const started = colon ? undefined : checkNames.find((check) => check.takesValue && name.startsWith(`${check.name} `));
  if (started) return `“${shown}” is no check. Write “${started.name}” with a colon, such as \`${started.example.split('\n')[0]}\`.`;
  const meant = nearest(name, known) ?? nearest(name.split(' ')[0] ?? '', known);
  if (meant) return `“${shown}” is no check: did you mean “${meant}”, as in \`${exampleOf(meant).split('\n')[0]}\`?`;
  return `“${shown}” is no check. If only a reader can tell, write \`judge: ${colon ? '…' : shown}, >= 4/5\`; the page of this rule lists the checks there are.`;
}

/** Lines of a nested list that stand in the text itself, cut into the items of its first level. */
function nestedLines(text: string, range: Range): { own: string; nested: Nested[] } {
  const lines = text.split(/\r\n|\r|\n/);
  const first = lines.findIndex((line, i) => i > 0 && /^\s*(?:[-*+]|\d+[.)])\s/.test(line));
  if (first < 0) return { own: lines.join(' '), nested: [] };
  const indent = (lines[first] as string).search(/\S/);
  const nested: Nested[] = [];
  for (const line of lines.slice(first)) {
    const item = /^\s*(?:[-*+]|\d+[.)])\s+(.*)$/.exec(line);
    const last = nested.at(-1);
    if (item && (line.search(/\S/) <= indent || !last)) nested.push({ text: item[1] as string, range });
    else if (last) last.text += `\n${line}`;
  }
  return { own: lines.slice(0, first).join(' '), nested };
}

/**
 * Read one check. Names are read in any case; the check may stand in a code span, whole or in parts; `should` and `not` may stand before it.
 * Never throws: what is no check is a problem that says what was expected, at `range`, or at the nested check it is about.
 * @param nested the items of a list below the check; where it is not given, list lines in `text` are
 */
export function parseCheck(text: string, range: Range, nested?: readonly Nested[]): ParsedCheck {
  const lines = nestedLines(text.trim(), range);
  let rest = lines.own.trim();
  let negated = false;
  let level: Check['level'] = 'must';
  const seen = new Set<string>();
  try {
    for (;;) {
      const span = rest.startsWith('`') ? unquote(rest) : undefined;
      if (span?.quoted) {
        rest = span.text.trim();
        continue;
      }
      const prefix = /^[`*_]*(not|should|must)[`*_]*(?:\s+|\s*:\s+)(?=\S)/i.exec(rest);
      if (!prefix) break;
      const word = (prefix[1] as string).toLowerCase();
      if (seen.has(word)) throw new Unparsable(`“${word}” stands twice before the check.`);
      if (seen.has(word === 'must' ? 'should' : word === 'should' ? 'must' : '')) throw new Unparsable('“must” and “should” contradict each other: write one.');
      seen.add(word);
      if (word === 'not') negated = true;
      if (word === 'should') level = 'should';
      // A code span that began before the prefix ("`not json`" without its end) is left to the name.
      rest = rest.slice(prefix[0].length);
    }
    const rule = ruleOf(rest, nested?.length ? nested : lines.nested, range);
    return { check: { text: rest, rule, negated, level, source: 'checks', range } };
  } catch (error) {
    if (error instanceof UnparsableWithin) return { problem: error.problem };
    if (error instanceof Unparsable) return { problem: { rule: 'context/unparsable-check', message: error.message, range } };
    throw error;
  }
}

/** A check in one line as it was written, `not` and `should` with it. */
export function checkLine({ text, negated, level }: Check): string {
  return `${level === 'should' ? 'should ' : ''}${negated ? 'not ' : ''}${text.replace(/:\s*$/, '')}`;
}
