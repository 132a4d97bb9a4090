const empty = new Set(
  'a an and are as at be before by do each for from if in into is it its must no not of on one or so than that the then there they this to up when where which with you your'.split(
    ' ',
  ),
);

/** The words of a lesson without their endings, and without the little ones. */
export function lessonWords(text: string): Set<string> {
  const found = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return new Set(found.filter((word) => !empty.has(word)).map((word) => (word.length > 4 ? word.replace(/(?:ing|ed|es|s)$/, '') : word)));
}

/** How much of their words two lessons share, 0 to 1 (Jaccard 1901, over words without endings and without the little ones). */
export function likeness(a: string, b: string): number {
  const [first, second] = [lessonWords(a), lessonWords(b)];
  return first.size + second.size === 0 ? Number(a.trim().toLowerCase() === b.trim().toLowerCase()) : sharedPart(first, second);
}

/** How much of all their words two lessons share, 0 to 1. */
export function sharedPart(first: ReadonlySet<string>, second: ReadonlySet<string>): number {
  let shared = 0;
  for (const word of first) if (second.has(word)) shared++;
  const all = first.size + second.size - shared;
  return all === 0 ? 0 : shared / all;
}
