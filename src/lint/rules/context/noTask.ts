import type { Rule } from '../../issue';

export const noTaskRule: Rule = {
  id: 'context/no-task',
  severity: 'error',
  title: 'A stage without a task',
  kinds: ['context'],
  check: ({ context }) =>
    context.stages
      .filter((stage) => stage.runner.tier !== 'code' && !stage.task.trim())
      .map((stage) => ({
        message: `“${stage.title}” does not say what to do: add \`- Task:\` with the instruction for the model.`,
        range: stage.headingRange,
      })),
};
