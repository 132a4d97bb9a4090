import { lineRange } from '../../../text';
import type { Rule } from '../../issue';

export const launchTokensRule: Rule = {
  id: 'project/launch-tokens',
  severity: 'warning',
  title: 'Every session loads more tokens than the budget',
  kinds: ['project'],
  check({ facts, markdown }) {
    const { launchTokens, launchBudget } = facts;
    if (launchTokens === undefined || launchBudget === undefined || launchTokens <= launchBudget) return [];
    const message = `Every session loads ${launchTokens} tokens with this file, imports and unscoped rules included; the budget is ${launchBudget}. Scope rules with \`paths:\`, or take out what the code shows.`;
    return [{ message, range: lineRange(markdown.index, markdown.index.positionAt(markdown.bodyFrom).line) }];
  },
};
