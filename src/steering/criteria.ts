import type { Range } from '../text';
import { boundsText, parseBounds } from './bounds';
import { parseCheck } from './checks';
import type { Check, CheckRule, Measure } from './checkTypes';
import { quotationsIn, quote } from './commas';
import { readForm } from './criterionForms';
import { markBefore } from './criterionText';

export { type CriterionText, splitCriteria } from './criterionText';

/**
 * Success criteria in words, and what of them can be measured. A wrong check costs a retry or an escalation, a missing one only shows
 * as "nothing verifies this": so a criterion is read only where all of it is understood. What is left alone on purpose:
 * reading times ("12-15 min read": words a minute are a convention, so it could contradict "3000+ words" beside it), aims ("about 500 words",
 * "500 words"), and what is said of a part ("each section 300 words max", "title under 60 characters").
 */

/** The output as a whole, by its usual names: what is said of a title or of each section is none of ours. */
const subject = `(?:the |this |its |an? |whole |entire |full |final |raw |finished |complete )*(?:outputs?|answer|response|reply|result|text|document|draft|article|blog post|post|it|file)`;
const verb = `(?:(?:must|should|shall|has to|have to|needs to|will|does|do) )?(?:be|is|are|have|has|contain|contains|include|includes|give|gives|list|lists|run|runs|stay|stays|keep it|keeps it|keep|keeps|come in|total|totals|reach|reaches|fit|fits|fit in|fits in|fit within|written in|use|uses)`;
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
  const single = /^(?:(?:just|only|exactly) )?(?:one|1|a single) (word|line)(?: only)?$/.exec(plain)?.[1];
  if (single) return bounded(`${single}s` as Measure, '1', true, range);
  const labelled =
    /^(?:total |overall )?(word|character|line|token|link|heading) ?counts?(?: (?:is|of|must be|should be))?[: ]\s*(.+)$/.exec(plain) ??
    /^(word|character|line|token) (?=limit[: ])((?:limit)[: ]\s*(?:is |of )?.+)$/.exec(plain);
  if (labelled) return bounded(`${labelled[1]}s` as Measure, labelled[2] as string, true, range);
  const whole = plain
    .replace(/^(?:total |overall )?length(?! limit)[: ]\s*(?:is |of )?/, '')
    .replace(/(?<=\d)-(?=(?:word|character|line|token)\b)/, ' ')
    .replace(lead, '')
    .replace(tail, '');
  for (const [measure, noun] of nouns) {
    const match = noun.exec(whole);
    if (!match) continue;
    // A bare number of points, headings or links is meant as it stands; of words or sections it is an aim, and "one link" may be the least.
    const quantity = digitsFor(`${whole.slice(0, match.index)} ${whole.slice(match.index + match[0].length)}`);
    const bare = measure === 'items' || (/(?:headings|links)$/.test(match[0]) && !/^\s*1\s*$/.test(quantity));
    const checks = bounded(measure, quantity, bare, range);
    if (checks.length) return checks;
  }
  return [];
}

const numberWords = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];
const numberWord = new RegExp(`\\b(?:${numberWords.join('|')})\\b(?!-)`, 'g');

/** "three to five" as "3 to 5": in a sentence small numbers are written in words. */
function digitsFor(quantity: string): string {
  return quantity.replace(numberWord, (word) => String(numberWords.indexOf(word) + 1));
}

/** How long the whole is, in words that no one can count: what stands in parentheses behind them says what is meant. */
const size = new RegExp(
  `^(?:(?:the |whole )?length|one-pager|(?:${subject} )?(?:(?:is|be|are|must be|should be|stays?|keep it|kept) )?(?:short(?: enough)?|brief|concise|compact|tight|succinct|in[- ]depth|detailed|thorough|comprehensive|long enough|(?:the )?right length|(?:(?:it )?(?:must |should )?(?:fits? )?(?:on |in |onto |within )?)?(?:an?|one|two|three|a single|half a|1|2|3) (?:printed )?(?:pages?|screens?|tweet|paragraphs?)))$`,
);

/** "Fits on one page (450 words max)", "concise (under 300 words)"; of "title (under 60 characters)" nothing can be told of the whole. */
function inParentheses(plain: string, range: Range): Check[] {
  const aside = /^([^()]{1,80}?) ?\(([^()]{1,80})\)$/.exec(plain);
  if (!aside) return [];
  const [, said = '', meant = ''] = aside;
  // "Two pages max (900 words)": the bound is said outside.
  const bare = said.replace(/^(?:at most|up to|max\.?|maximum) | (?:max\.?|maximum|at most)$/, '');
  if (!size.test(bare)) return [];
  return counted(bare !== said && /^\d[\d,]* \w+$/.test(meant) ? `at most ${meant}` : meant, range);
}

function bounded(measure: Measure, quantity: string, bare: boolean, range: Range): Check[] {
  const limit = quantity
    .replace(/^\s*exceeds?\b/, 'over')
    .replace(/(?<=\d)\s+limit\s*$/, ' max')
    .replace(
      /^\s*(?:limited to|capped at|kept to|restricted to|limit(?: of| is)?:?|(?:max(?:imum)?\.? length|length limit)(?: of| is)?:?)(?=\s*\d)/,
      'at most',
    );
  const bounds = parseBounds(limit);
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
    .replace(/(?<![.!;,\s])[.!;,\s]+$/, '');
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
  const rule = readForm(source, plain);
  if (rule) return [{ ...checkOf(rule.rule, rule.text, range), negated: rule.negated === true }];
  const terms = quotedTerms(source, range);
  if (terms.length) return terms;
  const checks = counted(plain, range);
  if (checks.length) return checks;
  const aside = inParentheses(plain, range);
  if (aside.length) return aside;
  const halves = plain.split(' and ');
  const both = halves.length === 2 ? halves.map((half) => counted(half, range)) : [];
  return both.every((found) => found.length) ? both.flat() : [];
}
