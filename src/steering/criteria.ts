import type { Range } from '../text';
import { boundsText, parseBounds } from './bounds';
import { parseCheck } from './checks';
import type { Check, CheckRule, Measure } from './checkTypes';
import { quotationsIn, quote, splitCommas } from './commas';

/**
 * Success criteria in words, and what of them can be measured. A wrong check costs a retry or an escalation, a missing one only shows
 * as "nothing verifies this": so a criterion is read only where all of it is understood. What is left alone on purpose:
 * reading times ("12-15 min read": words a minute are a convention, so it could contradict "3000+ words" beside it), aims ("about 500 words",
 * "500 words"), and what is said of a part ("each section 300 words max", "title under 60 characters").
 */

/** A single criterion; `value.slice(start, end) === text`. */
export interface CriterionText {
  text: string;
  start: number;
  end: number;
}

const bullet = /^(?:[-*+•]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?/;

/** Where the value may be cut: commas and semicolons outside of quotes and brackets, but not within a list of quotations. */
function cuts(line: string, quoted: boolean): CriterionText[] {
  const pieces = splitCommas(line, ',;').map((piece) => {
    // A piece that is one quotation keeps its marks here: it is a sentence, not a name.
    const wide = piece.quoted ? { start: markBefore(line, piece.start), end: markAfter(line, piece.end) } : piece;
    return { start: wide.start, end: wide.end, text: line.slice(wide.start, wide.end) };
  });
  const joined: CriterionText[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (quoted && last && /^(?:(?:and|or|nor)\s+)?["“`«'‘]/.test(piece.text) && /["”`»'’]$/.test(last.text)) {
      last.end = piece.end;
      last.text = line.slice(last.start, last.end);
    } else joined.push({ ...piece });
  }
  return joined;
}

function markBefore(line: string, at: number): number {
  let from = at;
  while (from > 0 && /["“„«'‘` ]/.test(line[from - 1] as string)) from--;
  return from + (line.slice(from, at).length - line.slice(from, at).trimStart().length);
}

function markAfter(line: string, at: number): number {
  let to = at;
  while (to < line.length && /["”“»'’` ]/.test(line[to] as string)) to++;
  return to - (line.slice(at, to).length - line.slice(at, to).trimEnd().length);
}

/**
 * A Success field, or the value of a bullet of the success criteria, cut into single criteria: at line breaks, bullets, commas, semicolons and
 * ends of sentences outside of quotes, backticks and brackets; "and" cuts nothing. A leading "and" and a closing full stop are left out.
 */
export function splitCriteria(value: string): CriterionText[] {
  const found: CriterionText[] = [];
  let lineFrom = 0;
  for (const raw of value.split(/(?<=\n|\r(?!\n))/)) {
    const line = raw.trimEnd();
    let from = line.length - line.trimStart().length;
    from += bullet.exec(line.slice(from))?.[0].length ?? 0;
    for (const sentence of sentences(line, from)) {
      for (const piece of cuts(sentence.text, quotationsIn(sentence.text).length > 1)) {
        const lead = /^(?:and|but)\s+(?=\S)/i.exec(piece.text)?.[0].length ?? 0;
        const text = piece.text
          .slice(lead)
          .trimEnd()
          .replace(/[.;,]{1,9}$/, '')
          .trimEnd();
        if (!/[\p{L}\p{N}]/u.test(text)) continue;
        const start = lineFrom + sentence.start + piece.start + lead;
        found.push({ text, start, end: start + text.length });
      }
    }
    lineFrom += raw.length;
  }
  return found;
}

function sentences(line: string, from: number): CriterionText[] {
  const result: CriterionText[] = [];
  let start = from;
  const ends = /[.!?]["”)]?\s+(?=\p{Lu})/gu;
  ends.lastIndex = from;
  for (let end = ends.exec(line); end; end = ends.exec(line)) {
    result.push({ text: line.slice(start, end.index + end[0].trimEnd().length), start, end: end.index });
    start = end.index + end[0].length;
  }
  result.push({ text: line.slice(start), start, end: line.length });
  return result;
}

/** The output as a whole, by its usual names: what is said of a title or of each section is none of ours. */
const subject = `(?:the |this |its |an? |whole |entire |full |final |raw |finished |complete )*(?:outputs?|answer|response|reply|result|text|document|draft|article|blog post|post|it|file)`;
const verb = `(?:(?:must|should|shall|has to|have to|needs to|will|does|do) )?(?:be|is|are|have|has|contain|contains|include|includes|give|gives|list|lists|run|runs|stay|stays|keep|keeps|come in|total|totals|reach|reaches|fit|fits|fit in|fits in|fit within|written in|use|uses)`;
const lead = new RegExp(
  `^(?:(?:${subject})(?::| )\\s*)?(?:(?:must|should|shall|does|do)(?= not exceed| exceed)\\s*)?(?:${verb}\\s+)?(?:in )?(?:a )?(?:total of )?(?=\\S)`,
);
const tail = /\s+(?:long|in length|in total|total|overall|altogether|with (?!\d|each|every|up to|at (?:least|most))[^,;]*)$/;
const perPart =
  /\b(?:each|every|per|apiece|average|avg|respectively|either|ideally|preferably|roughly|about|around|approximately|approx|circa|almost|nearly|if|when|unless|where|instead|rather)\b|~/;

const nouns: [Measure, RegExp][] = [
  ['words', /\bwords?\b/],
  ['characters', /\b(?:characters?|chars)\b/],
  ['lines', /\blines?\b(?! of)/],
  ['tokens', /\btokens?\b/],
  ['items', /\b(?:(?:main|key|core|distinct|clear|separate|numbered|bulleted) )*(?:bullet points?|bullets|list items|points|takeaways|items)\b/],
  ['headings', /\b(?:(?:main|top-level|distinct|clear) )?(?:sections|headings)\b/],
  ['links', /\b(?:hyper)?links?\b/],
];

function checkOf(rule: CheckRule, text: string, range: Range): Check {
  return { text, rule, negated: false, level: 'must', source: 'success', range };
}

/** "3000+ words", "between 5 and 7 main points with supporting detail", "word count under 800". */
function counted(plain: string, range: Range): Check[] {
  if (perPart.test(plain)) return [];
  const labelled = /^(?:total |overall )?(word|character|line|token|link|heading) ?counts?(?: (?:is|of|must be|should be))?[: ]\s*(.+)$/.exec(plain);
  if (labelled) return bounded(`${labelled[1]}s` as Measure, labelled[2] as string, true, range);
  const whole = plain
    .replace(/^(?:total |overall )?length[: ]\s*(?:is |of )?/, '')
    .replace(lead, '')
    .replace(tail, '');
  for (const [measure, noun] of nouns) {
    const match = noun.exec(whole);
    if (!match) continue;
    // A bare number of points or links is meant as it stands; of words or sections it is an aim.
    const quantity = `${whole.slice(0, match.index)} ${whole.slice(match.index + match[0].length)}`;
    const checks = bounded(measure, quantity, measure === 'items', range);
    if (checks.length) return checks;
  }
  return [];
}

function bounded(measure: Measure, quantity: string, bare: boolean, range: Range): Check[] {
  const bounds = parseBounds(quantity.replace(/^\s*exceeds?\b/, 'over'));
  // "0+ words" holds of everything; a minimum that nothing can miss is no check.
  if (!bounds || (bounds.bare && !bare) || (bounds.max === undefined && !bounds.min)) return [];
  const { min, max } = bounds;
  const rule: CheckRule = { kind: 'count', measure, ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
  return [checkOf(rule, `${measure}: ${boundsText(rule)}`, range)];
}

const isLinked = new RegExp(
  `^(?:(?:${subject}) )?(?:must |should )?(?:links?|linking) (?:back )?to (?:at least one |some |other |related |our |the |relevant )*existing (?:\\w+ )?(?:posts?|articles?|pages?|docs|documents|documentation)$`,
);
const isUnbroken =
  /^(?:(?:all|every|any|internal|the) )*(?:links?|urls?) (?:must |should )?(?:all )?(?:work|works|resolve|resolves|are valid|is valid|are working)$|^(?:there (?:are|must be) )?(?:no|zero|without) (?:broken|dead) links?$/;
const isFormat = new RegExp(
  `^(?:(?:${subject}) )?(?:must |should )?(?:be |is |are |parses as |parse as |as )?(?:valid |well-formed |parsable |parseable )(?:and \\w+ )?(json|yaml)(?: (?:array|object|list|output|document))?(?: with [^,;]*)?$`,
);
const excluding = new RegExp(
  `^(?:(?:${subject}) )?(?:must |should )?(?:no|avoids?|without|omits?|excludes?|never (?:uses?|says?|mentions?|contains?|includes?)|(?:does not|doesn't|do not|don't|must not|not) (?:contain|mention|use|say|include)) (?:(?:any of )?(?:the )?(?:words?|terms?|phrases?) )?`,
);
const including = new RegExp(
  `^(?:(?:${subject}) )?(?:must |should )?(?:contains?|mentions?|includes?|says?|quotes) (?:(?:all of )?(?:the )?(?:words?|terms?|phrases?|text|string|sentence) )?`,
);

/** `mentions "refund policy"`, `never says "synergy" or "leverage"`: only where nothing stands beside the quotations. */
function quotedTerms(text: string, range: Range): Check[] {
  const quoted = quotationsIn(text).filter((piece) => piece.text.trim());
  const first = quoted[0];
  if (!first) return [];
  const plain = plainOf(text.slice(0, markBefore(text, first.start)));
  let rest = text.slice(markBefore(text, first.start));
  for (const piece of quoted) rest = rest.replace(piece.text, '');
  const between = rest
    .replace(/["“”„«»'‘’`]/g, '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  const terms = quoted.map((piece) => piece.text.trim());
  const leadsTo = (pattern: RegExp): boolean => pattern.exec(`${plain} `)?.[0].trim() === plain;
  if (between.every((word) => ['and', 'or', 'nor'].includes(word)) && leadsTo(excluding))
    return [checkOf({ kind: 'excludes', terms }, `excludes: ${terms.map(quote).join(', ')}`, range)];
  if (between.every((word) => word === 'and') && leadsTo(including))
    return [checkOf({ kind: 'contains', terms }, `contains: ${terms.map(quote).join(', ')}`, range)];
  return [];
}

function plainOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[*_]{2}|(?<!\w)[*_]|[*_](?!\w)/g, '')
    .replace(/’/g, "'")
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[.!;,\s]+$/, '');
}

/** Kinds that may be written in a Success field as in Checks. What costs or runs something is only a check where it is called one. */
const writable = new Set<CheckRule['kind']>([
  'count',
  'contains',
  'excludes',
  'matches',
  'schema',
  'sections',
  'voice',
  'sameAs',
  'json',
  'yaml',
  'linksResolve',
  'pathsExist',
]);

/**
 * What of one success criterion can be measured, as checks with source `success`, written as in Checks; none where nothing is certain.
 * Never throws.
 */
export function readCriterion(text: string, range: Range): Check[] {
  const source = text.slice(0, 400);
  if (source.length < text.length) return [];
  if (/^\W*\w+(?: \w+)?\W*:|^\W*(?:json|yaml|links resolve|paths exist)\W*$/i.test(source)) {
    const parsed = parseCheck(source, range);
    if ('check' in parsed && writable.has(parsed.check.rule.kind) && !(parsed.check.rule.kind === 'contains' && !/["“`]/.test(source)))
      return [{ ...parsed.check, source: 'success' }];
  }
  const plain = plainOf(source);
  if (isLinked.test(plain))
    return [checkOf({ kind: 'linksResolve' }, 'links resolve', range), checkOf({ kind: 'count', measure: 'links', min: 1 }, 'links: >= 1', range)];
  if (isUnbroken.test(plain)) return [checkOf({ kind: 'linksResolve' }, 'links resolve', range)];
  const format = isFormat.exec(plain)?.[1];
  if (format) return [checkOf({ kind: format as 'json' | 'yaml' }, format, range)];
  const terms = quotedTerms(source, range);
  if (terms.length) return terms;
  const checks = counted(plain, range);
  if (checks.length) return checks;
  const halves = plain.split(' and ');
  const both = halves.length === 2 ? halves.map((half) => counted(half, range)) : [];
  return both.every((found) => found.length) ? both.flat() : [];
}
