import type { Finding, Rule, Subject } from '../../issue';

/** True where the weight at an offset has a minus before it: one that begins its line, so that no dash is taken for one. */
export function isNegative(text: string, weightAt: number): boolean {
  return /(?:^|\n)[ \t>]*(?:(?:[-*+•]|\d{1,3}[.)])[ \t]+)?[*_([]*[-−]$/.test(text.slice(Math.max(0, weightAt - 40), weightAt));
}

/** The lines with a negative weight. */
export function negativeWeights({ markdown, frontMatter }: Pick<Subject, 'markdown' | 'frontMatter'>): Finding[] {
  const findings: Finding[] = [];
  const { index } = markdown;
  for (let line = index.positionAt(frontMatter.bodyFrom).line; line < index.lineCount; line++) {
    const match = /^[ \t>]*(?:(?:[-*+•]|\d{1,3}[.)])[ \t]+)?[*_([]*([-−]\d{1,3}(?:[.,]\d+)?\s?%)[*_\])]*\s*(?:—|–|-|:|=)/.exec(index.line(line));
    if (!match || markdown.isLiteral(index.offsetAt({ line, character: 0 }))) continue;
    const from = match[0].indexOf(match[1] as string);
    const range = { start: { line, character: from }, end: { line, character: from + (match[1] as string).length } };
    const positive = (match[1] as string).slice(1);
    findings.push({
      message: `A weight can't be negative (${match[1]}): drop the part, or list it under words to avoid.`,
      range,
      fixes: [{ title: `Write ${positive}`, edits: [{ range, newText: positive }], safe: false }],
    });
  }
  return findings;
}

export const negativeWeightRule: Rule = {
  id: 'voice/negative-weight',
  severity: 'error',
  title: 'A negative weight',
  kinds: ['voice'],
  check: negativeWeights,
};
