import type { Finding, Rule, Subject } from '../../issue';
import { titleRange } from './missingPart';

export const overBudgetRule: Rule = {
  id: 'context/over-budget',
  severity: 'warning',
  title: 'The estimate is over the stated budget',
  kinds: ['context'],
  check(subject) {
    const { context, facts } = subject;
    const { budget } = context;
    if (!facts.estimate || (budget.tokens === undefined && budget.usd === undefined)) return [];
    let tokens = 0;
    let usd = 0;
    for (const index of context.stages.keys()) {
      const estimate = facts.estimate(index);
      // Half an estimate proves nothing.
      if (!estimate) return [];
      tokens += estimate.inputTokens;
      usd += estimate.usd;
    }
    const findings: Finding[] = [];
    if (budget.tokens !== undefined && tokens > budget.tokens) {
      findings.push({
        message: `The stages are estimated at ${tokens} tokens of input; the budget is ${budget.tokens}. Give stages a \`Budget:\`, take inputs out, or raise it.`,
        range: lineOf(subject, /^\s*tokens\s*:/i, /token budget/i),
      });
    }
    if (budget.usd !== undefined && usd > budget.usd) {
      findings.push({
        message: `The stages are estimated at $${usd.toFixed(4)}; the budget is $${budget.usd}. Move stages to a cheaper tier, take inputs out, or raise it.`,
        range: lineOf(subject, /^\s*usd\s*:/i, /(?:cost|money|spending) budget/i),
      });
    }
    return findings;
  },
};

/** Where a budget is stated: in the front matter, else in the constraints. */
function lineOf(subject: Subject, key: RegExp, words: RegExp) {
  const { context, markdown } = subject;
  const { index } = markdown;
  const stretch = (from: number, to: number, form: RegExp) => {
    for (let line = from; line <= to; line++) {
      const text = index.line(line);
      if (form.test(text)) return { start: { line, character: text.length - text.trimStart().length }, end: { line, character: text.trimEnd().length } };
    }
    return undefined;
  };
  const inFront = subject.frontMatter.range && stretch(0, subject.frontMatter.range.end.line, key);
  const part = context.parts.constraints?.bodyRange;
  return inFront ?? (part && stretch(part.start.line, part.end.line, words)) ?? titleRange(subject);
}
