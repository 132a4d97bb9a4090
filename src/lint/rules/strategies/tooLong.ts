import { estimateTokens, formatTokens } from '../../../catalog/tokens';
import { mostStrategyTokens } from '../../../steering/strategy';
import type { Rule } from '../../issue';
import { strategyReading, wholeLine } from './reading';

export const tooLongStrategyRule: Rule = {
  id: 'strategy/too-long',
  severity: 'warning',
  title: 'A strategy that takes too many tokens',
  kinds: ['strategy'],
  async check(subject) {
    const strategy = (await strategyReading(subject))?.file.strategy;
    if (!strategy || strategy.status === 'rejected') return [];
    const { markdown } = subject;
    // Comments are not sent.
    const sent = markdown.without(markdown.comments, markdown.bodyFrom, subject.text.length).trim();
    const tokens = estimateTokens(sent, strategy.targetModel);
    if (tokens <= mostStrategyTokens) return [];
    return [
      {
        message: `It takes about ${formatTokens(tokens)} tokens with every call of its stage, and ${formatTokens(mostStrategyTokens)} is the most that is worth it: leave out what the stage says itself, and shorten the example.`,
        range: wholeLine(markdown.index, markdown.index.positionAt(markdown.bodyFrom).line),
      },
    ];
  },
};
