import { posix } from 'node:path';
import { formatTokens } from '../../../catalog/tokens';
import { lineRange } from '../../../text';
import type { Rule } from '../../issue';
import { launchOf, rootOf, topOfFile } from '../launch';
import { tooManyLines } from './tooLong';

/** Two files of the length that Claude Code's documentation advises (200 lines of 60 characters), as they are estimated here. */
export const usualLaunchBudget = 10_000;

export const launchTokensRule: Rule = {
  id: 'project/launch-tokens',
  severity: 'warning',
  title: 'Every session loads more tokens than the budget',
  kinds: ['project'],
  async check(subject) {
    const { facts, markdown } = subject;
    const budget = facts.launchBudget ?? usualLaunchBudget;
    const { pieces, tokens } = await launchOf(subject);
    // It is said once, in the first file that is loaded.
    if (tokens <= budget || pieces[0]?.path !== subject.path) return [];
    // A single file that is too long is told so by its lines, unless someone asks for tokens.
    if (facts.launchBudget === undefined && pieces.length === 1 && tooManyLines(subject)) return [];
    const heaviest = [...pieces].sort((a, b) => b.tokens - a.tokens).slice(0, 3);
    const root = await rootOf(subject);
    const named = heaviest.map((piece) => `${posix.relative(root, piece.path)} ${formatTokens(piece.tokens)}`);
    const most = pieces.length === 1 ? '' : `, most of them from ${named.slice(0, -1).join(', ')} and ${named.at(-1)}`;
    return [
      {
        message: `Every session loads about ${formatTokens(tokens)} tokens from ${pieces.length === 1 ? 'this file' : `${pieces.length} files (imports and unscoped rules included)`}${most}; the budget is ${formatTokens(budget)}. Scope rules with \`paths:\`, or take out what the code shows.`,
        range: lineRange(markdown.index, markdown.index.positionAt(markdown.bodyFrom).line),
        related:
          pieces.length === 1 ? [] : heaviest.map((piece) => ({ path: piece.path, range: topOfFile, message: `About ${formatTokens(piece.tokens)} tokens.` })),
      },
    ];
  },
};
