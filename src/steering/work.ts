import { quotationsIn } from './commas';

/**
 * What kind of work an instruction is, by the audit that routing asks for: what has one right answer needs no model, what only matches patterns
 * needs the cheap one. Read off the instruction's first words, and only where the instruction is one short sentence: what comes later may be the hard part.
 */
export interface Work {
  /** The least that can do it. */
  tier: 'code' | 'haiku';
  /** What it is, as a noun: “a substring test”, “extraction”. */
  kind: string;
}

const data = '(?:json|csv|tsv|yaml|xml|jsonl)';
const identifier = '(?:ids?|numbers?|keys?|e-?mails?(?: address(?:es)?)?|sku|isbn|slug|url|hash)';
const figure =
  '(?:sum|total|average|mean|median|percentages?|percent|difference|ratio|share|number|count|minimum|maximum|product|vat|tax|interest|duration|age|checksum|hash)';

/** What stands in rows and can be compared without understanding it: “each line has a time and none is over 2 seconds”. */
const cell = '(?:lines?|rows?|records?|entry|entries|cells?|columns?|fields?|values?|keys?)';
const compared = String.raw`\b(?:(?:over|under|above|below|at (?:most|least)|(?:more|less|fewer|longer|shorter|greater) than|exceeds?|between|within) [$€£]?\d|(?:is|are) (?:not )?(?:empty|missing|unique|null|an? (?:valid )?(?:number|integer|date|url)))`;
const understood = '\\b(?:mention|describe|name|cover|explain|refer|sound|read|cite|support|answer|state|tell|give|show|argue|make|fit|match)(?:e?s)?\\b';

const deterministic: [string, RegExp][] = [
  [
    'sorting',
    /^(?:sort|order|arrange)\b(?=.*\b(?:by|alphabetical(?:ly)?|ascending|descending|numerical(?:ly)?|chronological(?:ly)?)\b)|^sort (?:the |all |these |those )?\w+$/,
  ],
  ['counting', /^count (?:the|all|how many|each|every)\b/],
  ['removing duplicates', /^(?:de-?duplicate|remove (?:all |the |any |exact )*duplicate[sd]?\b)/],
  ['parsing', new RegExp(`^parse\\b.*\\b${data}\\b`)],
  [
    'validation',
    new RegExp(
      `^(?:validate|check|verify)\\b.*\\b(?:(?:valid|well-formed) ${data}|against (?:the |its |a )?(?:json )?schema|${data} schema|(?:fits|matches) (?:the |its )?schema)\\b|^validate\\b.*\\b${data}\\b|^(?:validate|check|verify) that (?:each|every|all|none of|no)(?: the)?(?: \\w+)? ${cell}\\b(?!.*${understood}).*${compared}`,
    ),
  ],
  ['conversion between data formats', new RegExp(`^(?:convert|transform|turn)\\b.*\\b${data}\\b.*\\b(?:to|into)\\b.*\\b${data}\\b`)],
  ['joining data', new RegExp(`^(?:merge|join|concatenate|combine)\\b.*\\b(?:${data} files?|(?:by|on) (?:the |their |its )?(?:\\w+ )?${identifier})\\b`)],
  [
    'a look-up',
    new RegExp(
      `^(?:look up|fetch|retrieve|query|get|select)\\b.*\\b(?:by (?:the |its |their |his |her )?(?:\\w+ )?${identifier}|(?:in|from) (?:the |our )?(?:\\w+ )?(?:database|db|crm|api))\\b`,
    ),
  ],
  [
    'arithmetic',
    new RegExp(`^(?:calculate|compute|add up|work out|sum(?! up\\b))\\b(?:.*\\b${figure}\\b|.* (?:amounts|prices|numbers|figures|costs|hours)\\b)`),
  ],
  ['handling files', /^(?:rename|move|copy|delete|list) (?:the |all |all the |these )?(?:\w+ )?files\b/],
  ['trimming', /^(?:trim|strip|collapse|normali[sz]e|remove)\b.*\b(?:white ?space|line (?:breaks|ends|endings)|blank lines|html tags|trailing spaces)\b/],
  ['running a command', /^run (?:the )?(?:unit |whole |full )?(?:tests?|test suite|linter|build|formatter|type checker)\b/],
];

