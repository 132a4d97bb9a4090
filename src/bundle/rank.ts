import { countTerms } from './terms';

/** Lexical relevance: Okapi BM25 (Robertson and Zaragoza 2009, k1 = 1.2, b = 0.75), with the words of a heading counted thrice. */

const k1 = 1.2;
const b = 0.75;
const headingWeight = 3;

/** The score of each section for the query, in the order given; 0 where no word of the query stands in it. */
export function rankSections(query: string, sections: readonly { path: readonly string[]; text: string }[]): number[] {
  const wanted = countTerms(query).keys();
  const counts = sections.map(({ path, text }) => {
    const count = new Map<number, number>();
    const add = (term: number, weight: number) => count.set(term, (count.get(term) ?? 0) + weight);
    for (const [term, times] of countTerms(text)) add(term, times);
    for (const [term, times] of countTerms(path.join(' '))) add(term, times * headingWeight);
    return count;
  });
  const lengths = counts.map((count) => [...count.values()].reduce((sum, n) => sum + n, 0));
  const average = lengths.reduce((sum, n) => sum + n, 0) / Math.max(1, lengths.length);
  const weights = new Map<number, number>();
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
