import type { Rule } from '../../issue';

export const uncheckedStageRule: Rule = {
  id: 'context/unchecked-stage',
  severity: 'info',
  title: 'A stage that cannot fail',
  kinds: ['context'],
  check: ({ context }) =>
    context.stages
      // Criteria that nothing verifies, and escalations that nothing triggers, are said where they stand.
      .filter(({ runner, checks, uncovered, task }) => runner.tier !== 'code' && !runner.escalation && !checks.length && !uncovered.length && task.trim())
      .map(({ title, titleRange }) => ({
        message: `“${title}” has neither Success nor Checks, so that whatever the model answers passes: say what a good result has, such as \`- Success: 300 words max\`.`,
        range: titleRange,
      })),
};
