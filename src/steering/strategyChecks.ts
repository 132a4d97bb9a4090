import type { Range } from '../text';
import type { Check } from './checkTypes';
import { quotationsIn } from './commas';
import { readCriterion, splitCriteria } from './criteria';
import type { Order } from './strategyOrders';

/** What is said here is said of the whole output; a step of a procedure may speak of a draft, a list on the way, or a part. */
const ofTheWhole = /\b(?:constraints?|limits?|requirements?|rules?|format|length|check yourself|self[- ]?check|before you (?:answer|send))\b/i;

/** Where it depends on something, it need not hold. */
const conditional =
  /\b(?:if|when|whenever|unless|where|wherever|except|otherwise|instead|rather|unlike|either|may|might|can|could|in case|only for|as long as|for (?:each|every|an?|all|any)|in (?:each|every)|first draft|draft)\b/i;

/** What a sentence of self-examination is without its question: “Is it under 300 words?”, “Make sure that it has …”. */
const asked =
  /^(?:(?:verify|check|confirm|ensure|make sure)(?: that)?\s+|(?:is|are|does|do|has|have)\s+(?=(?:it|the (?:\w+ )?(?:output|answer|reply|response|text|result|draft|post|article))\b))/i;

const whole = '(?:it|the (?:whole |entire |full |final )?(?:output|answer|reply|response|text|result|draft|post|article|e-?mail|letter|message))';

/** Orders as they are given in a strategy, as criteria say them: of the whole output alone. */
const asCriterion: readonly [RegExp, string][] = [
  [
    /^(?:write|produce|return|give)\s+(?=(?:at (?:least|most)|no (?:more|fewer|less) than|not more than|between|exactly|under|over|up to|(?:more|fewer|less) than)\b)/i,
    '',
  ],
  [/^(?:never|do not|don['’]t|must not)\s+exceed\s+/i, 'at most '],
  [new RegExp(`^(?:limit ${whole} to|keep (?:${whole} )?to)\\s+(?:at most\\s+)?(?=\\d)`, 'i'), 'at most '],
  [new RegExp(`^keep ${whole}\\s+(?:to\\s+)?(?=(?:under|below|within|at most|between|no more|shorter)\\b)`, 'i'), ''],
];

/**
 * What a sentence of a strategy demands of the output, as far as it is certain, as checks with the sentence's range: none for steps, parts and what
 * depends on something.
 */
export function demandsOf({ text, range, path }: Order): Check[] {
  if (conditional.test(text) || !ofTheWhole.test(path.at(-1) ?? '')) return [];
  const question = text.replace(/\?$/, '');
  const plain = question.replace(asked, '');
  // “Is it under …” has lost its verb: the subject alone is read as well.
  const bare = question === text ? plain : plain.replace(/^(?:it|the (?:\w+ )?(?:output|answer|reply|response|text|result|draft|post|article))\s+/i, '');
  return splitCriteria(bare).flatMap((piece) => readCriterion(criterionOf(piece.text), range));
}

function criterionOf(order: string): string {
  for (const [form, instead] of asCriterion) if (form.test(order)) return order.replace(form, instead);
  return order;
}

/** “Use the word “…””, “End with “…””, “Sign off with “…””: the order, up to the quotation. */
const telling =
  /^(?:always\s+|then\s+|finally,?\s+|and\s+)?(?:(?:use|say|write|include|mention|add|insert)(?:\s+(?:the|a|this))?(?:\s+(?:exact|literal|closing|opening|final|first|last))?(?:\s+(?:words?|phrases?|terms?|sentence|line|greeting|closing|heading))?|(?:begin|start|open|end|close|finish|sign off)(?:\s+(?:it|the (?:output|answer|reply|response|text|post|article|e-?mail|letter|message)))?\s+with(?:\s+the\s+(?:exact\s+)?(?:words?|phrases?|terms?|sentence|line))?)[\s:]*["“„«'‘`]*$/i;

/** The terms that a sentence tells to put into the output, word for word; none where that depends on something. */
export function toldTerms({ text, range }: Pick<Order, 'text' | 'range'>): { text: string; range: Range }[] {
  const quoted = quotationsIn(text);
  const [first] = quoted;
  if (!first || quoted.length > 4) return [];
  const around = quoted.reduceRight((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), text);
  if (conditional.test(around) || /\b(?:not|never|avoid|without|don['’]t|no)\b/i.test(around)) return [];
  const order = text.slice(0, first.start);
  // “Use `jq`” names a tool; a word to write stands in quotation marks, or is called one.
  if (!telling.test(order) || (/`[^\w]*$/.test(order) && !/\b(?:words?|phrases?|terms?|sentence|line|with|say|write)\b/i.test(order))) return [];
  // Behind the first, only more of the same.
  const terms = [first];
  for (let i = 1; i < quoted.length; i++) {
    const [before, next] = [quoted[i - 1] as typeof first, quoted[i] as typeof first];
    if (!/^["”»'’`]*[\s,]*(?:and)?\s*["“„«'‘`]*$/.test(text.slice(before.end, next.start))) break;
    terms.push(next);
  }
  // What follows says what the thing does: then it is no wording.
  const rest = text.slice((terms.at(-1) as typeof first).end).replace(/^["”»'’`]+/, '');
  if (!/^\s*(?:$|[.,;:!)]|(?:once|exactly|at|in|as|somewhere)\b)/.test(rest)) return [];
  return terms.map((term) => ({ text: term.text.trim(), range })).filter((term) => term.text && term.text.length <= 80);
}
