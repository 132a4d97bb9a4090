/** Lexical relevance: Okapi BM25 (Robertson and Zaragoza 2009, k1 = 1.2, b = 0.75), with the words of a heading counted thrice. */

const k1 = 1.2;
const b = 0.75;
const headingWeight = 3;

// Words that nearly every English text has: they say nothing about what a stage is about.
const stop = new Set(
  'a an and are as at be been but by can do does each for from has have how if in into is it its may more most must no not of on one or our out over should so such than that the their them then there these they this to up use used uses using was what when where which who will with you your'.split(
    ' ',
  ),
);

/** The words of a text: lower case, identifiers also in their parts, a plural `s` taken off. */
export function termsOf(text: string): string[] {
  const terms: string[] = [];
  for (const word of text.match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}]*/gu) ?? []) {
    const parts = word.split(/(?<=[\p{Ll}\p{N}])(?=\p{Lu})/u);
    for (const part of parts.length > 1 ? [...parts, word] : parts) {
      const term = part.toLowerCase();
      if (!stop.has(term) && (term.length > 1 || !/[a-z0-9]/.test(term))) terms.push(stem(term));
    }
  }
  return terms;
}

function stem(term: string): string {
  if (term.length > 4 && term.endsWith('ies')) return `${term.slice(0, -3)}y`;
  return term.length > 3 && term.endsWith('s') && !term.endsWith('ss') ? term.slice(0, -1) : term;
}

/** The score of each section for the query, in the order given; 0 where no word of the query stands in it. */
export function rankSections(query: string, sections: readonly { path: readonly string[]; text: string }[]): number[] {
  const wanted = new Set(termsOf(query));
  const counts = sections.map(({ path, text }) => {
    const count = new Map<string, number>();
    const add = (term: string, weight: number) => count.set(term, (count.get(term) ?? 0) + weight);
    for (const term of termsOf(text)) add(term, 1);
    for (const term of termsOf(path.join(' '))) add(term, headingWeight);
    return count;
  });
  const lengths = counts.map((count) => [...count.values()].reduce((sum, n) => sum + n, 0));
  const average = lengths.reduce((sum, n) => sum + n, 0) / Math.max(1, lengths.length);
  const weights = new Map<string, number>();
  for (const term of wanted) {
    const holding = counts.filter((count) => count.has(term)).length;
    weights.set(term, Math.log(1 + (sections.length - holding + 0.5) / (holding + 0.5)));
  }
  return counts.map((count, i) => {
    let score = 0;
    for (const [term, weight] of weights) {
      const n = count.get(term) ?? 0;
      if (n) score += (weight * n * (k1 + 1)) / (n + k1 * (1 - b + (b * (lengths[i] as number)) / average));
    }
    return score;
  });
}
