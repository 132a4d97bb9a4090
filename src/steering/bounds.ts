/** Bounds of a number in words and signs: "300-800", ">= 3,000", "at most 3k", "300 or more", "between 5 and 7". */

/** Inclusive, whole numbers; at least one of the two is there. */
export interface Bounds {
  min?: number;
  max?: number;
  /** A bare number: exact in a check; in a sentence rather an aim. */
  bare?: boolean;
}

const number = String.raw`(?:\d{1,3}(?:[, \u00a0\u2009\u202f]\d{3})+|\d+(?:\.\d+(?=\s?k))?)(?:\s?k\b)?`;

type Relation = 'min' | 'above' | 'max' | 'below' | 'exact';
const before: [Relation, string][] = [
  ['min', String.raw`>=|at least|(?:a )?minimum(?: of)?|min\.?|(?:no|not) (?:less|fewer|shorter) than|not (?:under|below)`],
  ['max', String.raw`<=|at most|(?:a )?maximum(?: of)?|max\.?|up to|(?:no|not) (?:more|longer|greater) than|not (?:over|above|exceed|exceeding)|within`],
  ['above', '>|more than|greater than|longer than|over|above|exceeds|exceeding'],
  ['below', '<|less than|fewer than|shorter than|under|below'],
  ['exact', '==?|exactly|precisely'],
];
const after: [Relation, string][] = [
  ['min', String.raw`\+|or more|or above|and up|and more|min\.?|minimum|at least`],
  ['max', String.raw`or less|or fewer|or below|max\.?|maximum|at most|tops`],
];
const prefixed = before.map(([relation, words]) => [relation, new RegExp(`^(?:${words})\\s*:?\\s*(${number})$`)] as const);
const suffixed = after.map(([relation, words]) => [relation, new RegExp(`^(${number})\\s*(?:${words})$`)] as const);
const span = new RegExp(`^(?:from |between )?(${number})\\s*(?:-|to|\\.\\.|…)\\s*(${number})$`);
const between = new RegExp(`^between (${number}) and (${number})$`);
const bare = new RegExp(`^(${number})$`);

/** The value of a number as written: thousands separators dropped, `3k` is 3000. NaN where it is no whole number. */
function wholeNumber(text: string): number {
  const digits = text.replace(/[,\s\u00a0\u2009\u202f]/g, '');
  const value = digits.endsWith('k') ? Number(digits.slice(0, -1)) * 1000 : Number(digits);
  const rounded = Math.round(value);
  return Math.abs(value - rounded) < 1e-6 && Number.isSafeInteger(rounded) ? rounded : Number.NaN;
}

function related(relation: Relation, value: number): Bounds {
  switch (relation) {
    case 'min':
      return { min: value };
    case 'above':
      return { min: value + 1 };
    case 'max':
      return { max: value };
    case 'below':
      return { max: value - 1 };
    case 'exact':
      return { min: value, max: value };
  }
}

function single(text: string): Bounds | undefined {
  const range = span.exec(text) ?? between.exec(text);
  if (range) {
    const to = wholeNumber(range[2] as string);
    let from = wholeNumber(range[1] as string);
    // "3-5k" means thousands on both sides; "500-3k" does not.
    if (/k$/.test(range[2] as string) && !/k$/.test(range[1] as string) && from * 1000 < to) from *= 1000;
    return { min: from, max: to };
  }
  for (const [relation, pattern] of [...prefixed, ...suffixed]) {
    const match = pattern.exec(text);
    if (match) return related(relation, wholeNumber(match[1] as string));
  }
  const exact = bare.exec(text);
  if (!exact) return undefined;
  const value = wholeNumber(exact[1] as string);
  return { min: value, max: value, bare: true };
}

/**
 * The bounds a text states, and nothing else: undefined where any other word stands in it, where a number is not whole, and where
 * nothing could lie between the bounds (800-300, < 0).
 */
export function parseBounds(text: string): Bounds | undefined {
  const plain = text
    .toLowerCase()
    .replace(/≥/g, '>=')
    .replace(/≤/g, '<=')
    .replace(/\s*[‐‑‒–—−]\s*/g, '-')
    .replace(/[\t\r\n ]+/g, ' ')
    .trim();
  if (plain.length > 100) return undefined;
  let bounds = single(plain);
  if (!bounds) {
    const halves = plain.split(/\s*(?:, (?:and |but )?|,(?=[<>=])| and | but |&&)\s*/);
    const [first, second] = halves.map(single);
    if (halves.length !== 2 || !first || !second || first.bare || second.bare) return undefined;
    if ((first.min !== undefined && second.min !== undefined) || (first.max !== undefined && second.max !== undefined)) return undefined;
    bounds = { ...first, ...second };
  }
  const { min, max } = bounds;
  if (Number.isNaN(min ?? 0) || Number.isNaN(max ?? 0) || (max ?? 0) < 0 || (min ?? 0) > (max ?? Number.POSITIVE_INFINITY)) return undefined;
  return bounds;
}

/** Bounds as a check writes them: `300-800`, `>= 3000`, `<= 5`, `= 5`. */
export function boundsText({ min, max }: Bounds): string {
  if (min !== undefined && max !== undefined) return min === max ? `= ${min}` : `${min}-${max}`;
  return min !== undefined ? `>= ${min}` : `<= ${max ?? 0}`;
}