/** "Check whether the message contains the word “refund”": found or not, no language is understood. */
const substring =
  /^(?:check|test|decide|determine|see|find out|tell|say|look|answer)\b.*\b(?:whether|if|that)\b.*\b(?:contains?|includes?|mentions?|has|(?:starts?|begins?|ends?) with)\b(?: (?:the|a|any of the))?(?: exact)?(?: (?:words?|strings?|phrases?|substrings?|terms?|prefix|suffix))? ·/;
const replacing = /^replace\b.*·.*\b(?:with|by)\b.*·/;

const cheap: [string, RegExp][] = [
  ['extraction', /^(?:extract|pull out)\b/],
  ['classification', /^(?:(?:classify|categori[sz]e)\b|(?:label|tag)\b.*\b(?:with|as|by)\b)/],
  [
    'formatting',
    /^(?:(?:format|reformat) \w|convert\b.*\b(?:to|into) (?:an? )?(?:json|csv|yaml|xml|markdown|html|(?:\w+ )?table|(?:\w+ )?list|bullets?|bullet points|(?:upper|lower|title) case|iso)\b)/,
  ],
  ['a summary', /^(?:summari[sz]e|condense)\b/],
  ['rephrasing', /^(?:rephrase|paraphrase)\b/],
];

const judgement =
  /\b(?:(?<!\bat )most|best|worst|important|importance|relevan(?:t|ce)|quality|tone|interesting|clear|clarity|similar|similarity|meaning|intent|sentiment|why|explain|reason\w*|decide|judge|if|unless|whether|and then|rewrite|themes?|topics?|relate\w*|same thing|arguments?|risks?|strateg\w+|architecture|legal|nuances?|implications?|root causes?|synthesi\w+|contradict\w*|persuasive|convincing|priority|priorities|urgency|difficulty|severity)\b/;

/** How the answer is to be laid out, which makes no task harder. */
const layout =
  /^(?:answer|output|return|respond|reply|print|write)\b.{0,20}\b(?:with|in|as|only|one)\b.*|^(?:one|each)\b.*\b(?:per|a|on its own|on a) line\b.*|^(?:keep|leave)\b.*\border\b.*|^(?:and )?nothing else$/;

/** The kind of work of a Task's text; undefined where that is not certain. Quotations count as what they are: text. */
export function workOf(task: string): Work | undefined {
  if (task.length > 400 || /[\r\n]/.test(task.trim())) return undefined;
  const plain = blankQuotations(task).toLowerCase();
  const [first = '', ...rest] = plain
    .split(/(?<=[.;!?])\s+/)
    .map((sentence) => sentence.replace(/(?<![.;!?])[.;!?]+$/, '').trim())
    .filter(Boolean);
  if (!first || first.split(/\s+/).length > 25 || !rest.every((sentence) => layout.test(sentence) || sureOf(sentence))) return undefined;
  if (substring.test(first) || replacing.test(first)) return { tier: 'code', kind: substring.test(first) ? 'a substring test' : 'replacing text' };
  if (judgement.test(first)) return undefined;
  const sure = sureOf(first);
  if (sure) return { tier: 'code', kind: sure };
  // What a program does with the rest needs no model, but this does.
  if (!rest.every((sentence) => layout.test(sentence))) return undefined;
  const pattern = cheap.find(([, form]) => form.test(first));
  return pattern && { tier: 'haiku', kind: pattern[0] };
}

/** What a sentence asks for that has one right answer; undefined where it asks for something else. */
function sureOf(sentence: string): string | undefined {
  return judgement.test(sentence) ? undefined : deterministic.find(([, form]) => form.test(sentence))?.[0];
}

/** Each quotation and code span as one sign, so that words in it decide nothing. */
function blankQuotations(text: string): string {
  let result = '';
  let last = 0;
  for (const { start, end } of quotationsIn(text)) {
    result += `${text.slice(last, Math.max(last, start)).replace(/["“„«'‘`]+\s?$/, '')}·`;
    last = end + (/^\s?["”»'’`]+/.exec(text.slice(end))?.[0].length ?? 0);
  }
  return result + text.slice(last);
}
