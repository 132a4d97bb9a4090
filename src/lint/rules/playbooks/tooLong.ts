import { estimateTokens, formatTokens } from '../../../catalog/tokens';
import type { Rule } from '../../issue';
import { wholeLine } from '../strategies/reading';
import { playbookOf } from './reading';

/** More than anybody reads through, and far more than a stage is given of it (600 tokens): what is useful among them is crowded out. Assumptions. */
const mostLessons = 60;
const mostTokens = 4000;

export const tooLongPlaybookRule: Rule = {
  id: 'playbook/too-long',
  severity: 'warning',
  title: 'A playbook that has grown too long',
  kinds: ['playbook'],
  check(subject) {
    const { bullets } = playbookOf(subject);
    const { index } = subject.markdown;
    const tokens = estimateTokens(bullets.map(({ text }) => `- ${text}\n`).join(''));
    const over = bullets.length > mostLessons ? bullets[mostLessons] : tokens > mostTokens ? bullets[0] : undefined;
    if (!over) return [];
    return [
      {
        message: `The playbook has ${bullets.length} lessons (about ${formatTokens(tokens)} tokens), of which a stage is given 600 tokens at most: put alike ones together, and delete what did not help.`,
        range: wholeLine(index, over.line),
      },
    ];
  },
};
